"""A modem whose every value is fixed, and what is asked of it; for literal expectations."""

from collections.abc import Sequence
from dataclasses import dataclass

from hil_tests.sims.at_modem.engine import Output
from hil_tests.sims.at_modem.modem import Modem, build_modem
from hil_tests.sims.at_modem.registry import MODELS
from hil_tests.sims.network.profile import Profile
from hil_tests.sims.network.scenarios import apply
from hil_tests.sims.network.terminal import Lies
from hil_tests.sims.trace import Trace, TracePoint

FIXED = Profile(
    plmn="51010",
    brand="Telkomsel",
    imei="864612041234563",
    imsi="510101234567890",
    iccid="89621012345678901234",
    name_full="PILIH JUJUR",
    name_short="TSEL",
    spn="Telkomsel",
    band=3,
    earfcn=1850,
    pci=321,
    tac=0x1A2B,
    cell_id=0x3C4D5E,
)
RSRP_DBM, RSRQ_DB, SINR_DB = -96.4, -10.3, 12.4
RSSI_DBM = -66.1  # RSRP - RSRQ + 10 lg 100 (TS 36.214 5.1.3; band 3 at 1850 is 20 MHz wide, 100 blocks)
PATIENCE_S = 300.0
TRACE = Trace((TracePoint(0.0, RSRP_DBM, RSRQ_DB, SINR_DB),))


@dataclass(frozen=True)
class Said:
    """What came after one command line: the reply, its truth, and the lines said unasked."""

    reply: tuple[str, ...]
    truth: dict[str, object]
    unasked: tuple[str, ...]


class Talk:
    """A dialogue with the personality *name*, without I/O, on the modem's own clock."""

    def __init__(
        self, name: str, *, profile: Profile = FIXED, scenarios: Sequence[str] = (), lies: Lies | None = None
    ) -> None:
        """Begin with the echo off; *scenarios* of the network are laid over *profile*."""
        profile = apply(profile, scenarios)
        self.modem: Modem = build_modem(
            1, profile, start_s=0.0, start_unix_s=1_731_000_000, trace=TRACE, lies=lies
        )
        self._engine = MODELS[name].engine(self.modem)
        self._now_s = 0.0
        self.ask("ATE0")

    def wait(self, seconds: float) -> tuple[str, ...]:
        """Let *seconds* pass in quarter seconds; return the lines said unasked."""
        outputs: list[Output] = []
        end_s = self._now_s + seconds
        while self._now_s < end_s:
            self._now_s += 0.25
            outputs += self._engine.run(self._now_s)
        return _unasked(outputs)

    def type(self, data: bytes, seconds: float = 1.0) -> bytes:
        """Type *data* and return every byte that came within *seconds* (prompts too)."""
        self._engine.receive(data)
        end_s, heard = self._now_s + seconds, b""
        while self._now_s < end_s:
            self._now_s += 0.25
            heard += b"".join(output.data for output in self._engine.run(self._now_s))
        return heard

    def ask(self, *lines: str) -> Said:
        """Return what the last of *lines* brought.

        Raises: TimeoutError, if one brings no final result.
        """
        for line in lines:
            outputs: list[Output] = []
            self._engine.receive(line.encode("latin-1") + b"\r")
            end_s = self._now_s + PATIENCE_S
            while not any(output.command for output in outputs):
                if self._now_s >= end_s:
                    raise TimeoutError(f"{line}: no final result within {PATIENCE_S} s of the modem's clock")
                self._now_s += 0.25
                outputs += self._engine.run(self._now_s)
        (said,) = (output for output in outputs if output.command)
        return Said(said.reply, dict(said.truth), _unasked(outputs))


def _unasked(outputs: Sequence[Output]) -> tuple[str, ...]:
    texts = (output.data.decode("latin-1") for output in outputs if not output.command)
    return tuple(text.strip("\r\n") for text in texts if text.startswith("\r\n"))
