"""What Modem makes of a modem on a pseudo terminal (conftest.py has the responder)."""

import asyncio
from contextlib import suppress

import pytest

from modem_drivers.at.channel import Command
from modem_drivers.errors import (
    CmeError,
    CommandFailed,
    CommandTimeout,
    MalformedReply,
    PortLost,
    Unsupported,
)
from modem_drivers.modem import Modem
from modem_drivers.reading import name_sent


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    "between", [b"", b'\r\n+CREG: 1,"4A2","1B4C01",7\r\n', b"\r\n+CMT: ,9\r\n07912618\r\n"]
)
def test_everything_an_ec25_says(run, step, between):
    async def work(modem, _responder):
        identity = modem.identity
        assert (identity.manufacturer, identity.model, identity.family) == ("Quectel", "EC25", "quectel-lte")
        assert (identity.revision, identity.imei) == ("EC25EFAR06A08M4G", "861234567890123")
        reading = await modem.signal()
        assert (reading.rat, reading.rsrp_dbm, reading.rsrq_db) == ("LTE", -97, -11)
        assert (reading.sinr_db, reading.rssi_dbm, reading.state) == (10.2, -67, "connected")
        assert reading.problems == ()
        cell = await modem.cell()
        assert (cell.plmn, cell.tac, cell.cell_id, cell.pci) == ("51010", 0x4A2, 0x1B4C01, 345)
        assert (cell.earfcn, cell.band, cell.bandwidth_hz) == (1850, 3, 20_000_000)
        qspn, cops = await modem.names()
        assert (qspn.full, qspn.short, qspn.spn) == ("#PemiluDamai2024", "TSEL", "Telkomsel")
        assert (cops.full, cops.short, cops.plmn) == ("TELKOMSEL", "T-SEL", "51010")
        assert name_sent((qspn, cops)) is qspn
        found = await modem.registration()
        assert (found.stat, found.plmn, found.rat, found.tac) == (1, "51010", "LTE", 0x4A2)
        assert await modem.home_plmn() == "51010"
        assert await modem.sim_state() == "READY"

    run(work, step=step, between=between)


def test_a_modem_that_only_knows_the_standard(run, generic):
    async def work(modem, _responder):
        assert modem.identity.family == "generic"
        reading = await modem.signal()
        assert (reading.command, reading.rsrp_dbm, reading.rsrq_db) == ("+CESQ", -97, -11)
        assert (reading.sinr_db, reading.state) == (None, None)
        cell = await modem.cell()
        assert (cell.command, cell.plmn, cell.tac, cell.pci) == ("+CEREG", "51010", 0x4A2, None)
        assert [name.source for name in await modem.names()] == ["+COPS"]

    run(work, generic)


def test_a_vendors_modem_falls_back_to_the_standard(run):
    async def work(modem, responder):
        responder.table |= {"AT+QCSQ": None, 'AT+QENG="servingcell"': "+CME ERROR: 4"}
        assert (await modem.signal()).command == "+CESQ"
        responder.table |= {"AT+CESQ": "+CESQ: 1,2"}
        reading = await modem.signal()
        assert (reading.command, reading.rssi_dbm) == ("+CSQ", -67)
        assert reading.problems[0].startswith("+CESQ with 6 or more fields: The modem's reply does not fit")
        responder.table |= {"AT+CSQ": None}
        with pytest.raises(MalformedReply, match=r"\+CESQ: 1,2"):
            await modem.signal()
        responder.table |= {"AT+CESQ": None}
        with pytest.raises(Unsupported, match=r"does not know AT\+QCSQ, AT\+QENG"):
            await modem.signal()

    run(work)


def test_a_sample_asks_once_what_signal_and_cell_share(run):
    async def work(modem, responder):
        before = len(responder.heard)
        signal, cell = await modem.sample()
        assert responder.heard[before:] == ["AT+QCSQ", 'AT+QENG="servingcell"']
        assert (signal.rsrp_dbm, signal.sinr_db, signal.state) == (-97, 10.2, "connected")
        assert (cell.plmn, cell.pci, cell.band) == ("51010", 345, 3)
        assert signal.t_sent_ns < signal.t_received_ns <= cell.t_sent_ns < cell.t_received_ns

    run(work)


def test_a_sample_of_a_modem_that_refuses_the_vendors_questions(run):
    async def work(modem, responder):
        responder.table |= {"AT+QCSQ": None, 'AT+QENG="servingcell"': "+CME ERROR: 4"}
        signal, cell = await modem.sample()
        assert (signal.command, signal.rsrp_dbm) == ("+CESQ", -97)
        assert (cell.command, cell.plmn, cell.tac) == ("+CEREG", "51010", 0x4A2)

    run(work)


def test_behind_a_question_that_is_left_unanswered_nothing_is_said(run):
    async def work(modem, responder):
        responder.mute = {"AT+CSQ"}
        unknown, silent, last = (
            Command("AT+NONE", ("+NONE:",)),
            Command("AT+CSQ", ("+CSQ:",), timeout_s=0.2),
            Command("AT+CESQ", ("+CESQ:",)),
        )
        answers = await modem.session.ask_each((unknown, silent, last))
        assert [type(answer) for answer in answers.values()] == [CommandFailed, CommandTimeout]
        assert responder.heard[-3:] != ["AT+NONE", "AT+CSQ", "AT+CESQ"]

    run(work)


def test_a_failing_second_question_leaves_the_signal_whole(run):
    async def work(modem, responder):
        responder.table['AT+QENG="servingcell"'] = "+CME ERROR: 14"
        reading = await modem.signal()
        assert (reading.rsrp_dbm, reading.state) == (-97, "in_service")
        assert reading.problems[0].startswith("state: The modem refused AT+QENG")

    run(work)


@pytest.mark.parametrize("word", ["SEARCH", "LIMSRV"])
def test_no_service_is_a_reading(run, word):
    async def work(modem, responder):
        responder.table["AT+QCSQ"] = '+QCSQ: "NOSERVICE"'
        responder.table['AT+QENG="servingcell"'] = f'+QENG: "servingcell","{word}"'
        reading = await modem.signal()
        assert (reading.rsrp_dbm, reading.sinr_db, reading.rat) == (None, None, None)
        assert reading.state == {"SEARCH": "searching", "LIMSRV": "limited"}[word]

    run(work)


@pytest.mark.parametrize(
    ("garbage", "seen"),
    [(b"", "nothing came"), (b"\xff\x00\x80boot\r\n$GPGGA,1\r\n", r"'\xff\x00\x80boot\n$GPGGA,1\n")],
)
def test_a_modem_that_never_answers_is_named(run, responder_class, garbage, seen):
    async def work():
        responder = responder_class({}, mute=["AT"])
        try:
            responder.junk = garbage
            with pytest.raises(CommandTimeout) as caught:
                await Modem.open(responder.path, wake_s=0.4)
        finally:
            responder.close()
        error = caught.value
        assert error.text.startswith(f"{responder.path}: no answer to AT within 0.4 s")
        assert "power-cycle the modem" in error.text
        assert "matikan lalu nyalakan modem" in error.text_id
        assert seen in error.text
        assert len(error.seen) <= 60

    asyncio.run(work())


def test_a_garbled_reply_is_a_malformed_reply_with_its_bytes(run):
    async def work(modem, responder):
        responder.table["AT+CIMI"] = "not\x7fa number"
        with pytest.raises(MalformedReply, match="6 to 15 digits"):
            await modem.home_plmn()
        responder.table["AT+CEREG?"] = "+CEREG: 2,1x"
        responder.table["AT+C5GREG?"] = None
        with pytest.raises(MalformedReply):
            await modem.registration()

    run(work)


def test_a_late_reply_is_never_the_next_commands(run):
    async def work(modem, responder):
        responder.mute = {"AT+CSQ"}
        with pytest.raises(CommandTimeout, match=r"AT\+CSQ within 0.2 s"):
            await modem.command("AT+CSQ", 0.2)
        responder.say(b"\r\n+CSQ: 1,99\r\n\r\nOK\r\n")
        responder.mute = set()
        assert await modem.command("AT+CSQ") == ("+CSQ: 23,99",)
        assert (await modem.signal()).rsrp_dbm == -97

    run(work)


def test_a_short_timeout_after_a_long_one_is_short(run):
    async def work(modem, responder):
        assert await modem.command("AT+CSQ", 60) == ("+CSQ: 23,99",)
        responder.mute = {"AT+CSQ"}
        async with asyncio.timeout(15):
            with pytest.raises(CommandTimeout, match=r"within 0.1 s"):
                await modem.command("AT+CSQ", 0.1)

    run(work)


def test_callers_queue_and_each_gets_its_own(run):
    async def work(modem, responder):
        responder.table |= {f"AT+X{number}": f"+X{number}: {number}" for number in range(20)}
        answers = await asyncio.gather(
            *(modem.command(f"AT+X{number}") for number in range(20)),
            *(modem.signal() for _ in range(5)),
            modem.names(),
            modem.registration(),
        )
        assert answers[:20] == [(f"+X{number}: {number}",) for number in range(20)]
        assert [reading.rsrp_dbm for reading in answers[20:25]] == [-97] * 5
        assert [name.full for name in answers[25]] == ["#PemiluDamai2024", "TELKOMSEL"]
        assert answers[26].plmn == "51010"
        assert responder.overlapped == []

    run(work, step=7)


def test_a_caller_that_leaves_does_not_spoil_the_line(run):
    async def work(modem, responder):
        responder.mute = {"AT+CSQ"}
        task = asyncio.create_task(modem.command("AT+CSQ", 60))
        while "AT+CSQ" not in responder.heard:
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        responder.say(b"\r\n+CSQ: 1,99\r\n\r\nOK\r\n")
        responder.mute = set()
        assert await modem.command("AT+CSQ") == ("+CSQ: 23,99",)

    run(work)


def test_an_unplugged_modem_is_a_lost_port_for_everybody(run):
    async def work(modem, responder):
        responder.mute = {"AT+CSQ"}
        tasks = [asyncio.create_task(modem.command("AT+CSQ", 60)) for _ in range(3)]
        while "AT+CSQ" not in responder.heard:
            await asyncio.sleep(0)
        responder.close()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(result, PortLost)
            assert str(result).startswith(f"{responder.path}: the modem's port is lost")
        with pytest.raises(PortLost):
            await modem.signal()
        modem.close()

    run(work)


def test_a_closed_modem_says_so(run):
    async def work(modem, _responder):
        modem.close()
        with pytest.raises(PortLost, match="closed by this program"):
            await modem.signal()

    run(work)


def test_a_port_is_held_by_one_program_only(run):
    async def work(modem, responder):
        with pytest.raises(PortLost, match=r"lost: .*(lock|busy).*Check .* no other program"):
            await Modem.open(responder.path)
        assert (await modem.signal()).rsrp_dbm == -97

    run(work)


def test_a_missing_port_is_named():
    with pytest.raises(PortLost, match=r"^/dev/ttyNONE9: the modem's port is lost: .*No such file"):
        asyncio.run(Modem.open("/dev/ttyNONE9"))


@pytest.mark.parametrize(("code", "meaning"), [(10, "SIM not inserted"), (11, "SIM PIN required")])
def test_a_missing_sim_is_a_cme_error(run, code, meaning):
    async def work(modem, responder):
        responder.table["AT+CIMI"] = responder.table["AT+CPIN?"] = f"+CME ERROR: {code}"
        for ask in (modem.home_plmn, modem.sim_state):
            with pytest.raises(CmeError, match=meaning) as caught:
                await ask()
            assert caught.value.number == code

    run(work)


def test_subscriber_numbers_stay_inside(run):
    async def work(modem, responder):
        responder.table["AT+QCCID"] = "+QCCID: 8962100012345678901F"
        assert await modem.command("AT+CIMI") == ("<hidden>",)
        assert await modem.command("AT+QCCID") == ("<hidden>",)
        assert "861234567890123" not in repr(modem.identity)
        responder.table["AT+CIMI"] = "510101234567890,oops"
        with pytest.raises(MalformedReply) as caught:
            await modem.home_plmn()
        assert "1012345678" not in f"{caught.value!r}{caught.value.text_id}"

    run(work)


def test_each_reading_has_its_own_times(run):
    ticks = iter(range(1_000, 1_000_000))

    async def work(modem, _responder):
        readings = [await modem.signal() for _ in range(5)]
        cell = await modem.cell()
        times = [(item.t_sent_ns, item.t_received_ns) for item in (*readings, cell)]
        flat = [moment for pair in times for moment in pair]
        assert flat == sorted(set(flat))
        assert flat[0] >= 1_000
        assert flat[-1] < 1_000_000

    run(work, clock=lambda: next(ticks))


def test_unsolicited_codes_reach_who_listens_without_messages(run):
    heard: list[tuple[str, int]] = []

    async def work(modem, responder):
        for number in range(3):
            responder.say(b'\r\n+CREG: %d\r\n+CMT: "+6281234567890",9\r\n07912618\r\n' % number)
            await modem.signal()
        assert [line for line, _ in heard if "CREG" in line] == ["+CREG: 0", "+CREG: 1", "+CREG: 2"]
        assert [line for line, _ in heard if "CMT" in line] == ["+CMT: <hidden>"] * 3
        assert "07912618" not in str(heard)
        assert all(t_ns > 1_700_000_000_000_000_000 for _, t_ns in heard)

    run(work, on_urc=lambda line, t_ns: heard.append((line, t_ns)))


def test_a_listener_that_fails_does_not_hold_the_line_up(run):
    def listen(_line, _t_ns):
        raise RuntimeError("a listener's own mistake")

    async def work(modem, responder):
        complaints = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        responder.between = b"\r\n+CREG: 1\r\n"
        assert (await modem.signal()).rsrp_dbm == -97
        assert len(complaints) == 2

    run(work, on_urc=listen)


def test_the_modem_is_set_up_before_it_is_asked(run):
    async def work(_modem, responder):
        heard = responder.heard
        assert heard[:6] == ["AT", "ATE0", "AT+CMEE=1", "AT+CMGF=0", "AT+CREG=2", "AT+CEREG=2"]

    run(work)


def test_a_modem_known_by_ati_alone(run, ec25):
    table = {**ec25, "AT+CGMI": None, "AT+CGMM": None, "ATI": "Quectel\r\nEG25\r\nRevision: EG25GGBR07A08M2G"}

    async def work(modem, _responder):
        assert (modem.identity.model, modem.identity.family) == ("EG25", "quectel-lte")

    run(work, table)


def test_not_registered_says_why(run):
    async def work(modem, responder):
        responder.table |= {"AT+CEREG?": "+CEREG: 3,3,,,,0,11", "AT+CREG?": "+CREG: 2,2"}
        found = await modem.registration()
        assert (found.stat, found.registered, found.reject_cause, found.plmn) == (3, False, 11, None)

    run(work)


def test_a_sample_goes_before_what_others_ask(run):
    async def work(modem, responder):
        begun = len(responder.heard)
        asked = [asyncio.create_task(modem.command(text)) for text in ("AT+CESQ", "AT+CPIN?", "AT+CEREG?")]
        await asyncio.sleep(0)
        await asyncio.gather(modem.signal(), *asked)
        return responder.heard[begun:]

    heard = run(work)
    assert heard[0] == "AT+CESQ", "it ran already"
    assert heard.index("AT+QCSQ") == 1
    assert set(heard[2:]) == {"AT+CPIN?", "AT+CEREG?", 'AT+QENG="servingcell"'}


def test_the_cards_operator_is_asked_once_a_card(run):
    async def work(modem, responder):
        assert [await modem.home_plmn() for _ in range(3)] == ["51010"] * 3
        assert responder.heard.count("AT+CIMI") == 1
        responder.table |= {"AT+CIMI": "510111234567890", "AT+CPIN?": "+CME ERROR: 10"}
        with suppress(CmeError):
            await modem.sim_state()
        assert await modem.home_plmn() == "51011"
        responder.table |= {"AT+CIMI": "510891234567890", "AT+CPIN?": "+CPIN: SIM PIN"}
        await modem.sim_state()
        assert await modem.home_plmn() == "51089"

    run(work)
