"""The board's times, levels and counts in one place. Ours by judgement, where no source is named."""

LINES = 5

STAGGER_MS = 500  # between two modems switched on: their inrush must not add up
MIN_OFF_MS = 3_000  # a modem off for less may not start anew
PI_SILENT_MS = 60_000  # a Pi silent for so long holds no modem off
OFFS_A_DAY = 6
BACKOFF_MS = (0, 10_000, 60_000, 300_000, 900_000, 3_600_000)  # before the next off, by offs of the day
DAY_MS = 86_400_000
DAY_S = 86_400

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

ANCHOR_FIXES = 120  # their mean is where the box stands, if it was not provisioned
JUMP_M = 25  # from one fix to the next of a box that stands still
JUMP_MORE_M = 35  # at most, one metre for each second without a fix
JUMP_AT_START_M = 100  # before there is an anchor: a cold start wanders
AWAY_M = 30  # from the anchor, smoothed
BACK_M = 20
FLAG_STAYS_MS = 300_000
TIME_JUMP_MS = 700  # one second is seen through the jitter of the receiver's talk
SLEW_MS = 10_000  # one millisecond in so many: 100 ppm, more than any crystal is wrong

LATENCY_US = 60  # from a pulse to the reading of the clock, at most: judgement, not measured on rp2
GATE_US = 50  # a pulse off by more than this and four times the usual is refused
FIRST_JITTER_US = 20
PPS_GAP_S = 5  # without a pulse for longer it is holdover
ADOPT_PULSES = 4  # in a row that agree, to begin with
STEP_PULSES = 30  # to overrule a loop that runs
KEEP_US = 400_000  # a step beyond it, and the second has no name any more
CRYSTAL_PPM = 100
CRYSTAL_PPB = 40_000  # how far the rate may wander in a holdover: 30 ppm of tolerance and some for ageing
WANDER_PPB = 10  # a second: 0.2 ppm a kelvin, 3 kelvin a minute
RATE_FLOOR_PPB = 50
HOLDOVER_S = 100_000
UNCERTAIN_US = 1_000_000  # UTC that is off by more is none
LABEL_LAG_US = 300_000  # from a second to the end of the sentence that names it
LABEL_LAG_LEAST_US = 2_000
LABEL_LAG_MOST_US = 950_000
LABEL_UNCERTAIN_US = 700_000
FIRST_LABELS = 3
STEP_LABELS = 60  # in a row, before the receiver overrules what it said
FIX_FRESH_MS = 3_000  # a receiver silent for longer has no fix
HDOP_MOST_C = 500  # a fix worse than 5.0 says nothing of the place

STATUS_MS = 1_000  # between two status frames on the link; a board may have its own

SENSOR_STALE_MS = 10_000  # a value nobody read anew for so long is unknown
SENSOR_LIMITS = (  # of supply, rail, battery (mV), core (cdegC), each line (mA)
    (9_000, 15_000),
    (4_750, 5_250),  # USB: 5 V within 5 %
    (10_500, 12_900),
    (-1_000, 8_000),
    (-50, 2_500),
)
CONTACT_STILL_MS = 50
LAMP_STEP_MS = 125
SHUNT_MOHM = 50  # in each modem's supply

EARLIEST_DAYS = 20_782  # 2026-11-25: a receiver that says an earlier date has counted its weeks wrong
LOG_MS = 1_000  # between two writes of events to the flash
TIME_MS = 1_000  # between two tellings of UTC
SELF_CHECK_MS = 30_000  # an image that ran so long, and heard the Pi or a technician, stays
