"""Changes to inputs: half of all inputs differ from a valid one in one cell or one octet."""

import re
from random import Random

CELL_VALUES = (
    "", "-", "0", "1", "-1", "7", "11", "99", "255", "256", "65536", "99999999999", "-32768", "x", '"', '""',
    "FFFF", "0x1F", "1e5", "é", "\x00", " ", " " * 40, "0" * 400, "9" * 30, "(1,2)", "NaN", "10.1.2.3",
    "1.2", "+28", "OK",
)  # fmt: skip
INSERTS = (
    b"\r\n", b"\r\nOK\r\n", b"\r\n+CREG: 1\r\n",
    b"\r\nERROR\r\n", b"> ", b"\x00", b"\xff", b",", b'"', b" " * 64, b"(",
    b"\r\n+CMTI: \"ME\",1\r\n", b"AT\r", b"&", b"<!DOCTYPE a>", b"<a>", b"+CME ERROR: 14\r\n", b"\t", b":",
)  # fmt: skip
_CELL = re.compile(r'("[^"]*"|[^,:\r\n]+)')


def one_cell(text: str, rng: Random) -> str:
    """Return *text* with one cell replaced, quotes kept or not."""
    cells = list(_CELL.finditer(text))
    if not cells:
        return text
    chosen = rng.choice(cells)
    value = rng.choice(CELL_VALUES) if rng.random() < 0.8 else str(rng.randrange(-2000, 70000))
    if chosen.group().startswith('"') and rng.random() < 0.7:
        value = f'"{value}"'
    return text[: chosen.start()] + value + text[chosen.end() :]


def one_octet(data: bytes, rng: Random) -> bytes:
    """Return *data* with one octet flipped, replaced, left out, doubled, or all behind it cut off."""
    if not data:
        return bytes((rng.randrange(256),))
    place = rng.randrange(len(data))
    kind = rng.randrange(5)
    if kind == 0:
        middle = bytes((data[place] ^ 1 << rng.randrange(8),))
    elif kind == 1:
        middle = bytes((rng.randrange(256),))
    elif kind == 2:
        middle = b""
    elif kind == 3:
        middle = data[place : place + 1] * 2
    else:
        return data[:place]
    return data[:place] + middle + data[place + 1 :]


def many(data: bytes, rng: Random, others: tuple[bytes, ...]) -> bytes:
    """Return *data* changed in several ways: pieces put in, parts of *others* spliced, noise."""
    for _ in range(rng.randrange(1, 5)):
        place = rng.randrange(len(data) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            data = data[:place] + rng.choice(INSERTS) + data[place:]
        elif kind == 1:
            other = rng.choice(others)
            cut = rng.randrange(len(other) + 1)
            data = data[:place] + other[cut:]
        elif kind == 2:
            data = one_octet(data, rng)
        else:
            data = data[:place] + rng.randbytes(rng.randrange(1, 12)) + data[place:]
    return data
