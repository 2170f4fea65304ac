"""Short messages' tables: a second listing in another notation.

Default alphabet and extension: the Unicode Consortium's GSM0338.TXT as remembered (septet: code point; what
is not listed is ASCII). National tables: 3GPP TS 23.038 A.2.1 to A.2.3 and A.3.1, A.3.3 as remembered. Coding
schemes: TS 23.038 4 and 5. Header elements: TS 23.040 9.2.3.24.
"""

import pytest

from modem_drivers.sms.address import DIGITS
from modem_drivers.sms.alphabet import LOCKING, SINGLE, Languages, decode_septets, encode_septets
from modem_drivers.sms.coding import BROADCAST_LANGUAGES, Alphabet, decode_broadcast_coding, decode_coding

GSM0338 = (
    "00:40 01:A3 02:24 03:A5 04:E8 05:E9 06:F9 07:EC 08:F2 09:C7 0A:0A 0B:D8 0C:F8 0D:0D 0E:C5 0F:E5 10:394 "
    "11:5F 12:3A6 13:393 14:39B 15:3A9 16:3A0 17:3A8 18:3A3 19:398 1A:39E 1C:C6 1D:E6 1E:DF 1F:C9 24:A4 "
    "40:A1 5B:C4 5C:D6 5D:D1 5E:DC 5F:A7 60:BF 7B:E4 7C:F6 7D:F1 7E:FC 7F:E0"
)
EXTENSION = "0A:0C 14:5E 28:7B 29:7D 2F:5C 3C:5B 3D:7E 3E:5D 40:7C 65:20AC"
TURKISH = "47:11E 49:130 53:15E 63:E7 67:11F 69:131 73:15F"
SPANISH = "09:E7 41:C1 49:CD 4F:D3 55:DA 61:E1 69:ED 6F:F3 75:FA"
PORTUGUESE = (
    "05:EA 09:E7 0B:D4 0C:F4 0E:C1 0F:E1 12:3A6 13:393 15:3A9 16:3A0 17:3A8 18:3A3 19:398 1F:CA 41:C0 49:CD "
    "4F:D3 55:DA 5B:C3 5C:D5 61:C2 69:ED 6F:F3 75:FA 7B:E3 7C:F5 7F:E2"
)
TURKISH_LOCKING = "04:20AC 07:131 0B:11E 0C:11F 1C:15E 1D:15F 40:130 60:E7"
PORTUGUESE_LOCKING = (
    "04:EA 06:FA 07:ED 08:F3 09:E7 0B:D4 0C:F4 0E:C1 0F:E1 12:AA 13:C7 14:C0 15:221E 16:5E 17:5C "
    "18:20AC 19:D3 1A:7C 1C:C2 1D:E2 1E:CA 24:BA 40:CD 5B:C3 5C:D5 5D:DA 60:7E 7B:E3 7C:F5 7D:60"
)


def table(text: str) -> dict[int, str]:
    pairs = (entry.split(":") for entry in text.split())
    return {int(code, 16): chr(int(point, 16)) for code, point in pairs}


DEFAULT = {code: chr(code) for code in range(0x20, 0x7F)} | table(GSM0338)


@pytest.mark.parametrize(
    ("language", "changes"),
    [(0, ""), (1, TURKISH_LOCKING), (3, PORTUGUESE_LOCKING)],
)
def test_locking_tables(language, changes):
    wanted = DEFAULT | table(changes)
    for code, character in wanted.items():
        assert decode_septets([code], Languages(locking=language)) == character, hex(code)
    assert len(LOCKING[language]) == 128
    assert set(LOCKING) == {0, 1, 3}


@pytest.mark.parametrize(("language", "more"), [(0, ""), (1, TURKISH), (2, SPANISH), (3, PORTUGUESE)])
def test_single_shift_tables(language, more):
    wanted = table(EXTENSION) | table(more)
    for code in (code for code in range(128) if code != 0x1B):
        read = decode_septets([0x1B, code], Languages(single=language))
        assert read == wanted.get(code, DEFAULT[code]), hex(code)
    assert dict(SINGLE[language]) == wanted
    assert set(SINGLE) == {0, 1, 2, 3}


def test_encoding():
    for code, character in DEFAULT.items():
        assert encode_septets(character) == [code]
    for code, character in table(EXTENSION).items():
        assert encode_septets(character) == [0x1B, code]
    assert encode_septets("\u0416") is None
    assert decode_septets([0x1B]) == "\ufffd"
    assert DIGITS == "0123456789*#abc"  # TS 23.040 9.1.2.3: digits, *, #, a, b, c


GSM7, DATA, UCS2 = Alphabet.GSM7, Alphabet.DATA, Alphabet.UCS2
SCHEMES = (  # TP-DCS: alphabet, class, compressed, what waits, discarded, reserved
    (0x00, GSM7, None, False, None, False, False),
    (0x04, DATA, None, False, None, False, False),
    (0x08, UCS2, None, False, None, False, False),
    (0x0C, GSM7, None, False, None, False, True),
    (0x10, GSM7, 0, False, None, False, False),
    (0x15, DATA, 1, False, None, False, False),
    (0x1A, UCS2, 2, False, None, False, False),
    (0x13, GSM7, 3, False, None, False, False),
    (0x20, GSM7, None, True, None, False, False),
    (0x48, UCS2, None, False, None, True, False),
    (0x7F, GSM7, 3, True, None, True, True),
    (0x80, GSM7, None, False, None, False, True),
    (0xBF, GSM7, None, False, None, False, True),
    (0xC0, GSM7, None, False, None, True, False),
    (0xC8, GSM7, None, False, "voicemail", True, False),
    (0xC9, GSM7, None, False, "fax", True, False),
    (0xDA, GSM7, None, False, "email", False, False),
    (0xDB, GSM7, None, False, "other", False, False),
    (0xE8, UCS2, None, False, "voicemail", False, False),
    (0xF0, GSM7, 0, False, None, False, False),
    (0xF3, GSM7, 3, False, None, False, False),
    (0xF5, DATA, 1, False, None, False, False),
)


@pytest.mark.parametrize(("scheme", "alphabet", "kind", "packed", "waiting", "discard", "reserved"), SCHEMES)
def test_coding_schemes(scheme, alphabet, kind, packed, waiting, discard, reserved):
    read = decode_coding(scheme)
    assert (read.alphabet, read.message_class, read.compressed) == (alphabet, kind, packed)
    assert (read.waiting, read.discard, read.reserved) == (waiting, discard, reserved)


LANGUAGES = "de en it fr es nl sv da pt fi no el tr hu pl"  # group 0000, in order
MORE = "cs he ar ru is"  # group 0010


def test_languages_of_broadcasts():
    assert [BROADCAST_LANGUAGES[n] for n in range(15)] == LANGUAGES.split()
    assert [BROADCAST_LANGUAGES[0x20 + n] for n in range(5)] == MORE.split()
    assert len(BROADCAST_LANGUAGES) == 20
    for scheme, name in ((0x00, "de"), (0x0E, "pl"), (0x24, "is"), (0x0F, None), (0x25, None)):
        read = decode_broadcast_coding(scheme)
        assert (read.alphabet, read.language) == (GSM7, name)
    assert (decode_broadcast_coding(0x10).alphabet, decode_broadcast_coding(0x11).alphabet) == (GSM7, UCS2)
    assert [decode_broadcast_coding(0x90 + n).alphabet for n in (0, 4, 8)] == [GSM7, DATA, UCS2]
    assert {one.name: one.value for one in Alphabet} == {"GSM7": "gsm7", "DATA": "8bit", "UCS2": "ucs2"}
