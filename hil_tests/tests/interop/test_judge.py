"""The judge of foreign programs cannot pass what was not printed: shell scripts play the programs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hil_tests.interop.judge import results_of
from hil_tests.interop.place import Foreign, Place
from hil_tests.interop.processes import running
from hil_tests.interop.rows import Limit, Result, Row
from hil_tests.sims.at_modem.registry import DEFAULT

ASK_IMEI = "sh -c 'exec 3<>{link}; printf \"AT+CGSN\\r\" >&3; grep -m 1 ^35 <&3'"
COUNT = "sh -c 'echo x >>{folder}/runs; wc -l <{folder}/runs'"
SLOW = "sh -c 'echo waiting; exec sleep 60'"


@asynccontextmanager
async def bare(place: Place) -> AsyncIterator[None]:
    """Set nothing up."""
    yield


def judged(
    *rows: Row, version: str = "echo version 4.2", daemon: str = "", limits: tuple[Limit, ...] = ()
) -> list[Result]:
    """Return the judged *rows* of a program that is a shell script."""

    @asynccontextmanager
    async def daemon_runs(place: Place) -> AsyncIterator[None]:
        async with running(["sh", "-c", "sleep 0.3; echo late >written"], place.env, place.folder):
            yield

    script = Foreign(
        name="script",
        version=version,
        version_says=r"version ([\d.]+)",
        set_up=daemon_runs if daemon else bare,
        rows=rows,
        limits=limits,
        daemon=daemon,
    )
    return asyncio.run(results_of(script, DEFAULT, 5))


def verdicts(results: list[Result]) -> list[str]:
    """Return the verdicts alone."""
    return [str(result.verdict) for result in results]


def test_printed_by_the_modem_passes_and_anything_else_fails() -> None:
    """The IMEI that the modem itself says; one that is not there; a program that prints nothing."""
    results = judged(
        Row("IMEI", ASK_IMEI, r"^{imei}\r"),
        Row("other IMEI", ASK_IMEI, r"^350000000000000\r"),
        Row("nothing", "true", r"{imei}"),
    )
    assert verdicts(results) == ["pass", "FAIL", "FAIL"]
    assert results[0].printed.isdecimal()
    assert results[0].version == "4.2"


def test_one_command_runs_once_unless_it_is_tried_again() -> None:
    """Rows of the same command share its run; a row with time left asks again."""
    results = judged(
        Row("first", COUNT, r"^1\n"),
        Row("shared", COUNT, r"^1\n"),
        Row("third", COUNT, r"^3\n", wait_s=20),
    )
    assert verdicts(results) == ["pass", "pass", "pass"]


def test_what_a_daemon_writes_is_awaited() -> None:
    """The daemon's command is not run again; its file is read until the words are there, or time is up."""
    results = judged(
        Row("late", "thedaemon", "late", within="writ*", wait_s=20),
        Row("never", "thedaemon", "never", within="writ*", wait_s=0.1),
        daemon="thedaemon",
    )
    assert verdicts(results) == ["pass", "FAIL"]


def test_known_limit_is_told_and_its_end_is_a_failure() -> None:
    """A program that still waits is a limit; one that now answers is not, nor one that waits otherwise."""
    results = judged(
        Row("still", SLOW, "answer"),
        Row("answers", "echo waiting", "answer"),
        Row("otherwise", SLOW + " #", "answer"),
        Row("gives up", "echo no", "answer"),
        Row("manages", "echo no answer", "answer"),
        Row("elsewhere", "echo no", "no"),
        Row("not at once", COUNT, "never", wait_s=20),
        limits=(
            Limit("still", "waiting", "waits for ever", hangs_s=1),
            Limit("answers", "waiting", "waits for ever", hangs_s=5),
            Limit("otherwise", "asleep", "sleeps for ever", hangs_s=1),
            Limit("gives up", "no", "says no"),
            Limit("manages", "no", "says no"),
            Limit("not at once", r"^3\n", "needs three"),
            Limit("elsewhere", "never", "another modem's", personalities=("another",)),
        ),
    )
    assert verdicts(results) == ["limit", "FAIL", "FAIL", "limit", "FAIL", "pass", "limit"]
    assert [results[0].printed, results[3].printed] == ["waiting (waits for ever)", "no (says no)"]


def test_program_that_cannot_start_is_a_failure_with_what_to_do() -> None:
    """No program, no version: one line each, FAIL."""
    (absent,) = judged(version="no-such-program-here --version")
    assert (str(absent.verdict), "tools.judge.programs interop" in absent.printed) == ("FAIL", True)
    (silent,) = judged(version="true")
    assert (str(silent.verdict), silent.what) == ("FAIL", "set-up")
