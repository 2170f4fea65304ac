"""The fields of the answers' templates, and what the radio values in them express."""

from collections.abc import Mapping
from typing import NamedTuple

from hil_tests.sims.hilink.device import MAC
from hil_tests.sims.hilink.formats import (
    BANDWIDTH_MHZ,
    RSRP,
    RSRQ,
    RSSI,
    SINR,
    bars,
    expressed,
    say,
    uplink_channel,
)
from hil_tests.sims.hilink.stick import CONNECTED, Stick
from hil_tests.sims.network.card import CardState
from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.radio import Sample

Fields = Mapping[str, object]


class Technology(NamedTuple):
    """A technology in the stick's numbers and words: `mode`, network type, extended type, Rat, workmode."""

    mode: int
    network: int
    network_ex: int
    rat: int
    word: str


LTE = Technology(7, 19, 101, 7, "LTE")  # in the transcripts
TECHNOLOGIES = {Mode.GSM: Technology(0, 3, 3, 0, "GSM"), Mode.LTE: LTE, Mode.ENDC: LTE}  # GSM: memory
SIM_STATES = {  # RASPAP
    CardState.ABSENT: 255,
    CardState.BUSY: 256,
    CardState.READY: 257,
    CardState.PIN: 260,
    CardState.PUK: 261,
    CardState.BLOCKED: 261,
}
NO_CARD = 255  # SimStatus; memory
PIN_OFF, PIN_ON = 258, 259  # RASPAP
NO_RADIO = dict.fromkeys(
    (
        *(
            "pci",
            "cell_id",
            "rsrq",
            "rsrp",
            "rssi",
            "sinr",
            "mode",
            "bandwidth_short",
            "bandwidth_long",
            "band",
            "channels",
        ),
        *("tac", "lac", "neighbours", "serving_plmn", "enodeb"),
    ),
    "",
)


def radio_fields(stick: Stick, sample: Sample) -> Fields:
    """Return the fields of a serving cell as the stick writes them."""
    cell, carrier = sample.cell, sample.carrier
    if sample.mode is Mode.GSM:
        known = {"cell_id": cell.cell_id, "rssi": say(sample.rssi_dbm, RSSI), "lac": cell.tac}
        return {**NO_RADIO, **known, "mode": TECHNOLOGIES[Mode.GSM].mode, "serving_plmn": stick.line.plmn}
    quality = RSRQ._replace(digits=stick.firmware.quality_digits)
    heard = enumerate(sample.neighbours, start=1)
    return {
        "pci": cell.pci,
        "cell_id": cell.cell_id,
        "rsrp": say(sample.rsrp_dbm, RSRP),
        "rsrq": say(sample.rsrq_db, quality),
        "rssi": say(sample.rssi_dbm, RSSI),
        "sinr": say(sample.sinr_db, SINR),
        "mode": LTE.mode,
        "bandwidth_short": f"{BANDWIDTH_MHZ[carrier.resource_blocks]}M",
        "bandwidth_long": f"{BANDWIDTH_MHZ[carrier.resource_blocks]}MHz",
        "band": carrier.band,
        "channels": f"DL:{carrier.earfcn} UL:{uplink_channel(carrier.earfcn)}",
        "tac": cell.tac,
        "neighbours": "".join(f"No{number}:{one.cell.pci}" for number, one in heard),
        "serving_plmn": stick.line.plmn,
        "lac": "",
        "enodeb": f"{cell.cell_id >> 8:07d}",
    }


def radio_truth(stick: Stick, now_s: float) -> dict[str, object]:
    """Return what the radio values of an answer express: rounded as the stick does, None for a bound."""
    sample = stick.line.sample(now_s, truth=True)
    if sample is None or stick.blank_signal:
        return {}
    found: dict[str, object] = {"plmn": stick.line.plmn, "cell_id": sample.cell.cell_id}
    found["rssi_dbm"] = expressed(sample.rssi_dbm, RSSI)
    if sample.mode is Mode.GSM:
        return found
    quality = RSRQ._replace(digits=stick.firmware.quality_digits)
    return {
        **found,
        "rsrp_dbm": expressed(sample.rsrp_dbm, RSRP),
        "rsrq_db": expressed(sample.rsrq_db, quality),
        "sinr_db": expressed(sample.sinr_db, SINR),
        "band": sample.carrier.band,
        "earfcn": sample.carrier.earfcn,
        "pci": sample.cell.pci,
        "tac": sample.cell.tac,
    }


def name_truth(stick: Stick, now_s: float) -> dict[str, object]:
    """Return the network's names as they are."""
    full, short, spn = stick.line.names(truth=True)
    return {"name_full": full, "name_short": short, "spn": spn, "plmn": stick.line.plmn}


def status_truth(stick: Stick, now_s: float) -> dict[str, object]:
    """Return the state of registration and data session."""
    return {
        "registered": stick.line.registered(now_s),
        "roaming": stick.line.roaming(now_s),
        "connected": stick.connection(now_s) == CONNECTED,
    }


def identity_truth(stick: Stick, now_s: float) -> dict[str, object]:
    """Return the numbers of modem and SIM."""
    own = stick.line.identity
    return {"imei": own.imei, "imsi": own.imsi, "iccid": own.iccid}


def fill(stick: Stick, now_s: float) -> Fields:
    """Return every field the templates know."""
    sample = stick.line.sample(now_s)
    radio = radio_fields(stick, sample) if sample else NO_RADIO
    if stick.blank_signal:
        radio = {**NO_RADIO, "mode": radio["mode"]}
    device, network = _device_fields(stick, now_s), _network_fields(stick, now_s, sample)
    return {**device, **network, **_card_fields(stick, now_s), **radio}


def _device_fields(stick: Stick, now_s: float) -> Fields:
    own, firmware = stick.line.identity, stick.firmware
    up, down = stick.counters()
    connected_s = stick.connected_s(now_s)
    return {
        "device": firmware.device,
        "hardware": firmware.hardware,
        "software": firmware.software,
        "web": firmware.web,
        "serial": stick.serial,
        "mac": MAC,
        "imei": own.imei,
        "uptime": int(now_s - stick.start_s),
        "connected_s": connected_s,
        "up": up,
        "down": down,
        "data_on": int(stick.data_on),
        "net_mode": stick.net_mode.mode,
        "net_band": stick.net_mode.band,
        "net_lte_band": stick.net_mode.lte_band,
        "dial_roam": stick.dial.roam,
        "dial_idle": stick.dial.idle_s,
        "dial_mode": stick.dial.mode,
        "dial_mtu": stick.dial.mtu,
    }


def _network_fields(stick: Stick, now_s: float, sample: Sample | None) -> Fields:
    line = stick.line
    registered, connected = line.registered(now_s), stick.connection(now_s) == CONNECTED
    technology = TECHNOLOGIES.get(sample.mode) if sample else None
    full, short, spn = line.names() if registered else ("", "", "")
    return {
        "connection": stick.connection(now_s),
        "icon": bars(sample.rsrp_dbm) if sample else 0,
        "network": technology.network if technology else 0,
        "network_ex": technology.network_ex if technology else 0,
        "rat": technology.rat if technology else "",
        "workmode": technology.word if technology else "NO SERVICE",
        "roaming": int(line.roaming(now_s)),
        "service": 2 if registered else int(line.denied(now_s)),  # 0 none, 1 limited, 2 valid: memory
        "domain": 3 if registered else 0,
        "address": line.identity.address if connected else "",
        "dns": "8.8.8.8" if connected else "",
        "dns2": "8.8.4.4" if connected else "",
        "name_full": full,
        "name_short": short,
        "spn": spn,
        "plmn": line.plmn if registered else "",
        "plmn_state": 0 if registered else 1,
        "unread": stick.boxes.unread,
        "storage_full": int(stick.boxes.full),
    }


def _card_fields(stick: Stick, now_s: float) -> Fields:
    own, state = stick.line.identity, stick.line.card_state(now_s)
    pin_tries, puk_tries = stick.line.tries
    iccid = "" if state in {CardState.ABSENT, CardState.BUSY} else own.iccid
    return {
        "imsi": own.imsi if state is CardState.READY else "",
        "iccid": iccid and iccid + "F" * stick.firmware.iccid_filler,
        "sim_state": SIM_STATES[state],
        "sim_status": NO_CARD if state is CardState.ABSENT else int(state is CardState.READY),
        "pin_state": PIN_ON if stick.line.pin_enabled else PIN_OFF,
        "pin_tries": pin_tries,
        "puk_tries": puk_tries,
    }
