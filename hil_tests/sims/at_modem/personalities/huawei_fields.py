"""The fields of the Huawei templates: what a reply shows, and what it expresses.

^HCSQ counts bins; the table of Huawei's ME909s specification (V100R001, issue 03), as an owner of an E3372h
quotes it, gives each bin's lower edge: RSSI 1 = -120 dBm, RSRP 1 = -140 dBm, SINR 1 = -20 dB in fifths,
RSRQ 1 = -19.5 dB in halves; 0 is anything below.
"""

from ipaddress import IPv4Address
from math import floor

from hil_tests.sims.at_modem.channels import bandwidth_hz, downlink_hz, uplink_earfcn, uplink_hz
from hil_tests.sims.at_modem.modem import Modem, active_address
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields
from hil_tests.sims.network.carriers import Rat
from hil_tests.sims.network.radio import Sample

DNS = ("10.8.8.8", "10.8.4.4")
MASK = 0xFFFFFFF8
DATA_CONTEXT = 1


def _bin(value: float, edge: float, step: float, last: int) -> int:
    """Return the index of the bin, *step* wide, that holds *value*; bin 1 begins at *edge*."""
    return min(max(floor(round((value - edge) / step, 6)) + 1, 0), last)


def _level_fields(sample: Sample) -> dict[str, object]:
    rssi = _bin(sample.rssi_dbm, -120, 1, 96)
    return {"hcsq_rssi": rssi, "hcsq_rssi_dbm": rssi - 121}


def _hcsq_fields(sample: Sample) -> dict[str, object]:
    rsrp, sinr = _bin(sample.rsrp_dbm, -140, 1, 97), _bin(sample.sinr_db, -20, 0.2, 251)
    rsrq = _bin(sample.rsrq_db, -19.5, 0.5, 34)
    return {
        "hcsq_rsrp": rsrp,
        "hcsq_sinr": sinr,
        "hcsq_rsrq": rsrq,
        "hcsq_rsrp_dbm": rsrp - 141,
        "hcsq_sinr_db": round((sinr - 1) / 5 - 20, 1),
        "hcsq_rsrq_db": (rsrq - 1) / 2 - 19.5,
    }


def _carrier_fields(sample: Sample) -> dict[str, object]:
    carrier = sample.carrier
    return {
        "pci_hex": f"{sample.cell.pci:X}",
        "down_100khz": downlink_hz(carrier) // 100_000,
        "up_100khz": uplink_hz(carrier) // 100_000,
        "up_earfcn": uplink_earfcn(carrier),
        "width_khz": bandwidth_hz(carrier) // 1000,
    }


def backward_hex(address: int) -> str:
    """Return an IPv4 address in hexadecimal digits, its last octet first."""
    return address.to_bytes(4, "little").hex().upper()


def _dhcp_fields(modem: Modem) -> dict[str, object]:
    address = int(IPv4Address(active_address(modem, DATA_CONTEXT)))
    gateway = (address & MASK) + 1 + (address & ~MASK == 1) if address else 0
    return {
        "dhcp_address": backward_hex(address),
        "dhcp_mask": backward_hex(MASK),
        "dhcp_gateway": backward_hex(gateway),
        "dhcp_dns_1": backward_hex(int(IPv4Address(DNS[0]))),
        "dhcp_dns_2": backward_hex(int(IPv4Address(DNS[1]))),
        "connected": int(address != 0),
    }


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    full, short, _ = modem.names(truth=truth)
    fields = {
        **standard_fields(modem, now_s, truth),
        **_dhcp_fields(modem),
        "name_full": modem.text(full),
        "name_short": modem.text(short),
        "true_name_full": full,
        "true_name_short": short,
        "time": modem.local_time(now_s).strftime("%y/%m/%d,%H:%M:%S"),
        "zone": f"{modem.profile.zone_quarters:+03d}",
        "abroad": int(modem.roaming),
    }
    if sample := said_sample(modem, now_s, truth):
        fields.update(_level_fields(sample))
        if sample.carrier.rat is Rat.LTE:
            fields.update(_hcsq_fields(sample))
            fields.update(_carrier_fields(sample))
    return fields
