"""What hangs on the pins of the simulated board, by GPIO and ADC channel; docs/firmware.md has the wiring."""

PULLS = {2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 2, 8: 1, 9: 1}  # resistors: 1 up, 2 down
OUTSIDE = {10: 1, 11: 1, 12: 0, 24: 0}  # mains there, button up, door shut, no USB host
ADC = {0: 45_122, 1: 49_648, 4: 14_021}  # battery 12.6 V, rail 5.0 V, chip 27 degrees
