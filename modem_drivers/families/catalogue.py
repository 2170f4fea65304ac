"""All families, in the order they are tried; the last one fits any modem that speaks AT."""

from __future__ import annotations

from modem_drivers.families.family import Family
from modem_drivers.families.generic import GENERIC
from modem_drivers.families.huawei import HUAWEI_HILINK, HUAWEI_STICK
from modem_drivers.families.others import (
    FIBOCOM_MEDIATEK,
    FIBOCOM_QUALCOMM,
    FIBOCOM_XMM,
    SIERRA,
    TELIT_FAMILY,
    ZTE_GOFORM,
)
from modem_drivers.families.quectel import QUECTEL_5G, QUECTEL_UNISOC
from modem_drivers.families.quectel_lte import QUECTEL_LTE
from modem_drivers.families.simcom import SIMCOM_5G, SIMCOM_A76XX, SIMCOM_SIM7600

CATALOGUE: tuple[Family, ...] = (
    QUECTEL_UNISOC,
    QUECTEL_5G,
    QUECTEL_LTE,
    SIMCOM_5G,
    SIMCOM_SIM7600,
    SIMCOM_A76XX,
    HUAWEI_HILINK,
    HUAWEI_STICK,
    ZTE_GOFORM,
    SIERRA,
    FIBOCOM_XMM,
    FIBOCOM_QUALCOMM,
    FIBOCOM_MEDIATEK,
    TELIT_FAMILY,
    GENERIC,
)


def find_family(manufacturer: str, model: str) -> Family:
    """Return the family of a modem that calls itself so (AT+CGMI, AT+CGMM); GENERIC if no row fits."""
    return next((family for family in CATALOGUE if family.matches(manufacturer, model)), GENERIC)


def named_family(name: str) -> Family:
    """Return the family of that name; GENERIC if there is none."""
    return next((family for family in CATALOGUE if family.name == name), GENERIC)


def family_of_usb(vid: int, pid: int) -> Family:
    """Return the family that a USB id suggests before the modem was asked; GENERIC if no row has it.

    Makers share ids between chips: what the modem says of itself (find_family) outweighs this.
    """
    return next((family for family in CATALOGUE if (vid, pid) in family.usb_ids), GENERIC)
