"""Foreign programs: which are missing, what apt would fetch, and the starters that run them."""

import subprocess

import pytest

from tools.judge import programs
from tools.judge.programs import Program, ProgramsError

# Heard: apt-get 2.6.1 (Debian 12), LC_ALL=C, install --simulate --no-install-recommends
SIMULATED = """\
NOTE: This is only a simulation!
Reading package lists...
The following NEW packages will be installed:
  ethtool libc6 libmnl0
Inst libc6 [2.36-9+deb12u9] (2.36-9+deb12u10 Debian:12.9/stable [amd64])
Inst libmnl0 (1.0.4-3 Debian:12.9/stable [amd64])
Inst ethtool (1:6.1-1 Debian:12.9/stable [amd64])
Conf libmnl0 (1.0.4-3 Debian:12.9/stable [amd64])
Conf ethtool (1:6.1-1 Debian:12.9/stable [amd64])
"""


def test_simulation_tells_what_to_fetch_without_the_c_library():
    assert programs.simulated_packages(SIMULATED) == [("libmnl0", "1.0.4-3"), ("ethtool", "1:6.1-1")]


def test_missing_programs_are_those_on_no_folder_of_the_path(tmp_path):
    (tmp_path / "tshark").write_text("#!/bin/sh\n")
    (tmp_path / "tshark").chmod(0o755)
    asked = [Program("tshark", "tshark", "x"), Program("gammu", "gammu", "x")]
    assert [program.name for program in programs.missing(asked, str(tmp_path))] == ["gammu"]


def test_demo_needs_no_broker_and_no_second_opinions():
    assert [program.name for program in programs.wanted("demo")] == ["ip", "unshare", "nft", "ethtool"]
    assert {"ip", "mosquitto", "tshark"} <= {program.name for program in programs.wanted("test")}
    assert {"gammu", "smsd", "mmcli"} <= {program.name for program in programs.wanted("interop")}


def test_every_program_is_for_a_use_there_is():
    assert {use for program in programs.PROGRAMS for use in program.uses} == set(programs.USES)


def test_starter_runs_the_program_with_its_libraries(tmp_path):
    root = tmp_path / "root"
    real = root / "usr/sbin/thing"
    real.parent.mkdir(parents=True)
    real.write_text('#!/bin/sh\nprintf "%s|" "$LD_LIBRARY_PATH" "$@"\nexit 3\n')
    real.chmod(0o755)
    (root / "usr/lib/x86_64-linux-gnu").mkdir(parents=True)
    (root / "usr/lib/x86_64-linux-gnu/libthing.so.1.2").touch()
    (root / "usr/share/thing.sources").mkdir(parents=True)
    (root / "usr/share/thing.sources/libfoo.source").touch()
    assert programs.write_starter("thing", root, tmp_path / "bin")
    done = subprocess.run(
        [tmp_path / "bin/thing", "a b", "c"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert (done.returncode, done.stdout) == (3, f"{root}/usr/lib/x86_64-linux-gnu|a b|c|")


def test_package_without_the_program_is_noticed(tmp_path):
    (tmp_path / "root/usr/bin").mkdir(parents=True)
    assert not programs.write_starter("thing", tmp_path / "root", tmp_path / "bin")


def test_without_apt_each_missing_program_gets_a_line(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = [Program("tshark", "tshark", "x"), Program("nft", "nftables", "x")]
    with pytest.raises(ProgramsError) as caught:
        programs.fetch(asked, tmp_path)
    assert str(caught.value).splitlines() == [
        "tshark is missing: install tshark",
        "nft is missing: install nftables",
        "(this system has no apt-get that could fetch them)",
    ]


def test_apt_that_fails_twice_says_why(tmp_path, monkeypatch):
    fake = tmp_path / "bin/apt-get"
    fake.parent.mkdir()
    fake.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/calls\necho "E: no route to the mirror" >&2\nexit 100\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    with pytest.raises(ProgramsError, match=r"apt-get update failed: E: no route to the mirror"):
        programs.fetch([Program("x", "xpkg", "x")], tmp_path / "build")
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0] == "install --simulate --no-install-recommends xpkg"
    assert calls[1].endswith("update")
