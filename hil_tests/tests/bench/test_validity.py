"""A run in which the emulator was late, by its own log, cannot be judged."""

import itertools
import os
import signal
import time

import numpy as np
import pytest

from hil_tests.bench import validity
from hil_tests.bench.errors import NoVerdict
from hil_tests.bench.validity import first_valid, judge
from hil_tests.sims.operator_net import log, namespaces
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.records import FIELDS, UDP
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting

_numbers = itertools.count()


def records(late_ms, *, failures=0, lost=0):
    """Make records of delivered packets that left so many ms late, and of packets that never left."""
    out = np.zeros(len(late_ms) + failures + lost, np.dtype(list(FIELDS)))
    out["t_due_ns"] = 10**18
    out["t_out_ns"][: len(late_ms)] = 10**18 + (np.asarray(late_ms) * 1e6).astype(np.int64)
    out["fate"][len(late_ms) :] = [3] * failures + [1] * lost  # docs/interfaces.md section 5
    return out


def test_up_to_one_packet_in_a_hundred_may_be_late():
    assert judge(records([6.0] + [0.1] * 99)).reasons == []
    two = judge(records([6.0, 6.0] + [0.1] * 98))
    assert two.reasons == ["2.00 % of the packets left more than 5 ms late (1 % may)"]
    assert (two.packets, two.late_max_ms) == (100, 6.0)


def test_the_links_own_loss_is_no_reason_the_emulators_is():
    assert judge(records([0.1] * 50, lost=50)).reasons == []
    assert judge(records([0.1] * 50, failures=2)).reasons == ["2 packets lost by the emulator itself"]
    assert judge(records([0.1] * 50, failures=2)).lateness == []


def test_a_log_without_a_delivered_packet_proves_nothing():
    assert judge(records([], lost=9)).reasons == ["the log has no delivered packet"]


def test_invalid_runs_are_repeated_and_counted():
    runs = iter([[9.0] * 10, [0.1] * 10, [0.2] * 10])
    judged = first_valid(lambda: next(runs), lambda late: judge(records(late)).reasons)
    assert judged.run == [0.1] * 10
    assert judged.invalid == ("100.00 % of the packets left more than 5 ms late (1 % may)",)
    assert next(runs) == [0.2] * 10  # nothing was run after the first valid one


def test_where_losses_are_judged_they_do_not_hide_a_run():
    judged = first_valid(lambda: [0.1], lambda late: judge(records(late, failures=5)).lateness)
    assert judged.invalid == ()


def test_three_invalid_runs_are_no_verdict():
    runs = iter([[9.0]] * 4)
    with pytest.raises(NoVerdict, match=r"^no verdict: 3 runs, none valid: 100\.00 %"):
        first_valid(lambda: next(runs), lambda late: judge(records(late)).reasons)
    assert len(list(runs)) == 1


@pytest.mark.netns
def test_an_emulator_that_is_late_leaves_no_verdict_whatever_the_figures(tmp_path):
    """A stopped process is what a stolen CPU looks like."""
    played = []

    def play():
        name = f"v{os.getpid()}{'abcdefghij'[next(_numbers) % 10]}"
        way = DirectionSetting(delay_ms=1.0)
        with Lab(name, [LinkSetting("late", way, way)], tmp_path, client_netns=True) as lab:
            sink = namespaces.udp_socket(lab.server_namespace)
            sock = namespaces.udp_socket(lab.client_namespaces[0])
            with sink, sock:
                sink.bind((SERVER_ADDRESS, 0))
                sock.connect(sink.getsockname())
                emulator = next(child for child in lab.children if child.name == "emulator").process.pid
                send_while_stopped(sock, emulator)
        played.append(log.load(tmp_path / "emulator.bin"))
        return played[-1]

    def of_udp(found):
        return found[found["proto"] == UDP]

    with pytest.raises(NoVerdict, match="packets left more than 5 ms late"):
        first_valid(play, lambda found: judge(of_udp(found)).reasons)
    assert len(played) == validity.TRIES
    assert [len(of_udp(found)) for found in played] == [
        120
    ] * validity.TRIES  # nothing else is wrong with them


def send_while_stopped(sock, pid):
    """Send 120 packets in 0.12 s; the emulator stands still during half of them."""
    for seq in range(120):
        if seq == 30:
            os.kill(pid, signal.SIGSTOP)
        if seq == 90:
            os.kill(pid, signal.SIGCONT)
        sock.send(seq.to_bytes(4, "big") + bytes(96))
        time.sleep(0.001)
