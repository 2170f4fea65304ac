"""How a number or a word may be written by a modem; made and searched here, apart from the drivers' codecs.

Ref: 3GPP TS 23.038 6.1.2.1 (septets packed), TS 23.040 9.1.2.3 (semi-octets)
"""

from collections.abc import Callable, Iterator


def plain(text: str) -> str:
    """Return the text itself."""
    return text


def spaced(number: str) -> str:
    """Return a number as people write it: 0812-3456-7890."""
    groups = [number[:4], *(number[n : n + 4] for n in range(4, len(number), 4))]
    return "-".join(groups)


def ascii_hex(text: str) -> str:
    """Return the text's octets in hexadecimal."""
    return text.encode("ascii").hex().upper()


def ucs2_hex(text: str) -> str:
    """Return UCS2, the most significant octet first."""
    return text.encode("utf-16-be").hex().upper()


def ucs2_little(text: str) -> str:
    """Return UCS2, the least significant octet first."""
    return text.encode("utf-16-le").hex().upper()


def semi_octets(number: str) -> str:
    """Return a number's digits swapped in pairs, filled up with F."""
    whole = number + "F" * (len(number) % 2)
    return "".join(whole[n + 1] + whole[n] for n in range(0, len(whole), 2))


def packed(text: str, shift: int = 0) -> str:
    """Return septets packed into octets from bit *shift* on, in hexadecimal."""
    bits = sum(ord(character) << 7 * place for place, character in enumerate(text)) << shift
    return bits.to_bytes((len(text) * 7 + shift + 7) // 8, "little").hex().upper()


NUMBERS: dict[str, Callable[[str], str]] = {
    "plain": plain,
    "spaced": spaced,
    "ascii-hex": ascii_hex,
    "ucs2": ucs2_hex,
    "ucs2-little": ucs2_little,
    "nibble-swapped": semi_octets,
    "gsm7-packed": packed,
}


def needles(secret: str) -> Iterator[tuple[str, str]]:
    """Yield (encoding, text to search in upper case) of a secret; of packed septets at every bit."""
    for name, encode in (
        ("plain", plain),
        ("ascii-hex", ascii_hex),
        ("ucs2", ucs2_hex),
        ("ucs2-little", ucs2_little),
    ):
        yield name, encode(secret).upper()
    if secret.isdigit():
        yield "nibble-swapped", semi_octets(secret).rstrip("F")
        yield "nibble-swapped", semi_octets("F" + secret).strip("F")[2:-1]
        yield "tail of 8 digits", secret[-8:]
    for shift in range(7):
        yield "gsm7-packed", packed(secret, shift)[2:-2]  # the octets at the ends are shared with neighbours


def find(secret: str, haystack: str) -> list[str]:
    """Return the encodings in which *secret* stands in *haystack*, separators within numbers left out."""
    upper = haystack.upper()
    closed = upper.replace("-", "").replace(" ", "") if secret.isdigit() else upper
    return sorted({name for name, needle in needles(secret) if needle in upper or needle in closed})
