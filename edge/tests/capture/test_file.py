"""Capture files as strangers read them: tshark, and scapy's PcapNgReader."""

import os
import struct

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import PcapNgReader

from edge.capture.file import CaptureFile, prune
from edge.capture.packets import Packet

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


def written(path, *, packets=PACKETS, max_bytes=ROOMY, drops=0):
    """Write a file in the middle of a ring's life: 100 packets offered and 7 dropped before it began."""
    file = CaptureFile(path, interface="wwan0", snap_bytes=96, comment="box a", max_bytes=max_bytes)
    file.begin(100, 7)
    for packet in packets:
        file.write(packet)
    file.end(END_NS, 100 + len(packets) + drops, 7 + drops)
    return file


def blocks(data: bytes) -> list[tuple[int, bytes]]:
    """Return (type, body) of each block, checking both lengths (section 3.1 of the draft)."""
    found, at = [], 0
    while at < len(data):
        kind, total = struct.unpack_from("<II", data, at)
        assert total % 4 == 0
        assert struct.unpack_from("<I", data, at + total - 4)[0] == total
        found.append((kind, data[at + 8 : at + total - 4]))
        at += total
    return found


def test_tshark_reads_times_to_the_nanosecond_lengths_and_directions(tmp_path, command):
    written(tmp_path / "a.pcapng")
    fields = "frame.time_epoch frame.len frame.cap_len frame.packet_flags_direction frame.interface_name"
    words = [word for name in fields.split() for word in ("-e", name)]
    told = command("tshark", "-r", str(tmp_path / "a.pcapng"), "-T", "fields", *words)
    # direction, section 4.3.1 of the draft: 1 inbound, 2 outbound; tshark writes it in hexadecimal
    assert [[part.removeprefix("0x0000000") for part in line.split("\t")] for line in told.splitlines()] == [
        ["1764000000.123456789", "60", "60", "2", "wwan0"],
        ["1764000000.123456790", "61", "61", "1", "wwan0"],
        ["1764000001.123456788", "1514", "96", "1", "wwan0"],
    ]


def test_tshark_shows_the_comment(tmp_path, command):
    written(tmp_path / "a.pcapng")
    assert (
        command("tshark", "-r", str(tmp_path / "a.pcapng"), "-T", "fields", "-e", "frame.number")
        == "1\n2\n3\n"
    )
    (_, section), *_ = blocks((tmp_path / "a.pcapng").read_bytes())
    assert section[16:25] == b"\x01\x00\x05\x00box a"  # opt_comment = 1, length 5 (section 3.5)


def test_scapy_reads_the_same_packets(tmp_path):
    written(tmp_path / "a.pcapng")
    with PcapNgReader(str(tmp_path / "a.pcapng")) as reader:
        packets = list(reader)
    assert [packet.wirelen for packet in packets] == [60, 61, 1514]
    assert [bytes(packet.original) for packet in packets] == [packet.data for packet in PACKETS]
    assert [int(packet.time * 1_000_000_000) for packet in packets] == [packet.t_ns for packet in PACKETS]
    assert [packet.direction for packet in packets] == [2, 1, 1]


@pytest.mark.parametrize("drops", [0, 12_345])
def test_the_last_block_states_the_file_s_own_share_of_received_and_dropped(tmp_path, drops):
    file = written(tmp_path / "a.pcapng", drops=drops)
    kind, body = blocks((tmp_path / "a.pcapng").read_bytes())[-1]
    assert kind == STATISTICS
    interface, high, low = struct.unpack_from("<III", body)
    assert (interface, (high << 32) + low) == (0, END_NS)
    # isb_ifrecv = 4, isb_ifdrop = 5, both 64 bits; opt_endofopt = 0
    assert struct.unpack("<HHQHHQHH", body[12:]) == (4, 8, 3 + drops, 5, 8, drops, 0, 0)
    assert (file.packets, file.drops, file.cut) == (3, drops, 0)


def test_beyond_the_byte_bound_packets_are_counted_as_dropped_not_stored(tmp_path, command):
    room = 2 * 108  # a block of 61 captured bytes: 28 head + 64 padded + 12 option + 4 length
    file = written(tmp_path / "a.pcapng", packets=[PACKETS[1]] * 5, max_bytes=room)
    assert (file.packets, file.cut, file.drops) == (2, 3, 0)
    told = command("tshark", "-r", str(tmp_path / "a.pcapng"), "-T", "fields", "-e", "frame.len")
    assert told.split() == ["61", "61"]
    body = blocks((tmp_path / "a.pcapng").read_bytes())[-1][1]
    assert struct.unpack("<HHQHHQHH", body[12:]) == (4, 8, 5, 5, 8, 3, 0, 0)


def test_an_existing_file_is_never_overwritten(tmp_path):
    (tmp_path / "a.pcapng").write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        written(tmp_path / "a.pcapng")
    assert (tmp_path / "a.pcapng").read_bytes() == b"evidence"


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        written(tmp_path / "nowhere" / "a.pcapng")


def test_prune_removes_the_oldest_captures_and_nothing_else(tmp_path):
    for age, name in enumerate(["d.pcapng", "a.pcapng", "c.pcapng", "b.pcapng"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, ns=(T0_NS - age, T0_NS - age))  # b is the oldest
    (tmp_path / "note.txt").touch()
    assert prune(tmp_path, 2) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pcapng", "d.pcapng", "note.txt"]
    assert prune(tmp_path, 2) == 0
