"""The heartbeat's sockets against a real server on the loopback, at a pace of milliseconds."""

import asyncio
import socket

import pytest

from edge.measure.heartbeat import Heart, heartbeat_ssid
from edge.measure.stamp import SenderPacket, encode_sender
from edge.run.heartbeat import FarEnd, Heartbeat, Means

KEY = b"a key for this test only"


async def beats(clock, servers, *, until, every_s=0.02, **more):
    """Beat until `until(heart, told)`; return (its tally, what it told)."""
    told: list[str] = []
    heart = Heart(len(servers), clock.mono_s(), every_s=every_s)
    means = Means(clock=clock, on_notice=lambda notice: told.append(notice.told), **more)
    task = asyncio.ensure_future(Heartbeat(heart, servers, 0x9000, means).run())
    async with asyncio.timeout(20):
        while not until(heart, told):
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return heart.tally(clock.mono_s()), told


def answered(count):
    """Return a condition: so many exchanges were decided."""
    return lambda heart, told: heart._count.sent >= count


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "[::1]:0"])
def test_authenticated_exchanges_with_two_servers_in_turn(tmp_path, start, real_clock, listen):
    running = [start(tmp_path, key=KEY, listen=listen) for _ in range(2)]
    ends = [FarEnd(server.host.strip("[]"), server.port, KEY) for server in running]
    tally, told = asyncio.run(beats(real_clock, ends, until=answered(10)))
    assert (tally.received, told) == (tally.sent, [])
    assert len(tally.access_ms) == 1  # the first one; the others followed at once
    assert all(0 < rtt_ms < 1000 for rtt_ms in tally.rtt_ms)


def test_a_box_with_a_key_of_its_own_is_answered_by_its_session_id(tmp_path, start, real_clock):
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "kpu-3171-a").write_bytes(KEY)
    (keys / "kpu-3171-b").write_bytes(b"another key, not ours at all")
    server = start(tmp_path, key=keys)

    async def one(box, key):
        loop = asyncio.get_running_loop()
        answers: asyncio.Queue[bytes] = asyncio.Queue()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect((server.host, server.port))
            loop.add_reader(sock, lambda: answers.put_nowait(sock.recv(2000)))
            sock.send(encode_sender(SenderPacket(0, 1_700_000_000_000_000_000, heartbeat_ssid(box)), key))
            try:
                async with asyncio.timeout(0.3):
                    return await answers.get()
            except TimeoutError:
                return None
            finally:
                loop.remove_reader(sock)

    assert asyncio.run(one("kpu-3171-a", KEY)) is not None
    assert asyncio.run(one("kpu-3171-b", KEY)) is None


def test_an_address_nobody_answers_at_is_a_lost_line(real_clock):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        ends = [FarEnd("127.0.0.1", silent.getsockname()[1], KEY)]
        tally, told = asyncio.run(beats(real_clock, ends, until=lambda heart, told: told, every_s=0.5))
    assert told == ["line.lost"]
    assert tally.received == 0 < tally.sent


def test_a_socket_of_another_namespace_is_never_used(tmp_path, start, real_clock):
    server = start(tmp_path, key=KEY)
    ends = [FarEnd(server.host, server.port, KEY)]
    means = {"netns_cookie": 1, "until": answered(3), "every_s": 0.2}
    tally, _ = asyncio.run(beats(real_clock, ends, **means))
    assert tally.received == 0


def test_where_data_costs_money_nothing_is_sent(real_clock):
    def none_may_be_made(family, kind):
        raise AssertionError("a socket was made")

    async def held():
        heart = Heart(1, real_clock.mono_s(), every_s=0.01)
        means = Means(
            clock=real_clock,
            on_notice=lambda notice: pytest.fail(notice.told),
            may_send=lambda: False,
            socket_factory=none_may_be_made,
        )
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await Heartbeat(heart, [FarEnd("127.0.0.1", 9)], 0x9000, means).run()
        return heart.tally(real_clock.mono_s())

    assert asyncio.run(held()).sent == 0
