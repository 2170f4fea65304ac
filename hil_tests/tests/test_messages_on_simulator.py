"""The SMS session on simulated modems: what was delivered is told once, whole, and is gone from them."""

import asyncio
import contextlib
import json
import logging
import time

import pytest

from hil_tests.bench.modem_programs import running_modems
from hil_tests.sims.network.exchange import Posted, post
from modem_drivers.modem import Modem
from modem_drivers.procedures.messages import Messages
from modem_drivers.sms.broadcast import Broadcast
from modem_drivers.sms.inbox import Inbox, Incoming

LIMIT_S = 40
LONG = (
    "KPU: pemungutan suara dibuka pukul 07.00 dan ditutup pukul 13.00 waktu setempat. Bawa KTP elektronik "
    "dan surat pemberitahuan ke TPS Anda. Pilih dengan damai, jujur dan adil. Laporkan pelanggaran."
)
CANARY = "KenariRahasia"
NUMBERS = ("+6281100000001", "+6281100000002")


class Line:
    """A modem, its messages session running, and all that it told."""

    def __init__(self, modem, messages, told, pages, heard):
        self.modem, self.messages = modem, messages
        self.told, self.pages, self.heard = told, pages, heard

    async def tells(self, number):
        while len(self.told) < number:
            await asyncio.sleep(0.01)
        return self.told

    @property
    def texts(self):
        return [message.text for message in self.told]


@contextlib.asynccontextmanager
async def line_on(port, *, parts_wait_s=60.0, look_every_s=60.0):
    told: list[Incoming] = []
    pages: list[Broadcast] = []
    heard: list[str] = []
    ready = asyncio.Event()
    modem = await Modem.open(str(port), on_urc=lambda line, t_ns: heard.append(line))
    messages = Messages(
        modem,
        clock=time.time_ns,
        on_message=told.append,
        on_ready=ready.set,
        on_broadcast=lambda whole, t_ns: pages.append(whole),
        look_every_s=look_every_s,
        inbox=Inbox(parts_wait_s=parts_wait_s),
    )
    running = asyncio.ensure_future(messages.run())
    try:
        await ready.wait()
        yield Line(modem, messages, told, pages, heard)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        modem.close()


def on_modems(work, tmp_path, *profiles, words=()):
    async def main():
        async with asyncio.timeout(LIMIT_S), running_modems(tmp_path, profiles, *words) as ports:
            return await work(*ports)

    return asyncio.run(main())


def stored(tmp_path, k=0):
    """How many messages the modem held when it was last asked, by its own log."""
    rows = [json.loads(line) for line in (tmp_path / f"modem{k}.jsonl").read_text().splitlines()]
    return [row["truth"]["used"] for row in rows if row["command"] == "AT+CPMS?"][-1]


def deliver(tmp_path, text, *, sender="KPU", **more):
    """Have a centre deliver *text* to the first modem now."""
    now_s = time.time()
    assert post(
        tmp_path / "exchange",
        NUMBERS[0],
        Posted(sender=sender, text=text, stamp_s=now_s, due_s=now_s, **more),
    )


ONE = {"number": NUMBERS[0]}


def test_a_long_message_in_disorder_and_twice_is_told_once_and_deleted(tmp_path):
    async def work(port):
        async with line_on(port) as line:
            await line.tells(3)  # they lay on the card
            for number in (2, 2, 1):
                deliver(tmp_path, LONG[:150] if number == 1 else LONG[150:], part=(9, 8, 2, number))
            await line.tells(4)
            while line.messages.figures.purged < 3 + 3:
                await asyncio.sleep(0.01)
            await line.modem.command("AT+CPMS?")
            return line

    line = on_modems(work, tmp_path, ONE)
    (whole,) = [message for message in line.told if message.text == LONG]
    assert whole.live
    assert whole.duplicates == 1
    assert not whole.repeat
    assert [heard.part.place.number for heard in whole.parts] == [1, 2]
    assert line.messages.setup.route == "AT+CNMI=2,1,2,1,0"
    assert line.messages.setup.memories == ("ME", "SM")
    assert not any(message.live for message in line.told[:3])
    assert stored(tmp_path)[0] == 0


def test_two_senders_with_one_reference_and_a_part_that_never_comes(tmp_path):
    async def work(port):
        async with line_on(port, parts_wait_s=1.0, look_every_s=1.0) as line:
            await line.tells(3)
            for sender, number in (("A", 1), ("B", 1), ("A", 2)):
                deliver(tmp_path, f"{sender}{number}", sender=sender, part=(7, 8, 2, number))
            await line.tells(5)
            return line

    line = on_modems(work, tmp_path, ONE)
    assert [(message.text, message.missing) for message in line.told[3:]] == [("A1A2", ()), ("B1", (2,))]
    assert line.messages.figures.incomplete == 1


def test_a_full_store_is_found_by_looking_and_emptied(tmp_path):
    async def work(port):
        deliver(tmp_path, "ada tempat")
        async with line_on(port) as line:
            while line.messages.figures.purged < 74:  # 23 in ME, 50 on the card, and the one that waited
                await asyncio.sleep(0.01)
            await line.modem.command("AT+CPMS?")
            return line

    line = on_modems(work, tmp_path, ONE, words=("--scenario", "sms-full"))
    assert line.messages.figures.full == 2
    assert "ada tempat" in line.texts
    assert stored(tmp_path)[0] == 0


def test_a_message_that_nobody_told_of_is_found_by_looking(tmp_path):
    async def work(port):
        async with line_on(port, look_every_s=1.0) as line:
            await line.tells(3)
            await line.modem.command("AT+CNMI=2,0,2,1,0")  # as a modem that stops telling
            deliver(tmp_path, "diam-diam")
            await line.tells(4)
            log = tmp_path / "modem0.jsonl"
            while log.read_text().count(line.messages.setup.route) < 2:  # the set-up is done again
                await asyncio.sleep(0.01)
            deliver(tmp_path, "terdengar")
            await line.tells(5)
            return line

    line = on_modems(work, tmp_path, ONE)
    assert line.texts[3] == "diam-diam"
    assert line.texts[4] == "terdengar"
    assert not line.told[3].live
    assert line.messages.figures.found_by_look >= 1


@pytest.mark.parametrize("service", [0, 1])
def test_a_direct_message_is_taken_and_acknowledged_where_the_modem_asks_for_it(service, tmp_path):
    async def work(port):
        async with line_on(port) as line:
            await line.modem.command(f"AT+CSMS={service}")
            await line.tells(3)
            await line.messages.set_up()
            for number, text in ((4, "kilat"), (5, "kilat dua")):
                deliver(tmp_path, text, message_class=0)
                await line.tells(number)
            await asyncio.sleep(0)  # the session says AT+CNMA first
            await line.modem.command("AT")
            return line

    line = on_modems(work, tmp_path, ONE)
    assert line.texts[3:] == ["kilat", "kilat dua"]
    assert line.messages.setup.acknowledge == bool(service)
    commands = [json.loads(row)["command"] for row in (tmp_path / "modem0.jsonl").read_text().splitlines()]
    assert commands.count("AT+CNMA") == 2 * service


def test_a_broadcast_of_several_pages_is_told_once_a_version(tmp_path):
    text = "Peringatan dini BMKG: gempa dirasakan. " * 4

    async def work(port):
        async with line_on(port) as line:
            while line.messages.figures.broadcasts < 2:
                await asyncio.sleep(0.01)
            return line

    page = {"text": text.strip(), "after_s": 2.0, "page_every_s": 0.1, "serial": 0x4010}
    later = {**page, "after_s": 3.2, "serial": 0x4011, "text": "Aman."}
    line = on_modems(work, tmp_path, {"network": {"broadcasts": [{**page, "repeat": 3}, later]}})
    assert [whole.text for whole in line.pages] == [text.strip(), "Aman."]
    assert [whole.pages[0].update for whole in line.pages] == [0, 1]


def test_sent_in_parts_and_reported_delivered_and_unknown_numbers_fail(tmp_path):
    async def work(first, second):
        async with line_on(first) as sender, line_on(second) as receiver:
            await sender.tells(3)
            await receiver.tells(3)
            sent = await sender.messages.send(NUMBERS[1], LONG, within_s=15)
            await receiver.tells(4)
            lost = await sender.messages.send("+6281199999999", "halo", within_s=15)
            plain = await sender.messages.send(NUMBERS[1], "tanpa laporan", report=False)
            await receiver.tells(5)
            return sent, lost, plain, receiver

    profiles = [{"number": number} for number in NUMBERS]
    sent, lost, plain, receiver = on_modems(work, tmp_path, *profiles)
    assert sent.outcome == "delivered"
    assert [part.status for part in sent.parts] == [0, 0]
    assert sent.delivered_utc is not None
    assert receiver.texts[3:] == [LONG, "tanpa laporan"]
    assert receiver.told[3].parts[0].part.peer == NUMBERS[0]
    assert (lost.outcome, lost.cause) == ("failed", "TP-ST 0x43")
    assert (plain.outcome, plain.cause) == ("accepted", "")


def test_a_lost_message_has_no_report_in_time_and_a_refusal_its_cause(tmp_path):
    async def work(first, second):
        async with line_on(first) as sender, line_on(second) as mute:
            await sender.tells(3)
            await mute.tells(3)
            return (
                await sender.messages.send(NUMBERS[1], "hilang", within_s=1.5),
                await mute.messages.send(NUMBERS[0], "tidak bisa", within_s=1.5),
            )

    profiles = (
        {"number": NUMBERS[0], "network": {"centre": {"loss": 1.0}}},
        {"number": NUMBERS[1], "network": {"sms": "none"}},
    )
    lost, refused = on_modems(work, tmp_path, *profiles)
    assert lost.outcome == "no report"
    assert (refused.outcome, refused.parts) == ("refused", ())
    assert "500" in refused.cause


def test_what_the_centre_delivers_again_is_a_repeat(tmp_path):
    async def work(first, second):
        async with line_on(first) as sender, line_on(second) as receiver:
            await sender.tells(3)
            await receiver.tells(3)
            await sender.messages.send(NUMBERS[1], "sekali saja", within_s=15)
            await receiver.tells(5)
            return receiver

    profiles = [
        {"number": number, "network": {"centre": {"twice": 1.0, "again_after_s": 0.5}}} for number in NUMBERS
    ]
    receiver = on_modems(work, tmp_path, *profiles)
    assert [(message.text, message.repeat) for message in receiver.told[3:]] == [
        ("sekali saja", False),
        ("sekali saja", True),
    ]


def test_nothing_private_is_shown_logged_or_printed(tmp_path, caplog):
    """Canaries in text, sender and a direct message: in no shown code, log record, repr or figure."""
    caplog.set_level(logging.DEBUG)

    async def work(port):
        async with line_on(port) as line:
            await line.tells(3)
            deliver(tmp_path, f"{CANARY} satu", sender="+6281377000111")
            deliver(tmp_path, f"{CANARY} dua", sender=CANARY[:11], message_class=0)
            await line.tells(5)
            with contextlib.suppress(Exception):
                await line.messages.send("+62811" + "7" * 8, CANARY, within_s=0.3)
            return line

    line = on_modems(work, tmp_path, ONE)
    assert sum(CANARY in text for text in line.texts) == 2
    seen = [*line.heard, caplog.text, *map(repr, line.told), repr(line.messages.figures)]
    seen += [repr(heard) for message in line.told for heard in message.parts]
    for secret in (CANARY[:11], "6281377000111", "811" + "7" * 8, CANARY.encode().hex()):
        assert not any(secret.casefold() in text.casefold() for text in seen), secret
    pdus = [heard.pdu for message in line.told for heard in message.parts]
    assert not any(pdu[20:] in text for pdu in pdus for text in seen)
