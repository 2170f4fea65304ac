"""The table of causes: complete, in two languages, never a number."""

import pytest

from edge.measure.failures import CAUSES, failure, outcome_of
from edge.measure.result import Rtt, to_json

CLASSES = {  # docs/interfaces.md and the contract's outcome classes
    "server.unreachable": "undetermined",
    "server.refused": "server",
    "server.auth": "box",
    "server.busy": "server",
    "server.protocol": "server",
    "server.closed_early": "undetermined",
    "server.silent": "server",
    "server.slow": "server",
    "server.lying": "server",
    "path.silent": "undetermined",
    "path.cut": "undetermined",
    "path.rebound": "undetermined",
    "link.lost": "box",
    "link.readdressed": "undetermined",
    "udp.blocked": "undetermined",
    "budget.spent": "policy",
    "route.none": "box",
    "netns.missing": "box",
    "net.permission": "box",
    "modem.silent": "box",
    "modem.garbage": "box",
    "modem.port_lost": "box",
    "modem.absent": "box",
    "no_data": "undetermined",
    "isolation.leak": "box",
    "interrupted": "box",
    "clock.stepped": "box",
    "sms.not_arrived": "undetermined",
    "storage.not_writable": "box",
}


def test_each_cause_has_the_contracts_class():
    assert {code: CAUSES[code].outcome for code in CLASSES} == CLASSES


@pytest.mark.parametrize("code", sorted(CAUSES))
def test_both_texts_say_where_what_and_what_to_do(code):
    for text in (CAUSES[code].text_en, CAUSES[code].text_id):
        happened, semicolon, advice = text.partition(";")
        assert "{where}" in happened
        assert "{detail}" in happened
        assert semicolon
        assert len(advice) > 10


def test_the_facts_stand_in_the_text():
    err = failure("server.unreachable", where="198.51.100.10:8620", detail="timed out")
    assert err.text.startswith("no answer from the server 198.51.100.10:8620: timed out; check")
    assert err.text_id.startswith("tidak ada jawaban dari server 198.51.100.10:8620: timed out; periksa")


def test_without_a_detail_no_colon_hangs():
    assert failure("no_data", where="x").text.startswith(
        "no data came through between the box and x; compare"
    )


def test_braces_in_what_was_seen_do_no_harm():
    assert "{0}" in failure("modem.garbage", where="{where}", detail="{0}").text


def test_an_unknown_code_is_an_error():
    with pytest.raises(KeyError):
        failure("no.such", where="x")


def test_a_failed_result_has_no_figure_at_all():
    err = failure("server.refused", where="198.51.100.10:8620")
    shown = to_json(
        Rtt(
            kind="rtt",
            outcome=outcome_of(err),
            server="s",
            nonce="n",
            start_ns=1,
            err=err,
            nv={"rtt_ms": "x"},
        )
    )
    assert set(shown) == {
        "kind", "ok", "outcome", "server", "nonce", "start_ns", "isolation", "err", "nv", "method", "layer",
    }  # fmt: skip
    assert shown["err"] == {"code": "server.refused", "text": err.text, "text_id": err.text_id}
    assert (shown["ok"], shown["outcome"], shown["isolation"]) == (False, "server", None)
