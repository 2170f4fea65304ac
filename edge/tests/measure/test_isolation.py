"""Each way a flow can be on the wrong line, and what a void result keeps."""

import pytest

from edge.measure.isolation import judge_isolation, with_isolation
from edge.measure.result import Bins, Throughput, to_json

RESULT = Throughput(
    kind="tcp-down",
    outcome="ok",
    server="198.51.100.10:8620",
    nonce="0" * 32,
    start_ns=1,
    bytes=1000,
    seconds=5.0,
    sustained_bps=1.6e6,
    mean_bps=1.5e6,
    resolution_bps=115_840.0,
    bins=Bins(t0_ns=1, bytes=[10]),
)


def proof_of(*, cookie=True, own_bytes=1000, other_bytes=None, drops=0):
    """Return the verdict on a flow of 1000 bytes; good unless told otherwise."""
    return judge_isolation(
        cookie=cookie,
        own_bytes=own_bytes,
        other_bytes={"1-1.2": 0} if other_bytes is None else other_bytes,
        counted_bytes=1000,
        drops=drops,
    )


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "by namespace and packet counter"),
        ({"own_bytes": None}, "by the socket's namespace alone: this line has no packet counter"),
        ({"own_bytes": 900, "drops": 3}, "by namespace and packet counter, which lost 3 packets"),
    ],
)
def test_a_good_proof_says_what_it_rests_on(changes, text):
    proof = proof_of(**changes)
    assert (proof.ok, proof.text) == (True, text)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"cookie": False}, "a socket belongs to another network namespace"),
        ({"own_bytes": 999}, "only 999 of 1000 bytes on its own line"),
        ({"own_bytes": 0, "drops": 9}, "only 0 of 1000 bytes on its own line"),
        ({"other_bytes": {"1-1.2": 44}}, "44 bytes on line 1-1.2"),
    ],
)
def test_a_stray_byte_or_socket_is_a_leak(changes, text):
    proof = proof_of(**changes)
    assert (proof.ok, proof.text) == (False, text)


def test_a_leak_voids_the_figures_and_keeps_the_bytes():
    void = with_isolation(RESULT, proof_of(other_bytes={"1-1.2": 1000}))
    assert (void.ok, void.outcome, void.err and void.err.code) == (False, "box", "isolation.leak")
    assert not {"sustained_bps", "mean_bps", "resolution_bps"} & to_json(void).keys()
    assert void.nv["sustained_bps"] == "void: isolation.leak"
    assert (void.bytes, void.isolation and void.isolation.other_bytes) == (1000, {"1-1.2": 1000})


def test_a_proof_changes_nothing_else():
    shown = to_json(with_isolation(RESULT, proof_of()))
    assert (shown["ok"], shown["sustained_bps"], shown["err"]) == (True, 1.6e6, None)
    assert "nv" not in shown
