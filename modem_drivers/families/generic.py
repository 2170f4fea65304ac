"""A modem that follows 3GPP TS 27.007: the fallback of every family, and the family of an unknown modem."""

from __future__ import annotations

from modem_drivers.at.channel import Command
from modem_drivers.at.standard import is_solicited_registration, parse_cesq, parse_csq
from modem_drivers.families.family import Family, SignalQuery
from modem_drivers.provenance import standard

STANDARD_CESQ = SignalQuery(Command("AT+CESQ", ("+CESQ:",)), parse_cesq, standard("27.007", "8.69"))
STANDARD_CSQ = SignalQuery(Command("AT+CSQ", ("+CSQ:",)), parse_csq, standard("27.007", "8.5"))

REGISTRATIONS = tuple(
    Command(f"AT{prefix}?", (f"{prefix}:",), fits=is_solicited_registration)
    for prefix in ("+CEREG", "+C5GREG", "+CREG")
)
"""Asked in this order; the first that says "registered" is believed (27.007 10.1.22, 10.1.43, 7.2)."""

GENERIC = Family(name="generic", manufacturer="", model="", signal=(STANDARD_CESQ, STANDARD_CSQ))
