"""Every way a server can fail us: the right code and text, in bounded time, and never a number."""

import asyncio
import socket
import time

import pytest

from edge.measure.result import to_json
from edge.run.attempt import wall_minus_mono_s
from edge.run.job import Progress
from edge.run.measurements import MEASUREMENTS
from edge.run.rtt import measure_rtt
from edge.run.tcp import measure_tcp_down, measure_tcp_up

KEY, OTHER_KEY = b"a key for this test only", b"another key of good length"
HELLO = b'{"v":1,"server":"odd","challenge":"0123456789abcdef0123456789abcdef","auth":"open"}\n'
YES = b'{"v":1,"ok":true,"you":"x","ssid":7,"cc":"cubic"}\n'
FIGURES = {"sustained_bps", "mean_bps", "rtt_ms", "access_ms", "lost", "lost_up", "lost_down"}


async def against(script, measure, job_for, **settings):
    """Measure against a server that behaves as *script*(reader, writer)."""
    odd = await asyncio.start_server(script, "127.0.0.1", 0)
    async with odd:
        return await measure(job_for("127.0.0.1", odd.sockets[0].getsockname()[1], **settings))


def says(*lines, then_silent=False, reset=False):
    """Return a server that greets, reads the request, and answers *lines*."""

    async def script(reader, writer):
        writer.write(lines[0])
        if len(lines) > 1:
            await reader.readline()
            writer.writelines(lines[1:])
            await writer.drain()
        if then_silent:
            await reader.read()
        if reset:
            writer.transport.abort()
        writer.close()

    return script


def check_failed(result, outcome, code, *words):
    """Assert that *result* failed as told, without any figure, with texts in both languages."""
    shown = to_json(result)
    assert (shown["ok"], shown["outcome"], result.err.code) == (False, outcome, code)
    assert not FIGURES & shown.keys()
    for word in words:
        assert word in result.err.text
        assert word in result.err.text_id


@pytest.mark.parametrize("kind", sorted(MEASUREMENTS))
def test_no_server(kind, job_for, run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        result = run(MEASUREMENTS[kind](job_for("127.0.0.1", taken.getsockname()[1])))
    check_failed(result, "server", "server.refused", "pantau-server", "ECONNREFUSED")


@pytest.mark.parametrize("kind", sorted(MEASUREMENTS))
def test_a_wrong_key(kind, tmp_path, start, job_for, run):
    server = start(tmp_path, key=KEY)
    result = run(MEASUREMENTS[kind](job_for("127.0.0.1", server.port, key=OTHER_KEY)))
    check_failed(result, "box", "server.auth", "key_file", "not signed with this server's key")


def test_no_key_for_a_server_that_wants_one(tmp_path, start, job_for, run):
    server = start(tmp_path, key=KEY)
    result = run(measure_tcp_up(job_for("127.0.0.1", server.port)))
    check_failed(result, "box", "server.auth", "key_file")
    assert "asks for a key" in result.err.text


def test_a_busy_server(tmp_path, start, job_for, run):
    server = start(tmp_path, options=["--max-sessions", "1"])

    async def two():
        first = asyncio.create_task(measure_rtt(job_for("127.0.0.1", server.port, probes=100)))
        while '"start"' not in server.log.read_text():
            await asyncio.sleep(0.01)
        second = await measure_tcp_down(job_for("127.0.0.1", server.port))
        return await first, second

    first, second = run(two())
    assert first.err is None
    check_failed(second, "server", "server.busy", "--max-sessions", "1 tests are running")


def test_a_test_longer_than_the_server_allows(tmp_path, start, job_for, run):
    server = start(tmp_path, options=["--max-seconds", "2"])
    result = run(measure_tcp_down(job_for("127.0.0.1", server.port, seconds=3)))
    check_failed(result, "server", "server.protocol", "seconds is 3.0: give 0.1 to 2.0")


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        (says(b"HTTP/1.1 400 Bad Request\r\n"), "server.protocol", "JSON is malformed"),
        (says(b'{"v":9,"server":"x","challenge":"x","auth":"open"}\n'), "server.protocol", "version 9"),
        (says(b"x" * 20_000), "server.protocol", "more than 16384 bytes"),
        (says(b""), "server.closed_early", "closed before its answer"),
        (says(HELLO, b'{"v":1,"ok":false,"code":"new","text":"mengapa"}\n'), "server.protocol", "mengapa"),
        (says(HELLO, YES), "no_data", "no payload came"),
        (says(HELLO, YES, b"x" * 5000), "server.closed_early", "of 2 s"),
        (says(HELLO, YES, b"x" * 5000, reset=True), "server.closed_early", "of 2 s"),
        (says(HELLO, YES, b"x" * 5000, then_silent=True), "no_data", "nothing came for the last"),
    ],
)
def test_a_server_that_does_not_keep_the_protocol(script, code, words, job_for, run):
    begun_s = time.monotonic()
    result = run(against(script, measure_tcp_down, job_for, seconds=2))
    assert time.monotonic() - begun_s < 10  # 2 s of test, 1 s of grace; never endless
    check_failed(result, result.outcome, code)
    assert words in result.err.text


def test_a_partial_download_keeps_what_it_saw(job_for, run):
    result = run(against(says(HELLO, YES, b"x" * 5000), measure_tcp_down, job_for, seconds=2))
    assert (result.bytes, result.counted_at) == (5000, "socket")
    assert result.nv["sustained_bps"] == "void: server.closed_early"


@pytest.mark.parametrize(
    "count",
    [
        b'{"v":1,"bytes":100,"seconds":1.0,"t0_ns":1,"width_ms":100,"bins":[200],"counted_at":"socket","cc":"x"}\n',
        b'{"v":1,"bytes":100,"seconds":1.0,"t0_ns":1,"width_ms":100,"bins":[-5],"counted_at":"socket","cc":"x"}\n',
        b'{"v":1,"bytes":100,"seconds":1.0,"t0_ns":1,"width_ms":1,"bins":[5],"counted_at":"socket","cc":"x"}\n',
    ],
)
def test_a_count_of_the_upload_that_cannot_be(count, job_for, run):
    result = run(against(says(HELLO, YES + count, then_silent=True), measure_tcp_up, job_for, seconds=0.2))
    check_failed(result, "server", "server.protocol", "UploadCount")


def test_a_server_killed_in_the_middle(tmp_path, start, job_for, run):
    server = start(tmp_path)

    async def killed():
        told: list[Progress] = []
        job = job_for("127.0.0.1", server.port, seconds=5, on_progress=told.append)
        test = asyncio.create_task(measure_tcp_down(job))
        while not any(step.done for step in told):
            await asyncio.sleep(0.01)
        server.process.kill()
        return await test

    check_failed(run(killed()), "undetermined", "server.closed_early")


@pytest.mark.parametrize(("step_ns", "words"), [(3_600_000_000_000, "+3600.0"), (-30_000_000, "-0.03")])
def test_a_clock_set_during_the_test_voids_it(server, job_for, run, real_clock, step_ns, words):
    class SteppedClock:
        mono_s = real_clock.mono_s
        steps = 0

        def unix_ns(self):
            self.steps += 1
            return real_clock.unix_ns() + (step_ns if self.steps > 12 else 0)

    result = run(measure_rtt(job_for("127.0.0.1", server.port, probes=10, clock=SteppedClock())))
    check_failed(result, "box", "clock.stepped", words)
    assert (result.rtt_ms, result.ipdv_up_ms, result.owd_ms) == (None, None, None)


def test_a_process_that_waits_between_its_clocks_has_seen_no_step(real_clock):
    class Busy:
        """Every reading but one takes 40 ms: the process had to wait."""

        readings = 0
        now_s = 1000.0

        def mono_s(self):
            return self.now_s

        def unix_ns(self):
            self.readings += 1
            self.now_s += 0.0 if self.readings % 5 == 3 else 0.04
            return round((self.now_s + 500.0) * 1e9)

    assert wall_minus_mono_s(Busy()) == pytest.approx(500.0, abs=1e-6)


def test_a_name_is_no_address(job_for):
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        job_for("server.example.id", 8620)


@pytest.mark.parametrize("kind", sorted(MEASUREMENTS))
def test_cancelled_at_once_and_nothing_stays_open(kind, server, job_for):
    made = []

    def factory(family, sort):
        made.append(socket.socket(family, sort))
        return made[-1]

    async def cancelled():
        job = job_for("127.0.0.1", server.port, socket_factory=factory)
        test = asyncio.ensure_future(MEASUREMENTS[kind](job))
        while '"start"' not in server.log.read_text():
            await asyncio.sleep(0.01)
        test.cancel()
        with pytest.raises(asyncio.CancelledError):
            await test

    asyncio.run(cancelled())
    assert made
    assert {sock.fileno() for sock in made} == {-1}


async def lies_twofold(reader, writer):
    """Take an upload and report twice of it."""
    writer.write(HELLO)
    await reader.readline()
    writer.write(YES)
    received = 0
    while data := await reader.read(65_536):
        received += len(data)
    rest = b'"seconds":0.5,"t0_ns":1,"width_ms":100,"bins":[],"counted_at":"socket","cc":"c"}'
    writer.write(b'{"v":1,"bytes":%d,%s\n' % (2 * received, rest))
    writer.close()


def test_a_server_that_reports_more_than_was_sent_lies(job_for, run):
    result = run(against(lies_twofold, measure_tcp_up, job_for, seconds=0.5))
    check_failed(result, "server", "server.lying")
    assert "sent again included" in result.err.text
