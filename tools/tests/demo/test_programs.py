"""The demo's own programs, on real processes and a real socket; and what it hands to others."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
import typer
from paho.mqtt.enums import CallbackAPIVersion
from typer.testing import CliRunner

from tools.demo import cli
from tools.demo.children import Children, ProgramError
from tools.demo.load import LoadError, load, read_lines, stored_by_line
from tools.demo.recorder import split_url
from tools.demo.stage import SiteLine, SitePaper, box_config, clean_folder, free_port
from tools.demo.verdict.messages import Message

PYTHON = sys.executable


def test_a_child_is_waited_for_heard_and_ended(tmp_path):
    words: list[str] = []
    script = "import signal; print('getting up'); print('READY now'); signal.pause()"
    with Children(tmp_path) as children:
        child = children.start("clerk", [PYTHON, "-c", script], on_line=words.append)
        assert child.wait_line("READY", within_s=20) == "READY now"
        statuses = [child.status]
    assert [*statuses, child.status] == [None, -signal.SIGTERM]
    assert words == ["getting up", "READY now"]
    assert (tmp_path / "clerk.log").read_text() == "getting up\nREADY now\n"


def test_children_end_when_something_goes_wrong(tmp_path):
    started = []

    def interrupted():
        with Children(tmp_path) as children:
            started.append(
                children.start("clerk", [PYTHON, "-c", "import signal; print('up'); signal.pause()"])
            )
            started[0].wait_line("up", within_s=20)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert started[0].status == -signal.SIGTERM


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([PYTHON, "-c", "print('no network'); raise SystemExit(7)"], "ended with 7, said 'no network'"),
        ([PYTHON, "-c", "import signal; signal.pause()"], "no 'READY' within 0.3 s"),
        (["/nowhere/pantau"], "/nowhere/pantau cannot be started"),
    ],
)
def test_a_child_that_does_not_come_up_is_named(tmp_path, command, words):
    with Children(tmp_path) as children, pytest.raises(ProgramError) as caught:
        children.start("site", command).wait_line("READY", within_s=0.3 if "pause" in command[-1] else 20)
    assert str(caught.value).startswith("site: ")
    assert words in str(caught.value)


def test_broker_recorder_and_a_lying_headquarters(tmp_path):
    url = f"mqtt://127.0.0.1:{(port := free_port())}"
    topic, record = "pantau/v1/31/3171/demo-x/51010/result", '{"id":"demo-x/e/5","x":"é"}'
    with Children(tmp_path) as children:
        broker = children.start("broker", [PYTHON, "-m", "tools.demo.broker", "--port", str(port)])
        broker.wait_line("READY", within_s=20)
        where = ["--broker", url, "--box", "demo-x"]
        out = tmp_path / "messages.jsonl"
        recorder = children.start(
            "recorder", [PYTHON, "-m", "tools.demo.recorder", *where, "--out", str(out), "--tidy"]
        )
        rogue = children.start("rogue", [PYTHON, "-m", "hil_tests.sims.rogue_hq", *where])
        recorder.wait_line("READY", within_s=20)
        rogue.wait_line("READY", within_s=20)
        client, receipts = mqtt.Client(CallbackAPIVersion.VERSION2), []
        client.on_message = lambda _c, _u, message: receipts.append(message)
        client.connect("127.0.0.1", port)
        client.subscribe("pantau/v1/31/3171/demo-x/box/receipt", 1)
        client.publish(topic, record.encode(), qos=1)
        client.publish(topic.replace("demo-x", "other"), record.encode(), qos=1)
        client.publish(topic.replace("result", "state"), b"{}", qos=1, retain=True)
        for _ in range(200):
            if receipts and len(read_lines(out, Message)) >= 3:
                break
            client.loop(0.1)
        assert json.loads(receipts[0].payload) == {
            "v": 1,
            "box": "demo-x",
            "epoch": "e",
            "watermark": 5,
            "also": [],
        }
        assert [children.stop(child) for child in (rogue, recorder)] == [0, 0]
        client.disconnect()
        assert children.stop(broker) == 0
    heard = read_lines(out, Message)
    assert {message.topic for message in heard} == {
        topic,
        topic.replace("result", "state"),
        "pantau/v1/31/3171/demo-x/box/receipt",
    }
    assert next(message.payload for message in heard if message.topic == topic) == record


def test_the_recorder_says_where_no_broker_is(tmp_path):
    url = f"mqtt://127.0.0.1:{free_port()}"
    command = [PYTHON, "-m", "tools.demo.recorder", "--broker", url, "--box", "b", "--out", tmp_path / "m"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"recorder: {url}: ")


@pytest.mark.parametrize("url", ["127.0.0.1:1883", "http://x:1", "mqtt://"])
def test_a_broker_address_that_is_none(url):
    with pytest.raises(ValueError, match="mqtt://host:port"):
        split_url(url)


def test_the_box_gets_ports_and_addresses_only():
    line = SiteLine("1-1.1", "/tmp/tty M0", "m1x0", "192.168.8.100/24", "192.168.8.1")
    paper = SitePaper("198.51.100.10:8620", [line])
    text = box_config(paper, box="demo-x", broker="mqtt://127.0.0.1:1883", data_dir=Path("/d"))
    config = tomllib.loads(text)
    assert config["server"] == [{"name": "simulated", "address": "198.51.100.10:8620"}]
    assert config["line"] == [
        {
            "slot": "1-1.1",
            "at_port": "/tmp/tty M0",
            "interface": "m1x0",
            "address": "192.168.8.100/24",
            "gateway": "192.168.8.1",
        }
    ]
    assert set(config) == {"box", "site", "province", "regency", "data_dir", "mqtt", "server", "line"}


def test_only_a_demos_folder_is_emptied(tmp_path):
    mine, others = tmp_path / "demo", tmp_path / "work"
    clean_folder(mine)
    (mine / "old.png").touch()
    clean_folder(mine)
    assert not (mine / "old.png").exists()
    others.mkdir()
    (others / "thesis.txt").touch()
    with pytest.raises(ProgramError, match="no demo made it"):
        clean_folder(others)
    assert (others / "thesis.txt").exists()


def test_a_folder_that_cannot_be_written_is_named():
    with pytest.raises(ProgramError, match=r"/proc/demo cannot be written .*--dir"):
        clean_folder(Path("/proc/demo"))


def test_headquarters_count():
    counted = (
        b'{"records":4,"stored":[{"box":"b","line":"51010","kind":"result","n":3},'
        b'{"box":"b","line":"51010","kind":"event","n":1},{"box":"c","line":"51010","kind":"result","n":9}],'
        b'"rejected":[]}'
    )
    assert stored_by_line(counted, "b") == {"51010": 3}
    assert stored_by_line(b"cannot open the store", "b") is None


def test_a_site_without_a_truth_is_named(tmp_path):
    with pytest.raises(LoadError, match=r"truth\.json \(what the site was told to do\)"):
        load(tmp_path, {})


def test_an_unknown_sabotage_is_refused(tmp_path):
    done = subprocess.run(
        [PYTHON, "-m", "tools.demo", "--sabotage", "coffee", "--dir", tmp_path / "d"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert done.returncode == 2
    assert "use one of rate, rsrp, name, loss, receipt" in done.stderr
    assert not (tmp_path / "d").exists()


def test_an_ordinary_user_cannot_reach_an_outside_broker(monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(typer.Exit) as caught:
        cli.as_root_of_a_namespace("mqtt://10.0.0.1:1883")
    assert caught.value.exit_code == 3
    assert "mqtt://10.0.0.1:1883 cannot be reached" in capsys.readouterr().err


def test_an_ordinary_user_starts_anew_in_namespaces(monkeypatch):
    seen = []
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "execv", lambda path, words: seen.append((path, words)))
    monkeypatch.setattr(sys, "argv", ["demo", "--seed", "4"])
    cli.as_root_of_a_namespace(None)
    inside = [PYTHON, "-m", "tools.demo", "--seed", "4"]
    assert seen == [(PYTHON, [PYTHON, "-m", "tools.judge.userns", "--", *inside])]


def test_a_demo_that_cannot_be_played_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    app = typer.Typer()
    app.command()(cli.run)
    done = CliRunner().invoke(app, ["--seed", "1", "--dir", str(tmp_path / "d")])
    assert done.exit_code == 2
    assert "The demo could not be played: site: /nowhere/python cannot be started" in done.output


@pytest.mark.netns
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.xdist_group("alone")
def test_receipts_without_a_store_are_caught(tmp_path):
    """The whole demo, with a headquarters that receipts everything and stores nothing."""
    done = subprocess.run(
        [PYTHON, "-m", "tools.demo", "--seed", "11", "--dir", tmp_path / "d", "--sabotage", "receipt"],
        capture_output=True,
        text=True,
        timeout=230,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    for slot in ("1-1.1", "1-1.2", "1-1.3", "1-1.4", "1-1.5"):
        assert f"FAILED line {slot}, results stored (records)" in done.stdout
    assert "3 published, 0 stored" in done.stdout
    figures = json.loads((tmp_path / "d" / "verdict.json").read_text())["figures"]
    receipted = [figure for figure in figures if figure["name"] == "results receipted"]
    assert [figure["measured"] for figure in receipted] == [3] * 5
    assert (tmp_path / "d" / "demo.png").read_bytes().startswith(b"\x89PNG")
