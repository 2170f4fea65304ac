"""Rounds of the SMS matrix: who sends when, within the day's budget, and what is recorded of each pair."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from edge.measure.failures import failure, outcome_of
from edge.measure.sms_matrix import DAY_NS, Matrix, Trial, may_send, pairs_of, round_every_s
from edge.schema.record import Fields, Value
from edge.service.line import LineHandle, WorkerGone
from edge.service.messages import NonceArrived, NonceSent, Report
from edge.service.records import NS_PER_MS, Moment, as_err
from edge.service.testing import Bench

FIRST_AFTER_S = 30.0
NOT_ARRIVED = "sms.not_arrived"
NONCE_DIGITS = 16
LEDGER = "sms-sent.json"


class Ledger:
    """When messages were sent, kept in *path* over restarts: they cost money."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sent_ns = self._read()

    def may_send(self, wanted: int, per_day: int, now_ns: int) -> bool:
        """Tell whether *wanted* more messages fit the day's budget."""
        return may_send(self._sent_ns, wanted, per_day, now_ns)

    def add(self, now_ns: int) -> None:
        """Note one message, before it is sent. Raises: OSError."""
        self._sent_ns = [t_ns for t_ns in self._sent_ns if now_ns - DAY_NS < t_ns] + [now_ns]
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self._sent_ns), encoding="ascii")
        fresh.replace(self._path)

    def _read(self) -> list[int]:
        try:
            kept = json.loads(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return []
        return [t_ns for t_ns in kept if isinstance(t_ns, int)] if isinstance(kept, list) else []


class SmsRounds:
    """Runs rounds over the lines that have a number; reports of their workers come in by take()."""

    def __init__(
        self, bench: Bench, lines: Sequence[LineHandle], on_record: Callable[[LineHandle, Fields], None]
    ) -> None:
        self._bench, self._lines, self._on_record = bench, lines, on_record
        self._matrix = Matrix()
        self._heard = asyncio.Event()

    async def run(self) -> None:
        """Run rounds as far apart as the budget allows; at once ends where it allows none."""
        per_day = self._bench.config.sms.per_day
        pairs = len(pairs_of(self._able()))
        every_s = round_every_s(pairs, per_day)
        ledger = Ledger(Path(self._bench.config.data_dir) / LEDGER)
        wait_s = FIRST_AFTER_S if every_s is None else min(FIRST_AFTER_S, every_s)
        while every_s is not None:
            await asyncio.sleep(wait_s)
            if ledger.may_send(pairs, per_day, self._bench.clock.unix_ns()):
                await self.round(ledger)
            wait_s = every_s

    async def round(self, ledger: Ledger) -> list[Trial]:
        """Send one message a pair, each line one at a time, and record every pair. Raises: OSError."""
        slots = self._able()
        self._matrix = Matrix()
        steps = pairs_of(slots)
        for step in range(0, len(steps), len(slots)):
            await asyncio.gather(*(self._trial(pair, ledger) for pair in steps[step : step + len(slots)]))
        return list(self._matrix.trials.values())

    def take(self, handle: LineHandle, report: Report) -> None:
        """Take what a worker says of a nonce."""
        match report:
            case NonceSent():
                self._matrix.sent(
                    report.nonce,
                    accepted_ns=report.accepted_ns,
                    outcome=report.outcome,
                    cause=report.cause,
                )
                self._heard.set()
            case NonceArrived():
                self._matrix.arrived(report.nonce, handle.line.slot, report.t_ns)
                self._heard.set()

    def _able(self) -> list[str]:
        return [handle.line.slot for handle in self._lines if handle.line.number_file]

    async def _trial(self, pair: tuple[str, str], ledger: Ledger) -> None:
        by_slot = {handle.line.slot: handle for handle in self._lines}
        sender, start_ns = by_slot[pair[0]], self._bench.clock.unix_ns()
        nonce = self._bench.nonce()[:NONCE_DIGITS]
        self._matrix.begin(Trial(sender=pair[0], receiver=pair[1], nonce=nonce))
        ledger.add(start_ns)
        try:
            sender.send_nonce(nonce, pair[1])
        except WorkerGone:
            self._matrix.sent(nonce, accepted_ns=None, outcome="refused", cause="the line's worker is gone")
        with suppress(TimeoutError):
            async with asyncio.timeout(self._bench.config.sms.limit_s):
                while not self._settled(nonce):
                    self._heard.clear()
                    await self._heard.wait()
        fields = trial_fields(
            self._matrix.trials[nonce], by_slot[pair[1]].name, start_ns, self._bench.moment()
        )
        self._on_record(sender, fields)

    def _settled(self, nonce: str) -> bool:
        trial = self._matrix.trials[nonce]
        return trial.outcome == "refused" or (trial.completed and trial.outcome != "")


def trial_fields(trial: Trial, to_line: str, start_ns: int, moment: Moment) -> Fields:
    """Return the result of one pair; whose fault a missing message is, one pair cannot say."""
    values: dict[str, Value] = {
        "measurement": "sms",
        "slot": trial.sender,
        "to_line": to_line,
        "nonce": trial.nonce,
        "completed": trial.completed,
        "duplicates": trial.duplicates,
    }
    if trial.outcome:
        values["sent"] = trial.outcome
    nv: dict[str, str] = {}
    if trial.delivery_s is None:
        nv["delivery_s"] = "did not arrive" if not trial.completed else "the network's taking it is not known"
    else:
        values["delivery_s"] = round(trial.delivery_s, 3)
    detail = f"{trial.outcome} {trial.cause}".strip() or "no word of it in time"
    err = None if trial.completed else failure(NOT_ARRIVED, where=to_line, detail=detail)
    return Fields(
        boot=moment.boot,
        ts=start_ns // NS_PER_MS,
        clk=moment.clk(),
        ok=err is None,
        outcome=outcome_of(err),
        values=values,
        nv=nv,
        err=as_err(err) if err else None,
    )
