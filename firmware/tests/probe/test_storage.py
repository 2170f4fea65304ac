"""Event ring and images on simulated flash; what must be there is written by hand."""

from random import Random

import pytest
from probe.logic import slots
from probe.logic.events import EventRing, decode_record, encode_record
from probe.logic.files import write_all
from probe.logic.images import NO_IMAGE, Images

from hil_tests.flash_cuts import copy, draw_image
from hil_tests.holds import slot_cuts
from hil_tests.sims.flash import BoardFiles, Flash, blank

OLD, NEW = {"main.py": b"old", "probe/a.mpy": b"A" * 900}, {"main.py": b"new", "probe/a.mpy": b"B" * 5000}


@pytest.fixture
def flash():
    return Flash(blank(32))


@pytest.fixture
def files(flash):
    return BoardFiles(flash, make=True)


@pytest.fixture
def images(files):
    """Return the images of a board that has OLD in slot 0."""
    files.mkdir("slot0")
    copy(files, OLD, 0)
    return Images(files)


def test_a_record_by_hand():
    octets = bytes.fromhex("01000000 e8030000 0200 05 03 feffffff") + bytes.fromhex("4b62e7a6")
    assert encode_record(1, 1000, 2, 5, 3, -2) == octets
    assert decode_record(octets) == (1, 1000, 2, 5, 3, -2)
    assert decode_record(octets[:19] + b"\x00") is None


def test_the_ring_keeps_the_last_events_and_counts_boots(files):
    for _ in range(3):
        ring = EventRing(files, "log")
        for n in range(100):
            ring.note(n, 7, 0, n)
            ring.flush(may_write=True)
    events = EventRing(files, "log").read()
    assert [event[0] for event in events] == list(range(64, 300))  # 7 files of 32, and 12
    assert (events[0][2], events[-1][2], events[-1][5]) == (0, 2, 99)
    assert sum(len(octets) for octets in files.tree("/log").values()) == 236 * 20


def test_events_wait_while_the_supply_is_low_and_none_goes_silently(flash, files):
    ring, before = EventRing(files, "log"), len(flash.done)
    for n in range(20):
        ring.note(n, 7, 0, n)
        assert ring.flush(may_write=False) == 0
    assert (len(flash.done), ring.dropped) == (before, 4)
    assert ring.flush(may_write=True) == 16
    assert [event[5] for event in ring.read()] == list(range(16))


def test_a_full_file_system_keeps_the_events_waiting(files):
    ring = EventRing(files, "log")
    file = files.open("big", "wb")
    with pytest.raises(OSError, match="NOSPC"):
        file.write(bytes(200_000))
    for n in range(3):
        ring.note(n, 7, 0, n)
    while ring.flush(may_write=True):
        ring.note(9, 7, 0, 9)
    assert ring.failed == 1
    file.close()
    files.remove("big")
    assert ring.flush(may_write=True) > 0


def test_a_damaged_record_is_left_out_and_the_ring_goes_on_in_the_next_file(files):
    ring = EventRing(files, "log")
    for n in range(10):
        ring.note(n, 7, 0, n)
    ring.flush(may_write=True)
    octets = bytearray(files.tree("/log")["0"])
    octets[5 * 20] ^= 1
    write_all(files, "log/0", bytes(octets[:195]))
    ring = EventRing(files, "log")
    assert [event[0] for event in ring.read()] == [0, 1, 2, 3, 4, 6, 7, 8]
    assert ring.next_number == 32


def test_an_update_boots_the_new_image_and_stays_after_its_self_check(files, images):
    assert images.boot(may_write=True) == 0
    assert images.begin() == 1
    copy(files, NEW, 1)
    assert images.boot(may_write=True) == 0
    assert images.finish() == ""
    assert images.boot(may_write=True) == 1
    images.confirm()
    assert [images.boot(may_write=True) for _ in range(5)] == [1] * 5
    assert images.begin() == 0


def test_an_image_that_never_confirms_is_rolled_back_after_three_boots(files, images):
    images.begin()
    copy(files, NEW, 1)
    images.finish()
    assert [images.boot(may_write=True) for _ in range(6)] == [1, 1, 1, 0, 0, 0]


def test_half_an_image_never_takes_over(files, images):
    images.begin()
    copy(files, NEW, 1)
    write_all(files, "slot1/probe/a.mpy", b"B" * 4999)
    assert images.finish() == "slot1/probe/a.mpy"
    files.remove("slot1/manifest")
    assert images.finish() == "slot1/manifest"
    assert images.boot(may_write=True) == 0


def test_the_way_back_is_not_overwritten_before_the_new_image_is_confirmed(files, images):
    images.begin()
    copy(files, NEW, 1)
    images.finish()
    images.boot(may_write=True)
    assert images.begin() == NO_IMAGE
    assert images.finish() == "slot1 is not confirmed yet"


def test_a_damaged_image_does_not_run(files, images):
    images.begin()
    copy(files, NEW, 1)
    images.finish()
    images.boot(may_write=True)
    images.confirm()
    write_all(files, "slot1/main.py", b"bad")
    assert images.boot(may_write=True) == 0
    write_all(files, "slot0/main.py", b"bad")
    assert images.boot(may_write=True) == NO_IMAGE


def test_low_supply_writes_no_flash_and_runs_the_image_that_needs_no_counting(flash, files, images):
    images.begin()
    copy(files, NEW, 1)
    images.finish()
    before = len(flash.done)
    assert [images.boot(may_write=False) for _ in range(5)] == [0] * 5
    assert len(flash.done) == before
    assert images.boot(may_write=True) == 1


def test_a_manifest_that_lies_about_itself_is_damage(files, images):
    octets = files.tree("/slot0")["manifest"]
    write_all(files, "slot0/manifest", octets.replace(b"main.py", b"nain.py"))
    assert images.damage(0) == "slot0/manifest"
    for stump in (b"", b"\n", b"\n\n\n", octets[:-1], octets[66:]):
        write_all(files, "slot0/manifest", stump)
        assert images.damage(0) == "slot0/manifest"


def test_a_file_system_too_small_for_the_image_leaves_the_old_one(files, images):
    images.begin()
    with pytest.raises(OSError, match="NOSPC"):
        copy(files, draw_image(Random(1)) | {"huge": bytes(100_000)}, 1)
    assert images.boot(may_write=True) == 0


def test_both_copies_of_the_record_gone_is_slot_0(files, images):
    write_all(files, "boot0", b"")
    write_all(files, "boot1", bytes(12))
    record, spare = images.record()
    assert (record.active, record.confirmed, spare, slots.COPY_BYTES) == (0, 1, 0, 12)


@pytest.mark.parametrize("name", ["good", "bad"])
def test_a_cut_at_every_operation(name, monkeypatch):
    monkeypatch.setattr(slot_cuts, "TORN", 0)
    failed, cuts, operations = slot_cuts.judge(name, 7)
    assert failed == []
    assert cuts["before program"] + cuts["before erase"] == operations > 80
