"""A personality as a table: rows of literal templates, and a function where that is not enough.

Templates are `str.format` texts over the names of `fields`, one information line a "\n"-separated part.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from types import MappingProxyType
from typing import NamedTuple

from hil_tests.sims.at_modem.card_actions import card_refusal
from hil_tests.sims.at_modem.modem import DOMAINS, Modem
from hil_tests.sims.at_modem.provenance import Source
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.carriers import Mode
from hil_tests.sims.network.radio import Sample

Fields = Mapping[str, object]
Action = Callable[[Modem, Command, float], Reply]
USUAL_MODES = frozenset({Mode.LTE, Mode.ENDC})
Fill = Callable[[Modem, float, bool], Fields]
SELF_TOLD = (  # fields that are their own truth in a row that names none
    frozenset({"imei", "imsi", "iccid", "number", "smsc", "card_there", "card_ready", "card_status"})
    | {"function", "bars", "service", "roaming", "abroad", "full", "attached", "connected", "technology"}
    | {"system_mode", "level", "power", "by_user", "gnss", "urcport", "time", "zone"}
    | {"dhcp_address", "dhcp_mask", "dhcp_gateway", "dhcp_dns_1", "dhcp_dns_2"}
)


class Wording(NamedTuple):
    """A template, and what it expresses: {log key: field name}."""

    say: str
    truth: Mapping[str, str] = MappingProxyType({})


class Wish(NamedTuple):
    """How often a report is due, seconds, and whether only when its line is another than the last."""

    period_s: float
    only_changes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A line said unasked; `wish` reads the row's setting, None = not now; `say` and `silent` as in Row.

    Without `say` it is worded as the row's reply of the moment; `setting` names another row to read.
    """

    say: str | None = None
    silent: str | None = None
    wish: Callable[[tuple[str, ...]], Wish | None]
    setting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One command: its forms, where their wording is from, and how long it takes.

    `say`/`read`/`test` are templates of the execution, read and test forms; `silent` replaces `say` when
    there is no serving cell (None: +CME ERROR: 30). `accept` is the pattern a set value must match whole,
    else `refusal`; its groups become the setting, {s0}, {s1}... in `read`, and `default` before any is made.
    `act` answers instead of the templates in the forms `acts`. `truth` maps log keys to field names (none:
    those of SELF_TOLD, and the setting).
    `needs_card`: "open" (its code given) or "present" (locked will do), else the command fails with the
    card's error; a command of messages (`cms`) with +CMS ERROR. A row that needs a cell is worded for LTE;
    `by_mode` has its other wordings, and in a mode without one it is as without a cell (EN-DC: as in LTE);
    with `camped` any cell will do, registered or not.
    """

    name: str
    source: Source
    say: str | None = None
    silent: str | None = None
    needs_cell: bool = False
    camped: bool = False
    read: str | None = None
    test: str | None = None
    accept: str | None = None
    refusal: Failure = Failure.BAD_PARAMETER
    default: tuple[str, ...] = ()
    act: Action | None = None
    acts: frozenset[Form] = frozenset({Form.SET})
    truth: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.01
    report: Report | None = None
    needs_card: str = ""
    cms: bool = False
    by_mode: Mapping[Mode, Wording] = field(default_factory=dict)


class TablePersonality:
    """The words of a model, from its rows. A row whose name is a whole command (`+QENG=X`) goes first."""

    def __init__(self, rows: Iterable[Row], modem: Modem, fill: Fill, slow_s: Mapping[str, float]) -> None:
        """Take the table.

        *fill* gives the fields of the templates; its last argument asks for the truth instead of the show.
        *slow_s* has the seconds of whole commands that take longer than their row says.
        """
        self._slow_s = slow_s
        self._rows = {row.name: row for row in rows}
        self._modem = modem
        self._fill = fill
        self._reported: dict[str, tuple[float, str | None]] = {}
        self.restore()

    def restore(self) -> None:
        """Take every setting back to its default."""
        self._modem.settings = {row.name: row.default for row in self._rows.values() if row.default}
        self._modem.domains = tuple(name for name in DOMAINS if name in self._rows)

    def urcs(self, now_s: float) -> Sequence[str]:
        """Return the unsolicited lines due by *now_s*: the modem's, then the rows' reports."""
        reports = [self._report(row, report, wish, now_s) for row, report, wish in self._reporting()]
        return [*self._modem.urcs(now_s), *(line for line in reports if line)]

    def next_urc_s(self, now_s: float) -> float | None:
        """Return when to ask `urcs` again, or None."""
        due = [
            self._reported.get(row.name, (now_s, None))[0] + wish.period_s
            for row, _, wish in self._reporting()
        ]
        own = self._modem.next_urc_s(now_s)
        return min([*due, *([] if own is None else [own])], default=None)

    def delay_s(self, command: Command) -> float:
        """Return how long *command* takes; an unknown one is refused at once."""
        row = self._row(command)
        return self._slow_s.get(command.canonical, row.delay_s if row else 0.001)

    def answer(self, command: Command, now_s: float) -> Reply:
        """Return the reply to *command*, ERROR if no row has this form of it."""
        row = self._row(command)
        if row is None:
            return fail(Failure.PLAIN)
        self._modem.poll(now_s)
        if row.needs_card and command.form is not Form.TEST:
            refusal = card_refusal(self._modem, now_s, row.needs_card, messages=row.cms)
            if refusal:
                return fail(refusal)
        if row.act and (command.form in row.acts or row.name == command.canonical):
            return row.act(self._modem, command, now_s)
        if command.form is Form.SET and row.name != command.canonical:
            return self._set(row, command)
        return self._say(row, command.form, now_s)

    def _row(self, command: Command) -> Row | None:
        return self._rows.get(command.canonical) or self._rows.get(command.name)

    def _set(self, row: Row, command: Command) -> Reply:
        match = re.fullmatch(row.accept, command.value, re.IGNORECASE) if row.accept is not None else None
        if match is None:
            return fail(row.refusal if row.accept is not None else Failure.PLAIN)
        if row.default:
            old = self._modem.settings[row.name]
            new = (*match.groups(), *(None for _ in old))
            self._modem.settings[row.name] = tuple(
                o if n is None else n for o, n in zip(old, new, strict=False)
            )
            self._modem.forget_announced(row.name)
        return OK

    def _worded(self, row: Row, form: Form, now_s: float) -> Wording | None:
        """Return how *row* is worded in *form* now: None where there is no such form."""
        usual = {Form.READ: row.read, Form.TEST: row.test}.get(form, row.say)
        if usual is None:
            return None
        if form is Form.TEST:
            return Wording(usual)
        sample = self._cell(row, now_s)
        if not row.needs_cell or (sample and sample.mode in USUAL_MODES - row.by_mode.keys()):
            return Wording(usual, row.truth)
        silent = None if row.silent is None else Wording(row.silent)
        return row.by_mode.get(sample.mode, silent) if sample else silent

    def _say(self, row: Row, form: Form, now_s: float) -> Reply:
        wording = self._worded(row, form, now_s)
        if wording is None:
            there = {Form.READ: row.read, Form.TEST: row.test}.get(form, row.say)
            return fail(Failure.PLAIN if there is None else Failure.NO_SERVICE)
        if not wording.say:
            return OK
        lines = tuple(self._filled(row, wording.say, now_s).split("\n"))
        if wording.truth or form is Form.TEST:
            return Reply(lines, truth=self._truth(row, wording.truth, now_s))
        return Reply(lines, truth=self._self_told(row, wording.say, now_s))

    def _self_told(self, row: Row, template: str, now_s: float) -> dict[str, object]:
        """Return the truth of a row that names none: what it fills in, and its setting."""
        names = {name for _, name, _, _ in Formatter().parse(template) if name}
        told = self._truth(row, {name: name for name in sorted(names & SELF_TOLD)}, now_s)
        return {**told, "setting": list(self._modem.setting(row.name))} if "s0" in names else told

    def _cell(self, row: Row, now_s: float) -> Sample | None:
        return self._modem.camped(now_s) if row.camped else self._modem.sample(now_s)

    def _filled(self, row: Row, template: str, now_s: float) -> str:
        values = self._modem.setting(row.name)
        fields = {
            **self._fill(self._modem, now_s, False),
            **{f"s{i}": value for i, value in enumerate(values)},
            **self._of_domain(row, now_s),
        }
        return template.format_map(fields)

    # --- unasked ---

    def _reporting(self) -> list[tuple[Row, Report, Wish]]:
        found = []
        for row in self._rows.values():
            if report := row.report:
                wish = report.wish(self._modem.setting(report.setting or row.name))
                if wish:
                    found.append((row, report, wish))
                else:
                    self._reported.pop(row.name, None)
        return found

    def _report(self, row: Row, report: Report, wish: Wish, now_s: float) -> str | None:
        last_s, last = self._reported.get(row.name, (now_s, None))
        known = row.name in self._reported
        if known and now_s < last_s + wish.period_s:
            return None
        template = report.say if self._modem.sample(now_s) or report.silent is None else report.silent
        if report.say is None and (wording := self._worded(row, Form.READ, now_s)):
            template = wording.say
        line = None if template is None else self._filled(row, template, now_s)
        self._reported[row.name] = (now_s, line)
        return line if known and (line != last or not wish.only_changes) else None

    def _of_domain(self, row: Row, now_s: float) -> Mapping[str, object]:
        """Return the fields of a registration command: those of its own domain."""
        if row.name not in DOMAINS:
            return {}
        level = (*self._modem.setting(row.name), "0")[0]
        return self._modem.registration_fields(row.name, level, now_s)

    def _truth(self, row: Row, names: Mapping[str, str], now_s: float) -> dict[str, object]:
        if not names:
            return {}
        true = {**self._fill(self._modem, now_s, True), **self._of_domain(row, now_s)}
        return {key: true[name] for key, name in names.items() if true.get(name) is not None}
