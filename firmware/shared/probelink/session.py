"""What both ends keep of each other: version in common, sequence, commands carried out once. No clock."""

RESULT_OK = 0
RESULT_REPEATED = 1  # carried out before; not again
RESULT_EXPIRED = 2  # its deadline had passed
RESULT_REFUSED = 3
RESULT_UNKNOWN = 4

REMEMBERED = 16
_HALF = 0x80000000


def common_version(low: int, high: int, other_low: int, other_high: int) -> int:
    """Return the highest version that both ranges hold; 0 if there is none."""
    best = min(high, other_high)
    return best if best >= max(low, other_low) else 0


def is_past(deadline_ms: int, now_ms: int) -> bool:
    """Return whether *deadline_ms* has passed at *now_ms*; both wrap after 2**32 ms."""
    return 0 < (now_ms - deadline_ms) & 0xFFFFFFFF < _HALF


class SequenceWatch:
    """Counts frames that never came, by the gaps of the sequence number (u8)."""

    def __init__(self) -> None:
        self.lost = 0
        self._expected = -1

    def saw(self, seq: int) -> int:
        """Return how many frames were lost before the one with *seq*; a repeat counts none."""
        gap = 0 if self._expected < 0 else (seq - self._expected) & 0xFF
        if gap == 255:  # the same one again
            return 0
        self._expected = (seq + 1) & 0xFF
        self.lost += gap
        return gap


class CommandGate:
    """Lets each command through once and in time; remembers the last REMEMBERED ids in a fixed ring."""

    def __init__(self) -> None:
        self._ids = [0] * REMEMBERED
        self._next = 0

    def judge(self, command_id: int, deadline_ms: int, now_ms: int) -> int:
        """Return RESULT_OK if the command is to be carried out now, else why not."""
        if command_id in self._ids:
            return RESULT_REPEATED
        if is_past(deadline_ms, now_ms):
            return RESULT_EXPIRED
        self._ids[self._next] = command_id
        self._next = (self._next + 1) % REMEMBERED
        return RESULT_OK


class Sender:
    """One command in flight: sent again every *retry_ms* until its acknowledgement or its deadline."""

    def __init__(self, retry_ms: int) -> None:
        self._retry_ms = retry_ms
        self._sent_ms = 0
        self.command_id = 0  # 0: none in flight
        self.deadline_ms = 0
        self.expired = 0

    def begin(self, command_id: int, deadline_ms: int, now_ms: int) -> None:
        """Take over a command that the caller has just sent."""
        self.command_id, self.deadline_ms, self._sent_ms = command_id, deadline_ms, now_ms

    def acknowledged(self, command_id: int) -> bool:
        """Return whether this ends the command in flight; an acknowledgement of another one does not."""
        if command_id == 0 or command_id != self.command_id:
            return False
        self.command_id = 0
        return True

    def is_due(self, now_ms: int) -> bool:
        """Return whether the command must be sent once more now; gives it up behind its deadline."""
        if self.command_id == 0:
            return False
        if is_past(self.deadline_ms, now_ms):
            self.command_id = 0
            self.expired += 1
            return False
        if (now_ms - self._sent_ms) & 0xFFFFFFFF < self._retry_ms:
            return False
        self._sent_ms = now_ms
        return True
