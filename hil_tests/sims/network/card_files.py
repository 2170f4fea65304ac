"""The elementary files of a simulated card: TS 31.102 4.2, TS 102 221 13, and the two names of CPHS 4.2.

Written for these simulators alone, from the standards as remembered; the bytes are checked against literals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hil_tests.sims.network.codec import GSM7, pack_septets, swap_digits
from hil_tests.sims.network.settings import NameSetting

ICCID, IMSI, SPN, AD, SPDI, PNN, OPL = 0x2FE2, 0x6F07, 0x6F46, 0x6FAD, 0x6FCD, 0x6FC5, 0x6FC6
CPHS_NAME, CPHS_SHORT, MSISDN = 0x6F14, 0x6F18, 0x6F40
ANY_AREA = bytes.fromhex("0000FFFE")  # EF_OPL: every location area
NAME_OCTETS = {SPN: 16, CPHS_NAME: 20, CPHS_SHORT: 10}


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """A file: transparent (one record, `linear` false) or linear fixed with records of equal length."""

    records: tuple[bytes, ...]
    linear: bool = False

    @property
    def record_octets(self) -> int:
        """The length of a record, of a transparent file its size."""
        return len(self.records[0])

    @property
    def size(self) -> int:
        """The length of the whole file."""
        return self.record_octets * len(self.records)


def encode_plmn(plmn: str) -> bytes:
    """Return MCC and MNC as TS 24.008 10.5.1.13: 51010 is 15 F0 01."""
    mcc, mnc = plmn[:3], plmn[3:]
    third = mnc[2] if len(mnc) == 3 else "F"
    return bytes.fromhex(mcc[1] + mcc[0] + third + mcc[2] + mnc[1] + mnc[0])


def encode_imsi(imsi: str) -> bytes:
    """Return EF_IMSI (TS 31.102 4.2.2): length, parity and type in the first nibbles, then digits."""
    parity = "9" if len(imsi) % 2 else "1"
    body = bytes((int(imsi[0] + parity, 16),)) + swap_digits(imsi[1:])
    return (bytes((len(body),)) + body).ljust(9, b"\xff")


def encode_alpha(text: str, octets: int) -> bytes:
    """Return *text* in a field of *octets* (TS 102 221 annex A): GSM 7 bit unpacked, else 80 and UCS2."""
    if all(char in GSM7 for char in text):
        body = bytes(GSM7.index(char) for char in text)
    else:
        body = b"\x80" + text.encode("utf-16-be")
    return body[:octets].ljust(octets, b"\xff")


def encode_spn(name: str, names: NameSetting) -> bytes:
    """Return EF_SPN (TS 31.102 4.2.12): display condition, then the name."""
    condition = int(names.show_rplmn) | int(names.hide_spn_abroad) << 1
    return bytes((condition,)) + encode_alpha(name, NAME_OCTETS[SPN])


def encode_network_name(tag: int, text: str) -> bytes:
    """Return a network name as TLV: TS 24.008 10.5.3.5a (coding, spare bits, text) behind *tag*."""
    if all(char in GSM7 for char in text):
        packed = pack_septets(bytes(GSM7.index(char) for char in text))
        head, body = 0x80 | (8 * len(packed) - 7 * len(text)), packed
    else:
        head, body = 0x90, text.encode("utf-16-be")
    return bytes((tag, len(body) + 1, head)) + body


def encode_pnn(full: str, short: str) -> bytes:
    """Return a record of EF_PNN (TS 31.102 4.2.58): full name (43) and short name (45)."""
    return encode_network_name(0x43, full) + (encode_network_name(0x45, short) if short else b"")


def encode_opl(plmn: str, record: int) -> bytes:
    """Return a record of EF_OPL (TS 31.102 4.2.59): any area of *plmn* is called by PNN *record*."""
    return encode_plmn(plmn) + ANY_AREA + bytes((record,))


def encode_spdi(plmns: Sequence[str]) -> bytes:
    """Return EF_SPDI (TS 31.102 4.2.66): A3 { 80 list of networks } whose users see the provider's name."""
    inner = b"".join(encode_plmn(plmn) for plmn in plmns)
    body = bytes((0x80, len(inner))) + inner
    return bytes((0xA3, len(body))) + body + b"\xff" * 4


def encode_msisdn(number: str) -> bytes:
    """Return a record of EF_MSISDN (TS 31.102 4.2.26): empty name, length, type, digits."""
    digits = swap_digits(number.removeprefix("+"))
    return b"\xff" * 14 + bytes((len(digits) + 1, 0x91)) + digits.ljust(10, b"\xff") + b"\xff\xff"


def _records(rows: Sequence[bytes]) -> ElementaryFile:
    longest = max(map(len, rows))
    return ElementaryFile(tuple(row.ljust(longest, b"\xff") for row in rows), linear=True)


def make_files(
    *, iccid: str, imsi: str, number: str, home_mnc: str, spn: str, registered: str, names: NameSetting
) -> dict[int, ElementaryFile]:
    """Return the files of a card, by identifier; `registered` is the network that EF_OPL names."""
    files = {
        ICCID: ElementaryFile((swap_digits(iccid),)),
        IMSI: ElementaryFile((encode_imsi(imsi),)),
        AD: ElementaryFile((bytes((0, 0, 0, len(home_mnc))),)),
        MSISDN: _records([encode_msisdn(number)]),
    }
    if spn:
        files[SPN] = ElementaryFile((encode_spn(spn, names),))
    if names.spdi:
        files[SPDI] = ElementaryFile((encode_spdi(names.spdi),))
    if names.pnn:
        files[PNN] = _records([encode_pnn(full, short) for full, short in names.pnn])
    if names.opl:
        files[OPL] = _records([encode_opl(registered, 1)])
    for identifier, name in ((CPHS_NAME, names.cphs_full), (CPHS_SHORT, names.cphs_short)):
        if name is not None:
            files[identifier] = ElementaryFile((encode_alpha(name, NAME_OCTETS[identifier]),))
    return files
