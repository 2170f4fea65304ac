"""On which machines the emulated arm64 Debian can be tried, and what the others are told."""

import pytest

from tools.judge.arm64_smoke import SUMMARY, SmokeError, check_machine, kernel_version


@pytest.mark.parametrize(
    ("release", "version"),
    [("6.1.0-50-amd64", (6, 1)), ("6.12.47+deb13-amd64", (6, 12)), ("6.7-rc1", (6, 7)), ("custom", (0, 0))],
)
def test_kernel_version(release, version):
    assert kernel_version(release) == version


def test_a_new_kernel_and_root_will_do():
    check_machine(0, "6.7.0")


@pytest.mark.parametrize(
    ("user", "release", "text"),
    [
        (1000, "6.12.0", r"need root: run `sudo make arm64-smoke`"),
        (
            0,
            "6.1.0-50-amd64",
            r"this kernel is 6\.1\.0-50-amd64: .* came with 6\.7; `make arm64-check` works",
        ),
    ],
)
def test_what_cannot_be_tried_is_told_why(user, release, text):
    with pytest.raises(SmokeError, match=text):
        check_machine(user, release)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("aarch64 Python 3.11.2: 120 modules imported", True),
        ("632 passed in 54.33s", True),
        ("1 failed, 631 passed in 50.00s", True),
        ("I: Unpacking passwd...", False),
    ],
)
def test_what_is_shown_of_the_log(line, shown):
    assert bool(SUMMARY.search(line)) == shown
