"""The fields of the Quectel templates: what a reply shows, and what it expresses."""

from collections.abc import Iterator

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.radio import Sample
from hil_tests.sims.at_modem.scales import (
    cesq_rsrp_dbm,
    cesq_rsrp_index,
    cesq_rsrq_db,
    cesq_rsrq_index,
    csq_dbm,
    csq_index,
    fifth_db,
    fifth_db_raw,
)
from hil_tests.sims.at_modem.table import Fields


def _signal_fields(sample: Sample, qeng_sinr: str) -> Iterator[tuple[str, object]]:
    rsrp, rsrq = cesq_rsrp_index(sample.rsrp_dbm), cesq_rsrq_index(sample.rsrq_db)
    level, fifths = csq_index(sample.rssi_dbm), fifth_db_raw(sample.sinr_db)
    in_db = qeng_sinr == "db"
    yield from {
        "cesq_rsrp": rsrp,
        "cesq_rsrq": rsrq,
        "cesq_rsrp_dbm": cesq_rsrp_dbm(rsrp),
        "cesq_rsrq_db": cesq_rsrq_db(rsrq),
        "csq": level,
        "csq_dbm": csq_dbm(level),
        "rsrp": round(sample.rsrp_dbm),
        "rsrq": round(sample.rsrq_db),
        "rssi": round(sample.rssi_dbm),
        "sinr_fifths": fifths,
        "sinr_fifths_db": fifth_db(fifths),
        "sinr_qeng": round(sample.sinr_db) if in_db else fifths,
        "sinr_qeng_db": round(sample.sinr_db) if in_db else fifth_db(fifths),
        "srxlev": round(sample.rsrp_dbm) + 124,  # Srxlev = RSRP - Qrxlevmin (-124 dBm), TS 36.304 5.2.3.2
    }.items()


def _cell_fields(sample: Sample) -> Iterator[tuple[str, object]]:
    cell, carrier = sample.cell, sample.carrier
    yield from {
        "pci": cell.pci,
        "tac": f"{cell.tac:X}",
        "cell_id": f"{cell.cell_id:X}",
        "tac_number": cell.tac,
        "cell_number": cell.cell_id,
        "band": carrier.band,
        "earfcn": carrier.earfcn,
        "duplex": carrier.duplex,
        "bandwidth": carrier.bandwidth_code,
    }.items()


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    own, sample = modem.identity, modem.sample(now_s)
    fields: dict[str, object] = {
        "imei": own.imei,
        "imsi": own.imsi,
        "iccid": own.iccid,
        "number": own.number,
        "smsc": modem.text(own.smsc),
        "mcc": own.mcc,
        "mnc": own.mnc,
        "plmn": own.plmn,
        "stat": modem.registration(now_s),
        "location": modem.location(now_s),
        "function": modem.function,
        "attached": int(modem.attached),
    }
    if sample:
        said = sample if truth else modem.shown(sample)
        fields.update(_signal_fields(said, modem.profile.qeng_sinr))
        fields.update(_cell_fields(said))
        fields["state"] = "NOCONN"
    return fields
