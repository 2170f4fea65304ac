"""The STAMP base packets of both ends, unauthenticated (44 bytes) and authenticated (112 bytes).

# Ref: RFC 8762 4.2.1, 4.2.2 (sender), 4.3.1, 4.3.2 (reflector), 4.4 (HMAC); RFC 8972 3 (session id);
# RFC 5905 6 (the 64-bit timestamp); RFC 4656 4.1.2 (error estimate)
"""

from dataclasses import dataclass
from hmac import compare_digest, digest
from math import ceil
from struct import Struct

BASE_BYTES = 44
AUTHENTICATED_BYTES = 112
HMAC_BYTES = 16
UNSYNCHRONISED = 0x2001
"""Error estimate: S=0 (clock not known to be UTC), Z=0 (NTP format), 1 * 2^(32-32) = 1 s."""

_SYNCHRONISED = 0x8000

_SENDER = Struct("!IQHH28x")
_SENDER_AUTHENTICATED = Struct("!I12xQHH68x")
_REFLECTED = Struct("!IQHHQIQH2xB3x")
_REFLECTED_AUTHENTICATED = Struct("!I12xQHH4xQ8xI12xQH6xB15x")

_NTP_MINUS_UNIX_S = 2_208_988_800
_ERA_S = 1 << 32
_NS = 1_000_000_000


class StampError(ValueError):
    """The bytes are no STAMP packet of the expected mode, or its HMAC is wrong."""


@dataclass(frozen=True, slots=True)
class SenderPacket:
    """What the session-sender says: its sequence number and T1 (Unix ns), and the session's id."""

    seq: int
    t1_ns: int
    ssid: int = 0
    error_estimate: int = UNSYNCHRONISED


@dataclass(frozen=True, slots=True)
class ReflectedPacket:
    """What the reflector answers: its sequence, T3 and T2 (Unix ns), a copy of the sender's fields."""

    seq: int
    t3_ns: int
    t2_ns: int
    sender_seq: int
    sender_t1_ns: int
    ssid: int = 0
    sender_ttl: int = 255
    error_estimate: int = UNSYNCHRONISED
    sender_error_estimate: int = UNSYNCHRONISED


def error_estimate(error_ms: float | None) -> int:
    """Return the 16 bits that say a clock is within *error_ms* of UTC; None: not known to be UTC.

    S, Z=0 (NTP format), then error = multiplier * 2^(scale-32) s, rounded up (RFC 4656 4.1.2).
    """
    if error_ms is None:
        return UNSYNCHRONISED
    units, scale = max(1, ceil(error_ms / 1000 * 2**32)), 0
    while units > 0xFF:
        units, scale = -(-units // 2), scale + 1
    return _SYNCHRONISED | min(scale, 0x3F) << 8 | units


def error_of_estimate_ms(estimate: int) -> float | None:
    """Return by how much a clock with this error estimate may differ from UTC, ms; None: S is not set."""
    if not estimate & _SYNCHRONISED:
        return None
    return (estimate & 0xFF) * 2.0 ** ((estimate >> 8 & 0x3F) - 32) * 1000


def ns_to_ntp(t_ns: int) -> int:
    """Return Unix nanoseconds as a 64-bit NTP timestamp (era folded); ntp_to_ns gives them back."""
    seconds, ns = divmod(t_ns, _NS)
    fraction = -(-(ns << 32) // _NS)
    return ((seconds + _NTP_MINUS_UNIX_S) % _ERA_S) << 32 | fraction


def ntp_to_ns(stamp: int) -> int:
    """Return a 64-bit NTP timestamp as Unix nanoseconds, 1970-01-01 to 2106-02-07."""
    seconds, fraction = divmod(stamp, 1 << 32)
    return (seconds - _NTP_MINUS_UNIX_S) % _ERA_S * _NS + (fraction * _NS >> 32)


def encode_sender(packet: SenderPacket, key: bytes | None = None) -> bytes:
    """Return the packet's bytes: 112 with a key, 44 without."""
    layout = _SENDER_AUTHENTICATED if key else _SENDER
    body = layout.pack(packet.seq, ns_to_ntp(packet.t1_ns), packet.error_estimate, packet.ssid)
    return body + _hmac(body, key) if key else body


def decode_sender(data: bytes, key: bytes | None = None) -> SenderPacket:
    """Return what a session-sender's packet says; octets after the base packet are not looked at.

    Raises: StampError, if it is too short or the HMAC is wrong.
    """
    layout = _SENDER_AUTHENTICATED if key else _SENDER
    seq, t1, error_estimate, ssid = layout.unpack_from(_checked(data, key))
    return SenderPacket(seq=seq, t1_ns=ntp_to_ns(t1), ssid=ssid, error_estimate=error_estimate)


def authenticated_ssid(data: bytes) -> int:
    """Return the session id that a sender's authenticated packet names, unproven; 0 if it is too short."""
    if len(data) < AUTHENTICATED_BYTES:
        return 0
    ssid: int = _SENDER_AUTHENTICATED.unpack_from(data)[3]
    return ssid


def encode_reflected(packet: ReflectedPacket, key: bytes | None = None) -> bytes:
    """Return the packet's bytes: 112 with a key, 44 without."""
    layout = _REFLECTED_AUTHENTICATED if key else _REFLECTED
    body = layout.pack(
        packet.seq,
        ns_to_ntp(packet.t3_ns),
        packet.error_estimate,
        packet.ssid,
        ns_to_ntp(packet.t2_ns),
        packet.sender_seq,
        ns_to_ntp(packet.sender_t1_ns),
        packet.sender_error_estimate,
        packet.sender_ttl,
    )
    return body + _hmac(body, key) if key else body


def decode_reflected(data: bytes, key: bytes | None = None) -> ReflectedPacket:
    """Return what a reflector's packet says; octets after the base packet are not looked at.

    Raises: StampError, if it is too short or the HMAC is wrong.
    """
    layout = _REFLECTED_AUTHENTICATED if key else _REFLECTED
    seq, t3, error, ssid, t2, sender_seq, t1, sender_error, ttl = layout.unpack_from(_checked(data, key))
    return ReflectedPacket(
        seq=seq,
        t3_ns=ntp_to_ns(t3),
        t2_ns=ntp_to_ns(t2),
        sender_seq=sender_seq,
        sender_t1_ns=ntp_to_ns(t1),
        ssid=ssid,
        sender_ttl=ttl,
        error_estimate=error,
        sender_error_estimate=sender_error,
    )


def sent_answer(data: bytes, *, authenticated: bool) -> tuple[int, int, int]:
    """Return (session id, the reflector's sequence number, T3 in Unix ns) of an answer of one's own."""
    layout = _REFLECTED_AUTHENTICATED if authenticated else _REFLECTED
    seq, t3, _, ssid, *_ = layout.unpack_from(data)
    return ssid, seq, ntp_to_ns(t3)


def _checked(data: bytes, key: bytes | None) -> bytes:
    """Return *data* once its length and, with a key, its HMAC are right."""
    least = AUTHENTICATED_BYTES if key else BASE_BYTES
    if len(data) < least:
        raise StampError(f"{len(data)} bytes: a STAMP packet of this mode has at least {least}")
    if key:
        body, tag = data[: least - HMAC_BYTES], data[least - HMAC_BYTES : least]
        if not compare_digest(tag, _hmac(body, key)):
            raise StampError("the HMAC does not fit the key")
    return data


def _hmac(body: bytes, key: bytes) -> bytes:
    """Return HMAC-SHA-256 over the first 96 octets, truncated to 128 bits (RFC 8762 4.4)."""
    return digest(key, body, "sha256")[:HMAC_BYTES]
