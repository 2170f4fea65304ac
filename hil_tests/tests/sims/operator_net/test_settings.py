"""Settings that no link can have are refused with link, direction and key."""

import json
import re

import pytest

from hil_tests.sims.operator_net.settings import SettingsError, read_config

GOOD = {"rate_bps": 1_000_000, "delay_ms": 10.0, "rate_steps": [[2.0, 500_000]]}


def write(path, up):
    wire = {
        "link": {"name": "1-1.1", "up": up, "down": {}},
        "client_interface": "c0",
        "router_interface": "r0",
    }
    path.write_text(json.dumps({"seed": 1, "wires": [wire]}))
    return path


def test_a_good_file(tmp_path):
    link = read_config(write(tmp_path / "c.json", GOOD)).wires[0].link
    assert (link.up.rate_bps, link.up.rate_steps[0].t_s, link.down.rate_bps) == (1_000_000, 2.0, None)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"rate_bps": 0}, "link 1-1.1, up: rate_bps must be above 0 or absent"),
        ({"loss": 1.5}, "link 1-1.1, up: loss must be a share from 0 to 1"),
        ({"delay_ms": -1}, "link 1-1.1, up: delay_ms must be 0 to 60000"),
        ({"queue_ms": 0}, "link 1-1.1, up: queue_ms must be above 0 or absent"),
        ({"rate_steps": [[2, 5], [1, 5]]}, "link 1-1.1, up: rate_steps must be in order of time"),
        ({"rate_bps": None}, "link 1-1.1, up: rate_steps must be absent where rate_bps is absent"),
        ({"dalay_ms": 5}, "unknown field `dalay_ms`"),
    ],
)
def test_bad_values_are_named(tmp_path, change, text):
    with pytest.raises(SettingsError, match=re.escape(text)):
        read_config(write(tmp_path / "c.json", {**GOOD, **change}))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.json"):
        read_config(tmp_path / "nowhere.json")
