"""Verdicts: what was the limit, who acknowledges, whose rule it is, what may be compared."""

import pytest

from edge.measure.device import DeviceFacts, DeviceVerdict, Moment, judge_device
from edge.measure.egress import egress_net
from edge.measure.ends import Ends, judge_handshake, judge_proxy, why_lying
from edge.measure.limits import PolicyLimit, compare_lines, judge_policy
from edge.measure.outcomes import ROWS, Evidence, judge_outcome
from edge.measure.result import FarEnd, Throughput, to_json
from edge.measure.verdicts import with_device, with_policy, with_server_limit

IDLE = Moment(idle=0.6, softirq=0.1, own=0.2)
FULL = Moment(idle=0.01, softirq=0.1, own=0.2)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (DeviceFacts(moments=[IDLE] * 8 + [FULL] * 2), "every core was busy in 2 of 10 moments"),
        (DeviceFacts(moments=[Moment(idle=0.5, softirq=0.85, own=0.1)]), "a core spent 85% on interrupts"),
        (DeviceFacts(moments=[Moment(idle=0.5, softirq=0.1, own=0.95)]), "process used 95% of a core"),
        (DeviceFacts(moments=[IDLE], ring_drops=3), "the packet ring lost 3 packets"),
        (DeviceFacts(moments=[IDLE], softnet_drops=7), "the kernel's queue lost 7 packets"),
        (DeviceFacts(moments=[IDLE], usb_bps=12e6, rate_bps=8e6), "USB port carries 12 Mbit/s"),
        (DeviceFacts(moments=[IDLE], throttled=0x50005), "the Pi says: under-voltage, throttled"),
    ],
)
def test_each_way_the_box_can_be_the_limit(facts, words):
    verdict = judge_device(facts)
    assert verdict.limited
    assert words in verdict.text


@pytest.mark.parametrize(
    "facts",
    [
        DeviceFacts(moments=[IDLE] * 9 + [FULL]),
        DeviceFacts(moments=[IDLE], usb_bps=480e6, rate_bps=150e6),
        DeviceFacts(moments=[IDLE], throttled=0x50000),  # it was throttled once since boot, not now
        DeviceFacts(moments=[]),
    ],
)
def test_a_box_with_room_is_no_limit(facts):
    assert not judge_device(facts).limited


def result(**changes):
    plain = {"kind": "tcp-down", "outcome": "ok", "server": "s", "nonce": "0" * 32, "start_ns": 1}
    return Throughput(**{**plain, "sustained_bps": 90e6, **changes})


def test_a_figure_that_the_box_limited_is_kept_as_at_least_so_much():
    shown = to_json(with_device(result(), DeviceVerdict(True, "busy")))
    assert (shown["sustained_bps"], shown["ok"], shown["outcome"]) == (90e6, True, "ok")
    assert shown["verdicts"] == {"device_limited": True, "device_text": "busy", "censored": "right"}
    free = to_json(with_device(result(), DeviceVerdict(False, "free")))
    assert free["verdicts"] == {"device_limited": False, "device_text": "free"}


def test_without_a_figure_nothing_is_censored():
    assert with_device(result(sustained_bps=None), DeviceVerdict(True, "busy")).verdicts.censored == ""


@pytest.mark.parametrize(
    ("share_bps", "said", "limited"),
    [
        (None, "", ""),
        (100_000_000, "", "the server kept 100 Mbit/s free for this test"),
        (200_000_000, "", ""),
        (None, "the server's processor: 95% of one core", "the server's processor: 95% of one core"),
    ],
)
def test_a_server_that_was_the_limit_is_said(share_bps, said, limited):
    verdicts = with_server_limit(result(far=FarEnd(share_bps=share_bps)), said).verdicts
    assert (verdicts.server_limited, verdicts.censored) == (limited, "right" if limited else "")


@pytest.mark.parametrize(
    ("acked", "received", "whole", "suspect"),
    [
        (1_000_002, 1_000_000, True, False),
        (1_000_500, 1_000_000, True, True),
        (1_060_000, 1_000_000, False, False),
        (1_100_000, 1_000_000, False, True),
        (None, 1_000_000, True, None),
        (1_000_000, None, True, None),
    ],
)
def test_acknowledged_but_never_received_is_a_proxy_s_doing(acked, received, whole, suspect):
    assert judge_proxy(Ends(acked=acked, sent=None, received=received, whole=whole)).suspect is suspect


@pytest.mark.parametrize(
    ("connect_ms", "rtt_ms", "suspect"),
    [(20.0, 45.0, True), (40.0, 45.0, False), (0.2, 0.5, False), (None, 45.0, None), (20.0, None, None)],
)
def test_a_handshake_sooner_than_any_probe_is_a_proxy_s(connect_ms, rtt_ms, suspect):
    assert judge_handshake(connect_ms, rtt_ms).suspect is suspect


@pytest.mark.parametrize(
    ("claimed", "sent", "lying"), [(2000, 1000, True), (1000, 1000, False), (9, None, False)]
)
def test_more_than_was_sent_cannot_have_come(claimed, sent, lying):
    assert bool(why_lying(claimed, sent)) is lying


AMBR, STEP = PolicyLimit("AMBR", 50e6), PolicyLimit("the tariff's step 128 kbit/s", 128e3)


@pytest.mark.parametrize(
    ("rate_bps", "layer", "limit"),
    [
        (48.3e6, "tcp-payload", AMBR),  # 50.03 Mbit/s of IP packets
        (54.9e6, "ip", AMBR),
        (45.1e6, "ip", AMBR),
        (44.9e6, "ip", None),
        (55.1e6, "ip", None),
        (120e3, "tcp-payload", STEP),
        (None, "ip", None),
    ],
)
def test_a_figure_within_a_tenth_of_a_limit_is_the_limit_s(rate_bps, layer, limit):
    assert judge_policy(rate_bps, layer, [STEP, AMBR]).limit == limit


def test_policy_is_an_outcome_and_no_failure():
    told = with_policy(result(), judge_policy(48.3e6, "tcp-payload", [AMBR]))
    assert (told.ok, told.outcome, told.sustained_bps) == (True, "policy", 90e6)
    assert told.verdicts.policy_bps == 50e6


LINE = {"modem": "EG25-G", "firmware": "A08", "antenna": "omni-3", "tariff": "prepaid"}


@pytest.mark.parametrize(
    ("changes", "ok", "text"),
    [
        ({}, True, "the same modem, firmware, antenna, tariff"),
        ({"firmware": "A07"}, False, "different firmware"),
        ({"antenna": ""}, None, "antenna not known"),
        ({"antenna": "", "modem": "E3372"}, False, "different modem"),
    ],
)
def test_lines_that_may_be_ranked(changes, ok, text):
    assert compare_lines(LINE, {**LINE, **changes}) == (ok, text)


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        ({}, "undetermined"),
        ({"attended": True, "own_fault": True}, "maintenance"),
        ({"policy": True, "server_fault": True}, "policy"),
        ({"mains": False, "many_gone": True}, "site"),
        ({"own_fault": True, "second_server_failed": True}, "box"),
        ({"server_fault": True}, "server"),
        ({"server_well": False, "second_server_failed": False}, "server"),
        ({"many_gone": True, "mains": True, "signal_usual": True, "server_well": True}, "area"),
        ({"many_gone": True, "mains": True, "signal_usual": True, "server_well": None}, "undetermined"),
        ({"before_egress": True, "server_well": True}, "operator"),
        ({"second_server_failed": True, "others_well": True}, "operator"),
        ({"second_server_failed": True}, "undetermined"),
        ({"second_server_failed": True, "others_well": False}, "undetermined"),
    ],
)
def test_the_outcome_follows_the_evidence(evidence, outcome):
    assert judge_outcome(Evidence(**evidence)).outcome == outcome


def test_every_class_of_the_contract_but_ok_can_be_reached():
    reached = {row.outcome for row in ROWS}
    assert reached == {"maintenance", "policy", "site", "box", "server", "area", "operator"}


def test_the_egress_network_is_told_to_who_has_the_key():
    # printf '203.0.113.0/24' | openssl dgst -sha256 -hmac 'a key for this test'
    assert egress_net("203.0.113.7:40112", b"a key for this test") == EGRESS
    assert egress_net("203.0.113.99:1", b"a key for this test") == EGRESS
    assert egress_net("203.0.114.7:40112", b"a key for this test") != EGRESS
    assert egress_net("203.0.113.7:40112", None) == egress_net("", b"k") == egress_net("x:1", b"k") == ""


EGRESS = "4bfd3e525c93"
