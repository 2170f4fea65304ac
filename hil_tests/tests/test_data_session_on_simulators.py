"""From cold boot to a data session and back, by each family's own rows, on its simulated modem."""

import asyncio
import contextlib
import json
import time

import pytest

from hil_tests.bench.hosted_modem import HostedModem, stop_all
from modem_drivers.errors import DataRefused
from modem_drivers.families.procedures import DataMode
from modem_drivers.ports.power import Means, PathPlace
from modem_drivers.procedures.data import Access, connect, disconnect, read_session
from modem_drivers.procedures.keeper import Keeper

ACCESS = Access(apn="internet")
DEADLINE_S = 40
BOOT_S = 1.0
WAYS = {  # the mode, and more words for the simulator; two of Sierra's and Fibocom's are no AT: by programs
    "quectel-ec25": (DataMode.ECM, ()),
    "simcom-sim7600": (None, ()),
    "quectel-rm520n": (DataMode.ECM, ("--scenario", "nsa")),
    "quectel-rm520n sa": (DataMode.ECM, ("--scenario", "sa")),
    "huawei-e3372s": (DataMode.NCM, ()),
    "telit-le910": (DataMode.ECM, ()),
    "sierra-mc7455": (DataMode.AT_ONLY, ()),
    "fibocom-l850": (DataMode.NCM, ()),
}


async def kept(modem, work):
    """Run work(open modem) under a keeper until it has a result; the modem may restart meanwhile."""
    done = asyncio.get_running_loop().create_future()

    async def use(opened):
        try:
            result = await work(opened)
        except DataRefused as refusal:
            result = refusal
        if not done.done():
            done.set_result(result)
        await asyncio.Event().wait()

    means = Means(PathPlace(str(modem.link)), power=modem, usb=modem)
    keeper = Keeper(means, clock=time.time_ns, on_event=lambda _: None)
    task = asyncio.ensure_future(keeper.run(use))
    try:
        async with asyncio.timeout(DEADLINE_S):
            await asyncio.wait((task, done), return_when=asyncio.FIRST_COMPLETED)
        return await done if done.done() else task.result()
    finally:
        task.cancel()
        with contextlib.suppress(BaseException):
            await task


def on_all(tmp_path, ways, work):
    """Return {name: result, or refusal} of work(modem, mode) on every simulator, all at the same time."""

    async def main():
        modems = {}
        for name, (_, words) in ways.items():
            link = tmp_path / name.replace(" ", "-")
            log = ("--log", f"{link}.jsonl")
            modems[name] = HostedModem(link, name.split()[0], 11, boot_s=BOOT_S, words=(*words, *log))
        try:
            await asyncio.gather(*(modem.start(cold=True) for modem in modems.values()))
            pairs = [(modem, ways[name][0]) for name, modem in modems.items()]
            results = await asyncio.gather(*(work(*pair) for pair in pairs), return_exceptions=True)
            return dict(zip(modems, results, strict=True))
        finally:
            await stop_all(list(modems.values()))

    return asyncio.run(main())


def addresses_in(log):
    """Return every IPv4 address the simulator's log calls true in a reply to AT+CGPADDR, in order."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    said = [line["reply"] for line in lines if line["command"].startswith("AT+CGPADDR")]
    return [reply[0].partition(",")[2].strip('"') for reply in said if reply]


def test_every_family_comes_to_a_data_session_and_leaves_it(tmp_path):
    async def up_and_down(modem, mode):
        async def work(opened):
            session = await connect(opened, ACCESS, mode)
            await disconnect(opened, ACCESS, mode)
            return session, await read_session(opened, ACCESS.cid)

        return await kept(modem, work)

    for name, got in on_all(tmp_path, WAYS, up_and_down).items():
        assert not isinstance(got, BaseException), f"{name}: {got!r}"
        session, after = got
        assert session.addresses, name
        assert session.addresses[0] in addresses_in(tmp_path / f"{name.replace(' ', '-')}.jsonl"), name
        assert session.qci == 9, name  # what the simulated network grants (hil_tests/sims/network/data.py)
        assert session.dns == ("10.255.0.1", "10.255.0.2"), name
        assert after.addresses == (), f"{name}: still {after.addresses}"


@pytest.mark.parametrize("cause", [33])
def test_the_networks_refusal_is_typed_on_every_family(tmp_path, cause):
    ways = {
        name: (mode, (*words, "--scenario", f"apn-refused:{cause}"))
        for name, (mode, words) in WAYS.items()
        if not name.startswith(("quectel-rm520n", "huawei"))  # these wait a minute for their own dialler
    }

    async def refused(modem, mode):
        return await kept(modem, lambda opened: connect(opened, ACCESS, mode))

    for name, got in on_all(tmp_path, ways, refused).items():
        assert isinstance(got, DataRefused), f"{name}: {got!r}"
        assert got.cause == cause, f"{name}: {got}"
