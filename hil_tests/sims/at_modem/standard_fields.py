"""The fields of the standard templates: what a reply shows, and what it expresses."""

from collections.abc import Iterator

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.scales import (
    cesq_rsrp_dbm,
    cesq_rsrp_index,
    cesq_rsrq_db,
    cesq_rsrq_index,
    cesq_rxlev_dbm,
    cesq_rxlev_index,
    csq_dbm,
    csq_index,
)
from hil_tests.sims.network.radio import Sample


def said_sample(modem: Modem, now_s: float, truth: bool) -> Sample | None:
    """Return the radio as the modem says it is, or with *truth* as it is; None without a serving cell."""
    sample = modem.sample(now_s)
    return sample if sample is None or truth else modem.shown(sample)


def _signal_fields(sample: Sample) -> Iterator[tuple[str, object]]:
    rsrp, rsrq = cesq_rsrp_index(sample.rsrp_dbm), cesq_rsrq_index(sample.rsrq_db)
    level, rxlev = csq_index(sample.rssi_dbm), cesq_rxlev_index(sample.rssi_dbm)
    yield from {
        "cesq_rsrp": rsrp,
        "cesq_rsrq": rsrq,
        "cesq_rsrp_dbm": cesq_rsrp_dbm(rsrp),
        "cesq_rsrq_db": cesq_rsrq_db(rsrq),
        "cesq_rxlev": rxlev,
        "cesq_rxlev_dbm": cesq_rxlev_dbm(rxlev),
        "csq": level,
        "csq_dbm": csq_dbm(level),
        "rsrp": round(sample.rsrp_dbm),
        "rsrq": round(sample.rsrq_db),
        "rssi": round(sample.rssi_dbm),
        "sinr": round(sample.sinr_db),
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


def cell_fields(sample: Sample) -> dict[str, object]:
    """Return the fields of a cell and its levels; of levels also what the standard's indices say."""
    return dict((*_signal_fields(sample), *_cell_fields(sample)))


def standard_fields(modem: Modem, now_s: float, truth: bool) -> dict[str, object]:
    """Return the fields of the standard rows: what is shown, or with *truth* what the log shall say."""
    own, sample = modem.identity, said_sample(modem, now_s, truth)
    fields: dict[str, object] = {
        "imei": own.imei,
        "imsi": own.imsi,
        "iccid": own.iccid,
        "number": own.number,
        "smsc": own.smsc if truth else modem.text(own.smsc),
        "mcc": modem.registered_plmn[:3],
        "mnc": modem.registered_plmn[3:],
        "plmn": modem.registered_plmn,
        "stat": modem.registration(now_s),
        "location": modem.location(now_s),
        "function": modem.function,
        "attached": int(modem.is_registered(now_s)),
        "ims": int(modem.ims(now_s)),
        "sms_way": modem.message_way(now_s) or "none",
    }
    return {**fields, **cell_fields(sample)} if sample else fields
