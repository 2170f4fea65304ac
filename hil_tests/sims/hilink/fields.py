"""The fields of the answers' templates, and what the radio values in them express."""

from collections.abc import Mapping

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
from hil_tests.sims.network.radio import Sample

Fields = Mapping[str, object]
LTE_MODE, LTE_NETWORK, LTE_NETWORK_EX, LTE_RAT = 7, 19, 101, 7
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
        *("tac", "neighbours", "serving_plmn", "enodeb"),
    ),
    "",
)


def radio_fields(stick: Stick, sample: Sample) -> Fields:
    """Return the fields of a serving cell as the stick writes them."""
    cell, carrier = sample.cell, sample.carrier
    quality = RSRQ._replace(digits=stick.firmware.quality_digits)
    heard = enumerate(sample.neighbours, start=1)
    return {
        "pci": cell.pci,
        "cell_id": cell.cell_id,
        "rsrp": say(sample.rsrp_dbm, RSRP),
        "rsrq": say(sample.rsrq_db, quality),
        "rssi": say(sample.rssi_dbm, RSSI),
        "sinr": say(sample.sinr_db, SINR),
        "mode": LTE_MODE,
        "bandwidth_short": f"{BANDWIDTH_MHZ[carrier.resource_blocks]}M",
        "bandwidth_long": f"{BANDWIDTH_MHZ[carrier.resource_blocks]}MHz",
        "band": carrier.band,
        "channels": f"DL:{carrier.earfcn} UL:{uplink_channel(carrier.earfcn)}",
        "tac": cell.tac,
        "neighbours": "".join(f"No{number}:{one.cell.pci}" for number, one in heard),
        "serving_plmn": stick.line.identity.plmn,
        "enodeb": f"{cell.cell_id >> 8:07d}",
    }


def radio_truth(stick: Stick, now_s: float) -> dict[str, object]:
    """Return what the radio values of an answer express: rounded as the stick does, None for a bound."""
    sample = stick.line.sample(now_s, truth=True)
    if sample is None or stick.blank_signal:
        return {}
    quality = RSRQ._replace(digits=stick.firmware.quality_digits)
    return {
        "rsrp_dbm": expressed(sample.rsrp_dbm, RSRP),
        "rsrq_db": expressed(sample.rsrq_db, quality),
        "rssi_dbm": expressed(sample.rssi_dbm, RSSI),
        "sinr_db": expressed(sample.sinr_db, SINR),
        "plmn": stick.line.identity.plmn,
        "band": sample.carrier.band,
        "earfcn": sample.carrier.earfcn,
        "pci": sample.cell.pci,
        "tac": sample.cell.tac,
        "cell_id": sample.cell.cell_id,
    }


def name_truth(stick: Stick, now_s: float) -> dict[str, object]:
    """Return the network's names as they are."""
    full, short, spn = stick.line.names(truth=True)
    return {"name_full": full, "name_short": short, "spn": spn, "plmn": stick.line.identity.plmn}


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
    return {**_device_fields(stick, now_s), **_network_fields(stick, now_s, sample), **radio}


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
        "imsi": own.imsi,
        "iccid": own.iccid,
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
    registered = stick.line.registered(now_s)
    connected = stick.connection(now_s) == CONNECTED
    full, short, spn = stick.line.names() if registered else ("", "", "")
    return {
        "connection": stick.connection(now_s),
        "icon": bars(sample.rsrp_dbm) if sample else 0,
        "network": LTE_NETWORK if sample else 0,
        "network_ex": LTE_NETWORK_EX if sample else 0,
        "rat": LTE_RAT if sample else "",
        "roaming": int(stick.line.roaming(now_s)),
        "service": 2 if registered else 0,
        "domain": 3 if registered else 0,
        "address": stick.line.identity.address if connected else "",
        "dns": "8.8.8.8" if connected else "",
        "dns2": "8.8.4.4" if connected else "",
        "name_full": full,
        "name_short": short,
        "spn": spn,
        "plmn": stick.line.identity.plmn if registered else "",
        "plmn_state": 0 if registered else 1,
        "workmode": "LTE" if sample else "NO SERVICE",
        "sim_state": 257,
        "sim_status": 1,
        "unread": sum(row.message.status == 0 for row in stick.inbox(now_s)),
    }
