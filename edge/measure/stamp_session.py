"""The STAMP session-sender without I/O: says what to send when, takes the answers, and counts.

Probe 0 goes first and alone: the exchange after silence (a radio may have to wake up). The others follow
every `interval_s` once it is answered or given up; then stragglers are waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge.measure.stamp import (
    ReflectedPacket,
    SenderPacket,
    StampError,
    decode_reflected,
    encode_sender,
    error_estimate,
    error_of_estimate_ms,
    ns_to_ntp,
    ntp_to_ns,
)

FIRST_WAIT_S = 2.0
"""How long the first probe may take before the others start without its answer."""
STRAGGLER_S = 2.0
"""How long after the last probe answers are waited for: a later one is a loss (RFC 7680 asks to state it)."""


@dataclass(slots=True)
class _Probe:
    """One probe sent: T1 by the best clock reading known, the stamp it carried, and its answer."""

    t1_ns: int
    carried_ns: int
    kernel: bool = False
    answer: ReflectedPacket | None = None
    t4_ns: int = 0

    def rtt_ns(self, late_ns: Sequence[int | None] = ()) -> int | None:
        """Return (T4-T1)-(T3-T2), ns; None without an answer. late_ns: as EchoCount has it."""
        if self.answer is None:
            return None
        away = self.t4_ns - self.t1_ns
        inside = self.t3_ns(late_ns) - self.answer.t2_ns
        return away - inside if 0 <= inside <= away else away

    def t3_ns(self, late_ns: Sequence[int | None]) -> int:
        """Return when the answer left the far end, by its clock; 0 without an answer."""
        if self.answer is None:
            return 0
        late = late_ns[self.answer.seq] if self.answer.seq < len(late_ns) else None
        return self.answer.t3_ns + (late or 0)

    def up_ns(self) -> int | None:
        """Return T2-T1, each by its own end's clock; None without an answer."""
        return None if self.answer is None else self.answer.t2_ns - self.t1_ns

    def down_ns(self, late_ns: Sequence[int | None]) -> int | None:
        """Return T4-T3, each by its own end's clock; None without an answer."""
        return None if self.answer is None else self.t4_ns - self.t3_ns(late_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCounts:
    """What a session saw. Times in ns; `rtt_ns[i]` and `t1_ns[i]` belong to sequence number i.

    `lost_up` and `lost_down` are None where the reflector's numbering cannot tell (the last probes went
    unanswered); `kernel_stamps` counts probes whose T1 the kernel gave.
    """

    sent: int
    received: int
    lost_up: int | None
    lost_down: int | None
    duplicates: int
    reordered: int
    kernel_stamps: int
    rtt_ns: list[int | None]
    t1_ns: list[int]
    up_ns: list[int | None]
    down_ns: list[int | None]
    far_error_ms: float | None

    @property
    def lost(self) -> int:
        """Probes without an answer."""
        return self.sent - self.received


@dataclass(slots=True)
class SenderSession:
    """One session of 1 + *probes* packets under the id the server gave.

    clock_error_ms: how far our clock may be from UTC, said in each packet; None: not known to be UTC.
    """

    ssid: int
    probes: int
    interval_s: float
    key: bytes | None = None
    clock_error_ms: float | None = None
    _sent: list[_Probe] = field(default_factory=list)
    _next_s: float = 0.0
    _quiet_until_s: float = 0.0
    _highest_answered: int = -1
    _received: int = 0
    _duplicates: int = 0
    _reordered: int = 0

    def due_s(self, now_s: float) -> float | None:
        """Return when `poll` is to be called next (monotonic s, may be past); None once it is over."""
        if self._received == self.probes + 1:
            return None
        if len(self._sent) > self.probes:
            return self._quiet_until_s if now_s < self._quiet_until_s else None
        return self._next_s

    def poll(self, now_s: float, unix_ns: int) -> bytes | None:
        """Return the packet to send now, stamped *unix_ns*; None while none is due.

        A late caller shifts the rest of the plan instead of sending a burst.
        """
        if len(self._sent) > self.probes or now_s < self._next_s:
            return None
        seq = len(self._sent)
        carried_ns = ntp_to_ns(ns_to_ntp(unix_ns))
        self._sent.append(_Probe(t1_ns=unix_ns, carried_ns=carried_ns))
        self._next_s = self._after(seq, now_s)
        self._quiet_until_s = now_s + STRAGGLER_S
        estimate = error_estimate(self.clock_error_ms)
        return encode_sender(SenderPacket(seq, unix_ns, self.ssid, estimate), self.key)

    def stamped(self, seq: int, t1_ns: int) -> None:
        """Take the kernel's own time of sending probe *seq*; an unknown number is ignored."""
        if 0 <= seq < len(self._sent):
            self._sent[seq].t1_ns = t1_ns
            self._sent[seq].kernel = True

    def receive(self, data: bytes, t4_ns: int, now_s: float) -> bool:
        """Take one datagram received at *t4_ns* (Unix ns); return whether it was a probe's first answer.

        It must fit the key, the session's id, and a probe sent with the time stamp it echoes.
        """
        try:
            answer = decode_reflected(data, self.key)
        except StampError:
            return False
        probe = self._probe_of(answer)
        if probe is None:
            return False
        if probe.answer is not None:
            self._duplicates += 1
            return False
        probe.answer, probe.t4_ns = answer, t4_ns
        self._received += 1
        self._reordered += answer.sender_seq < self._highest_answered
        self._highest_answered = max(self._highest_answered, answer.sender_seq)
        if answer.sender_seq == 0 and len(self._sent) == 1:
            self._next_s = now_s + self.interval_s
        return True

    def counts(self, server_received: int | None = None, late_ns: Sequence[int | None] = ()) -> SessionCounts:
        """Return what was seen; *server_received*, *late_ns*: the reflector's own, where it told them."""
        lost_up, lost_down = self._split(server_received)
        return SessionCounts(
            sent=len(self._sent),
            received=self._received,
            lost_up=lost_up,
            lost_down=lost_down,
            duplicates=self._duplicates,
            reordered=self._reordered,
            kernel_stamps=sum(probe.kernel for probe in self._sent),
            rtt_ns=[probe.rtt_ns(late_ns) for probe in self._sent],
            t1_ns=[probe.t1_ns for probe in self._sent],
            up_ns=[probe.up_ns() for probe in self._sent],
            down_ns=[probe.down_ns(late_ns) for probe in self._sent],
            far_error_ms=self._far_error_ms(),
        )

    def _far_error_ms(self) -> float | None:
        """Return the largest error any answer states of its clock, ms; None if one does not know."""
        answers = [probe.answer for probe in self._sent if probe.answer is not None]
        errors = [error_of_estimate_ms(answer.error_estimate) for answer in answers]
        known = [error for error in errors if error is not None]
        return max(known) if known and len(known) == len(errors) else None

    def _after(self, seq: int, now_s: float) -> float:
        """Return when the probe after *seq* is due."""
        if seq == 0:
            return now_s + FIRST_WAIT_S
        late = seq == 1 or now_s - self._next_s > self.interval_s
        return (now_s if late else self._next_s) + self.interval_s

    def _probe_of(self, answer: ReflectedPacket) -> _Probe | None:
        """Return the probe *answer* belongs to; None if it is not ours."""
        if answer.ssid != self.ssid or answer.sender_seq >= len(self._sent):
            return None
        probe = self._sent[answer.sender_seq]
        return probe if answer.sender_t1_ns == probe.carried_ns else None

    def _split(self, server_received: int | None) -> tuple[int | None, int | None]:
        """Return the losses (up, down)."""
        sent = len(self._sent)
        if server_received is not None and self._received <= server_received <= sent:
            return sent - server_received, server_received - self._received
        if self._highest_answered != sent - 1:
            return None, None
        reflected = 1 + max(p.answer.seq for p in self._sent if p.answer is not None)
        if not self._received <= reflected <= sent:
            return None, None
        return sent - reflected, reflected - self._received
