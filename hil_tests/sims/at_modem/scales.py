"""The integers a modem reports for physical values, and what such an integer says.

Each `*_index`/`*_raw` has its inverse: the value the integer EXPRESSES, which is what the log calls the truth
of a reply (a bin's lower edge for CESQ, the nominal value elsewhere).
"""

from math import floor


def cesq_rsrp_index(rsrp_dbm: float) -> int:
    """Return <rsrp> of +CESQ, 0..97; index i holds [-141+i, -140+i) dBm (TS 27.007 8.69, TS 36.133 9.1.4)."""
    return min(max(floor(rsrp_dbm) + 141, 0), 97)


def cesq_rsrp_dbm(index: int) -> int:
    """Return the lower edge of the RSRP bin *index*, dBm."""
    return index - 141


def cesq_rsrq_index(rsrq_db: float) -> int:
    """Return <rsrq> of +CESQ, 0..34; index i holds [-20+i/2, -19.5+i/2) dB (TS 27.007 8.69)."""
    return min(max(floor((rsrq_db + 20) * 2), 0), 34)


def cesq_rsrq_db(index: int) -> float:
    """Return the lower edge of the RSRQ bin *index*, dB."""
    return index / 2 - 20


def cesq_rxlev_index(level_dbm: float) -> int:
    """Return <rxlev> of +CESQ, 0..63; index i holds [-111+i, -110+i) dBm (TS 27.007 8.69, TS 45.008)."""
    return min(max(floor(level_dbm) + 111, 0), 63)


def cesq_rxlev_dbm(index: int) -> int:
    """Return the lower edge of the GSM level bin *index*, dBm."""
    return index - 111


def csq_index(rssi_dbm: float) -> int:
    """Return <rssi> of +CSQ, 0..31, two decibels a step, nearest step (TS 27.007 8.5)."""
    return min(max(round((rssi_dbm + 113) / 2), 0), 31)


def csq_dbm(index: int) -> int:
    """Return the nominal level of +CSQ *index*, dBm (0 means this or less, 31 this or more)."""
    return 2 * index - 113


def fifth_db_raw(sinr_db: float) -> int:
    """Return SINR as Quectel's LTE modems count it: fifths of a decibel above -20 dB, 0..250."""
    return min(max(round((sinr_db + 20) * 5), 0), 250)


def fifth_db(raw: int) -> float:
    """Return the decibels that *raw* fifths above -20 dB express."""
    return round(raw / 5 - 20, 1)


def ss_rsrp_index(rsrp_dbm: float) -> int:
    """Return <ss_rsrp> of +CESQ, 0..126; index i holds [-157+i, -156+i) dBm (TS 27.007 8.69, TS 38.133)."""
    return min(max(floor(rsrp_dbm) + 157, 0), 126)


def ss_rsrp_dbm(index: int) -> int:
    """Return the lower edge of the SS-RSRP bin *index*, dBm."""
    return index - 157


def ss_rsrq_index(rsrq_db: float) -> int:
    """Return <ss_rsrq> of +CESQ, 0..126; index i holds [-43.5+i/2, -43+i/2) dB."""
    return min(max(floor((rsrq_db + 43.5) * 2), 0), 126)


def ss_rsrq_db(index: int) -> float:
    """Return the lower edge of the SS-RSRQ bin *index*, dB."""
    return index / 2 - 43.5


def ss_sinr_index(sinr_db: float) -> int:
    """Return <ss_sinr> of +CESQ, 0..127; index i holds [-23.5+i/2, -23+i/2) dB."""
    return min(max(floor((sinr_db + 23.5) * 2), 0), 127)


def ss_sinr_db(index: int) -> float:
    """Return the lower edge of the SS-SINR bin *index*, dB."""
    return index / 2 - 23.5


def halved_raw(sinr_db: float) -> int:
    """Return SINR as Quectel's x55 and x62 modules count it in LTE: steps of 2 dB above -20 dB, 0..25."""
    return min(max(round((sinr_db + 20) / 2), 0), 25)


def halved_db(raw: int) -> int:
    """Return the decibels that *raw* steps of 2 dB above -20 dB express."""
    return 2 * raw - 20
