"""The HiLink driver on simulated sticks in namespaces: each reading equals the log of that reply."""

import asyncio
import json
import socket
import time
from contextlib import contextmanager

import pytest

from hil_tests.bench.stick_program import cable, ready, stick_at
from hil_tests.sims.operator_net.namespaces import inside
from modem_drivers.errors import ApiError, HttpTimeout, MalformedReply, PortLost
from modem_drivers.families.huawei_hilink import ADDRESS
from modem_drivers.ports.hilink import HilinkPort
from modem_drivers.ports.http import HttpPort

pytestmark = pytest.mark.netns
DEADLINE_S = 30


@contextmanager
def dialled_stick(*words):
    """Yield a dial to a stick that only the namespace at the other end of its cable reaches."""
    with cable() as ends, stick_at(ends, *words) as process:
        ready(process)
        yield lambda: dial(ends.host)


async def dial(host):
    sock = inside(host, lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, (ADDRESS, 80))
    return sock


def ask(dial, *methods, timeout_s=5.0):
    """Return what each of HilinkPort's *methods* gives, or its error."""

    async def talk():
        async with asyncio.timeout(DEADLINE_S):
            port = HilinkPort(HttpPort(ADDRESS, dial), clock=time.time_ns, timeout_s=timeout_s)
            got = []
            for method in methods:
                try:
                    got.append(await getattr(port, method)())
                except (ApiError, HttpTimeout, MalformedReply, PortLost) as error:
                    got.append(error)
            port.close()
            return got

    return asyncio.run(talk())


def logged_truth(log, reading):
    """The log's truth of the one answer between the reading's times."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    (line,) = [
        line
        for line in lines
        if line["command"] == f"GET /api/{reading.command}"
        and reading.t_sent_ns <= line["t_ns"] <= reading.t_received_ns
    ]
    return line["truth"]


def truths(log, path):
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line["truth"] for line in lines if line["command"] == f"GET /api/{path}"]


@pytest.mark.parametrize(("seed", "firmware"), [(3, "22"), (40, "10")])
def test_readings_equal_the_simulators_log(seed, firmware, tmp_path):
    log = tmp_path / "log.jsonl"
    with dialled_stick("--seed", seed, "--firmware", firmware, "--log", log) as dialled:
        methods = ("identity", "registration", "name", "signal", "cell")
        identity, registration, name, signal, cell = ask(dialled, *methods)
    assert identity.imei == truths(log, "device/information")[0]["imei"]
    assert (registration.stat, registration.rat) == (1, "LTE")
    first, second = logged_truth(log, signal), logged_truth(log, cell)
    assert signal.problems == ()
    assert (signal.rsrp_dbm, signal.rsrq_db) == (first["rsrp_dbm"], first["rsrq_db"])
    assert (signal.sinr_db, signal.rssi_dbm) == (first["sinr_db"], first["rssi_dbm"])
    assert (cell.pci, cell.cell_id, cell.band) == (second["pci"], second["cell_id"], second["band"])
    known = second if firmware == "10" else {"earfcn": None, "tac": None, "plmn": None}
    assert (cell.earfcn, cell.tac, cell.plmn) == (known["earfcn"], known["tac"], known["plmn"])
    (sent,) = truths(log, "net/current-plmn")[-1:]
    assert (name.full, name.short) == (sent["name_full"], sent["name_short"])
    assert registration.plmn == name.plmn == sent["plmn"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("silent", HttpTimeout),
        ("busy", ApiError),
        ("garbage", MalformedReply),
        ("half", PortLost),
        ("home-page", MalformedReply),
        ("drop:1", PortLost),
    ],
)
def test_a_faulty_stick_is_an_error_that_says_so(fault, expected):
    with dialled_stick("--fault", fault) as dialled:
        answers = ask(dialled, "signal", timeout_s=1.0)
    assert [type(answer) for answer in answers] == [expected]


def test_a_stick_that_forgets_its_sessions_is_read_all_the_same():
    with dialled_stick("--fault", "forget:3") as dialled:
        readings = ask(dialled, *["signal"] * 6)
    assert [reading.problems for reading in readings] == [()] * 6


def test_no_signal_is_a_problem_and_no_value():
    with dialled_stick("--fault", "no-signal") as dialled:
        (reading,) = ask(dialled, "signal")
    assert reading.rsrp_dbm is None
    assert reading.problems == ("device/signal: the stick gives no level",)
