"""What five modems cost the driver: `python -m hil_tests.holds.modem_cpu --seed N`.

Five simulated modems, each a process of its own, are asked for signal and cell once a second: by our driver
in one process, and by bare loops over pyserial in others that say the same commands and read to OK without
looking at the answer (bare_pyserial: with read_until, and with the cheapest reads there are). They take
turns; each counts its own CPU time (getrusage) from the moment all ports are open. The figures are the ratios
of each round, ours to the loop's: `ratio` to read_until, `strictest` to the cheapest.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

from hil_tests.bench.at_program import modem
from hil_tests.holds.bare_pyserial import EVERY_S, EXCHANGES, cpu_s, sample_bare
from hil_tests.holds.report import figure, print_figures

ROOT = Path(__file__).resolve().parents[2]
PERSONALITIES = ("quectel-ec25", "simcom-sim7600", "quectel-rm520n", "huawei-e3372s", "telit-le910")
ROUNDS, ROUND_S = 5, 16
LIMIT_S = 120.0


async def sample_with_driver(ports: Sequence[str], rounds: int) -> float:
    """Ask every modem for signal and cell *rounds* times, one second apart; return the CPU seconds."""
    from modem_drivers.modem import Modem  # here: the bare loop's process must not carry it

    modems = [await Modem.open(port) for port in ports]
    loop = asyncio.get_running_loop()

    async def sample(one: Modem) -> None:
        due_s = loop.time()
        for _ in range(rounds):
            await one.sample()
            due_s += EVERY_S
            await asyncio.sleep(max(due_s - loop.time(), 0))

    before_s = cpu_s()
    await asyncio.gather(*map(sample, modems))
    took_s = cpu_s() - before_s
    for one in modems:
        one.close()
    return took_s


def said(log: Path) -> list[str]:
    """Return what a simulator's log says it was asked, in order."""
    return [str(json.loads(row)["command"]) for row in log.read_text(encoding="utf-8").splitlines()]


def child(kind: str, rounds: int, ports: Mapping[str, Sequence[str]]) -> float:
    """Run this program as a child that measures itself; return its CPU seconds."""
    done = subprocess.run(
        [sys.executable, "-m", "hil_tests.holds.modem_cpu", "--seed", "0", "--child", kind],
        cwd=ROOT,
        input=json.dumps({"rounds": rounds, "ports": ports}),
        stdout=subprocess.PIPE,
        timeout=LIMIT_S,
        check=True,
        text=True,
    )
    return float(done.stdout)


def be_child(kind: str) -> None:
    """Do one measurement as told on standard input, and print its CPU seconds."""
    told = json.load(sys.stdin)
    if kind == "driver":
        print(asyncio.run(sample_with_driver(list(told["ports"]), told["rounds"])))
    else:
        print(sample_bare(told["ports"], told["rounds"], EXCHANGES[kind]))


def measure(seed: int, folder: Path) -> list[dict[str, float]]:
    """Return the CPU seconds of our driver and of each bare loop, by name, of each round."""
    rng = Random(seed)
    links = [folder / f"port{number}" for number in range(len(PERSONALITIES))]
    with ExitStack() as stack:
        for link, name in zip(links, PERSONALITIES, strict=True):
            words = ("--personality", name, "--seed", rng.randrange(2**31), "--log", f"{link}.log")
            stack.enter_context(modem(link, *words))
        ports: dict[str, Sequence[str]] = {str(link): () for link in links}
        child("driver", 1, ports)
        learnt = {port: said(Path(f"{port}.log")) for port in ports}
        child("driver", 2, ports)
        for port, once in learnt.items():
            both = said(Path(f"{port}.log"))[len(once) :]
            ports[port] = both[len(once) :]
        print(f"asked a second: {json.dumps({Path(port).name: ports[port] for port in ports})}", flush=True)
        taken: list[dict[str, float]] = []
        for number in range(ROUNDS):
            taken.append({kind: child(kind, ROUND_S, ports) for kind in ("driver", *EXCHANGES)})
            print(f"round {number}: {', '.join(f'{k} {v:.3f} s' for k, v in taken[-1].items())}", flush=True)
    return taken


def main() -> None:
    """Measure; the last line is the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="from which the modems are drawn")
    parser.add_argument("--child", choices=("driver", *EXCHANGES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        be_child(arguments.child)
        return
    with tempfile.TemporaryDirectory(prefix="modem-cpu-") as folder:
        taken = measure(arguments.seed, Path(folder))
    shares = {
        kind: 100 * sum(one[kind] for one in taken) / (ROUNDS * ROUND_S) for kind in ("driver", *EXCHANGES)
    }
    detail = "per cent of a core: " + ", ".join(f"{kind} {share:.2f}" for kind, share in shares.items())
    print_figures(
        {
            name: figure([one["driver"] / one[kind] for one in taken], n=ROUNDS, invalid=0, detail=detail)
            for name, kind in (("ratio", "until"), ("strictest", "waiting"))
        }
    )


if __name__ == "__main__":
    main()
