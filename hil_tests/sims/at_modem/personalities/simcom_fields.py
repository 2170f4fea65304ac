"""The fields of the SIMCom templates: what a reply shows, and what it expresses."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields
from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.radio import Sample

SYSTEM_MODES = {Mode.GSM: 3, Mode.LTE: 8, Mode.ENDC: 8}  # <stat> of +CNSMOD, manual 5.15; 3 is EDGE
GSM_BANDS = {
    900: "EGSM 900",
    1800: "DCS 1800",
}  # in +CPSI, manual 5.14, example; 1800: memory
C1_OFFSET_DB = 106  # C1 of the manual's example: 42 at -64 dBm
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
        "system_mode": SYSTEM_MODES[sample.mode] if sample else 0,
        "pin_tries": modem.card.pin_tries,
        "puk_tries": modem.card.puk_tries,
    }
    if sample:
        fields.update(_cpsi_fields(sample, modem.profile.cpsi_scale))
        fields["tac_4"] = f"{sample.cell.tac:04X}"
        fields["gsm_band"] = GSM_BANDS.get(sample.carrier.band, "")
        fields["c1"] = round(sample.rssi_dbm) + C1_OFFSET_DB
    return fields
