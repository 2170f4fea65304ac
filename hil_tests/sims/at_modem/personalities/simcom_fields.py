"""The fields of the SIMCom templates: what a reply shows, and what it expresses."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields
from hil_tests.sims.network.radio import Sample

SYSTEM_MODE_LTE = 8  # <stat> of +CNSMOD, manual 5.15
OPERATION = {0: "Low Power Mode", 1: "Online", 4: "Low Power Mode"}  # by <fun> of +CFUN; which one is memory


def _cpsi_fields(sample: Sample, scale: str) -> dict[str, object]:
    """Return RSRQ, RSRP and RSSI of +CPSI in the steps of *scale*, and in decibels what those steps say.

    "tenth" is the SIM7600's (manual 5.14; transcripts), "whole" the SIM7000's (transcript of
    https://github.com/botletics/SIM7000-LTE-Shield/issues/50: -7,-77,-70,14).
    """
    steps = {"tenth": 10, "whole": 1}[scale]
    values = {"rsrq": sample.rsrq_db, "rsrp": sample.rsrp_dbm, "rssi": sample.rssi_dbm}
    shown = {name: round(value * steps) for name, value in values.items()}
    return {
        **{f"cpsi_{name}": raw for name, raw in shown.items()},
        **{f"cpsi_{name}_db": raw / steps for name, raw in shown.items()},
    }


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    sample = said_sample(modem, now_s, truth)
    fields = {
        **standard_fields(modem, now_s, truth),
        "spn": modem.identity.spn,
        "operation": OPERATION[modem.function],
        "system_mode": SYSTEM_MODE_LTE if sample else 0,
    }
    if sample:
        fields.update(_cpsi_fields(sample, modem.profile.cpsi_scale))
        fields["tac_4"] = f"{sample.cell.tac:04X}"
    return fields
