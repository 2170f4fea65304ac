"""Whether SMS can arrive on a line: what the modem says of it now, and when it was last proven.

# Ref: 3GPP TS 27.007 7.2 (+CREG), 8.71 (+CIREG); Quectel's AT+QCFG="ims" [memory]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from modem_drivers.at.channel import Command
from modem_drivers.at.standard import parse_registration
from modem_drivers.errors import CommandFailed, MalformedReply
from modem_drivers.modem import Modem
from modem_drivers.session import sms_capability

PROOF_LASTS = timedelta(hours=24)
CIREG = Command("AT+CIREG?", ("+CIREG:",))
IMS_SETTING = Command('AT+QCFG="ims"', ("+QCFG:",))
_CREG = Command("AT+CREG?", ("+CREG:",))
_CIREG = re.compile(r"\+CIREG:\s*\d\s*,\s*([01])")
_QCFG = re.compile(r'\+QCFG:\s*"ims"\s*,\s*\d\s*,\s*([01])', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SmsProof:
    """A message was seen to arrive on the line at *proven_utc* (aware). Nothing of the message."""

    proven_utc: datetime

    def holds(self, now_utc: datetime) -> bool:
        """Tell whether it is at most 24 h old; one from the future (a clock went back) is none."""
        return timedelta(0) <= now_utc - self.proven_utc <= PROOF_LASTS

    def to_text(self) -> str:
        """Return the form to be kept: ISO 8601 with its zone."""
        return self.proven_utc.isoformat()

    @classmethod
    def of_text(cls, text: str) -> SmsProof | None:
        """Return the kept proof; None if *text* is none, or without a zone."""
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            return None
        return cls(moment) if moment.tzinfo is not None else None


async def read_sms_capability(modem: Modem) -> str:
    """Return over what SMS can arrive: "ims", "cs", "none" or "unknown". Raises: CommandTimeout, PortLost."""
    return sms_capability(cs_stat=await _cs_stat(modem), ims_registered=await _ims(modem))


async def _cs_stat(modem: Modem) -> int | None:
    lines = await _lines(modem, _CREG)
    try:
        return parse_registration(lines, "+CREG").stat
    except MalformedReply:
        return None


async def _ims(modem: Modem) -> bool | None:
    for command, shape in ((CIREG, _CIREG), (IMS_SETTING, _QCFG)):
        found = [match for line in await _lines(modem, command) if (match := shape.match(line))]
        if found:
            return found[0][1] == "1"
    return None


async def _lines(modem: Modem, command: Command) -> tuple[str, ...]:
    try:
        return (await modem.session.ask(command)).lines
    except CommandFailed:
        return ()
