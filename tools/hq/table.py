"""What the live table shows: per line the last of everything. Pure; drawing is the command's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.schema.errors import SchemaError
from edge.schema.live import decode_signal, decode_state, decode_status
from edge.schema.names import BOX_LINE
from edge.schema.record import Record, Value, decode_record
from edge.schema.topics import Topic, parse_topic

HEADS = (
    "box",
    "line",
    "online",
    "down Mbit/s",
    "up Mbit/s",
    "RTT ms",
    "lost",
    "RSRP dBm",
    "SINR dB",
    "age s",
)
UNKNOWN = "-"


@dataclass(slots=True)
class LineView:
    """The last known of one line; times are Unix ms."""

    results: dict[str, Record] = field(default_factory=dict)
    radio: dict[str, Value] = field(default_factory=dict)
    heard_ms: int = 0


class Picture:
    """What was heard so far. A message that cannot be read is counted, and else ignored."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lines: dict[tuple[str, str], LineView] = {}
        self.unreadable = 0
        self._session: dict[str, tuple[int, bool]] = {}

    def hear(self, topic: str, payload: bytes, now_ms: int) -> None:
        """Take in one message."""
        try:
            self._hear(parse_topic(topic), payload, now_ms)
        except SchemaError:
            self.unreadable += 1

    def _hear(self, topic: Topic, payload: bytes, now_ms: int) -> None:
        if topic.kind == "status":
            self._hear_status(topic, payload)
        elif topic.kind in ("signal", "state"):
            view = self._view(topic, now_ms)
            if topic.kind == "state":
                view.radio.update(decode_state(payload).values)
            else:
                view.radio.update(decode_signal(payload)[-1].values)
        elif topic.kind == "result" and payload:
            record = decode_record(payload)
            self._view(topic, now_ms).results[str(record.values.get("measurement", "?"))] = record

    def _hear_status(self, topic: Topic, payload: bytes) -> None:
        status = decode_status(payload)
        if status.session >= self._session.get(topic.box, (0, False))[0]:
            self._session[topic.box] = (status.session, status.state == "online")

    def _view(self, topic: Topic, now_ms: int) -> LineView:
        view = self.lines.setdefault((topic.box, topic.line), LineView())
        view.heard_ms = now_ms
        return view

    def online(self, box: str) -> str:
        """Return yes, no or unknown."""
        if box not in self._session:
            return UNKNOWN
        return "yes" if self._session[box][1] else "no"

    def rows(self, now_ms: int) -> list[tuple[str, ...]]:
        """Return the table's rows, as many cells as HEADS, sorted by box and line."""
        return [
            self._row(box, line, view, now_ms)
            for (box, line), view in sorted(self.lines.items())
            if line != BOX_LINE
        ]

    def _row(self, box: str, line: str, view: LineView, now_ms: int) -> tuple[str, ...]:
        return (
            *(box, line, self.online(box)),
            _figure(view.results.get("tcp-down"), "sustained_bps", 1e6, 1),
            _figure(view.results.get("tcp-up"), "sustained_bps", 1e6, 1),
            _figure(view.results.get("rtt"), "rtt_p50_ms", 1, 1),
            _figure(view.results.get("rtt"), "lost", 1, 0),
            _radio(view.radio, "rsrp_dbm"),
            _radio(view.radio, "sinr_db"),
            str(max(0, now_ms - view.heard_ms) // 1000),
        )


def _figure(record: Record | None, key: str, unit: float, digits: int) -> str:
    """Return the figure, or why there is none: a failure is never shown as 0."""
    if record is None:
        return UNKNOWN
    value = record.values.get(key)
    if record.ok and isinstance(value, int | float):
        return f"{value / unit:.{digits}f}"
    return record.err.code if record.err is not None else record.outcome if not record.ok else UNKNOWN


def _radio(values: Mapping[str, Value], key: str) -> str:
    value = values.get(key)
    return UNKNOWN if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)
