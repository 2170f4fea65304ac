"""`pantau sms matrix` on five simulated modems whose service centre forwards between them."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.bench.modem_programs import running_modems

PANTAU = Path(sys.executable).with_name("pantau")
LIMIT_S = 100
NUMBERS = [f"+62811000001{k}" for k in range(5)]
HEAD = """box = "kpu-3171-a"
site = "test"
province = "31"
regency = "3171"
data_dir = "{folder}/data"
[mqtt]
url = "mqtt://127.0.0.1:1"
[[server]]
name = "s"
address = "198.51.100.10:8620"
[sms]
per_day = {per_day}
limit_s = {limit_s}
"""
LINE = """[[line]]
slot = "1-1.{k}"
at_port = "{port}"
number_file = "{folder}/number{k}"
netns = "none"
"""


def configuration(folder, ports, *, per_day, limit_s=20):
    (folder / "data").mkdir(exist_ok=True)
    lines = [LINE.format(k=k, port=port, folder=folder) for k, port in enumerate(ports)]
    for k, _ in enumerate(ports):
        (folder / f"number{k}").write_text(NUMBERS[k] + "\n")
    path = folder / "box.toml"
    path.write_text(HEAD.format(folder=folder, per_day=per_day, limit_s=limit_s) + "".join(lines))
    return path


def pantau(config, *words):
    told = subprocess.run(
        [PANTAU, "sms", "matrix", "--config", str(config), *words],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return told.returncode, told.stdout, told.stderr


def on_five(tmp_path, networks, **settings):
    async def main():
        profiles = [{"number": number} | network for number, network in zip(NUMBERS, networks, strict=True)]
        async with running_modems(tmp_path, profiles) as ports:
            config = configuration(tmp_path, ports, **settings)
            return await asyncio.to_thread(pantau, config, "--send", "--json")

    return asyncio.run(main())


@pytest.mark.slow
def test_every_pair_is_sent_and_loss_and_doubles_and_a_line_without_sms_are_told_apart(tmp_path):
    networks = [
        {},
        {"network": {"centre": {"loss": 1.0}}},
        {"network": {"centre": {"twice": 1.0, "again_after_s": 0.1, "delay_s": [0.2, 0.3]}}},
        {"network": {"sms": "none"}},
        {"network": {"sms": "ims"}},
    ]
    status, printed, errors = on_five(tmp_path, networks, per_day=20, limit_s=3)
    assert status == 2, errors
    trials = [json.loads(line) for line in printed.splitlines()]
    assert len({(trial["sender"], trial["receiver"]) for trial in trials}) == 20
    for trial in trials:
        able = trial["sender"] not in {"1-1.1", "1-1.3"} and trial["receiver"] != "1-1.3"
        assert trial["completed"] == able, trial
        assert (trial["outcome"] == "refused") == (trial["sender"] == "1-1.3"), trial
        if able:
            low_s = 0.15 if trial["sender"] == "1-1.2" else 0.25
            assert low_s <= trial["delivery_s"] <= 3
    doubles = {trial["sender"] for trial in trials if trial["duplicates"]}
    assert doubles == {"1-1.2"}
    everything = printed + errors + (tmp_path / "data" / "sms-sent.json").read_text()
    assert not any(number[1:] in everything for number in NUMBERS)


def test_nothing_is_sent_beyond_the_budget_or_without_being_asked(tmp_path):
    async def main():
        profiles = [{"number": number} for number in NUMBERS[:2]]
        async with running_modems(tmp_path, profiles) as ports:
            config = configuration(tmp_path, ports, per_day=3)
            asked = await asyncio.to_thread(pantau, config)
            first = await asyncio.to_thread(pantau, config, "--send")
            second = await asyncio.to_thread(pantau, config, "--send")
            return asked, first, second

    asked, first, second = asyncio.run(main())
    assert asked[:2] == (0, "2 lines, 2 messages; add --send to send them\n")
    assert first[0] == 0, first
    assert second[0] == 1
    assert "2 messages do not fit the day's budget of 3" in second[2]
    logs = "".join((tmp_path / f"modem{k}.jsonl").read_text() for k in range(2))
    assert logs.count('"AT+CMGS=') == 2
