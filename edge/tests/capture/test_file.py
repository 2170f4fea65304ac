"""Capture files as strangers read them: tshark, and scapy's PcapNgReader; written by machine code and by the
same loop as plain Python.
"""

import os
import resource
import struct
from contextlib import contextmanager
from typing import cast

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import PcapNgReader

from edge.capture.file import CaptureFile, FileOrder, Recorded, file_setting, prune, settle
from edge.capture.machine_code import code_file, load, prepare
from edge.capture.packets import Packet
from edge.capture.ring import PacketRing, RingSetting
from edge.tests.capture.played_ring import PlayedRing

T0_NS = 1_764_000_000_123_456_789
END_NS = 1_764_000_001_000_000_001
STATISTICS = 5  # draft-ietf-opsawg-pcapng 4.6: Interface Statistics Block
ROOMY = 1 << 20


def frame(size: int) -> bytes:
    ends = Ether(dst="02:00:00:00:00:01", src="02:00:00:00:00:02") / IP(src="192.0.2.1", dst="192.0.2.2")
    return bytes(ends / UDP(sport=40000, dport=8620) / bytes(size - 42))


PACKETS = [
    Packet(T0_NS, 60, True, frame(60)),
    Packet(T0_NS + 1, 61, False, frame(61)),
    Packet(T0_NS + 999_999_999, 1514, False, frame(1514)[:96]),
]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Return the address of the loop's machine code, compiled for this session."""
    folder = tmp_path_factory.mktemp("code")
    assert prepare(folder) == ""
    return load(code_file(folder))


@pytest.fixture(params=["machine code", "plain Python"])
def code(request):
    return request.getfixturevalue("compiled") if request.param == "machine code" else 0


def written(path, code, *blocks, max_bytes=ROOMY, drops=0, comment="", late=()):
    blocks = blocks or (PACKETS,)
    offered = sum(map(len, (*blocks, *late))) + drops
    played = PlayedRing(*blocks, totals=(offered, drops))
    played.late = list(late)
    ring = cast("PacketRing", played)
    file = CaptureFile(ring, FileOrder(path, "box a", max_bytes, code))
    settle(ring, file)
    return file.end(END_NS, comment)


def blocks_of(data: bytes) -> list[tuple[int, bytes]]:
    """Return (type, body) of each block, checking both lengths (section 3.1 of the draft)."""
    found, at = [], 0
    while at < len(data):
        kind, total = struct.unpack_from("<II", data, at)
        assert total % 4 == 0
        assert struct.unpack_from("<I", data, at + total - 4)[0] == total
        found.append((kind, data[at + 8 : at + total - 4]))
        at += total
    return found


def test_tshark_reads_times_to_the_nanosecond_lengths_and_directions(tmp_path, code, command):
    told = written(tmp_path / "a.pcapng", code)
    assert told == Recorded(str(tmp_path / "a.pcapng"), packets=3)
    fields = "frame.time_epoch frame.len frame.cap_len frame.packet_flags_direction frame.interface_name"
    words = [word for name in fields.split() for word in ("-e", name)]
    told = command("tshark", "-r", str(tmp_path / "a.pcapng"), "-T", "fields", *words)
    # direction, section 4.3.1 of the draft: 1 inbound, 2 outbound; tshark writes it in hexadecimal
    assert [[part.removeprefix("0x0000000") for part in line.split("\t")] for line in told.splitlines()] == [
        ["1764000000.123456789", "60", "60", "2", "wwan0"],
        ["1764000000.123456790", "61", "61", "1", "wwan0"],
        ["1764000001.123456788", "1514", "96", "1", "wwan0"],
    ]


def test_the_head_says_what_the_file_is_and_what_wrote_it(tmp_path, code):
    written(tmp_path / "a.pcapng", code)
    (_, section), *_ = blocks_of((tmp_path / "a.pcapng").read_bytes())
    assert section[16:25] == b"\x01\x00\x05\x00box a"  # opt_comment = 1, length 5 (section 3.5)
    assert (b"pantau, machine code" in section) == bool(code)


def test_scapy_reads_the_same_packets(tmp_path, code):
    written(tmp_path / "a.pcapng", code)
    with PcapNgReader(str(tmp_path / "a.pcapng")) as reader:
        packets = list(reader)
    assert [packet.wirelen for packet in packets] == [60, 61, 1514]
    assert [bytes(packet.original) for packet in packets] == [packet.data for packet in PACKETS]
    assert [int(packet.time * 1_000_000_000) for packet in packets] == [packet.t_ns for packet in PACKETS]
    assert [packet.direction for packet in packets] == [2, 1, 1]


@pytest.mark.parametrize("size", [60, 61, 62, 63, 64, 95, 96])
def test_what_stood_behind_a_packet_in_memory_is_not_stored(tmp_path, code, size):
    written(tmp_path / "a.pcapng", code, [Packet(T0_NS, size, True, b"\x11" * size)])
    packet = next(body for kind, body in blocks_of((tmp_path / "a.pcapng").read_bytes()) if kind == 6)
    padded = -(-size // 4) * 4
    assert packet[20 : 20 + padded] == (b"\x11" * size).ljust(padded, b"\0")


@pytest.mark.parametrize("drops", [0, 12_345])
def test_the_last_block_states_received_and_dropped(tmp_path, code, drops):
    told = written(tmp_path / "a.pcapng", code, drops=drops)
    kind, body = blocks_of((tmp_path / "a.pcapng").read_bytes())[-1]
    assert kind == STATISTICS
    interface, high, low = struct.unpack_from("<III", body)
    assert (interface, (high << 32) + low) == (0, END_NS)
    # isb_ifrecv = 4, isb_ifdrop = 5, both 64 bits; opt_endofopt = 0
    assert struct.unpack("<HHQHHQHH", body[12:]) == (4, 8, 3 + drops, 5, 8, drops, 0, 0)
    assert (told.packets, told.drops, told.cut) == (3, drops, 0)


def test_what_is_known_at_the_end_stands_in_the_last_block(tmp_path, code):
    written(tmp_path / "a.pcapng", code, comment="result 0f rtt ok\nrsrp_dbm -90 to -88")
    _, body = blocks_of((tmp_path / "a.pcapng").read_bytes())[-1]
    assert body[12:16] == b"\x01\x00\x24\x00"  # opt_comment = 1, length 36
    assert body[16:52] == b"result 0f rtt ok\nrsrp_dbm -90 to -88"


def test_a_block_the_kernel_still_held_is_waited_for(tmp_path, code):
    told = written(tmp_path / "a.pcapng", code, PACKETS, late=(PACKETS[:2],))
    assert told.packets == 5


def test_beyond_the_byte_bound_packets_are_counted_as_dropped_not_stored(tmp_path, code, command):
    told = written(tmp_path / "a.pcapng", code, *[[PACKETS[1]] * 20] * 5, max_bytes=8192)
    assert (tmp_path / "a.pcapng").stat().st_size <= 8192
    assert 20 < told.packets < 100
    assert (told.packets + told.cut, told.drops, told.err) == (100, 0, "")
    seen = command("tshark", "-r", str(tmp_path / "a.pcapng"), "-T", "fields", "-e", "frame.len")
    assert seen.split() == ["61"] * told.packets
    body = blocks_of((tmp_path / "a.pcapng").read_bytes())[-1][1]
    assert struct.unpack("<HHQHHQHH", body[12:]) == (4, 8, 100, 5, 8, told.cut, 0, 0)


@contextmanager
def disk_of(size):
    """Let this process's files grow to *size* bytes only (RLIMIT_FSIZE; Python ignores SIGXFSZ)."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@pytest.mark.parametrize(("size", "kept"), [(5000, 40), (4400, 40), (4330, 20)])
def test_a_full_disk_leaves_a_valid_file_that_says_what_is_missing(tmp_path, code, command, size, kept):
    # a packet of 61 bytes takes 108: 28 before its data, 64 padded, 12 of the option, 4 at its end
    head = len(b"".join([bytes(8 + len(body) + 4) for _, body in head_blocks(tmp_path, code)]))
    with disk_of(head + size):
        told = written(tmp_path / "a.pcapng", code, *[[PACKETS[1]] * 20] * 5)
    assert told.err == f"{tmp_path / 'a.pcapng'}: File too large"
    assert (told.packets, told.cut) == (kept, 100 - kept)
    seen = command("tshark", "-r", str(tmp_path / "a.pcapng"), "-T", "fields", "-e", "frame.len")
    assert seen.split() == ["61"] * kept
    kind, body = blocks_of((tmp_path / "a.pcapng").read_bytes())[-1]
    assert kind == STATISTICS
    assert struct.unpack("<HHQHHQHH", body[12:]) == (4, 8, 100, 5, 8, 100 - kept, 0, 0)


def head_blocks(folder, code):
    written(folder / "head.pcapng", code, [])
    return blocks_of((folder / "head.pcapng").read_bytes())[:2]


def test_a_disk_without_room_for_the_head_is_an_os_error(tmp_path, code):
    with disk_of(10), pytest.raises(OSError, match="File too large"):
        written(tmp_path / "a.pcapng", code)


def test_an_existing_file_is_never_overwritten(tmp_path, code):
    (tmp_path / "a.pcapng").write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        written(tmp_path / "a.pcapng", code)
    assert (tmp_path / "a.pcapng").read_bytes() == b"evidence"


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path, code):
    with pytest.raises(FileNotFoundError):
        written(tmp_path / "nowhere" / "a.pcapng", code)


def test_the_file_s_ring_has_the_memory_of_the_live_one_in_few_blocks():
    assert file_setting(RingSetting()) == RingSetting(4, 1 << 20, 250, 96)
    assert file_setting(RingSetting(blocks=1, block_bytes=4096)) == RingSetting(1, 4096, 250, 96)


def test_prune_removes_the_oldest_captures_and_nothing_else(tmp_path):
    for age, name in enumerate(["d.pcapng", "a.pcapng", "c.pcapng", "b.pcapng"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, ns=(T0_NS - age, T0_NS - age))  # b is the oldest
    (tmp_path / "note.txt").touch()
    assert prune(tmp_path, 2) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pcapng", "d.pcapng", "note.txt"]
    assert prune(tmp_path, 2) == 0
