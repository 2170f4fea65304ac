"""Which receipts a stored batch deserves. Pure; what was stored before is asked for once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from edge.schema.receipt import Receipt, make_receipt
from edge.schema.topics import Topic
from tools.hq.intake import Accepted

Progress = Callable[[str, str], tuple[int, set[int]]]
"""(box, epoch) -> watermark and the sequences stored above it."""


@dataclass(slots=True)
class _Line:
    watermark: int
    above: set[int] = field(default_factory=set)

    def add(self, seqs: Iterable[int]) -> None:
        self.above.update(seqs)
        while self.watermark + 1 in self.above:
            self.watermark += 1
            self.above.discard(self.watermark)
        self.above = {n for n in self.above if n > self.watermark}


class Receipts:
    """Watermarks of all (box, epoch) heard of since the start."""

    def __init__(self, progress: Progress) -> None:
        """*progress* reads the store."""
        self._progress = progress
        self._lines: dict[tuple[str, str], _Line] = {}

    def of(self, stored: Iterable[Accepted]) -> list[tuple[Topic, Receipt]]:
        """Return a receipt for each (box, epoch) of *stored*, which is committed, known records included."""
        batches: dict[tuple[str, str], list[Accepted]] = {}
        for record in stored:
            batches.setdefault((record.box, record.epoch), []).append(record)
        return [self._receipt(box, epoch, batch) for (box, epoch), batch in batches.items()]

    def _receipt(self, box: str, epoch: str, batch: list[Accepted]) -> tuple[Topic, Receipt]:
        line = self._lines.get((box, epoch))
        if line is None:
            line = self._lines[box, epoch] = _Line(*self._progress(box, epoch))
        seqs = [record.seq for record in batch]
        line.add(seqs)
        return batch[-1].topic.of("box", "receipt"), make_receipt(box, epoch, line.watermark, seqs)
