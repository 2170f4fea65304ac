"""pcap files as arrays, read from bytes written here by the format's own words (pcap-savefile(5))."""

import struct

import pytest

from hil_tests.emulator_bench import captures
from hil_tests.emulator_bench.captures import CaptureError

HEAD = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 96, 1)


def packet(sec, nsec, dport, seq, *, length=1400, kept=96):
    ethernet = bytes(12) + b"\x08\x00"
    ip = b"\x45\x00" + struct.pack(">H", length - 14) + bytes(4) + b"\x40\x11\x00\x00" + bytes(8)
    udp = struct.pack(">HHHH", 7003, dport, length - 34, 0)
    frame = (ethernet + ip + udp + struct.pack(">I", seq) + bytes(96))[:kept]
    return struct.pack("<IIII", sec, nsec, kept, length) + frame


def test_times_ports_numbers_and_lengths(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(HEAD + packet(1_800_000_000, 5, 7103, 9) + packet(1_800_000_001, 6, 7003, 8, length=200))
    read = captures.read(path)
    assert read.t_ns.tolist() == [1_800_000_000_000_000_005, 1_800_000_001_000_000_006]
    assert (read.dport.tolist(), read.seq.tolist(), read.length.tolist()) == (
        [7103, 7003],
        [9, 8],
        [1400, 200],
    )
    assert read.to_port(7003).seq.tolist() == [8]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "no pcap file"),
        (struct.pack(">I", 0xA1B23C4D) + HEAD[4:], "no pcap file of a little-endian machine"),
        (HEAD + packet(1, 1, 7003, 1)[:-1], "not every record keeps 96 bytes"),
        (HEAD + packet(1, 1, 7003, 1, kept=90) + bytes(6), "not every record keeps 96 bytes"),
    ],
    ids=["empty", "other byte order", "cut", "short frame"],
)
def test_what_cannot_be_read_is_an_error(tmp_path, data, text):
    path = tmp_path / "a.pcap"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=text):
        captures.read(path)


def test_times_in_microseconds_are_read_too(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(struct.pack("<I", 0xA1B2C3D4) + HEAD[4:] + packet(1_800_000_000, 5, 7103, 9))
    assert captures.read(path).t_ns.tolist() == [1_800_000_000_000_005_000]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (
            "9 packets captured\n12 packets received by filter\n3 packets dropped by kernel\n",
            3,
        ),  # tcpdump 4.99
        ("Capturing on 'lo'\n9 packets captured\n", 0),  # tshark 4.0
        ("9 packets captured\n4 packets dropped from lo\n", 4),
    ],
)
def test_what_a_capture_says_it_missed(words, count):
    assert captures.dropped(words) == count


def test_a_capture_that_failed_missed_we_do_not_know_what():
    with pytest.raises(CaptureError, match="did not end as it should: tcpdump: c0: No such device"):
        captures.dropped("tcpdump: c0: No such device exists")


def test_tcpdump_captures_except_where_it_cannot():
    assert captures.tool("         0          0 4294967295\n").words[0] == "tcpdump"
    assert captures.tool("         0       1000          1\n").words[0] == "tshark"
