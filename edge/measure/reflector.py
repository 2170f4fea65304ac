"""The STAMP session-reflector, stateful and without I/O: a packet in, at most one packet of equal length out.

# Ref: RFC 8762 4.3 (stateful reflector: its own sequence number a session); RFC 8972 3
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from edge.measure.stamp import (
    AUTHENTICATED_BYTES,
    BASE_BYTES,
    ReflectedPacket,
    SenderPacket,
    StampError,
    authenticated_ssid,
    decode_sender,
    encode_reflected,
    error_estimate,
    sent_answer,
)

_SEQUENCES_KEPT = 65536
_LATENESS_KEPT = 2000
"""So many fit into one line of the protocol."""


@dataclass(slots=True)
class _Session:
    """One session: the next number to give, the numbers seen, whose key, by how much each T3 was early."""

    next_seq: int = 0
    seen: set[int] = field(default_factory=set)
    key: bytes | None = None
    late_ns: dict[int, int] = field(default_factory=dict)


class Reflector:
    """Answers the packets of admitted sessions and, without a key, of any sender.

    An admitted session is known by its id alone, since an operator's NAT may change the sender's address in
    the middle of it; any other by (id, peer), in a table of at most *strangers* sessions.
    clock_error_ms: how far this clock may be from UTC, said in each answer; None: not known to be UTC.
    keys_of: the keys, besides the reflector's, that sign packets of a session that was not admitted.
    """

    def __init__(
        self,
        key: bytes | None = None,
        *,
        strangers: int = 1024,
        clock_error_ms: float | None = None,
        keys_of: Callable[[int], Sequence[bytes]] = lambda ssid: (),
    ) -> None:
        self._key = key
        self._keys_of = keys_of
        self._error_estimate = error_estimate(clock_error_ms)
        self._base_bytes = AUTHENTICATED_BYTES if key else BASE_BYTES
        self._admitted: dict[int, _Session] = {}
        self._strangers: OrderedDict[Hashable, _Session] = OrderedDict()
        self._strangers_most = strangers

    def admit(self, ssid: int, key: bytes | None = None) -> None:
        """Begin session *ssid* with sequence number 0, its packets signed with *key* (None: the reflector's).

        Raises: ValueError, if it is open already.
        """
        if ssid in self._admitted:
            raise ValueError(f"session {ssid} is open already: take a free number")
        self._admitted[ssid] = _Session(key=key or self._key)

    def is_admitted(self, ssid: int) -> bool:
        """Return whether session *ssid* is open."""
        return ssid in self._admitted

    def counts(self, ssid: int) -> tuple[int, int]:
        """Return (different packets received, packets answered) of open session *ssid*."""
        session = self._admitted[ssid]
        return len(session.seen), session.next_seq

    def departed(self, answer: bytes, t_ns: int) -> None:
        """Take the kernel's time at which *answer* left: T3 in it was read before it was signed and sent."""
        ssid, seq, t3_ns = sent_answer(answer, authenticated=self._key is not None)
        session = self._admitted.get(ssid)
        if session is not None and len(session.late_ns) < _LATENESS_KEPT:
            session.late_ns[seq] = t_ns - t3_ns

    def lateness_ns(self, ssid: int) -> list[int | None]:
        """Return by how much answer number i of open session *ssid* left after its T3; None: not told."""
        session = self._admitted[ssid]
        return [session.late_ns.get(seq) for seq in range(min(session.next_seq, _LATENESS_KEPT))]

    def dismiss(self, ssid: int) -> None:
        """Forget session *ssid*; no error if it is not open."""
        self._admitted.pop(ssid, None)

    def reflect(
        self, data: bytes, *, peer: Hashable, t2_ns: int, t3_ns: Callable[[], int], ttl: int = 0
    ) -> bytes | None:
        """Return the answer to one packet received at *t2_ns* (Unix ns); None if it deserves none.

        *t3_ns* gives the time now, read as late as possible. Octets beyond the base packet return as they
        came (a TLV's U flag stays set: not understood, RFC 8972 4), so the answer is as long as the question.
        """
        opened = self._opened(data)
        if opened is None:
            return None
        asked, key = opened
        session = self._session(asked.ssid, peer)
        seq = session.next_seq & 0xFFFFFFFF
        session.next_seq += 1
        if len(session.seen) < _SEQUENCES_KEPT:
            session.seen.add(asked.seq)
        answer = ReflectedPacket(
            seq=seq,
            t3_ns=t3_ns(),
            t2_ns=t2_ns,
            sender_seq=asked.seq,
            sender_t1_ns=asked.t1_ns,
            ssid=asked.ssid,
            sender_ttl=ttl,
            error_estimate=self._error_estimate,
            sender_error_estimate=asked.error_estimate,
        )
        return encode_reflected(answer, key) + data[self._base_bytes :]

    def _opened(self, data: bytes) -> tuple[SenderPacket, bytes | None] | None:
        """Return what a packet says and the key that signed it; None if it is none, or not rightly signed."""
        for key in self._keys_for(data):
            try:
                return decode_sender(data, key), key
            except StampError:
                continue
        return None

    def _keys_for(self, data: bytes) -> Sequence[bytes | None]:
        """Return the keys a packet may be signed with: its session's, where it names an admitted one."""
        if self._key is None:
            return (None,)
        ssid = authenticated_ssid(data)
        session = self._admitted.get(ssid)
        return (session.key,) if session else (self._key, *self._keys_of(ssid))

    def _session(self, ssid: int, peer: Hashable) -> _Session:
        """Return the session a packet belongs to; a new stranger may push out the one silent for longest."""
        admitted = self._admitted.get(ssid)
        if admitted is not None:
            return admitted
        session = self._strangers.setdefault((ssid, peer), _Session())
        self._strangers.move_to_end((ssid, peer))
        if len(self._strangers) > self._strangers_most:
            self._strangers.popitem(last=False)
        return session
