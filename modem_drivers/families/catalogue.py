"""All families, in the order they are tried; the last one fits any modem."""

from __future__ import annotations

from modem_drivers.families.family import Family
from modem_drivers.families.generic import GENERIC
from modem_drivers.families.quectel_lte import QUECTEL_LTE

CATALOGUE: tuple[Family, ...] = (QUECTEL_LTE, GENERIC)


def find_family(manufacturer: str, model: str) -> Family:
    """Return the family of a modem that calls itself so (AT+CGMI, AT+CGMM); GENERIC if no row fits."""
    return next((family for family in CATALOGUE if family.matches(manufacturer, model)), GENERIC)
