"""A cursor over the octets of a PDU: what is missing is refused with its field and its place."""

from __future__ import annotations

import re

from modem_drivers.errors import MalformedPdu

_NOT_HEX = re.compile(r"[^0-9A-Fa-f]")


def octets_of_hex(text: str, *, what: str) -> bytes:
    """Return the octets of hexadecimal *text* (blanks around it are left out).

    Raises: MalformedPdu, naming *what*: a character that is no hexadecimal digit, or half an octet.
    """
    digits = text.strip()
    if stray := _NOT_HEX.search(digits):
        raise MalformedPdu(what, "hexadecimal digits", "hex", stray.start() // 2)
    if len(digits) % 2:
        raise MalformedPdu(what, "two hexadecimal digits an octet", "hex", len(digits) // 2)
    return bytes.fromhex(digits)


class Octets:
    """*data*, read from front to back; *what* names the PDU in errors."""

    def __init__(self, data: bytes, *, what: str) -> None:
        self._data = data
        self._what = what
        self.position = 0

    def octet(self, field: str) -> int:
        """Return the next octet. Raises: MalformedPdu."""
        return self.take(1, field)[0]

    def take(self, count: int, field: str) -> bytes:
        """Return the next *count* octets. Raises: MalformedPdu, if there are fewer."""
        end = self.position + count
        if end > len(self._data):
            raise self.refusal(field, f"{count} more octets ({len(self._data) - self.position} are left)")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def rest(self) -> bytes:
        """Return what is left."""
        taken = self._data[self.position :]
        self.position = len(self._data)
        return taken

    def refusal(self, field: str, expected: str) -> MalformedPdu:
        """Return the error of *field* at the present place."""
        return MalformedPdu(self._what, expected, field, self.position)
