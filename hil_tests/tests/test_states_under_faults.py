"""Each fault of a modem's AT side brings its session to the state that the table of faults expects."""

import asyncio

import pytest

from hil_tests.bench.backends.sim import MODEM_FAULTS
from hil_tests.bench.hosted_modem import HostedModem, stop_all
from hil_tests.bench.session_states import keep
from hil_tests.faults.table import FAULTS
from modem_drivers.procedures.keeper import Patience
from modem_drivers.procedures.look import SessionWatch

BEFORE = "data"
ENDS = {  # the table's words, as the state that must come after the fault has begun
    "absent": "absent",
    "stuck": "stuck",
    "as before": BEFORE,
    "booting, then as before": BEFORE,
    "absent, booting, then as before": BEFORE,
}
OF_AT = [fault for fault in FAULTS if fault.name in MODEM_FAULTS]
DEADLINE_S = 40
SHORTER = {  # of twenty replies at opening each is late: less than by the bench, to be done soon
    "late-reply": ("--fault", "late:0.6"),
    "half-line": ("--fault", "half-line:0.6"),
}
PATIENCE = Patience(look_s=0.1, open_s=2.5, confirm_s=1.0, grace_s=5.0, absent_s=60.0)


async def suffer(link, fault):
    """Return the states before and after *fault* begins, each with its outcome."""
    modem = HostedModem(link, "quectel-ec25", 3, boot_s=1.0)
    told: list[list[tuple[str, str]]] = [[]]
    wanted = asyncio.Event()
    awaited = BEFORE

    def note(state):
        told[-1].append((state.name, state.outcome))
        if state.name == awaited:
            wanted.set()

    await modem.start()
    task = asyncio.ensure_future(keep(link, SessionWatch(note), (), PATIENCE))
    try:
        async with asyncio.timeout(DEADLINE_S):
            await wanted.wait()
            awaited = ENDS[fault.expected_state]
            wanted.clear()
            told.append([])
            await modem.stop()
            words = SHORTER.get(fault.name, MODEM_FAULTS[fault.name])
            if words is not None:
                modem.words = words
                await modem.start()
            await wanted.wait()
    except TimeoutError:
        pass
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await stop_all([modem])
    return told


def test_every_fault_of_the_list_is_tried():
    assert len(OF_AT) == 10
    assert {fault.expected_state for fault in OF_AT} == set(ENDS)


@pytest.mark.slow
def test_the_state_under_each_fault(tmp_path):
    async def main():
        runs = (suffer(tmp_path / fault.name, fault) for fault in OF_AT)
        return await asyncio.gather(*runs)

    for fault, told in zip(OF_AT, asyncio.run(main()), strict=True):
        before, after = told
        assert before[-1] == (BEFORE, "ok"), f"{fault.name}: {told}"
        assert after, f"{fault.name}: nothing came"
        name, outcome = after[-1]
        assert name == ENDS[fault.expected_state], f"{fault.name}: {told}"
        if fault.expected_state in {"absent", "stuck"}:
            assert outcome == fault.expected_outcome, f"{fault.name}: {told}"
