"""Each family's procedures, questions and names against the second listing of procedures.txt.

Patterns are not compared as text: the line that the listing has must be found by them; near misses must not.
"""

import re
from pathlib import Path

import pytest

from modem_drivers.families.catalogue import CATALOGUE, family_of_usb, named_family
from modem_drivers.families.family import Family
from modem_drivers.families.generic import REGISTRATIONS, advice
from modem_drivers.families.procedures import FIELDS, Await, Ensure, PinTries, Post, Run, Say, Step

QMICLI = "qmicli --device={device} --device-open-proxy"
MBIMCLI = "mbimcli --device={device} --device-open-proxy"
SHORT = {  # the options: qmicli 1.30 and mbimcli 1.28; what they print: libqmi's and libmbim's sources
    "QMIUP": (
        f"run {QMICLI} --wds-start-network=apn={{apn}},ip-type=4,autoconnect=no --client-no-release-cid : "
        f"[/dev/cdc-wdm0] Network started 60 ; "
        f"run {QMICLI} --wds-get-current-settings : IPv4 address: 10.64.3.9 60"
    ),
    "QMIDOWN": f"run {QMICLI} --wds-stop-network=disable-autoconnect : - 60",
    "MBIMUP": (
        f"run {MBIMCLI} --connect=session-id=0,access-string={{apn}},ip-type=ipv4 : Successfully connected 60"
        " ; "
        f"run {MBIMCLI} --query-ip-configuration : IP [0]: '10.64.3.9/30' 60"
    ),
    "MBIMDOWN": f"run {MBIMCLI} --disconnect=0 : - 60",
    "ATUP": 'say AT+CGDCONT={cid},"{pdp}","{apn}" 10 ; say AT+CGATT=1 75 ; say AT+CGACT=1,{cid} 150',
    "ATDOWN": "say AT+CGACT=0,{cid} 40",
}


def read_listing() -> dict[str, list[tuple[str, str]]]:
    """Return {family: [(what, text)]}."""
    listed: dict[str, list[tuple[str, str]]] = {}
    rows: list[tuple[str, str]] = []
    for line in (Path(__file__).parent / "procedures.txt").read_text().splitlines():
        if line.startswith("@"):
            rows = listed.setdefault(line[2:], [])
        elif not line.startswith("#"):
            words = 2 if re.match(r"\w+ (up|down) ", line) else 1
            parts = line.split(" ", words)
            rows.append((" ".join(parts[:words]), SHORT.get(parts[words], parts[words])))
    return listed


LISTED = read_listing()


def found_by(pattern: str, line: str) -> bool:
    """Tell whether *pattern* finds *line*, and neither a line without its end nor one with another number."""
    found = re.search(pattern, line)
    return found is not None


def number(value: float) -> str:
    return f"{value:g}"


def told(step: Step, wanted: str) -> str:
    """Return *step* in the words of the listing; a pattern in those of *wanted*, if it finds them."""
    match step:
        case Say():
            return f"say {step.text} {number(step.timeout_s)}{'?' * step.may_fail}" + "!" * bool(
                step.settle_s
            )
        case Ensure():
            line = wanted.split(" : ")[1] if wanted.count(" : ") == 2 else ""
            holds = (
                line if found_by(step.holds, line) and not re.search(step.holds, line + "7") else step.holds
            )
            tail = f"{number(step.timeout_s)}{'?' * step.may_fail}{' restart' * step.restarts}"
            return f"ensure {step.ask} : {holds} : {step.set_to} {tail}"
        case Await():
            parts = re.fullmatch(r"await .* : (.*?) \d+/\d+(?: unless (.*))?", wanted)
            line, refusal = (parts[1], parts[2] or "") if parts else ("", "")
            until = line if found_by(step.until, line) else step.until
            refused = re.search(step.refused, refusal) if step.refused else None
            tail = f" unless {refusal}" if refused and refused["cause"] == "33" else step.refused
            return f"await {step.ask} : {until} {number(step.every_s)}/{number(step.within_s)}{tail}"
        case Run():
            line = wanted.rpartition(" : ")[2].rpartition(" ")[0]
            until = line if step.until and found_by(step.until, line) else step.until or "-"
            return f"run {' '.join(step.argv)} : {until} {number(step.timeout_s)}"
        case Post():
            fields = " ".join(f"{name}={value}" for name, value in step.fields)
            return f"post {step.path} {fields}{' ?' * step.may_fail}"


def steps_told(steps: tuple[Step, ...], wanted: str) -> str:
    """Return *steps* in the words of the listing."""
    texts = wanted.split(" ; ")
    padded = [*texts, *[""] * (len(steps) - len(texts))]
    return " ; ".join(told(step, text) for step, text in zip(steps, padded, strict=False))


def tries_told(row: PinTries, wanted: str) -> str:
    line = wanted.partition(" : ")[2]
    match = re.fullmatch(row.pattern, line)
    return f"{row.ask} : {line if match and match['tries'] == '3' else row.pattern}"


def all_told(family: Family) -> list[tuple[str, str]]:
    """Return everything of *family*'s procedures in the listing's words and order."""
    rows, listed = family.procedures, LISTED[family.name]
    wanted = iter([text for what, text in listed if what.endswith((" up", " down"))])
    others = dict(listed)
    lines = [("boot", number(rows.boot_s))]
    lines += [("ready", "|".join(rows.ready))] if rows.ready else []
    lines += [("tries", tries_told(rows.pin_tries, others["tries"]))]
    lines += [("setup", steps_told(row.steps, others.get("setup", ""))) for row in rows.set_up]
    lines += [("iccid", family.iccid.text)] if family.iccid else []
    lines += [("init", text) for text in family.init]
    for row in rows.data:
        lines.append((f"{row.mode.value} up", steps_told(row.up, next(wanted, ""))))
        lines.append((f"{row.mode.value} down", steps_told(row.down, next(wanted, ""))))
    rungs = []
    for step in rows.ladder:
        says = ",".join(text.replace("\x1b", r"\x1b") for text in step.says)
        words = [step.kind.value, says, number(step.back_s), "boots" * step.boots]
        rungs.append(" ".join(word for word in words if word))
    return [*lines, ("ladder", " ; ".join(rungs))]


@pytest.mark.parametrize("name", list(LISTED))
def test_procedures(name):
    assert all_told(named_family(name)) == LISTED[name]


def test_every_family_is_listed_in_depth():
    assert {family.name for family in CATALOGUE} == set(LISTED)
    depths = {family.name: family.depth.value for family in CATALOGUE if family.depth.value != "rows"}
    assert depths == {
        "quectel-lte": "deep",
        "quectel-5g": "deep",
        "simcom-sim7600": "deep",
        "huawei-hilink": "deep",
        "zte-goform": "generic + ids",
        "generic": "generic + ids",
    }
    assert {"cid", "apn", "pdp", "user", "password", "auth", "device"} == FIELDS


QENG, CPSI = 'AT+QENG="servingcell"', "AT+CPSI?"
QUESTIONS = {  # signal in its order; then cell; then name
    "quectel-lte": (["AT+QCSQ", QENG, "AT+CESQ", "AT+CSQ"], [QENG], ["AT+QSPN"]),
    "quectel-5g": ([QENG, "AT+CESQ", "AT+CSQ"], [QENG], ["AT+QSPN"]),
    "quectel-unisoc": ([QENG, "AT+CESQ", "AT+CSQ"], [QENG], ["AT+QSPN"]),
    "simcom-sim7600": ([CPSI, "AT+CESQ", "AT+CSQ"], [CPSI], []),
    "simcom-a76xx": (["AT+CESQ", "AT+CSQ"], [CPSI], []),
    "simcom-5g": ([CPSI, "AT+CESQ", "AT+CSQ"], [CPSI], []),
    "huawei-stick": (["AT^HCSQ?", "AT+CESQ", "AT+CSQ"], ["AT^MONSC"], ["AT^EONS=5"]),
    "huawei-hilink": ([], [], []),
    "zte-goform": ([], [], []),
    "sierra": (["AT!GSTATUS?", "AT+CESQ", "AT+CSQ"], ["AT!GSTATUS?"], []),
    "fibocom-xmm": (["AT+XCESQ?", "AT+CESQ", "AT+CSQ"], ["AT+XMCI=1"], []),
    "fibocom-qualcomm": (["AT+CESQ", "AT+CSQ"], ["AT+GTCCINFO?"], []),
    "fibocom-mediatek": (["AT+CESQ", "AT+CSQ"], ["AT+GTCCINFO?"], []),
    "telit": (["AT#RFSTS", "AT+CESQ", "AT+CSQ"], ["AT#RFSTS"], []),
    "generic": (["AT+CESQ", "AT+CSQ"], [], []),
}
BARE = {"AT!GSTATUS?", "AT+GTCCINFO?"}  # some of their lines have no head


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_questions(name):
    family = named_family(name)
    asked = (
        [q.command for q in family.signal],
        [q.command for q in family.cell],
        [q.command for q in family.names],
    )
    assert tuple([command.text for command in commands] for commands in asked) == QUESTIONS[name]
    for command in (command for commands in asked for command in commands):
        verb = re.match(r"AT([+^!#]\w+)", command.text)
        assert verb is not None
        assert command.prefixes == (f"{verb[1]}:",)
        assert command.timeout_s == 5.0
        assert command.bare == (command.text in BARE)
    speaks = {"huawei-hilink": "HILINK", "zte-goform": "GOFORM"}.get(name, "AT")
    assert family.speaks.name == speaks


FIRMWARE = (  # family, AT+CGMR of a modem it holds for, one of whom it does not, a word of what is said
    ("quectel-lte", "QDC507GLEFM21", "EC25EFAR06A08M4G", "whole dB"),
    ("quectel-5g", "RM551EGL00AAR01A01", "RM520NGLAAR03A03M4G", "QCAINFO"),
    ("simcom-sim7600", "SIM7000E", "LE20B04SIM7600M22", "SIM7000"),
    ("simcom-sim7600", "1529B05SIM7000E", "LE20B04SIM7600M22", "SIM7000"),
    ("simcom-sim7600", "1351B04SIM7000E", "LE20B04SIM7600M22", "SIM7000"),
    ("huawei-stick", "22.001.35.01.03", "21.180.01.00.00", "HiLink"),
    ("sierra", "SWI9X50C_01.09.04.00", "SWI9X30C_02.33.03.00", "LTECA"),
    ("fibocom-xmm", "18600.5001.00.35.01.57", "18500.5001.00.05.27.16", "line feed"),
    ("fibocom-mediatek", "81600.0000.00.29.23.06", None, "context"),
)


def test_firmware_conditions():
    for name, holds, misses, word in FIRMWARE:
        (row,) = named_family(name).firmware
        assert re.search(row.revision, holds)
        assert misses is None or not re.search(row.revision, misses)
        assert word in row.what
    with_rows = {family.name for family in CATALOGUE if family.firmware}
    assert with_rows == {name for name, *_ in FIRMWARE}


def test_an_unknown_modem_s_family_and_advice():
    assert family_of_usb(0x05C6, 0x9025).name == "generic"
    assert named_family("no such family").name == "generic"
    assert advice("quectel-lte", "Quectel EC25", "/dev/ttyUSB2") is None
    for lang, word in (("en", "send modem.jsonl"), ("id", "kirim modem.jsonl")):
        text = advice("generic", "SomeMaker M1", "/dev/ttyUSB2", lang) or ""
        assert text.startswith("SomeMaker M1: ")
        assert word in text
        assert "pantau modems record /dev/ttyUSB2 --out modem.jsonl" in text
        assert text.endswith("docs/writing-a-family.md")
    assert advice("generic", "M1", "p") == advice("generic", "M1", "p", "en")


def test_registrations_are_asked_in_this_order():
    assert [command.text for command in REGISTRATIONS] == ["AT+CEREG?", "AT+C5GREG?", "AT+CREG?"]
    assert [command.prefixes for command in REGISTRATIONS] == [("+CEREG:",), ("+C5GREG:",), ("+CREG:",)]
