"""A modem that follows 3GPP TS 27.007: the fallback of every family, and the family of an unknown modem."""

from __future__ import annotations

from modem_drivers.at.channel import Command
from modem_drivers.at.shapes import is_solicited_registration
from modem_drivers.at.standard import parse_cesq, parse_csq
from modem_drivers.families.facts import Ask, Depth
from modem_drivers.families.family import Family, SignalQuery
from modem_drivers.provenance import REMEMBERED, standard

STANDARD_CESQ = SignalQuery(Command("AT+CESQ", ("+CESQ:",)), parse_cesq, standard("27.007", "8.69"))
STANDARD_CSQ = SignalQuery(Command("AT+CSQ", ("+CSQ:",)), parse_csq, standard("27.007", "8.5"))

REGISTRATIONS = tuple(
    Command(f"AT{prefix}?", (f"{prefix}:",), fits=is_solicited_registration)
    for prefix in ("+CEREG", "+C5GREG", "+CREG")
)
"""Asked in this order; the first that says "registered" is believed (27.007 10.1.22, 10.1.43, 7.2)."""

GENERIC = Family(
    name="generic",
    title="any modem of 3GPP TS 27.007",
    depth=Depth.IDS,
    signal=(STANDARD_CESQ, STANDARD_CSQ),
    iccid=Ask(text="AT+CCID", source=REMEMBERED),
)

ADVICE = (
    "{who}: no family knows this modem, it is spoken to by 3GPP TS 27.007 alone. Record it "
    "(pantau modems record {port} --out modem.jsonl; numbers and texts are left out) and send modem.jsonl "
    "with the answers to ATI, AT+CGMR, AT+CGDCONT? and its lsusb -v to the project: docs/writing-a-family.md"
)
ADVICE_ID = (
    "{who}: modem ini belum dikenal, hanya perintah standar 3GPP TS 27.007 yang dipakai. Rekam "
    "(pantau modems record {port} --out modem.jsonl; nomor dan teks tidak ikut) lalu kirim modem.jsonl "
    "beserta jawaban ATI, AT+CGMR, AT+CGDCONT? dan lsusb -v ke proyek: docs/writing-a-family.md"
)


def advice(family: str, who: str, port: str, lang: str = "en") -> str | None:
    """Return what to record and send in where *family* is the generic one; None for a known family.

    who: how the modem calls itself, or its USB id; lang: "en" or "id".
    """
    if family != GENERIC.name:
        return None
    return (ADVICE_ID if lang == "id" else ADVICE).format(who=who, port=port)
