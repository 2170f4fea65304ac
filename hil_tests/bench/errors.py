"""BenchError              everything that goes wrong on a bench, by phase
 |- BenchFileError       file       the bench file cannot be used: every mistake with its line
 |- BenchIncomplete      inventory  something the file names is not on this machine
 |- WrongModem           identity   another modem answers than the one the file describes
 |- BenchStartError      start      a simulator or a link did not come up
 |- DeadlineMissed       dialogue   something did not happen within its time
 |- NotAllowed           cost       the act costs something and --allow does not name it
 |- InjectFailed         fault      a fault could not be switched on or off
 +- NoVerdict            verdict    no run was valid by the emulator's own log

Each says what happened, where, and what to do. `phase` is its class's word for reports.
"""


class BenchError(Exception):
    """Base; `phase` says in which step of a run it happened."""

    phase = "bench"


class BenchFileError(BenchError):
    """The bench file cannot be used; `mistakes` are sentences, each with file and line."""

    phase = "file"

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


class BenchIncomplete(BenchError):
    """Something the bench file names is missing; `missing` are sentences."""

    phase = "inventory"

    def __init__(self, bench: str, missing: list[str]) -> None:
        self.missing = missing
        lines = "\n".join(f"  - {line}" for line in missing)
        super().__init__(f"bench {bench}: refused, no test was run:\n{lines}")


class WrongModem(BenchError):
    """Another modem answers than the bench file describes."""

    phase = "identity"

    def __init__(self, slot: str, what: str, wanted: str, found: str) -> None:
        super().__init__(
            f"modem {slot}: the bench file says {what} {wanted}, what answers says {found}. "
            f"Plug the right modem into {slot}, or correct {what} in the bench file."
        )


class BenchStartError(BenchError):
    """A simulator or a link did not come up."""

    phase = "start"


class DeadlineMissed(BenchError):
    """Something did not happen within its time."""

    phase = "dialogue"

    def __init__(self, what: str, deadline_s: float, seen: str = "") -> None:
        got = f"; seen: {seen}" if seen else ""
        super().__init__(f"{what}: not within {deadline_s:g} s{got}. Check cable, power and SIM card.")


class NotAllowed(BenchError):
    """The act costs something and the run does not allow it."""

    phase = "cost"


class InjectFailed(BenchError):
    """A fault could not be switched on or off."""

    phase = "fault"


class NoVerdict(BenchError):
    """No run of a timing test was valid; `reasons` one a run."""

    phase = "verdict"

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(f"no verdict: {len(reasons)} runs, none valid: {'; '.join(reasons)}")
