"""The fields of the Quectel templates: what a reply shows, and what it expresses."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.scales import fifth_db, fifth_db_raw
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    fields = {
        **standard_fields(modem, now_s, truth),
        "urcport": (*modem.setting("+QURCCFG"), "usbat")[0],
        "gnss": modem.vendor.get("gnss", "0"),
    }
    sample = said_sample(modem, now_s, truth)
    if sample is None:
        return fields
    fifths = fifth_db_raw(sample.sinr_db)
    in_db = modem.profile.qeng_sinr == "db"
    return {
        **fields,
        "state": "NOCONN",
        "sinr_fifths": fifths,
        "sinr_fifths_db": fifth_db(fifths),
        "sinr_qeng": round(sample.sinr_db) if in_db else fifths,
        "sinr_qeng_db": round(sample.sinr_db) if in_db else fifth_db(fifths),
        "srxlev": round(sample.rsrp_dbm) + 124,  # Srxlev = RSRP - Qrxlevmin (-124 dBm), TS 36.304 5.2.3.2
    }
