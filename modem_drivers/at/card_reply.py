"""What AT+CRSM read of the files that name networks: the octets of its answer, by the file it was asked for.

# Ref: 3GPP TS 27.007 8.18 (+CRSM), TS 31.102 4.2 (the files)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from modem_drivers.at.card_files import (
    CPHS_NAME,
    CPHS_SHORT,
    OPL,
    PNN,
    SPDI,
    SPN,
    decode_alpha,
    decode_opl,
    decode_pnn,
    decode_spdi,
    decode_spn,
)
from modem_drivers.at.replies import Value
from modem_drivers.at.standard import hide_private

Facts = dict[str, Value | None]
_ASKED = re.compile(r"\s*(?:AT)?\+CRSM\s*=\s*17[68]\s*,\s*([0-9]{1,5})\b.*", re.IGNORECASE | re.DOTALL)
_DATA = re.compile(r"\+CRSM:\s*14[45]\s*,\s*\d+\s*,\s*\"?((?:[0-9A-Fa-f]{2})+)\"?\s*", re.IGNORECASE)


def _spn(data: bytes) -> Facts:
    found = decode_spn(data)
    return {"spn": found.name, "spn_display": found.display} if found else {"spn": None}


def _pnn(data: bytes) -> Facts:
    found = decode_pnn(data)
    return {"pnn_full": found.full if found else None, "pnn_short": found.short if found else None}


def _opl(data: bytes) -> Facts:
    found = decode_opl(data)
    if found is None:
        return {"opl_plmn": None}
    plmn, first, last, record = found
    return {"opl_plmn": plmn, "opl_first_area": first, "opl_last_area": last, "pnn_record": record}


def _spdi(data: bytes) -> Facts:
    return {"spdi": ",".join(decode_spdi(data)) or None}


def _cphs(data: bytes) -> Facts:
    return {"cphs_name": decode_alpha(data).strip("\0 ") or None}


READERS: Mapping[int, Callable[[bytes], Facts]] = {
    SPN: _spn,
    PNN: _pnn,
    OPL: _opl,
    SPDI: _spdi,
    CPHS_NAME: _cphs,
    CPHS_SHORT: _cphs,
}


def card_facts(command: str, line: str) -> Facts:
    """Return what *line* says of the file that *command* asked for; nothing of any other file."""
    asked, data = _ASKED.fullmatch(command), _DATA.fullmatch(line)
    reader = READERS.get(int(asked[1])) if asked else None
    if reader is None or data is None:
        return {}
    facts = reader(bytes.fromhex(data[1]))
    return {name: hide_private("", text) if isinstance(text, str) else text for name, text in facts.items()}
