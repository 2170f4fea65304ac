"""The service's side of the probe board: the work it proves, what of its words becomes records and state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge.board.keeper import BoardKeeper, BoardView, KeeperSetting, Proof
from edge.board.session import BoardTime, Event, Greeted, MainsLost, Status
from edge.config.model import Config, switches_of
from edge.measure.result import Failure
from edge.measure.site import CALM, SiteState
from edge.mqtt.state import Notice
from edge.ports import Clock
from edge.schema.record import Value
from edge.service.line import LineHandle
from edge.service.site_watch import SiteWatch

Tell = Callable[[str, Failure | None, dict[str, Value]], None]
"""Commits an event of the box: name, what went wrong, values."""


class ReceiptAge:
    """When headquarters last said that it has stored something, monotonic seconds."""

    def __init__(self, mono_s: Callable[[], float]) -> None:
        self._mono_s = mono_s
        self._last_s: float | None = None

    def came(self) -> None:
        """Take note of a receipt."""
        self._last_s = self._mono_s()

    def beside(self, on_notice: Callable[[Notice], None]) -> Callable[[Notice], None]:
        """Return *on_notice*, which takes note of receipts too."""

        def notice(told: Notice) -> None:
            if told.code == "receipt":
                self.came()
            on_notice(told)

        return notice

    @property
    def age_s(self) -> float | None:
        """Seconds since the last one; None, if none came in this life."""
        return None if self._last_s is None else self._mono_s() - self._last_s


@dataclass(frozen=True, slots=True)
class DeskSetting:
    """What a desk needs of the box; first_id: of the commands to the board, drawn anew at each start."""

    config: Config
    clock: Clock
    site: SiteWatch
    first_id: int


class BoardDesk:
    """Owns the keeper of the board's session. *tell* commits events."""

    def __init__(
        self, setting: DeskSetting, lines: Sequence[LineHandle], receipts: ReceiptAge, tell: Tell
    ) -> None:
        self._clock, self._watch = setting.clock, setting.site
        self._receipts, self._tell = receipts, tell
        self._switches = switches_of(setting.config)
        self._lines = {handle.line.slot: handle for handle in lines}
        self._proven = dict.fromkeys(self._lines, 0)
        self._keeper = BoardKeeper(
            KeeperSetting(port=setting.config.board.port, switches=self._switches, first_id=setting.first_id),
            self,
        )

    async def run(self) -> None:
        """Serve until cancelled."""
        await self._keeper.run()

    async def switch(self, slot: str, verb: str) -> str:
        """Do "power-off" or "power-on" to the modem at *slot*; return "", or why it was not done."""
        return await self._keeper.switch(slot, verb)

    def values(self) -> dict[str, Value]:
        """Return what `state` of line box says of the board."""
        values = board_values(self._keeper.view)
        compared = self._watch.compared_at(self._clock.mono_s())
        if compared is not None:
            values["clock_offset_ms"] = round(compared.offset_ms, 1)
            values["clock_bound_ms"] = round(compared.bound_ms, 1)
        return values

    def proof(self) -> Proof:
        """Return the work since the last call: receipts, and radio samples per switch."""
        samples = tuple(self._new_samples(slot) for slot in self._switches)
        return Proof(self._receipts.age_s, samples)

    def board_said(self, event: Event) -> None:
        """Take what the board told."""
        match event:
            case Greeted(again=True):
                self._tell("board.reset", None, {"reason": event.reset_reason})
            case Status():
                self._site(SiteState(event.mains, event.window), event.battery_mv)
            case MainsLost():
                self._site(SiteState(mains=False, window=self._watch.log.now.window), event.battery_mv)
            case BoardTime() if event.utc_s:
                self._compare(event)

    def board_failed(self, err: Failure | None) -> None:
        """Take that the session failed, or stands. What a board that is away told last is no evidence."""
        if err is not None:
            self._watch.log.add(self._clock.unix_ns(), CALM)
        self._tell("board.failed" if err else "board.ready", err, board_values(self._keeper.view))

    def _new_samples(self, slot: str) -> int:
        handle = self._lines.get(slot)
        if handle is None:
            return 0
        new, self._proven[slot] = handle.samples_seen - self._proven[slot], handle.samples_seen
        return new

    def _site(self, state: SiteState, battery_mv: int) -> None:
        before = self._watch.log.now
        if not self._watch.log.add(self._clock.unix_ns(), state):
            return
        if state.mains != before.mains:
            self._tell("mains.back" if state.mains else "mains.lost", None, {"battery_mv": battery_mv})
        if state.window != before.window:
            self._tell("maintenance.begun" if state.window else "maintenance.ended", None, {})

    def _compare(self, told: BoardTime) -> None:
        clock = self._clock
        self._watch.compare(
            clock_ns=clock.unix_ns(),
            utc_s=told.utc_s,
            age_ms=told.age_ms,
            uncertainty_us=told.uncertainty_us,
            mono_s=clock.mono_s(),
        )


def board_values(view: BoardView) -> dict[str, Value]:
    """Return what is known of the board, flat; what it did not tell is absent."""
    values: dict[str, Value] = {"board": view.err.code if view.err else "ok" if view.greeted else "greeting"}
    if view.err is not None:
        values |= {"board_text": view.err.text, "board_text_id": view.err.text_id}
    if view.greeted is not None:
        values |= {
            "board_build": f"{view.greeted.build_hash:08x}",
            "board_reset_reason": view.greeted.reset_reason,
            "board_slot": "AB"[view.greeted.slot],
            "board_resets": view.resets,
        }
    if (status := view.status) is not None:
        values |= {
            "board_uptime_s": status.uptime_ms // 1000,
            "mains": status.mains,
            "maintenance": status.window,
            "battery_mv": status.battery_mv,
            "rail_mv": status.rail_mv,
            "board_temperature_cdegc": status.temperature_cdegc,
            "board_bad_frames": status.bad_frames,
            "board_frames_damaged": view.bad_frames,
            "board_frames_lost": view.lost_frames,
        }
    return values
