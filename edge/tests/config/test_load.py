"""Every mistake in the file is named with its line, and with what was probably meant."""

from pathlib import Path

import pytest

from edge.config.load import ConfigError, load_config
from edge.config.model import switches_of

TEXT = """\
box = "kpu-3171-a"
site = "KPU Kota Jakarta Pusat"
province = "31"
regency = "3171"
data_dir = "/var/lib/pantau"

[mqtt]
url = "mqtt://127.0.0.1:1883"

[schedule]
every_s = 300

[[server]]
name = "jakarta-1"
address = "198.51.100.10:8620"

[[line]]
slot = "1-1.1"
at_port = "/dev/ttyUSB2"
interface = "wwan0"

[[line]]
slot = "1-1.2"
at_port = "/dev/ttyUSB6"
netns = "ready"

[capture]
max_mib = 8
"""
"""Line numbers below were counted in this text with `grep -n`."""


def error(old: str, new: str) -> str:
    assert old in TEXT
    with pytest.raises(ConfigError) as caught:
        load_config(TEXT.replace(old, new), where="box.toml")
    return str(caught.value)


def test_a_right_file_fills_what_is_not_said_with_the_documented_defaults():
    config = load_config(TEXT, where="box.toml")
    assert (config.box, config.province, config.data_dir) == ("kpu-3171-a", "31", "/var/lib/pantau")
    assert [line.slot for line in config.line] == ["1-1.1", "1-1.2"]
    assert (config.line[0].interface, config.line[0].netns) == ("wwan0", "")
    assert (config.line[1].interface, config.line[1].netns) == ("", "ready")
    assert (config.schedule.rtt_probes, config.schedule.tcp_seconds) == (100, 5.0)
    assert config.schedule.kinds == ("rtt", "tcp-down", "tcp-up")
    assert config.capture.max_mib == 8


def test_the_board_s_switches_are_the_lines_slots_or_their_order():
    assert switches_of(load_config(TEXT, where="box.toml")) == ()
    board = '[board]\nport = "/dev/serial0"\n'
    assert switches_of(load_config(TEXT + board, where="box.toml")) == ("1-1.1", "1-1.2")
    given = load_config(TEXT + board + 'switches = ["", "1-1.2"]\n', where="box.toml")
    assert switches_of(given) == ("", "1-1.2")


@pytest.mark.parametrize("switches", ['["1-1.9"]', '["1-1.1", "1-1.1"]'])
def test_a_switch_of_no_line_or_of_two_is_refused_with_its_line(switches):
    board = f'[board]\nport = "/dev/serial0"\nswitches = {switches}\n[capture]'
    told = error("[capture]", board)
    assert told.startswith("box.toml:29: switches: ")
    assert "write the slot of one [[line]] per switch" in told


def test_the_example_of_the_documentation_loads():
    document = Path(__file__).parents[3] / "docs" / "interfaces.md"
    example = document.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    config = load_config(example, where="interfaces.md")
    assert config.server[0].address == "198.51.100.10:8620"
    assert config.line[0].gateway == "192.168.8.1"


@pytest.mark.parametrize(
    ("old", "new", "place", "hint"),
    [
        ('site = "KPU', 'sitte = "KPU', 'box.toml:2: unknown key "sitte";', 'did you mean "site"?'),
        ("[mqtt]", "[mqqt]", 'box.toml:7: unknown key "mqqt";', 'did you mean "mqtt"?'),
        ('url = "', 'urll = "', 'box.toml:8: unknown key "urll" in [mqtt];', 'did you mean "url"?'),
        ("every_s", "evry_s", 'box.toml:11: unknown key "evry_s" in [schedule];', 'did you mean "every_s"?'),
        ('name = "j', 'nam = "j', 'box.toml:14: unknown key "nam" in [server];', 'did you mean "name"?'),
        (
            'interface = "',
            'interfaces = "',
            'box.toml:20: unknown key "interfaces" in [line];',
            '"interface"?',
        ),
        ('netns = "', 'netsn = "', 'box.toml:25: unknown key "netsn" in [line];', 'did you mean "netns"?'),
        ("max_mib", "max_mb", 'box.toml:28: unknown key "max_mb" in [capture];', 'did you mean "max_mib"?'),
        (
            'netns = "ready"',
            'netns = "ready"\nzzz = "x"',
            'box.toml:26: unknown key "zzz" in [line];',
            "netns, address, gateway, budget_mib, budget_period, antenna, tariff, steps_kbps.",
        ),
        (
            "[capture]",
            "[line.zzz]",
            'box.toml:27: unknown key "zzz" in [line];',
            "known here: slot, at_port,",
        ),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_known_one(old, new, place, hint):
    text = error(old, new)
    assert place in text
    assert hint in text


@pytest.mark.parametrize("inline", ['mqtt = {urll = "x"}', 'mqtt.urll = "x"'])
def test_an_unknown_key_in_a_one_line_table_has_that_line(inline):
    text = TEXT.replace('[mqtt]\nurl = "mqtt://127.0.0.1:1883"\n', "")
    with pytest.raises(
        ConfigError, match=r'^box\.toml:1: unknown key "urll" in \[mqtt\]; did you mean "url"'
    ):
        load_config(inline + "\n" + text, where="box.toml")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('site = "KPU Kota Jakarta Pusat"', "site = 5", "box.toml:2: Expected `str`, got `int` (at `site`)."),
        ("every_s = 300", 'every_s = "5 min"', "box.toml:11: Expected `float`, got `str` (at `schedule.eve"),
        ("every_s = 300", "every_s = -1", "box.toml:11: Expected `float` >= 0"),
        ("every_s = 300", "tcp_seconds = 0", "box.toml:11: Expected `float` > 0"),
        ("every_s = 300", "rtt_probes = 0", "box.toml:11: Expected `int` >= 1"),
        ("every_s = 300", "parallel = 0", "box.toml:11: Expected `int` >= 1"),
        ("every_s = 300", 'kinds = ["tcp_down"]', "box.toml:11: Invalid enum value 'tcp_down'"),
        ("max_mib = 8", "block_kib = 10", "box.toml:28: Expected `int` that's a multiple of 4"),
        ('at_port = "/dev/ttyUSB6"', "at_port = 6", "box.toml:24: Expected `str`, got `int` (at `line[1].at"),
        (
            'at_port = "/dev/ttyUSB6"\n',
            "",
            "box.toml:22: Object missing required field `at_port` (at `line[1]",
        ),
        ("[[server]]", "[server]", "box.toml:13: Expected `array`, got `object` (at `server`)"),
        ('data_dir = "/var/lib/pantau"', "", "box.toml: Object missing required field `data_dir`"),
        ('[mqtt]\nurl = "mqtt://127.0.0.1:1883"\n', "", "box.toml: Object missing required field `mqtt`"),
        ('site = "KPU', 'site  "KPU', "box.toml:2: not valid TOML: "),
        ("[capture]", "[capture", "box.toml:27: not valid TOML: "),
    ],
)
def test_a_wrong_value_is_named_with_its_line(old, new, place):
    assert error(old, new).startswith(place)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('box = "kpu-3171-a"', 'box = "KPU_1"', "box.toml:1: box 'KPU_1': use 1 to 64 of a-z, 0-9 and '-'"),
        ('box = "kpu-3171-a"', 'box = "a/b"', "box.toml:1: box 'a/b': use 1 to 64"),
        ('box = "kpu-3171-a"', 'box = "-a"', "not '-' at either end"),
        ('box = "kpu-3171-a"', 'box = ""', "box.toml:1: box '': use 1 to 64"),
        ('province = "31"', 'province = "DKI"', "box.toml:3: province 'DKI': use"),
        ('regency = "3171"', 'regency = "31.71"', "box.toml:4: regency '31.71': use"),
        (
            'slot = "1-1.2"',
            'slot = "../etc"',
            'box.toml:23: slot = "../etc": write the USB path, e.g. "1-1.1"',
        ),
        ('slot = "1-1.2"', 'slot = "1-1.1"', 'box.toml:23: slot "1-1.1" is named by two [[line]] tables'),
        ('slot = "1-1.2"', 'slot = "1.1.1"', 'box.toml:23: slot "1.1.1" is named by two [[line]] tables'),
    ],
)
def test_a_bad_label_says_what_may_stand_there(old, new, text):
    assert text in error(old, new)


def test_a_slot_whose_names_would_clash_is_refused_because_dots_become_hyphens():
    assert "each place holds one modem" in error('slot = "1-1.2"', 'slot = "1.1-1"')


@pytest.mark.parametrize(
    "address",
    ["jakarta.example:8620", "198.51.100.10", "198.51.100.10:0", "198.51.100.10:65536", "2001:db8::10:8620"],
)
def test_a_server_address_that_no_line_could_use_is_refused(address):
    text = error("198.51.100.10:8620", address)
    assert text.startswith(f'box.toml:15: address = "{address}": write IP address and port')


@pytest.mark.parametrize("address", ["[2001:db8::10]:8620", "203.0.113.1:1"])
def test_a_server_address_of_either_family_is_accepted(address):
    config = load_config(TEXT.replace("198.51.100.10:8620", address), where="box.toml")
    assert config.server[0].address == address


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('netns = "ready"', "", 'box.toml:23: [[line]] with slot "1-1.2": give either interface'),
        (
            'netns = "ready"',
            'netns = "ready"\ninterface = "wwan1"',
            'box.toml:23: [[line]] with slot "1-1.2": give',
        ),
        (
            'netns = "ready"',
            'netns = "ready"\naddress = "192.168.8.300/24"',
            'box.toml:26: [[line]] with slot "1-1.2": address: ',
        ),
        (
            'netns = "ready"',
            'netns = "ready"\ngateway = "modem"',
            "'modem' does not appear to be an IPv4 or IPv6 address; write e.g. 192.168.8.1.",
        ),
    ],
)
def test_a_line_whose_network_cannot_be_made_is_refused(old, new, text):
    assert text in error(old, new)


@pytest.mark.parametrize("table", ["server", "line"])
def test_a_box_without_servers_or_lines_is_refused(table):
    lines = TEXT.split("\n\n")
    text = f"{table} = []\n" + "\n\n".join(part for part in lines if not part.startswith(f"[[{table}]]"))
    with pytest.raises(ConfigError, match=rf"^box\.toml: no \[\[{table}\]\]: "):
        load_config(text, where="box.toml")


def test_a_line_without_gateway_has_no_default_route():
    config = load_config(TEXT.replace('netns = "ready"', 'netns = "ready"\ngateway = ""'), where="box.toml")
    assert config.line[1].gateway == ""
