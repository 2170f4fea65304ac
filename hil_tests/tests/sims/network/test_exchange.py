"""The centres' exchange: mailboxes, delays, loss and doubles; a status report's octets, by hand."""

from datetime import UTC, datetime
from random import Random

from hil_tests.sims.network.codec import decode_submit, encode_status_report
from hil_tests.sims.network.exchange import Exchange, Posted, mailbox_of, post
from hil_tests.sims.network.settings import CentreSetting

A, B = "+6281100000001", "+6281100000002"


def exchange(folder, number, **setting):
    made = Exchange(folder, number, CentreSetting(**setting), Random("exchange"))
    made.open()
    return made


def test_a_status_report_by_octets():
    # TS 23.040 9.2.2.3: MTI 2 and no more messages, TP-MR, TP-RA, TP-SCTS, TP-DT, TP-ST
    taken, done = (datetime(2026, 11, 25, 13, 0, second, tzinfo=UTC) for second in (0, 30))
    pdu, length = encode_status_report(0x4D, "+62811000002", "+62811000000", (taken, done), 28, 0x46)
    assert pdu.hex().upper() == (
        "07912618010000F0" + "064D" + "0B912618010000F2" + "62115231000082" + "62115231000382" + "46"
    )
    assert length == 25


def test_a_submit_tells_its_part_and_whether_a_report_is_asked_for():
    # 61: SUBMIT with header and report, no validity; DA +62811000002; GSM 7 bit; header 00 03 07 02 01; "A"
    submit = decode_submit(
        bytes.fromhex("00" + "6100" + "0B912618010000F2" + "0000" + "08" + "05000307020182")
    )
    assert (submit.recipient, submit.text, submit.report, submit.part) == (
        "+62811000002",
        "A",
        True,
        (7, 8, 2, 1),
    )
    # 01: the same without either
    plain = decode_submit(bytes.fromhex("00" + "0100" + "0B912618010000F2" + "0000" + "01" + "41"))
    assert (plain.text, plain.report, plain.part) == ("A", False, None)


def test_what_is_posted_is_collected_once_in_order_by_either_writing_of_the_number(tmp_path):
    receiver = exchange(tmp_path, B)
    for text, number in (("satu", B), ("dua", "081100000002")):
        assert post(tmp_path, number, Posted(sender="KPU", text=text, stamp_s=1.0, due_s=2.0))
    assert [item.text for item in receiver.collect()] == ["satu", "dua"]
    assert receiver.collect() == []
    assert not post(tmp_path, "+6281199999999", Posted(sender="KPU", stamp_s=1.0, due_s=2.0))


def test_a_centre_delays_doubles_loses_and_reports_who_is_not_there(tmp_path):
    receiver = exchange(tmp_path, B)
    item = Posted(sender=A, text="halo", stamp_s=100.0, due_s=100.0, reference=9, report=True)
    exchange(tmp_path, A, twice=1.0, delay_s=(1.0, 1.0), again_after_s=5.0).submit(B, item)
    assert [got.due_s for got in receiver.collect()] == [101.0, 106.0]
    exchange(tmp_path, A, loss=1.0).submit(B, item)
    assert receiver.collect() == []
    sender = exchange(tmp_path, A, delay_s=(1.0, 1.0))
    sender.submit("+6281199999999", item)
    (report,) = sender.collect()
    assert (report.status, report.reference, report.sender) == (0x43, 9, "+6281199999999")
    assert mailbox_of(tmp_path, A).is_dir()
