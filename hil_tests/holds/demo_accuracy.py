"""Three demos in a row, each figure against the logs: `python -m hil_tests.holds.demo_accuracy --seed N`."""

import tempfile
from pathlib import Path

from hil_tests.holds.demos import Demo, play
from hil_tests.holds.report import figure, print_figures, seed_from_arguments

DEMOS, LINES = 3, 5
TCP = ("tcp-down sustained", "tcp-up sustained", "tcp-down", "tcp-up")
RTT = ("rtt of each probe", "rtt p50", "rtt")
LOSS = ("probes lost", "rtt")
SIGNAL = ("RSRP", "RSRQ", "SINR", *(f"{name} as the site meant it" for name in ("RSRP", "RSRQ", "SINR")))
NAME = ("name shown", "name in the modem's log", "PLMN registered")


def main() -> None:
    """Run and print the figures tcp, rtt, loss, signal and name."""
    seed = seed_from_arguments("Play three demos with random sites and judge every figure.")
    with tempfile.TemporaryDirectory(prefix="demos-") as folder:
        demos = [play(seed + number, Path(folder) / str(number)) for number in range(DEMOS)]
    good = [demo for demo in demos if not demo.no_verdict]
    spoilt = len(demos) - len(good)
    print_figures(
        {
            "tcp": _errors(good, TCP, 2 * LINES * spoilt),
            "rtt": _errors(good, RTT, LINES * spoilt),
            "loss": _failures(good, LOSS, LINES * spoilt),
            "signal": _failures(good, SIGNAL, LINES * spoilt),
            "name": _failures(good, NAME, LINES * spoilt),
        }
    )


def _detail(demos: list[Demo]) -> str:
    return "seeds " + ", ".join(f"{demo.seed} ({demo.seconds:.0f} s, exit {demo.status})" for demo in demos)


def _errors(demos: list[Demo], names: tuple[str, ...], invalid: int) -> dict[str, object]:
    errors = [error for demo in demos for error in demo.errors(names)]
    return figure(errors, n=len(errors), invalid=invalid, detail=_detail(demos))


def _failures(demos: list[Demo], names: tuple[str, ...], invalid: int) -> dict[str, object]:
    judged = sum(len(demo.errors(names)) for demo in demos)
    return figure(sum(demo.failed(names) for demo in demos), n=judged, invalid=invalid, detail=_detail(demos))


if __name__ == "__main__":
    main()
