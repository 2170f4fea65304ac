"""The matrix's figures, by hand."""

from edge.measure.sms_matrix import Matrix, Trial, may_send, nonce_of, nonce_text, pairs_of, round_every_s

S = 1_000_000_000
DAY = 24 * 3600 * S
NONCE = "0123456789abcdef"


def test_a_nonce_is_found_in_its_own_message_alone():
    assert nonce_text(NONCE) == "PANTAU 0123456789abcdef"
    assert nonce_of("PANTAU 0123456789abcdef") == NONCE
    assert nonce_of("PANTAU 0123456789abcdef!") is None
    assert nonce_of("pantau 0123456789abcdef") is None
    assert nonce_of(None) is None


def test_delivery_counts_from_the_networks_taking_it_and_a_second_arrival_is_a_duplicate():
    matrix = Matrix()
    matrix.begin(Trial(sender="a", receiver="b", nonce=NONCE))
    assert not matrix.arrived(NONCE, "c", 5 * S)  # another line's: not this pair's
    assert not matrix.arrived("f" * 16, "b", 5 * S)
    assert matrix.arrived(NONCE, "b", 7 * S)  # faster than +CMGS was read
    matrix.sent(NONCE, accepted_ns=5 * S, outcome="delivered", cause="")
    matrix.arrived(NONCE, "b", 9 * S)
    trial = matrix.trials[NONCE]
    assert (trial.completed, trial.delivery_s, trial.duplicates) == (True, 2.0, 1)


def test_every_ordered_pair_once_and_no_line_twice_in_a_step():
    pairs = pairs_of(["a", "b", "c"])
    assert pairs == [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c"), ("b", "a"), ("c", "b")]
    assert pairs_of(["a"]) == []
    assert pairs_of([]) == []


def test_the_budget_is_of_the_last_24_hours_and_0_is_none():
    assert may_send([0, 1 * S], 2, 4, 10 * S)
    assert not may_send([0, 1 * S], 3, 4, 10 * S)
    assert may_send([0, 1 * S], 4, 4, 2 * S + DAY)
    assert not may_send([], 1, 0, 0)
    assert round_every_s(20, 0) is None
    assert round_every_s(0, 100) is None
    assert round_every_s(20, 19) is None
    assert round_every_s(20, 45) == 43200.0
