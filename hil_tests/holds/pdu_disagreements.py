"""Where gammu's library or python-gsmmodem-new read a published PDU otherwise than its entry says, and why.

Clauses: 3GPP TS 23.040 unless another document is named. A disagreement that has no row fails the hold, and
so does a row whose disagreement no longer comes.
"""

from typing import NamedTuple


class Explained(NamedTuple):
    """`program` says of each entry of `ids` something else in `field` ("error": it reads nothing)."""

    program: str
    field: str
    ids: tuple[str, ...]
    clause: str
    why: str


EXPLAINED = (
    Explained(
        "gammu", "error", ("python-gsmmodem-51-1",), "9.2.3.24",
        "the header's last element (0xC0, 27 octets) is longer than the header: the header is to be ignored, "
        "the text behind it stands; gammu takes the whole message for corrupt",
    ),
    Explained(
        "gsmmodem", "text", ("python-gsmmodem-51-1",), "9.2.3.24",
        "the same header: the text begins at the septet behind its length (1 fill bit), not shifted by it",
    ),
    Explained(
        "gsmmodem", "text", ("node-pdu-22-1", "node-pdu-22-2"), "9.2.3.24, figure 9.2.3.24 (a)",
        "a header of 7 octets ends at a septet: no fill bits; python-gsmmodem-new drops the first character",
    ),
    Explained(
        "gammu", "peer", ("asterisk-chan-dongle-42-1",), "9.1.2.5; TS 23.038 6.2.1",
        "an alphanumeric address is in the GSM alphabet, in which code 0x11 is the low line",
    ),
    Explained(
        "gsmmodem", "error", ("node-sms-pdu-3-1",), "9.1.2.5",
        "a sender of length 0 has a type of number and no digits; what follows is TP-PID",
    ),
    Explained(
        "gammu", "sent", ("python-gsmmodem-15-2",), "9.1.2.3, 9.2.3.11",
        "semi-octet 12 of zone 0xC2 is no digit; counted as one, the report is an hour off its own TP-DT",
    ),
    Explained(
        "gsmmodem", "sent", ("python-gsmmodem-15-2",), "9.1.2.3, 9.2.3.11",
        "the same: it adds the half as if it were a digit",
    ),
    Explained(
        "gammu", "text", ("gammu-483-1",), "9.2.3.10; TS 23.038 4",
        "coding 0xFB: group 1111, bit 2 is 0 = GSM 7-bit, class 3; the reserved bit 3 changes nothing",
    ),
    Explained(
        "gsmmodem", "text", ("9cbs-2", "modemsyenlaces.blogspot-1", "linuxwebdev.blogspot-1"),
        "9.2.3.10; TS 23.038 4",
        "coding 0xF5, 0xF6: group 1111, bit 2 is 1 = 8-bit data, no text; it reads septets",
    ),
    Explained(
        "gsmmodem", "text", ("Opaali-1", "Opaali-2", "mobiletidings-6", "mobiletidings-7"),
        "9.2.3.10; TS 23.038 4",
        "coding 0x04 is 8-bit data, in no alphabet; it reads each octet as a character of Latin-1",
    ),
    Explained(
        "gsmmodem", "text", ("accessvba.blogsky-4",), "9.2.3.16",
        "TP-UDL says 8 septets; an octet of zeros stands behind them, which it reads as one more, an @",
    ),
    Explained(
        "gammu", "sent", ("subnets-1", "pypi-1", "power-meter-2"), "9.2.3.11",
        "two digits of a year and no rule for the century: messages of 1996 to 1999 are not of 2086 to 2099",
    ),
    Explained(
        "gammu", "text", ("computec-2", "computec-3", "PDUlib-4"), "9.2.3.16; TS 23.038 6.2.1.1",
        "TP-UDL counts the escape as a septet of its own; gammu counts a character too many and adds a NUL",
    ),
    Explained(
        "gammu", "accepted", ("smspdudecoder-8-1", "gammu-544-1"), "9.2.3.16",
        "TP-UDL says more septets than octets are there: the PDU was published cut; gammu reads what is left",
    ),
    Explained(
        "gsmmodem", "accepted", ("smspdudecoder-8-1", "gammu-544-1"), "9.2.3.16",
        "the same, and it reads what is left",
    ),
)  # fmt: skip


def by_key() -> dict[tuple[str, str, str], Explained]:
    """Return {(program, entry's id, field): row}."""
    return {(row.program, name, row.field): row for row in EXPLAINED for name in row.ids}
