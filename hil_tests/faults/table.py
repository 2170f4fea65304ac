"""The faults: what each does to somebody who is not the driver, and what the box is then to think of it.

`expected_state` is the session's state and `expected_outcome` the result's class (docs/interfaces.md section
4). The test here asserts `effect`, as `observer` sees it; the issue in `rest_in` asserts state and outcome
(4: drivers, 5: measurements).
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault; its test is test_<name> of hil_tests/faults, once with it and once without.

    of_modem: a modem suffers from it; else the bench's network, server or clock.
    """

    name: str
    effect: str
    observer: str
    expected_state: str
    expected_outcome: str
    rest_in: int
    of_modem: bool = True

    @property
    def test(self) -> str:
        """The test function's name."""
        return f"test_{self.name.replace('-', '_')}"


FAULTS = (
    Fault(
        "unplug",
        "an open port hangs up (POLLHUP, then EIO on writing) and its path is gone",
        "poll(2), write(2) on the descriptor; the file system",
        "absent",
        "box",
        4,
    ),
    Fault(
        "replug-renamed",
        "the modem is back at the same place under another device name; the old descriptor stays dead",
        "realpath of the place, write(2) on the old descriptor, raw AT on the new one",
        "booting, then as before",
        "ok",
        4,
    ),
    Fault("hang", "bytes are taken and nothing is ever said", "raw AT on a tty", "stuck", "box", 4),
    Fault(
        "late-reply",
        "the whole reply comes, later than the asker's deadline",
        "raw AT on a tty, monotonic clock",
        "as before",
        "ok",
        4,
    ),
    Fault(
        "echo", "commands are echoed although ATE0 was answered OK", "raw AT on a tty", "as before", "ok", 4
    ),
    Fault(
        "half-line",
        "a reply stops in the middle of a line and its rest comes later",
        "raw AT on a tty, monotonic clock",
        "as before",
        "ok",
        4,
    ),
    Fault(
        "garbage",
        "random bytes, 0x00 and 0xff among them, stand in place of the reply",
        "raw AT on a tty",
        "stuck",
        "box",
        4,
    ),
    Fault(
        "urc-storm",
        "unsolicited lines come without end, also between a reply's line and its OK",
        "raw AT on a tty",
        "as before",
        "ok",
        4,
    ),
    Fault(
        "reset",
        "a command is never answered; the modem's boot lines come instead, and settings are lost",
        "raw AT on a tty",
        "booting, then as before",
        "box",
        4,
    ),
    Fault(
        "brown-out",
        "a reply breaks off, the port hangs up, and the modem boots again by itself",
        "raw AT on a tty, poll(2), the file system",
        "absent, booting, then as before",
        "box",
        4,
    ),
    Fault(
        "interface-deleted",
        "the modem's interface is gone in mid-test: ENETUNREACH, no such link",
        "ip link, sendto(2) on a plain UDP socket",
        "attached, no data",
        "box",
        4,
        of_modem=False,
    ),
    Fault(
        "interface-replugged",
        "the interface is gone and a new one of its name is there, down, without address or route",
        "ip -j link and address, sendto(2) on a plain UDP socket",
        "attached, no data, then as before",
        "box while it is away, then ok",
        4,
        of_modem=False,
    ),
    Fault(
        "dhcp-lost",
        "DISCOVER leaves and no OFFER comes back",
        "an AF_PACKET socket; scapy speaks DHCP over it (RFC 2131)",
        "attached, no address",
        "box",
        4,
        of_modem=False,
    ),
    Fault(
        "half-open",
        "the connection stands (ESTAB) with data that nobody acknowledges, and no reset comes",
        "ss at the client's side",
        "data",
        "undetermined",
        5,
        of_modem=False,
    ),
    Fault(
        "server-slow",
        "the connection is made and the server's bytes trickle",
        "a raw TCP socket, monotonic clock",
        "data",
        "server",
        5,
        of_modem=False,
    ),
    Fault(
        "server-silent",
        "the connection is made and the server says nothing",
        "a raw TCP socket",
        "data",
        "server",
        5,
        of_modem=False,
    ),
    Fault(
        "server-lying",
        "the server reports more bytes than were sent to it",
        "a raw TCP socket that counts its own bytes",
        "data",
        "server",
        5,
        of_modem=False,
    ),
    Fault(
        "clock-step",
        "a program's wall clock jumps against another's while its monotonic clock does not",
        "the observer's own clocks",
        "as before",
        "ok",
        5,
        of_modem=False,
    ),
)
NAMES = tuple(row.name for row in FAULTS)
