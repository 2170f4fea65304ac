"""What the programs say without any network: help, usage, errors in two languages, results in words."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from edge.cli.errors import explained
from edge.cli.progress import figure, summary
from edge.cli.signal import word_for
from edge.cli.target import enter_netns, lines_of, parse_server
from edge.config.load import ConfigError, load_config
from edge.net.helper import HelperGone
from edge.schema.record import Err, Fields
from edge.service.build import BoxRefused
from modem_drivers.errors import PortLost

PANTAU = Path(sys.executable).with_name("pantau")
VERBS = {
    "run": "--config",
    "once": "--receipt-s",
    "measure": "--server",
    "modems": "--config",
    "signal": "--count",
    "capture": "--seconds",
}
TEXT = """
box = "b"
site = "s"
province = "31"
regency = "3171"
data_dir = "/nowhere"
mqtt.url = "mqtt://127.0.0.1"
server = [{name = "a", address = "198.51.100.10:8620"}]
line = [
  {slot = "1-1.1", at_port = "/dev/a", interface = "w0"},
  {slot = "1-1.2", at_port = "/dev/b", netns = "n"},
]
"""


def pantau(*words):
    return subprocess.run([PANTAU, *words], capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(verb):
    told = pantau(verb, "--help")
    assert told.returncode == 0, told.stderr
    assert f"pantau {verb}" in told.stdout
    assert VERBS[verb] in told.stdout


def test_the_program_lists_its_verbs():
    told = pantau("--help")
    assert told.returncode == 0
    listed = {words[1] for line in told.stdout.splitlines() if len(words := line.split()) > 1}
    assert listed >= set(VERBS)


def test_an_unknown_verb_is_a_usage_error():
    told = pantau("mesure")
    assert told.returncode == 2
    assert "mesure" in told.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("198.51.100.10:8620", ("198.51.100.10", 8620)),
        ("[2001:db8::10]:1", ("2001:db8::10", 1)),
        ("127.0.0.1:65535", ("127.0.0.1", 65535)),
    ],
)
def test_a_server_is_address_and_port(text, expected):
    assert parse_server(text) == expected


@pytest.mark.parametrize(
    "text", ["jakarta.example:8620", "198.51.100.10", "8620", ":8620", "", "300.1.1.1:5"]
)
def test_a_server_without_an_address_says_what_to_write(text):
    with pytest.raises(typer.BadParameter) as caught:
        parse_server(text)
    assert str(caught.value) == (
        f"--server {text!r}: write ADDRESS:PORT with an IP address, e.g. 198.51.100.10:8620"
    )


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "", "8620x", "²"])
def test_a_server_without_a_port_says_what_to_write(port):
    text = f"198.51.100.10:{port}"
    with pytest.raises(typer.BadParameter) as caught:
        parse_server(text)
    assert str(caught.value) == (
        f"--server {text!r}: the port is a number from 1 to 65535, e.g. 198.51.100.10:8620"
    )


def test_a_line_is_found_by_its_slot_and_a_wrong_one_names_those_there_are():
    config = load_config(TEXT, where="box.toml")
    assert [line.slot for line in lines_of(config, "1-1.2")] == ["1-1.2"]
    assert len(lines_of(config, "")) == 2
    with pytest.raises(typer.BadParameter, match=r"--line '9': no such slot .* there are 1-1\.1, 1-1\.2"):
        lines_of(config, "9")


def test_a_missing_namespace_is_refused_in_two_languages():
    with pytest.raises(BoxRefused) as caught:
        enter_netns("no-such-net")
    assert caught.value.text.startswith(
        "the network namespace no-such-net does not exist; see `ip netns list`"
    )
    assert caught.value.text_id.startswith("namespace jaringan no-such-net tidak ada; lihat `ip netns list`")


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (BoxRefused("no", "tidak"), ["pantau: no", "pantau: (id) tidak"]),
        (ConfigError("box.toml:3: wrong"), ["pantau: box.toml:3: wrong"]),
        (HelperGone("the helper ended"), ["pantau: the helper ended"]),
    ],
)
def test_an_error_of_ours_is_a_sentence_and_status_1(capsys, error, lines):
    def program():
        raise error

    assert explained(program) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == ("", lines)


def test_a_modem_s_error_is_said_in_two_languages(capsys):
    def program():
        raise PortLost("/dev/ttyUSB2", "Input/output error")

    assert explained(program) == 1
    english, indonesian = capsys.readouterr().err.splitlines()
    assert english.startswith("pantau: /dev/ttyUSB2: the modem's port is lost: Input/output error.")
    assert indonesian.startswith("pantau: (id) /dev/ttyUSB2: port modem hilang: Input/output error.")


@pytest.mark.parametrize(("code", "status"), [(0, 0), (2, 2), (None, 0)])
def test_the_program_s_own_exit_status_is_kept(code, status):
    def program():
        raise SystemExit(code)

    assert explained(program) == status


def test_errors_that_are_bugs_are_not_hidden():
    def program():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        explained(program)


def test_a_configuration_that_is_not_there_is_named_with_what_to_do(tmp_path):
    told = pantau("once", "--config", str(tmp_path / "box.toml"))
    assert told.returncode == 1
    assert told.stderr == (
        f"pantau: {tmp_path}/box.toml: cannot read the configuration: No such file or directory. "
        "Name it with --config FILE.\n"
    )


def fields(**changes):
    return Fields(boot="b", ts=1, **changes)


@pytest.mark.parametrize(
    ("kind", "seen", "words"),
    [
        (
            "tcp-down",
            {"sustained_bps": 19_128_000.0, "bytes": 12_340_000, "congestion_control": "bbr"},
            "tcp-down: 19.13 Mbit/s TCP payload, 12.3 MB, bbr",
        ),
        ("rtt", {"rtt_p50_ms": 12.346, "lost": 0, "sent": 100}, "rtt: 12.3 ms, lost 0 of 100"),
    ],
)
def test_a_result_in_words(kind, seen, words):
    assert summary(kind, fields(values=seen)) == words


def test_a_failed_result_in_words_has_its_cause_and_no_figure():
    err = Err("server.refused", "the server's host 192.0.2.1:1 refused", "menolak")
    said = summary("rtt", fields(ok=False, outcome="server", err=err, values={"lost": 0}))
    assert said == "rtt: no figure (server: server.refused) the server's host 192.0.2.1:1 refused"


def test_an_unknown_figure_is_blank_not_zero():
    assert figure({}, "rsrp_dbm") == ""
    assert figure({"rsrp_dbm": 0.0}, "rsrp_dbm", unit=" dBm") == "0.0 dBm"


@pytest.mark.parametrize(
    ("rsrp_dbm", "word"),
    [
        (-89.9, "excellent"),
        (-90, "good"),
        (-105, "fair"),
        (-113, "weak"),
        (-120, "very weak"),
        (-140, "very weak"),
    ],
)
def test_a_power_has_a_word(rsrp_dbm, word):
    # limits: Intwine's placement guide: above -90 excellent, to -105 good, to -113 fair, to -120 weak
    assert word_for(rsrp_dbm) == word
