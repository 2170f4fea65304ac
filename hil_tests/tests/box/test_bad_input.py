"""What goes wrong at a site: each has its words (what, where, what to do), and no record is lost by it."""

import json
import re
import stat
import subprocess

import pytest

from hil_tests.bench.box import PROGRAMS, BoxBench, await_true, clean_link, interrupt
from hil_tests.bench.broker import Mosquitto

pytestmark = [pytest.mark.netns, pytest.mark.mqtt, pytest.mark.xdist_group("alone")]
WITHOUT_RECEIPT = 3
KINDS = {"rtt", "tcp-down", "tcp-up"}


def waiting(bench):
    return [json.loads(raw) for raw in bench.outbox()]


def results(records):
    return [record for record in records if record["kind"] == "result"]


def by_slot(records, kind):
    return {record["values"]["slot"]: record for record in records if record["kind"] == kind}


def test_modems_that_do_not_answer_are_named_with_cause_and_measuring_goes_on(tmp_path):
    links = [clean_link("a"), clean_link("b"), clean_link("c")]
    with BoxBench(folder=tmp_path, links=links, faults=["silent", "garbage", "absent"]) as bench:
        status, words = bench.pantau("once", "--receipt-s", "0.1")
        records = waiting(bench)
    assert status == WITHOUT_RECEIPT, words
    events = by_slot(records, "event")
    codes = {slot: record["err"]["code"] for slot, record in events.items()}
    assert codes == {"1-1.1": "modem.silent", "1-1.2": "modem.garbage", "1-1.3": "modem.absent"}
    for number, sign in ((0, "does not answer"), (1, "unreadable data"), (2, "no modem at")):
        err = events[f"1-1.{number + 1}"]["err"]
        assert sign in err["text"]
        assert str(bench.tty(number)) in err["text"]
        assert err["text_id"] != err["text"]
        assert err["text"] in words
    assert "check the cable" in events["1-1.1"]["err"]["text"]
    assert len(results(records)) == 9, "every line was measured all the same"
    assert {record["line"] for record in records} == {"slot-1-1-1", "slot-1-1-2", "slot-1-1-3"}
    assert all(record["nv"]["rsrp_dbm"].startswith("modem.") for record in results(records))


def test_without_a_server_each_result_says_who_refused(tmp_path):
    with BoxBench(folder=tmp_path, links=[clean_link("a")], with_server=False) as bench:
        _, words = bench.pantau("once", "--receipt-s", "0.1")
        records = results(waiting(bench))
    assert {record["values"]["measurement"] for record in records} == KINDS
    for record in records:
        assert (record["ok"], record["outcome"], record["err"]["code"]) == (False, "server", "server.refused")
        assert "198.51.100.10:8620 refused the connection" in record["err"]["text"]
        assert "start pantau-server there" in record["err"]["text"]
        assert "sustained_bps" not in record["values"]
    assert "no figure (server: server.refused)" in words


def test_without_a_route_each_result_says_so(tmp_path):
    with BoxBench(folder=tmp_path, links=[clean_link("a")]) as bench:
        text = bench.toml().replace('gateway = "192.168.8.1"', 'gateway = "192.168.8.1"\nroute = false')
        bench.config.write_text(text)
        status, words = bench.pantau("once")
        assert status == 1
        assert 'unknown key "route" in [line]' in words
        other_net = bench.toml().replace('address = "198.51.100.10:8620"', 'address = "192.0.2.1:8620"')
        bench.config.write_text(other_net.replace('gateway = "192.168.8.1"', 'gateway = ""'))
        _, words = bench.pantau("once", "--receipt-s", "0.1")
        records = results(waiting(bench))
    assert {record["err"]["code"] for record in records} == {"route.none"}
    assert all("no route to 192.0.2.1:8620 from this line" in record["err"]["text"] for record in records)
    assert all("check the interface, its address and its gateway" in r["err"]["text"] for r in records)
    assert len(records) == len(KINDS)


def test_an_interface_that_is_not_there_is_named_and_other_lines_are_measured(tmp_path):
    with BoxBench(folder=tmp_path, links=[clean_link("a"), clean_link("b")]) as bench:
        missing = bench.interfaces[0]
        bench.config.write_text(bench.toml().replace(f'interface = "{missing}"', 'interface = "wwan9"'))
        _, words = bench.pantau("once", "--receipt-s", "0.1")
        records = results(waiting(bench))
        left = bench.namespaces_of_box()
    bad = [record for record in records if record["values"]["slot"] == "1-1.1"]
    good = [record for record in records if record["values"]["slot"] == "1-1.2"]
    assert {record["err"]["code"] for record in bad} == {"line.away"}
    assert all("there is no network interface wwan9" in record["err"]["text"] for record in bad)
    assert len(bad) == len(good) == len(KINDS)
    assert all(record["ok"] for record in good), words
    assert left == []


def test_broker_down_at_the_start_measures_and_keeps_every_record_for_later(tmp_path):
    broker = Mosquitto(tmp_path)
    with BoxBench(folder=tmp_path, links=[clean_link("a")], broker=broker.url) as bench:
        status, words = bench.pantau("once", "--receipt-s", "0.1")
        before = waiting(bench)
        assert status == WITHOUT_RECEIPT
        assert len(results(before)) == len(KINDS)
        assert all(record["ok"] for record in results(before)), words
        assert f"broker 127.0.0.1:{broker.port} does not answer" in words
        assert "results wait on the disk" in words
        assert "check the broker and `pantau-hq ingest`" in words
        broker.start()
        try:
            ingest = bench.start_ingest()
            status, words = bench.pantau("once", "--receipt-s", "30")
            assert status == 0, words
            assert waiting(bench) == []
            ingest.terminate()
            said, _ = ingest.communicate(timeout=20)
        finally:
            broker.stop()
    assert '"stored": 6' in said


def test_a_wrong_password_is_said_and_the_results_wait(tmp_path):
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    broker = Mosquitto(tmp_path, config=f"allow_anonymous false\npassword_file {passwords}\n")
    with BoxBench(folder=tmp_path, links=[clean_link("a")], broker=broker.url) as bench:
        broker.start()
        try:
            secret = tmp_path / "secret"
            secret.write_text("not-the-password\n")
            login = f'[mqtt]\nusername = "box"\npassword_file = "{secret}"\n'
            bench.config.write_text(bench.toml().replace("[mqtt]\n", login))
            status, words = bench.pantau("once", "--receipt-s", "0.1")
        finally:
            broker.stop()
        kept = waiting(bench)
    assert status == WITHOUT_RECEIPT
    assert re.search(r"broker 127\.0\.0\.1:\d+ (refuses user name or password|does not authorize)", words)
    assert "password_file" in words
    assert "not-the-password" not in words
    assert len(results(kept)) == len(KINDS)


def test_a_folder_that_cannot_be_written_refuses_to_start(tmp_path):
    with BoxBench(folder=tmp_path, links=[clean_link("a")]) as bench:
        bench.data.mkdir()
        bench.data.chmod(stat.S_IRUSR | stat.S_IXUSR)
        status, words = bench.pantau("once")
        bench.data.chmod(stat.S_IRWXU)
        left = bench.namespaces_of_box()
    assert status == 1
    assert f"cannot write to {bench.data}: Permission denied" in words
    assert "correct the owner and rights of data_dir" in words
    assert f"tidak dapat menulis ke {bench.data}" in words
    assert left == []


def test_a_second_run_on_the_same_data_is_refused_and_the_first_goes_on(tmp_path):
    with BoxBench(folder=tmp_path, links=[clean_link("a")]) as bench:
        first = bench.start("pantau", "run", "--config", str(bench.config))
        await_true("the first box", lambda: bool(bench.data.exists() and (bench.data / "lock").read_text()))
        status, words = bench.pantau("run")
        assert status == 1
        assert f"{bench.data} is in use by another pantau (process {first.pid})" in words
        assert "stop that one first, or give this one its own data_dir" in words
        await_true("a served test", lambda: bool(bench.served()))
        assert first.poll() is None
        interrupt(first)
        first.communicate(timeout=10)
        served, kept = bench.served(), waiting(bench)
    assert set(served) <= {record["values"].get("nonce") for record in kept}


def test_an_unknown_key_names_line_and_nearest_key(tmp_path):
    config = tmp_path / "box.toml"
    config.write_text('box = "a"\nsite = "x"\nprovince = "31"\nregency = "3171"\ndata_dirr = "/tmp/x"\n')
    told = subprocess.run(
        [PROGRAMS / "pantau", "once", "--config", str(config)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert f'{config}:5: unknown key "data_dirr"; did you mean "data_dir"?' in told.stderr
