"""Every state of the session's table that a simulator can play, seen through the driver.

The report lists personality x state under `session_states`.
"""

import asyncio
import socket
import time
from pathlib import Path

import pytest

from hil_tests.bench.plugin.fixtures import StatesSeen
from hil_tests.bench.session import Bench, BenchModem
from hil_tests.bench.session_states import PUTS, see_all
from hil_tests.bench.stick_program import ready, stick
from modem_drivers.ports.hilink import HilinkPort
from modem_drivers.ports.http import HttpPort
from modem_drivers.procedures.hilink import disconnect_hilink, look_at_stick
from modem_drivers.session import State, decide_state

STICK = {  # state: words of the stick's simulator; "attached" is with its data switch off
    "data": (),
    "attached": (),
    "sim absent": ("--scenario", "sim-absent"),
    "sim pin": ("--scenario", "sim-pin"),
    "sim puk": ("--scenario", "sim-puk"),
    "sim busy": ("--scenario", "sim-busy:60"),
    "searching": ("--scenario", "denied:11"),  # the stick says "no service" and no more
    "international roaming": ("--scenario", "roam-international"),
}


@pytest.mark.needs("modem.states", "modem.identity")
def test_states(modem: BenchModem, tmp_path: Path, states_seen: StatesSeen) -> None:
    """The modem comes into each state it is put into, with its outcome, and into no worse one before."""
    seen = see_all(tmp_path, modem.row.personality, modem.row.seed)
    wanted = {put.name: f"{put.name}: {put.outcome}" for put in PUTS}
    missed = {state: seen[state] for state, told in wanted.items() if told not in seen[state]}
    states_seen(modem.row.personality, {state: told for state, told in wanted.items() if state not in missed})
    assert missed == {}


async def _look(address: tuple[str, int], *, off: bool) -> State:
    async def dial() -> socket.socket:
        sock = socket.socket()
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, address)
        return sock

    port = HilinkPort(HttpPort("stick", dial), clock=time.time_ns)
    try:
        if off:
            await disconnect_hilink(port)
        return decide_state(await look_at_stick(port, home_plmn="51010"))
    finally:
        port.close()


@pytest.mark.needs("stick.states")
def test_states_of_the_hilink_stick(bench: Bench, states_seen: StatesSeen) -> None:
    """The stick without a port comes into the states that it can tell apart."""
    seen = {}
    for state, words in STICK.items():
        with stick("--seed", 5, *words) as process:
            found = asyncio.run(_look(ready(process), off=state == "attached"))
        seen[state] = f"{found.name}: {found.outcome}"
    states_seen("huawei-e3372h", {state: told for state, told in seen.items() if told.startswith(state)})
    assert {state: told.partition(":")[0] for state, told in seen.items()} == {
        state: state for state in STICK
    }
