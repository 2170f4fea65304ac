"""The fields of the Quectel templates: what a reply shows, and what it expresses."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.scales import (
    fifth_db,
    fifth_db_raw,
    halved_db,
    halved_raw,
    ss_rsrp_dbm,
    ss_rsrp_index,
    ss_rsrq_db,
    ss_rsrq_index,
    ss_sinr_db,
    ss_sinr_index,
)
from hil_tests.sims.at_modem.standard_fields import cell_fields, standard_fields
from hil_tests.sims.at_modem.table import Fields
from hil_tests.sims.network.card import PIN_TRIES, CardState
from hil_tests.sims.network.carriers import Rat
from hil_tests.sims.network.messages import CAPACITY
from hil_tests.sims.network.radio import Heard, Sample

NR_BANDWIDTHS_MHZ = (5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100, 200, 400, 35, 45)
"""NR_DL_bandwidth by its index, in the order of the RG50xQ&RM5xxQ Network Application Note V1.0.0, 3.2.2."""
SCS_KHZ = (15, 30, 60, 120, 240)
INVALID = -32768
GSM_BANDS = {1800: 0, 1900: 1}  # EC2x manual V2.0 6.17
QRXLEVMIN_DBM = -124  # Srxlev = RSRP - Qrxlevmin, TS 36.304 5.2.3.2


def camped_sample(modem: Modem, now_s: float, truth: bool) -> Sample | None:
    """Return the radio as the modem says it is, or with *truth* as it is, let in by the cell or not."""
    sample = modem.camped(now_s)
    return sample if sample is None or truth else modem.shown(sample)


def _nr_fields(heard: Heard) -> dict[str, object]:
    """Return the fields of an NR cell in use, all named nr_..., and the standard's indices of it."""
    rsrp, rsrq = ss_rsrp_index(heard.rsrp_dbm), ss_rsrq_index(heard.rsrq_db)
    sinr = ss_sinr_index(heard.sinr_db)
    return {
        "nr_pci": heard.cell.pci,
        "nr_arfcn": heard.carrier.earfcn,
        "nr_band": heard.carrier.band,
        "nr_bandwidth": NR_BANDWIDTHS_MHZ.index(round(heard.carrier.bandwidth_mhz)),
        "nr_duplex": heard.carrier.duplex,
        "nr_scs": SCS_KHZ.index(heard.carrier.scs_khz),
        "nr_rsrp": round(heard.rsrp_dbm),
        "nr_rsrq": round(heard.rsrq_db),
        "nr_sinr": round(heard.sinr_db),
        "nr_rssi": round(heard.rssi_dbm),
        "ss_rsrp": rsrp,
        "ss_rsrq": rsrq,
        "ss_sinr": sinr,
        "ss_rsrp_dbm": ss_rsrp_dbm(rsrp),
        "ss_rsrq_db": ss_rsrq_db(rsrq),
        "ss_sinr_db": ss_sinr_db(sinr),
    }


def _second_fields(heard: Heard) -> dict[str, object]:
    """Return the fields of an aggregated LTE carrier, all named scc_..."""
    return {
        "scc_earfcn": heard.carrier.earfcn,
        "scc_blocks": heard.carrier.resource_blocks,
        "scc_band": heard.carrier.band,
        "scc_pci": heard.cell.pci,
        "scc_rsrp": round(heard.rsrp_dbm),
        "scc_rsrq": round(heard.rsrq_db),
        "scc_rssi": round(heard.rssi_dbm),
        "scc_sinr": round(heard.sinr_db),
    }


def _sinr_fields(sample: Sample, qeng_sinr: str) -> dict[str, object]:
    fifths, halves = fifth_db_raw(sample.sinr_db), halved_raw(sample.sinr_db)
    in_db = qeng_sinr == "db"
    return {
        "sinr_fifths": fifths,
        "sinr_fifths_db": fifth_db(fifths),
        "sinr_qeng": round(sample.sinr_db) if in_db else fifths,
        "sinr_qeng_db": round(sample.sinr_db) if in_db else fifth_db(fifths),
        "sinr_halves": halves,
        "sinr_halves_db": halved_db(halves),
    }


def _antenna_fields(heard: Heard, prefix: str) -> dict[str, object]:
    """Return the levels of four receive paths: the second weaker, the others not connected."""
    levels = {"rsrp": heard.rsrp_dbm, "rssi": heard.rssi_dbm, "rsrq": heard.rsrq_db, "sinr": heard.sinr_db}
    return {
        f"{prefix}paths_{name}": f"{round(level)},{round(level) - 3},{INVALID},{INVALID}"
        for name, level in levels.items()
    }


def _state_fields(modem: Modem, now_s: float) -> dict[str, object]:
    card = modem.card_state(now_s)
    return {
        "state": "NOCONN" if modem.is_registered(now_s) else "LIMSRV",
        "pcell_state": modem.registration(now_s),
        "urcport": (*modem.setting("+QURCCFG"), "usbat")[0],
        "gnss": modem.vendor.get("gnss", "0"),
        "pin_left": modem.card.pin_tries,
        "puk_left": modem.card.puk_tries,
        "pin2_left": PIN_TRIES,
        "card_there": int(card is not CardState.ABSENT),
        "card_ready": 7 if card is CardState.READY else int(card in {CardState.PIN, CardState.PUK}),
        "bars": 0,
        "service": int(modem.is_registered(now_s)),
        "roaming": int(modem.roaming and modem.is_registered(now_s)),
        "full": int(all(modem.store.used(memory) == places for memory, places in CAPACITY.items())),
        "endc": int(modem.mode(now_s).value == "endc"),
        "emm_cause": modem.last_cause[1] if modem.last_cause and modem.last_cause[0] == "emm" else 0,
        "esm_cause": modem.last_cause[1] if modem.last_cause and modem.last_cause[0] == "esm" else 0,
    }


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    fields = {**standard_fields(modem, now_s, truth), **_state_fields(modem, now_s)}
    sample = camped_sample(modem, now_s, truth)
    if sample is None:
        return fields
    fields |= (
        cell_fields(sample) | _sinr_fields(sample, modem.profile.qeng_sinr) | _antenna_fields(sample, "")
    )
    fields["srxlev"] = round(sample.rsrp_dbm) - QRXLEVMIN_DBM
    fields["bsic"] = sample.cell.pci
    fields["gsm_band"], fields["c1"] = GSM_BANDS.get(sample.carrier.band, "-"), round(sample.rsrp_dbm) + 105
    fields["bars"] = min(max((round(sample.rsrp_dbm) + 125) // 10, 0), 5)
    fields["blocks"] = sample.carrier.resource_blocks
    leg = sample if sample.carrier.rat is Rat.NR else sample.nr
    if leg:
        fields |= _nr_fields(leg) | _antenna_fields(leg, "nr_")
    if sample.second:
        fields |= _second_fields(sample.second)
    return fields
