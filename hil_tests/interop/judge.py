"""Runs a program's rows on a modem of its own and judges each by what was printed."""

import asyncio
import re
import shlex
import tempfile
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from hil_tests.interop.draw import draw, filled
from hil_tests.interop.place import Foreign, Place, environment
from hil_tests.interop.processes import AGAIN_S, Said, say, text_of
from hil_tests.interop.rows import InteropError, Limit, Result, Row, Verdict

COMMAND_S = 60.0
SHOWN = 200
SHOWN_AS = {"folder": "DIR", "link": "PORT", "scripts": "."}


def words_of(command: str, values: dict[str, str]) -> list[str]:
    """Return the words of a row's *command*, each {placeholder} replaced within its word."""
    return [word.format_map(values) for word in shlex.split(command)]


def files_text(pattern: str, place: Place) -> str:
    """Return the text of every file of the folder that *pattern* means, one after the other."""
    files = sorted(place.folder.glob(pattern.format_map(place.values())))
    return "\n".join(text_of(file) for file in files if file.is_file())


class Session:
    """One program at one modem: remembers what each command printed, so that rows share a run."""

    def __init__(self, foreign: Foreign, place: Place) -> None:
        """The set-up has been done; a daemon's command counts as run."""
        self._place = place
        self._values = place.values()
        self._said = {foreign.daemon: Said("", True)} if foreign.daemon else {}

    async def run(self, command: str, limit_s: float) -> Said:
        """Run *command* afresh, and remember what it said."""
        words = words_of(command, self._values)
        said = await say(words, self._place.env, self._place.folder, limit_s)
        self._said[command] = said
        return said

    async def printed(self, row: Row) -> str:
        """Return the text in which the row's words are looked for; runs its command unless it has run."""
        if row.command not in self._said:
            await self.run(row.command, COMMAND_S)
        return files_text(row.within, self._place) if row.within else self._said[row.command].text

    async def judged(self, row: Row, limit: Limit | None = None) -> tuple[Verdict, str]:
        """Return the verdict of *row*, of which *limit* is known, and the words it rests on."""
        if limit is not None:
            return await self._limited(row, limit)
        pattern = re.compile(filled(row.wanted, self._values))
        until_s = asyncio.get_running_loop().time() + row.wait_s
        while not (found := pattern.search(text := await self.printed(row))):
            if asyncio.get_running_loop().time() >= until_s:
                return Verdict.FAIL, nearest(row.wanted.format_map(self._values), text)
            await asyncio.sleep(AGAIN_S)
            if not row.within:
                await self.run(row.command, COMMAND_S)
        return Verdict.PASS, found.group()

    async def _limited(self, row: Row, limit: Limit) -> tuple[Verdict, str]:
        until_s = asyncio.get_running_loop().time() + row.wait_s
        while True:
            said = await self.run(row.command, limit.hangs_s or COMMAND_S)
            instead = re.search(filled(limit.instead, self._values), said.text)
            as_wanted = re.search(filled(row.wanted, self._values), said.text)
            if instead and not as_wanted and said.ended is (limit.hangs_s == 0):
                return Verdict.LIMIT, f"{instead.group()} ({limit.why})"
            if as_wanted or asyncio.get_running_loop().time() >= until_s:
                return Verdict.FAIL, f"no longer so: {said.text[-300:]}"
            await asyncio.sleep(AGAIN_S)


def limit_of(foreign: Foreign, row: Row, personality: str) -> Limit | None:
    """Return what *foreign* is known not to manage of *row* at *personality*."""
    for limit in foreign.limits:
        if limit.what == row.what and (not limit.personalities or personality in limit.personalities):
            return limit
    return None


def nearest(wanted: str, text: str) -> str:
    """Return the line of *text* that is most like *wanted*: where a reader looks first."""
    return max(text.splitlines(), key=lambda line: SequenceMatcher(None, wanted, line).ratio(), default="")


def shown(text: str) -> str:
    """Return *text* on one line, at most SHOWN characters of it."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


async def version_of(foreign: Foreign, place: Place) -> str:
    """Return the version *foreign* says it has. Raises InteropError, if it says none."""
    said = await say(shlex.split(foreign.version), place.env, place.folder, COMMAND_S)
    found = re.search(foreign.version_says, said.text)
    if found is None:
        raise InteropError(f"`{foreign.version}` tells no version: {shown(said.text)}")
    return found.group(1)


class Sheet:
    """The lines of one program at one modem."""

    def __init__(self, foreign: Foreign, place: Place) -> None:
        """Start empty; paths of *place* are shown by their meaning."""
        self.results: list[Result] = []
        self.version = "?"
        self._foreign, self._place = foreign, place

    def add(self, row: Row, verdict: Verdict, printed: str) -> None:
        """Add the line of a judged *row*."""
        values = {**self._place.values(), **SHOWN_AS}
        self.results.append(
            Result(
                program=self._foreign.name,
                version=self.version,
                personality=self._place.personality,
                scenario=self._place.scenario,
                what=row.what,
                command=" ".join(words_of(row.command, values)),
                wanted=row.wanted.format_map(values),
                printed=shown(printed),
                verdict=verdict,
            )
        )


async def results_of(
    foreign: Foreign, personality: str, seed: int, faults: Sequence[str] = ()
) -> list[Result]:
    """Return the rows of *foreign* on a fresh modem of *personality*, judged.

    What keeps a program from starting is a FAIL of its own, and then the rows behind it are not there.
    """
    with tempfile.TemporaryDirectory(prefix="interop-") as name:
        drawn = draw(seed, f"{foreign.name} {personality} {foreign.scenario}", foreign.late_s)
        scenario = foreign.scenario.format_map(drawn.values())
        place = Place(Path(name), drawn, personality, scenario, environment(Path(name)))
        sheet = Sheet(foreign, place)
        try:
            sheet.version = await version_of(foreign, place)
            async with foreign.simulator(place, faults), foreign.set_up(place):
                session = Session(foreign, place)
                for row in foreign.rows:
                    sheet.add(row, *await session.judged(row, limit_of(foreign, row, personality)))
        except InteropError as error:
            sheet.add(Row("set-up", foreign.version, "it runs"), Verdict.FAIL, str(error))
        return sheet.results
