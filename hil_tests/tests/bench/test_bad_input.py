"""Bad input at a simulated site: each fault is an outcome and a text of its own, and never a figure."""

import pytest

from hil_tests.bench.bad_input import FAULTS, run_faults

pytestmark = [pytest.mark.netns, pytest.mark.slow, pytest.mark.xdist_group("alone")]
FIGURES = {"sustained_bps", "mean_bps", "rtt_ms", "access_ms", "lost", "capacity_bps"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the result under each fault; all are measured at once."""
    return run_faults(tmp_path_factory.mktemp("bad-input"))


SERVER_S = (
    ("absent", "server.refused", "server", "start pantau-server there"),
    ("slow", "server.slow", "server", "trickles its words"),
    ("silent", "server.silent", "server", "not a byte within 5 s"),
    ("lying", "server.lying", "server", "were sent, sent again included"),
    ("full", "server.busy", "server", "it may be asked again in 7.5 s"),
    ("babbling", "server.protocol", "server", "does not speak this version"),
)
MID_TEST = (
    ("link-dies", "link.lost", "box", "went away during the test"),
    ("blackhole-down", "path.silent", "undetermined", "nothing comes through"),
    ("blackhole-up", "path.silent", "undetermined", "nothing comes through"),
    ("readdressed", "link.readdressed", "undetermined", "got another address"),
    ("nat-rebound", "path.rebound", "undetermined", "another outer address"),
    ("clock-steps", "clock.stepped", "box", "by +3600"),
)


def check(result, code, outcome, words):
    assert (result["ok"], result["err"]["code"], result["outcome"]) == (False, code, outcome)
    assert words in result["err"]["text"]
    assert result["err"]["text_id"] not in ("", result["err"]["text"])
    assert not FIGURES & result.keys(), "a failure has no figure, least of all 0"
    assert result["nv"]


@pytest.mark.parametrize(("fault", "code", "outcome", "words"), SERVER_S, ids=[row[0] for row in SERVER_S])
def test_a_server_s_fault_is_the_server_s(results, fault, code, outcome, words):
    check(results[fault], code, outcome, words)


@pytest.mark.parametrize(("fault", "code", "outcome", "words"), MID_TEST, ids=[row[0] for row in MID_TEST])
def test_what_breaks_in_mid_test_is_named(results, fault, code, outcome, words):
    check(results[fault], code, outcome, words)


def test_each_fault_has_an_outcome_of_its_own(results):
    told = {result["err"]["code"] for result in results.values()}
    assert len(told) == len(FAULTS) - 1  # both blackholes are one
    assert results["full"]["far"]["retry_after_s"] == 7.5
