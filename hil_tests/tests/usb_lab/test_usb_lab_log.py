"""The guest's report: every way in which it can be bad is a fault of the run."""

import pytest

from hil_tests.usb_lab.findings import Done, End, Finding, collect, encode_line, faults, parse_line

GOOD = (Finding("driver", "model", "EC25", "EC25", ok=True), End("driver", 3.4), Done(1))
KERNEL = (
    "[    6.041534] usb 1-1: GSM modem (1-port) converter now attached to ttyUSB0"  # heard: 6.1.0-50-amd64
)
NOTE = "[   19.112934] usb-lab: names: ttyUSB0=1-1:00 ttyUSB1=1-1:01"
LINE = '[   23.1] usb-lab: {"check":"driver","what":"model","wanted":"EC25","seen":"EC25","ok":true}'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LINE, GOOD[0]),
        ('[   23.116020] usb-lab: {"end":"driver","seconds":3.4}', GOOD[1]),
        ('[   33.247211] usb-lab: {"done":1}', GOOD[2]),
        (KERNEL, None),
        (NOTE, None),
    ],
)
def test_lines_are_told_apart(line, said):
    assert parse_line(line) == said


@pytest.mark.parametrize("said", GOOD)
def test_what_the_guest_writes_is_what_the_host_reads(said):
    assert parse_line(f"[    1.0] {encode_line(said)}") == said


def test_a_good_report_has_no_fault():
    assert faults(collect(GOOD), ["driver"]) == []


@pytest.mark.parametrize(
    ("said", "wanted", "fault"),
    [
        (
            [Finding("driver", "model", "EC25", "EC21", ok=False), *GOOD[1:]],
            ["driver"],
            "driver: model: EC21, not EC25",
        ),
        (GOOD, ["driver", "unplug"], "unplug: did not come to its end"),
        ([GOOD[0], GOOD[2]], ["driver"], "driver: did not come to its end"),
        (GOOD[:2], ["driver"], "the guest told of no findings, 1 arrived"),
        ([*GOOD[:2], Done(2)], ["driver"], "the guest told of 2 findings, 1 arrived"),
        ([GOOD[1], Done(0)], ["driver"], "driver: found nothing out"),
        ([], ["driver"], "the guest told of no findings, 0 arrived"),
    ],
)
def test_whatever_is_bad_is_a_fault(said, wanted, fault):
    assert fault in faults(collect(said), wanted)
