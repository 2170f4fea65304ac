"""All directions of all links, sans-IO: their tables, kept filled with random numbers and plans."""

import random
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hil_tests.sims.operator_net import decide
from hil_tests.sims.operator_net.control import ControlError, Request
from hil_tests.sims.operator_net.fates import Cause, Fate, Kind
from hil_tests.sims.operator_net.plan import Planner, PlanRow
from hil_tests.sims.operator_net.settings import DirectionSetting
from hil_tests.sims.operator_net.tables import DRAWS, NS_PER_S, PLAN, USES, make_tables, structs

AHEAD_NS = 2 * NS_PER_S  # a plan reaches so far beyond what is being served


class Change(NamedTuple):
    """From t_ns on, *kind* has *value* for direction *way*."""

    t_ns: int
    value: float
    kind: Kind
    cause: Cause


class Links:
    """Directions 2k (up) and 2k+1 (down) of link k. *rngs*: for each direction {use: its generator}."""

    def __init__(
        self,
        settings: Sequence[DirectionSetting],
        rngs: Sequence[dict[str, random.Random]],
        *,
        start_ns: int,
        begin_ns: int,
    ) -> None:
        self.tables = make_tables(list(settings), start_ns)
        self._rngs = rngs
        self._planners = [
            Planner(setting, rng["users"], start_ns=start_ns, begin_ns=begin_ns)
            for setting, rng in zip(settings, rngs, strict=True)
        ]
        self._noted: list[list[Change]] = [[] for _ in settings]
        self._last: list[dict[Kind, float]] = [{} for _ in settings]
        for way in range(len(settings)):
            self._note_start(way, settings[way], begin_ns)
            self.refill(way)
            self.extend(way, begin_ns + AHEAD_NS)

    @property
    def are_planned(self) -> bool:
        """Whether plans must be prolonged as time goes on, also without traffic."""
        return any(planner.is_needed for planner in self._planners)

    def _note_start(self, way: int, setting: DirectionSetting, begin_ns: int) -> None:
        s = self.tables.states[way]
        if setting.rate_bps is not None:
            self._note(way, begin_ns, float(s.rate), Kind.RATE, Cause.START)
        if setting.ramp:
            self._note(way, begin_ns, float(s.cap), Kind.CAP, Cause.START)
        for from_ns, until_ns in self.tables.windows[way, : s.windows].tolist():
            self._note(way, from_ns, 0.0, Kind.OPEN, Cause.START)
            self._note(way, until_ns, 1.0, Kind.OPEN, Cause.START)

    def _note(self, way: int, t_ns: int, value: float, kind: Kind, cause: Cause) -> None:
        self._noted[way].append(Change(t_ns, value, kind, cause))

    def refill(self, way: int) -> None:
        """Fill up the random numbers of every stream of *way* that has used some of them."""
        drawn, filled = self.tables.states["drawn"][way], self.tables.states["filled"][way]
        for use, name in enumerate(USES):
            count = int(drawn[use]) + DRAWS - int(filled[use])
            if count:
                places = (int(filled[use]) + np.arange(count)) & (DRAWS - 1)
                rng = self._rngs[way][name]
                self.tables.draws[way, use, places] = [rng.random() for _ in range(count)]
                filled[use] += count

    def extend(self, way: int, until_ns: int) -> None:
        """Prolong the plan of *way* until until_ns; what lies behind leaves it."""
        planner = self._planners[way]
        if not planner.is_needed:
            return
        rows = list(planner.rows(until_ns))
        for row in rows:
            self._note_plan(way, row)
        self._append(way, rows)
        self.tables.states[way].plan_until_ns = planner.until_ns

    def _note_plan(self, way: int, row: PlanRow) -> None:
        last = self._last[way]
        for kind, value in ((Kind.RATE, row.rate), (Kind.SHARE, row.share)):
            if value >= 0 and last.get(kind) != value:
                self._note(way, row.t_ns, value, kind, Cause.PLAN)
                last[kind] = value

    def _append(self, way: int, rows: Sequence[PlanRow]) -> None:
        s, plan = self.tables.states[way], self.tables.plans[way]
        behind = min(int(s.plan_at), int(s.plan_seen))
        kept = plan[behind : s.planned].copy()
        self._make_room(len(kept) + len(rows))
        plan = self.tables.plans[way]
        plan[: len(kept)] = kept
        plan[len(kept) : len(kept) + len(rows)] = np.array(rows, PLAN)
        s.plan_at, s.plan_seen, s.planned = s.plan_at - behind, s.plan_seen - behind, len(kept) + len(rows)

    def _make_room(self, rows: int) -> None:
        plans = self.tables.plans
        if rows > plans.shape[1]:
            larger = structs((len(plans), 2 * rows), PLAN)
            larger[:, : plans.shape[1]] = plans
            self.tables = self.tables._replace(plans=larger)

    def look_after(self, way: int, now_ns: int) -> None:
        """Do what keeps *way* going: random numbers, and a plan that reaches ahead of what it serves."""
        self.refill(way)
        s = self.tables.states[way]
        needed_ns = max(now_ns, int(s.free_ns)) + AHEAD_NS
        self.extend(way, needed_ns if needed_ns > s.plan_until_ns else int(s.plan_until_ns) + AHEAD_NS)

    def keep_ahead(self, now_ns: int) -> list[int]:
        """Prolong every plan that reaches less than half of AHEAD_NS beyond now_ns; return whose."""
        planners = enumerate(self._planners)
        short = [way for way, p in planners if p.is_needed and p.until_ns - now_ns < AHEAD_NS // 2]
        for way in short:
            self.extend(way, now_ns + AHEAD_NS)
        return short

    def must_allow(self, way: int, request: Request) -> None:
        """Raises: ControlError, if *way* is such that the request makes no sense for it."""
        s, where = self.tables.states[way], f"link {way // 2}, {'down' if way % 2 else 'up'}"
        if request.loss is not None and (s.has_bursts or not 0 <= request.loss <= 1):
            raise ControlError(f"{where}: loss must be a share from 0 to 1, of a link without loss_bursts")
        if request.rate_bps is None:
            return
        if s.rate <= 0 or s.steps or request.rate_bps <= 0:
            text = "rate_bps must be above 0, of a link that has rate_bps and no rate_steps or rate_trace"
            raise ControlError(f"{where}: {text}")

    def obey(self, way: int, request: Request, t_ns: int) -> None:
        """Change *way* as control asks; see control.py."""
        s = self.tables.states[way]
        if request.restart:
            s.free_ns, s.last_due_ns, s.waits, s.waiting_bytes, s.burst_ns = 0, 0, 0, 0, -1
            s.plan_at = s.plan_seen
        if request.loss is not None:
            s.loss = request.loss
        if request.rate_bps is not None:
            s.set_rate = s.rate = request.rate_bps
            effective_ns = max(t_ns, int(s.free_ns))
            self._note(way, effective_ns, float(s.rate), Kind.RATE, Cause.CONTROL)
        if request.blackhole is not None:
            s.is_black = request.blackhole
            self._note(way, t_ns, 0.0 if request.blackhole else 1.0, Kind.SWITCH, Cause.CONTROL)

    def take_changes(self, way: int) -> list[Change]:
        """Return what has changed since the last call."""
        s = self.tables.states[way]
        changed = [
            Change(int(t_ns), float(value), Kind(kind), Cause(cause))
            for t_ns, value, kind, cause in self.tables.changes[way, : s.changes].tolist()
        ]
        s.changes = 0
        noted, self._noted[way] = self._noted[way], []
        return noted + changed

    def admit(self, way: int, t_ns: int, length_bytes: int) -> tuple[Fate, int]:
        """Return (fate, due_ns) of one frame; see decide.admit."""
        states = self.tables.states
        if (states["filled"][way] == states["drawn"][way]).any():
            self.refill(way)
        while True:
            fate, due_ns = decide.admit(self.tables, way, t_ns, length_bytes)
            if fate != decide.NEED_PLAN:
                return Fate(fate), int(due_ns)
            self.look_after(way, t_ns)
