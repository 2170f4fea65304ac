"""huawei-lte-api at simulated HiLink sticks of both firmwares: set-up and rows."""

import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from hil_tests.interop.draw import write_modem
from hil_tests.interop.place import READY_S, ROOT, Foreign, Place
from hil_tests.interop.processes import appears, running, text_of
from hil_tests.interop.rows import Limit, Row
from hil_tests.interop.serial_clients import nothing
from hil_tests.sims.hilink.rows import NAME

STICK = NAME
FIRMWARES = ("22", "10")


def write_trace(place: Place) -> None:
    """Give the sticks the level that is drawn for them."""
    level = place.drawn.stick
    row = f"0,{level.rsrp_dbm},{level.rsrq_db},{level.sinr_db}\n"
    (place.folder / "trace.csv").write_text(f"t_s,rsrp_dbm,rsrq_db,sinr_db\n{row}")


@asynccontextmanager
async def stick(place: Place, firmware: str, faults: Sequence[str]) -> AsyncIterator[None]:
    """Run a stick of *firmware*; its URL stands in {folder}/<firmware>/url. Raises InteropError."""
    folder = place.folder / firmware
    folder.mkdir()
    words = [sys.executable, "-m", "hil_tests.sims.hilink", "--listen", "127.0.0.1:0", "--firmware", firmware]
    words += ["--seed", str(place.drawn.seed), "--log", str(folder / "log.jsonl")]
    words += ["--profile", str(place.folder / "profile.json"), "--trace", str(place.folder / "trace.csv")]
    words += [word for fault in faults for word in ("--fault", fault)]
    async with running(words, {**os.environ, "PYTHONPATH": str(ROOT)}, folder) as heard:
        await appears("READY", heard, READY_S)
        address = text_of(heard).partition("READY ")[2].split()[0]
        (folder / "url").write_text(f"http://{address}/")
        yield


@asynccontextmanager
async def sticks(place: Place, faults: Sequence[str]) -> AsyncIterator[None]:
    """Run a stick of each firmware."""
    write_modem(place.drawn, place.folder)
    write_trace(place)
    async with AsyncExitStack() as stack:
        for firmware in FIRMWARES:
            await stack.enter_async_context(stick(place, firmware, faults))
        yield


CLIENT = "python {{scripts}}/hilink_client.py {{folder}}/{firmware}/url {ask}"


def asked(firmware: str, ask: str) -> str:
    """Return the command that asks the stick of *firmware*."""
    return CLIENT.format(firmware=firmware, ask=ask)


SEND = "send {sent_to} {sent_text}"
TWICE = "send-twice {sent_to} {sent_text}"


def common_rows(firmware: str) -> tuple[Row, ...]:
    """Return what is asked of a stick of either firmware."""
    identity, network = asked(firmware, "identity"), asked(firmware, "network")
    signal, messages, send = (asked(firmware, ask) for ask in ("signal", "messages", SEND))

    def named(what: str) -> str:
        return f"{what}, firmware {firmware}"

    return (
        Row(named("IMEI"), identity, r"\nImei: {imei}\n"),
        Row(named("SIM's IMSI"), identity, r"\nImsi: {imsi}\n"),
        Row(named("SIM's ICCID"), identity, r"\nIccid: {iccid}F?\n"),
        Row(named("operator code"), network, r"\nNumeric: {plmn}\n"),
        Row(named("operator name"), network, r"\nFullName: {name}\n"),
        Row(named("registered, connected"), network, r"\nConnectionStatus: 901\n"),
        Row(named("RSRP"), signal, r"\nrsrp: {stick_rsrp}\n"),
        Row(named("RSSI"), signal, r"\nrssi: {stick_rssi}\n"),
        Row(named("SINR"), signal, r"\nsinr: {stick_sinr}\n"),
        Row(named("cell"), signal, r"\ncell_id: {cell_decimal}\n"),
        Row(named("SMS, 7 bit"), messages, r"\n{sender0}: {text0}\n"),
        Row(named("SMS, 7 bit, odd places"), messages, r"\n{sender1}: {text1}\n"),
        Row(named("SMS, UCS2"), messages, r"\n{sender2}: {text2}\n"),
        Row(named("SMS in parts"), messages, r"\n{sender4}: {text4}\n"),
        Row(named("SMS sent"), send, r"\nsent: OK\n"),
        Row(
            named("SMS sent, as the stick heard it"),
            send,
            r'"sms_to":"{sent_to}","sms_text":"{sent_text}"',
            within=f"{firmware}/log.jsonl",
        ),
    )


SECOND_POST = "a second message on one connection"
ROWS = (
    *common_rows("22"),
    Row("RSRQ, firmware 22", asked("22", "signal"), r"\nrsrq: {stick_rsrq}\n"),
    *common_rows("10"),
    Row("RSRQ, firmware 10", asked("10", "signal"), r"\nrsrq: {stick_rsrq_tenths}\n"),
    Row("SIM's name, firmware 10", asked("10", "network"), r"\nSpn: {spn}\n"),
    Row("tracking area, firmware 10", asked("10", "signal"), r"\ntac: {tac_decimal}\n"),
    Row("channel, firmware 10", asked("10", "signal"), r"\nearfcn: DL:1850 UL:19850\n"),
    Row(SECOND_POST, asked("22", TWICE), r"\nsent: OK\nsent: OK\n"),
)
HUAWEI_LTE_API = Foreign(
    name="huawei-lte-api",
    version="python -m pip show huawei-lte-api",
    version_says=r"Version: ([\d.]+)",
    set_up=nothing,
    rows=ROWS,
    limits=(
        Limit(
            SECOND_POST,
            r"\nsent: OK\nsent: 125003: Wrong Session Token\n",
            "uses the first token again, as in home-assistant/core issue 120467 (an E3372)",
        ),
    ),
    simulator=sticks,
    only_at=STICK,
)
