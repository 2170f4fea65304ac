"""The AT channel: transcripts whole, in pieces, with codes in every gap, after timeouts, and with garbage.

Transcripts are written after 3GPP TS 27.007 and the replies named in families/quectel_lte.py.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem_drivers.at.channel import (
    MAX_LINE,
    AtChannel,
    Command,
    Final,
    Info,
    Noise,
    Probe,
    Prompt,
    Resynced,
    Urc,
)
from modem_drivers.at.results import Outcome
from modem_drivers.at.shapes import is_solicited_registration

CEREG = Command("AT+CEREG?", ("+CEREG:",), fits=is_solicited_registration)
QENG = Command('AT+QENG="servingcell"', ("+QENG:",))
CGMM = Command("AT+CGMM", ("+CGMM:",), bare=True)
AT = Command("AT")

TRANSCRIPTS = [  # command, bytes in pieces between which a code may come, information lines, outcome
    (
        CEREG,
        [b"AT+CEREG?\r\r\n", b'+CEREG: 2,1,"8EEA","BE33501",7\r\n', b"\r\nOK\r\n"],
        ['+CEREG: 2,1,"8EEA","BE33501",7'],
        Outcome.OK,
    ),
    (
        QENG,
        [
            b"\r\n",
            b'+QENG: "servingcell","NOCONN"\r\n',
            b'+QENG: "LTE","FDD",515,03,3359966,1,150,1,5,5,4AA3,-89,-13,-58,16,15,20,-\r\n',
            b'+QENG:"NR5G-NSA",515,03,832,-76,21,-11,528030,41,8,1\r\n',
            b"\r\nOK\r\n",
        ],
        [
            '+QENG: "servingcell","NOCONN"',
            '+QENG: "LTE","FDD",515,03,3359966,1,150,1,5,5,4AA3,-89,-13,-58,16,15,20,-',
            '+QENG:"NR5G-NSA",515,03,832,-76,21,-11,528030,41,8,1',
        ],
        Outcome.OK,
    ),
    (CGMM, [b"AT+CGMM\r\r\n", b"EC25\r\n", b"\r\nOK\r\n"], ["EC25"], Outcome.OK),
    (AT, [b"AT\r\r\n", b"OK\r\n"], [], Outcome.OK),
    (QENG, [b"\r\n", b"ERROR\r\n"], [], Outcome.ERROR),
    (CGMM, [b"\r\n", b"+CME ERROR: 14\r\n"], [], Outcome.CME),
]
CODES = [
    b"\r\n+CREG: 1\r\n",
    b'\r\n+CEREG: 1,"8EEA","BE33501",7\r\n',
    b'\r\n+CMTI: "SM",3\r\n',
    b"\r\n+CMT: ,25\r\n07912618010000F0040B\r\n",
    b"\r\nRDY\r\n",
    b"\r\n+QIND: PB DONE\r\n",
    b"\r\n+CPIN: READY\r\n",
    b"\r\nNO CARRIER\r\n",
]
STEPS = [1, 2, 7, 10_000]


def feed(channel, data, step):
    """Give *data* in pieces of *step* bytes; all events."""
    return [event for at in range(0, len(data), step) for event in channel.receive(data[at : at + step])]


def sent(command, **options):
    channel = AtChannel(**options)
    assert channel.send(command, now_s=0) == command.text.encode() + b"\r"
    return channel


def infos(events):
    return [event.line for event in events if isinstance(event, Info)]


def final(events):
    (found,) = [event for event in events if isinstance(event, Final)]
    return found


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("command", "pieces", "lines", "outcome"), TRANSCRIPTS)
def test_transcripts(command, pieces, lines, outcome, step):
    channel = sent(command)
    events = feed(channel, b"".join(pieces), step)
    assert infos(events) == lines
    assert final(events).result.outcome is outcome
    assert [type(event) for event in events] == [Info] * len(lines) + [Final]
    assert not channel.busy


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("command", "pieces", "lines", "outcome"), TRANSCRIPTS)
def test_an_unsolicited_code_in_every_gap(command, pieces, lines, outcome, code, step):
    for gap in range(len(pieces) + 1):
        channel = sent(command)
        events = feed(channel, b"".join([*pieces[:gap], code, *pieces[gap:]]), step)
        assert infos(events) == lines, gap
        assert final(events).result.outcome is outcome
        (urc,) = [event for event in events if isinstance(event, Urc)]
        assert code.strip().startswith(urc.line.encode())


def test_the_body_of_a_message_is_kept_out_of_sight():
    channel = sent(AT)
    events = channel.receive(b"\r\n+CMT: ,25\r\n07912618010000F0\r\n\r\nOK\r\n")
    assert events[0] == Urc("+CMT: ,25", "07912618010000F0")
    assert "07912618" not in repr(events)


def test_a_message_without_its_body_does_not_swallow_the_result():
    events = sent(AT).receive(b"\r\n+CMT: ,25\r\n\r\nOK\r\n")
    assert final(events).result.outcome is Outcome.OK
    assert events[0] == Urc("+CMT: ,25")


def test_lines_of_another_command_are_no_answer():
    events = sent(CEREG).receive(b"\r\n+CSQ: 20,99\r\nEC25\r\n\r\nOK\r\n")
    assert infos(events) == []
    assert [event.line for event in events if isinstance(event, Noise)] == ["+CSQ: 20,99", "EC25"]


def test_a_damaged_answer_is_still_the_answer():
    """Its prefix is whole: the reply's parser judges the rest."""
    events = sent(QENG).receive(b'\r\n+QENG: "servingcell",\xff\xfe,-9\r\n\r\nOK\r\n')
    assert infos(events) == ['+QENG: "servingcell",\\xff\\xfe,-9']


def test_a_name_in_utf_8_survives():
    events = sent(Command("AT+QSPN", ("+QSPN:",))).receive('\r\n+QSPN: "Ünité"\r\n\r\nOK\r\n'.encode())
    assert infos(events) == ['+QSPN: "Ünité"']


@pytest.mark.parametrize("step", STEPS)
def test_an_echo_behind_leftovers_is_dropped(step):
    channel = AtChannel()
    channel.receive(b"\x00\xfftrash")
    channel.send(CGMM, now_s=0)
    events = feed(channel, b"AT+CGMM\r\r\nEC25\r\n\r\nOK\r\n", step)
    assert infos(events) == ["EC25"]


def test_a_prompt_is_given_where_one_is_awaited_only():
    command = Command("AT+CMGS=20", ("+CMGS:",), prompt=True)
    assert Prompt() in feed(sent(command), b"\r\n> ", 1)
    assert Prompt() not in feed(sent(AT), b"\r\n> ", 1)


def test_digits_end_a_command_after_atv0():
    events = sent(Command("AT+CSQ", ("+CSQ:",)), numeric=True).receive(b"+CSQ: 20,99\r\n0\r")
    assert infos(events) == ["+CSQ: 20,99"]
    assert final(events).result.outcome is Outcome.OK


def test_one_command_at_a_time():
    with pytest.raises(RuntimeError, match="busy or fenced"):
        sent(AT).send(AT, now_s=0)


@pytest.mark.parametrize("step", [997, 100_000])
def test_a_line_without_end_is_dropped_to_its_end(step):
    channel = sent(AT)
    flood = b"x" * (3 * MAX_LINE) + b"OK"
    assert feed(channel, flood, step) == []
    assert len(channel._buffer) <= MAX_LINE + step
    assert feed(channel, b"\r\n", step) == []
    assert final(feed(channel, b"OK\r\n", step)).result.outcome is Outcome.OK


def timed_out(command=QENG):
    channel = sent(command)
    assert channel.tick(command.timeout_s - 0.01) == []
    (event,) = channel.tick(command.timeout_s)
    assert event.result.outcome is Outcome.TIMEOUT
    assert channel.fenced
    return channel, command.timeout_s


def test_a_timeout_keeps_the_bytes_seen():
    channel = sent(QENG)
    channel.receive(b"\xff\xfe half a li")
    (event,) = channel.tick(5.0)
    assert event.seen == r"\xff\xfe half a li"
    channel.tick(5.0)
    channel.receive(b"ne\r\nand more\r\n")
    assert channel.seen == "\\xff\\xfe half a line\nand more\n"


def test_a_timeout_keeps_no_message():
    for message in (b"\r\n+CMT: ,25\r\n07912618", b"\r\n+CMT: ,25\r\n07912618\r\n"):
        channel = sent(QENG)
        channel.receive(message)
        (event,) = channel.tick(5.0)
        assert event.seen == channel.seen == ""


def test_nothing_is_sent_behind_the_fence_but_probes_ever_rarer():
    channel, now_s = timed_out()
    with pytest.raises(RuntimeError):
        channel.send(AT, now_s=now_s)
    probed = [tenth / 10 for tenth in range(200) if channel.tick(now_s + tenth / 10) == [Probe(b"AT\r")]]
    assert probed == [0, 1, 3, 7, 15]


@pytest.mark.parametrize("step", STEPS)
def test_a_late_reply_is_dropped_and_never_the_next_commands(step):
    channel, now_s = timed_out()
    channel.tick(now_s)
    late = b'\r\n+QENG: "servingcell","SEARCH"\r\n\r\nOK\r\n'
    assert infos(feed(channel, late, step)) == []
    assert [channel.tick(now_s + tenth / 10) for tenth in range(1, 9)] == [[]] * 8  # the probe's OK is owed
    feed(channel, b"\r\nOK\r\n", step)
    assert channel.tick(now_s + 0.9) == []
    assert channel.tick(now_s + 1.1) == [Resynced()]
    channel.send(QENG, now_s=now_s + 1.2)
    assert infos(feed(channel, b'\r\n+QENG: "servingcell","LIMSRV"\r\n\r\nOK\r\n', step)) == [
        '+QENG: "servingcell","LIMSRV"'
    ]


@pytest.mark.parametrize("late_s", [0.5, 1.5, 2.5])
def test_every_late_ok_is_waited_for(late_s):
    """A modem that answers everything *late_s* late: no result is left over when the fence falls."""
    channel = AtChannel(fenced=True)
    due_s: list[float] = []
    for tenth in range(200):
        now_s = tenth / 10
        for _ in [moment for moment in due_s if moment <= now_s]:
            channel.receive(b"\r\nOK\r\n")
        due_s = [moment for moment in due_s if moment > now_s]
        events = channel.tick(now_s)
        due_s += [now_s + late_s for event in events if isinstance(event, Probe)]
        if events == [Resynced()]:
            break
    assert not channel.fenced
    assert due_s == []


def test_a_lost_reply_is_waited_out_by_silence():
    channel, now_s = timed_out()
    channel.tick(now_s)
    channel.receive(b"AT\r\r\nOK\r\n")
    assert channel.tick(now_s + 0.1) == []
    assert channel.tick(now_s + 3.0) == []
    assert channel.tick(now_s + 3.1) == [Resynced()]


def test_half_a_line_is_no_silence():
    channel = AtChannel(fenced=True)
    assert channel.tick(0) == [Probe(b"AT\r")]
    channel.receive(b"\r\nOK\r\n\r\nO")
    assert channel.tick(0.1) == []
    assert channel.tick(1.0) == []
    channel.receive(b"K\r\n")
    channel.tick(1.1)
    assert channel.tick(1.25) == [Resynced()]


def test_a_refusal_alone_does_not_lower_the_fence():
    channel = AtChannel(fenced=True)
    channel.tick(0)
    channel.receive(b"\r\nERROR\r\n")
    assert channel.tick(0.5) == []
    assert channel.tick(1.0) == [Probe(b"AT\r")]
    channel.receive(b"\r\nOK\r\n")
    channel.tick(1.1)
    assert channel.tick(1.25) == [Resynced()]


def test_codes_do_not_hold_the_fence_up():
    channel = AtChannel(fenced=True)
    channel.tick(0)
    assert Urc("+CREG: 1") in channel.receive(b"\r\n+CREG: 1\r\n\r\nOK\r\n")
    for tenth in range(1, 3):
        assert channel.tick(tenth / 10) == ([Resynced()] if tenth == 2 else [])
        channel.receive(b"\r\n+CREG: 2\r\n")


def test_an_awaited_prompt_is_escaped_before_the_probe():
    channel, now_s = timed_out(Command("AT+CMGS=20", prompt=True))
    assert channel.tick(now_s) == [Probe(b"\x1bAT\r")]
    assert channel.tick(now_s + 1) == [Probe(b"AT\r")]


def test_an_abandoned_command_raises_the_fence():
    channel = sent(QENG)
    channel.abandon()
    assert channel.fenced
    assert not channel.busy
    AtChannel().abandon()


CHUNKS = st.lists(
    st.binary(max_size=12)
    | st.sampled_from([b"\r\n", b"OK", b"ERROR", b"+CEREG: 2,1", b"+CMT: 1", b"AT+CEREG?\r", b"> ", b"\0"]),
    max_size=30,
)


@given(CHUNKS, st.integers(1, 9))
def test_any_bytes_give_the_same_events_however_they_are_cut(chunks, step):
    data = b"".join(chunks)
    assert feed(sent(CEREG), data, step) == sent(CEREG).receive(data)


@given(st.binary(max_size=200))
def test_garbage_before_an_answer_is_harmless(garbage):
    trash = garbage.replace(b"OK", b"").replace(b"ERR", b"").replace(b"+", b"")
    channel = sent(CEREG)
    events = channel.receive(trash + b'\r\n+CEREG: 2,1,"8EEA","BE33501",7\r\n\r\nOK\r\n')
    assert infos(events) == ['+CEREG: 2,1,"8EEA","BE33501",7']
    assert final(events).result.outcome is Outcome.OK
