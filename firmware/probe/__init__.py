"""The program of the probe board (MicroPython)."""
