"""What a line tells of messages it received: verdicts on the blast, counts of all else, no word of either."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from edge.measure.blast import BlastJudge
from edge.service.checks import Checks, ChecksSetting, Window
from edge.service.messages import CheckSeen, NonceArrived
from modem_drivers.reading import Registration
from modem_drivers.sms.broadcast import Broadcast, decode_page
from modem_drivers.sms.inbox import Incoming, hear

NOW = datetime(2026, 11, 25, 6, 0, 0, tzinfo=UTC)
NOW_NS = 1795586400 * 1_000_000_000
TEMPLATE = "Pemilu damai 27 November"
# SMSC +62811000000, sender "KPU" (alphanumeric), GSM 7 bit, 25-11-26 13:00:00 +07, KPU: 4B 68 15
HEAD = "07912618010000F0" + "0406D04B6815" + "0000" + "62115231000082"


def packed(text):
    """Return TP-UDL and TP-UD of plain letters: eight septets in seven octets (TS 23.038 6.1.2.1.1)."""
    bits = sum(ord(letter) << (7 * place) for place, letter in enumerate(text))
    octets = bits.to_bytes((7 * len(text) + 7) // 8, "little")
    return f"{len(text):02X}{octets.hex().upper()}"


def message(text, *, stored=False, repeat=False, t_ns=NOW_NS):
    return Incoming((hear(HEAD + packed(text), t_ns, stored=stored),), repeat=repeat)


@pytest.fixture
def line(tmp_path):
    told: list[Struct] = []

    def make(**more):
        setting = ChecksSetting(
            slot="1-1.1",
            clock=lambda: NOW_NS,
            judge=BlastJudge(TEMPLATE),
            template=TEMPLATE,
            phone_class="standard",
            name_every_s=60,
            look_every_s=60,
            proof=tmp_path / "sms-proven",
            report_wait_s=10,
            **more,
        )
        return Checks(setting, told.append)

    return make, told


def test_a_private_message_is_a_proof_and_nothing_else(line):
    make, told = line
    checks = make()
    checks.take_message(message("Kenari: nanti malam"))
    assert told == []
    checks.take_message(message(TEMPLATE, t_ns=NOW_NS + 10**9))
    (seen,) = told
    assert (seen.check, seen.verdict) == ("blast", "received")
    assert seen.values["sender"] == "KPU"
    assert seen.values["delivery_s"] == 1.0


def test_the_proof_is_what_was_there_before_and_outlives_a_restart(line):
    make, told = line
    make().take_message(message(TEMPLATE))
    assert [seen.verdict for seen in told] == ["not measurable"]
    make().take_message(message(TEMPLATE, t_ns=NOW_NS + 10**9))
    assert [seen.verdict for seen in told] == ["not measurable", "received"]


def test_what_lay_in_the_store_proves_nothing_and_a_repeat_is_not_judged_again(line):
    make, told = line
    checks = make()
    checks.take_message(message("halo", stored=True))
    checks.take_message(message(TEMPLATE, repeat=True))
    assert told == []
    checks.take_message(message(TEMPLATE))
    assert [seen.verdict for seen in told] == ["not measurable"]


def test_the_text_just_after_a_fall_to_2g_is_suspect(line):
    make, told = line
    checks = make()
    checks.take_message(message("halo"))
    checks.saw(Registration(stat=1, plmn="51010", rat="LTE"), "51010")
    checks.saw(Registration(stat=1, plmn="51010", rat="GSM"), "51010")
    checks.take_message(message(TEMPLATE, t_ns=NOW_NS + 5 * 10**9))
    assert [seen.verdict for seen in told] == ["suspect_bts"]


def test_a_nonce_of_the_matrix_is_told_as_such_also_again(line):
    make, told = line
    checks = make()
    for repeat in (False, True):
        checks.take_message(message("PANTAU 0123456789abcdef", repeat=repeat))
    assert told == [NonceArrived("0123456789abcdef", NOW_NS)] * 2


def test_a_broadcast_is_told_in_figures(line):
    make, told = line
    # serial 4010, message 0032, coding 0F, page 1 of 1 (TS 23.041 9.4.1.2)
    page = decode_page("401000320F11" + packed(TEMPLATE)[2:])
    make().take_broadcast(Broadcast((page,)), NOW_NS)
    (seen,) = told
    assert seen == CheckSeen(
        "broadcast",
        NOW_NS,
        "seen",
        {"message_id": 50, "message_code": 1, "update": 0, "pages": 1, "scope": "PLMN", "score": 1.0},
        {},
    )


@pytest.mark.parametrize(
    ("earlier", "verdict"), [("halo", "not received"), (None, "not measurable"), (TEMPLATE, None)]
)
def test_a_window_without_a_blast_is_told_once(earlier, verdict, line, tmp_path):
    make, told = line
    window = Window(NOW - timedelta(hours=1), NOW + timedelta(hours=1), tmp_path / "told")
    checks = make(window=window)
    if earlier:
        checks.take_message(message("dulu"))
        checks.take_message(message(earlier, t_ns=NOW_NS + 10**9))
    told.clear()
    checks.close_window(NOW)
    assert told == []
    for restarted in (checks, checks, make(window=window)):
        if verdict or restarted is checks:
            restarted.close_window(NOW + timedelta(hours=2))
    assert [seen.verdict for seen in told] == ([verdict] if verdict else [])
