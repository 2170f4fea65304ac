"""Fibocom's commands (Intel's XMM platform) whose answers take more than filling in a template."""

from collections.abc import Callable

from hil_tests.sims.at_modem.channels import uplink_earfcn
from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.personalities.fibocom_fields import half_db_raw
from hil_tests.sims.at_modem.reply import OK, Reply
from hil_tests.sims.at_modem.scales import cesq_rsrp_dbm, cesq_rsrp_index, cesq_rsrq_db, cesq_rsrq_index
from hil_tests.sims.at_modem.standard_fields import said_sample
from hil_tests.sims.at_modem.syntax import Command
from hil_tests.sims.network.radio import Heard, Sample

UNKNOWN, NO_TIMING = "0xFFFFFFFF", "0x7FFFFFFF"


def _serving_line(sample: Sample, mcc: str, mnc: str) -> str:
    cell, carrier = sample.cell, sample.carrier
    return (
        f'+XMCI: 4,{mcc},{mnc},"0x{cell.tac:04X}","0x{cell.cell_id:08X}","0x{cell.pci:04X}",'
        f'"0x{carrier.earfcn:08X}","0x{uplink_earfcn(carrier):08X}","{UNKNOWN}",'
        f"{cesq_rsrp_index(sample.rsrp_dbm)},{cesq_rsrq_index(sample.rsrq_db)},{half_db_raw(sample.sinr_db)},"
        '"0x00000000","0x00000000"'
    )


def _neighbour_line(heard: Heard) -> str:
    return (
        f'+XMCI: 5,000,000,"0xFFFE","{UNKNOWN}","0x{heard.cell.pci:04X}","0x{heard.carrier.earfcn:08X}",'
        f'"{UNKNOWN}","{UNKNOWN}",{cesq_rsrp_index(heard.rsrp_dbm)},{cesq_rsrq_index(heard.rsrq_db)},255,"{NO_TIMING}","0x00000000"'
    )


def _truth(sample: Sample, plmn: str) -> dict[str, object]:
    cell = sample.cell
    return {
        "rsrp_dbm": _power(sample),
        "rsrq_db": _quality(sample),
        "sinr_db": half_db_raw(sample.sinr_db) / 2,
        "plmn": plmn,
        "earfcn": sample.carrier.earfcn,
        "pci": cell.pci,
        "tac": cell.tac,
        "cell_id": cell.cell_id,
    }


def cells(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +XMCI=1: a line for the serving cell, a line a neighbour; nothing without service."""
    shown, true = said_sample(modem, now_s, False), said_sample(modem, now_s, True)
    if shown is None or true is None:
        return OK
    plmn = modem.registered_plmn
    neighbours = (_neighbour_line(heard) for heard in shown.neighbours)
    return Reply((_serving_line(shown, plmn[:3], plmn[3:]), *neighbours), truth=_truth(true, plmn))


def _levels(prefix: str, sample: Sample, show: Callable[[Heard], float]) -> str:
    cells: tuple[Heard, ...] = (sample, *sample.neighbours)
    texts = (f"{heard.cell.pci},{heard.carrier.earfcn},{show(heard):.2f}" for heard in cells)
    return f"{prefix}: {','.join(texts)}"


def _power(heard: Heard) -> int:
    return cesq_rsrp_dbm(cesq_rsrp_index(heard.rsrp_dbm))


def _quality(heard: Heard) -> float:
    return cesq_rsrq_db(cesq_rsrq_index(heard.rsrq_db))


def power_of_cells(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +RSRP?: PCI, EARFCN, RSRP of every cell heard, all on one line."""
    shown, true = said_sample(modem, now_s, False), said_sample(modem, now_s, True)
    if shown is None or true is None:
        return OK
    return Reply((_levels("+RSRP", shown, _power),), truth={"rsrp_dbm": _power(true)})


def quality_of_cells(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +RSRQ?: PCI, EARFCN, RSRQ of every cell heard, all on one line."""
    sample = modem.sample(now_s)
    if sample is None:
        return OK
    return Reply((_levels("+RSRQ", sample, _quality),), truth={"rsrq_db": _quality(sample)})
