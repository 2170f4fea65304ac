"""The board's times, levels and counts in one place. Ours by judgement, where no source is named."""

LINES = 5

STAGGER_MS = 500  # between two modems switched on: their inrush must not add up
MIN_OFF_MS = 3_000  # a modem off for less may not start anew
PI_SILENT_MS = 60_000  # a Pi silent for so long holds no modem off
OFFS_A_DAY = 6
BACKOFF_MS = (0, 10_000, 60_000, 300_000, 900_000, 3_600_000)  # before the next off, by offs of the day
DAY_MS = 86_400_000

ALARM_AFTER_MS = 120_000  # without proof of work
RESET_AFTER_MS = 300_000
CUT_AFTER_MS = 600_000
RESET_PULSE_MS = 200
CUT_MS = 10_000
CUTS_A_DAY = 3
FRESH_RECEIPT_S = 900

WATCHDOG_MS = 2_000  # of the chip; RP2040 allows 8,388
TASK_DEADLINES_MS = (1_000, 1_000, 2_000, 5_000)  # link, power, sensors, log

SHED = ((11_800, 4), (11_500, 3), (11_200, 2), (10_900, 1))  # below battery mV, this line goes; line 0 stays
SHED_GAP_MS = 5_000
LAST_GASP_MV = 10_500
WRITE_FLASH_MV = 10_800  # below it the flash is left alone

WINDOW_MS = 600_000  # a maintenance window, after its last sign
BOOTS_AT_MOST = 3  # of an image that was not confirmed
