"""The composition root: the only place that picks concrete classes for the box."""

import asyncio
import fcntl
import os
import random
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from edge.capture.child import Bound
from edge.capture.file import file_setting
from edge.capture.filters import own_flows
from edge.capture.machine_code import code_file, load, prepare, usual_folder
from edge.capture.ring import PacketRing, RingSetting, open_packet_socket
from edge.capture.tap import LineTap
from edge.config.load import ConfigError, load_config
from edge.config.model import Config, Line
from edge.host.machine import boot_id, hardware
from edge.host.timekeeping import read_clock_state
from edge.measure.failures import failure
from edge.measure.likeness import words_of
from edge.mqtt.publisher import Publisher, PublisherConfig
from edge.mqtt.state import BrokerState, Notice
from edge.net.helper import NetHelper, Worker, start_helper
from edge.net.lines import LineNetwork
from edge.net.privileges import keep_only
from edge.outbox.budget_journal import BudgetJournal
from edge.outbox.store import Outbox
from edge.run.job import SocketFactory, plain_socket
from edge.schema.address import parse_broker
from edge.service.board_desk import BoardDesk, DeskSetting, ReceiptAge
from edge.service.budget import Keeper, utc_now
from edge.service.captures import CaptureSetting, LineCaptures
from edge.service.clock import SystemClock
from edge.service.messages import Order
from edge.service.service import MakeDesk, Service, Watcher
from edge.service.testing import Bench
from edge.service.voice import Identity, Voice
from edge.service.wire import Peer, connect
from edge.service.worker import LineWorker, WorkerSetting

EPOCH_BYTES, NONCE_BYTES = 4, 16
FIRST_PORT, PORTS_A_LINE = 20_000, 2_000


SocketsOf = Callable[[str], SocketFactory]
"""Gives the socket factory of a slot's worker; a test's may leak on purpose."""


def plain_sockets(slot: str) -> SocketFactory:
    """Return the factory of ordinary sockets, which live where the worker lives."""
    return plain_socket


class BoxRefused(Exception):
    """The box cannot start; text and text_id say what, where, and what to do."""

    def __init__(self, text: str, text_id: str) -> None:
        super().__init__(text)
        self.text, self.text_id = text, text_id


@dataclass(frozen=True, slots=True)
class Box:
    """Everything that runs, put together and not yet started."""

    service: Service
    publisher: Publisher
    outbox: Outbox


def read_config(path: Path) -> Config:
    """Return the configuration in *path*. Raises: ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise ConfigError(
            f"{path}: cannot read the configuration: {exc.strerror}. Name it with --config FILE."
        ) from exc
    return load_config(text, where=str(path))


def read_keys(config: Config) -> tuple[bytes | None, ...]:
    """Return each server's key, None for an open server. Raises: ConfigError."""
    return tuple(read_key(Path(server.key_file)) if server.key_file else None for server in config.server)


def read_template(config: Config) -> str:
    """Return the text of the blast, "" if none is judged. Raises: ConfigError."""
    if not config.checks.blast_template:
        return ""
    path = Path(config.checks.blast_template)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path}: cannot read the blast's text: {exc}. Check blast_template.") from exc
    if not words_of(text):
        raise ConfigError(f"{path}: the text of the blast has no word. Write it there as it will be sent.")
    return text


def read_key(path: Path) -> bytes:
    """Return the key in *path* without the white space around it. Raises: ConfigError."""
    try:
        key = path.read_bytes().strip()
    except OSError as exc:
        raise ConfigError(f"{path}: cannot read the server's key: {exc.strerror}. Check key_file.") from exc
    if not key:
        raise ConfigError(f"{path}: the key is empty. Put the server's key there.")
    return key


def network_of(box: str, line: Line, index: int) -> LineNetwork:
    """Return where the interface of line number *index* lives; its ports are its own in the whole box."""
    made = not line.netns
    name = f"pantau-{box}-{line.slot.replace('.', '-')}" if made else line.netns
    first = FIRST_PORT + index * PORTS_A_LINE
    ports = (first, first + PORTS_A_LINE - 1)
    return LineNetwork(name, line.interface, line.address, line.gateway, made, ports, line.slot)


def lock_data_dir(data_dir: Path, stack: ExitStack) -> None:
    """Make the folder and hold its lock until *stack* closes. Raises: BoxRefused."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = stack.enter_context((data_dir / "lock").open("a+", encoding="ascii"))
    except OSError as exc:
        err = failure("storage.not_writable", where=str(data_dir), detail=exc.strerror or str(exc))
        raise BoxRefused(err.text, err.text_id) from exc
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise _second_box(data_dir, lock) from exc
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _second_box(data_dir: Path, lock: TextIO) -> BoxRefused:
    lock.seek(0)
    pid = lock.read().strip() or "unknown"
    return BoxRefused(
        f"{data_dir} is in use by another pantau (process {pid}); stop that one first, "
        "or give this one its own data_dir",
        f"{data_dir} sedang dipakai pantau lain (proses {pid}); hentikan yang itu dahulu, "
        "atau beri data_dir tersendiri",
    )


def start_net(config: Config) -> NetHelper:
    """Fork the privileged helper, then give up this process's own capabilities. No thread may exist yet."""
    networks = {line.slot: network_of(config.box, line, index) for index, line in enumerate(config.line)}
    helper = start_helper(networks, worker_of(config, read_keys(config)))
    keep_only()
    return helper


def worker_of(config: Config, keys: tuple[bytes | None, ...], sockets: SocketsOf = plain_sockets) -> Worker:
    """Return the function that a forked worker runs inside its namespace; *sockets* is called before any
    test.
    """
    lines = {line.slot: line for line in config.line}
    template = read_template(config)
    code = load_code()

    def work(slot: str, control: socket.socket, cookie: int) -> int:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        line = lines[slot]
        tap = open_tap(config, line.interface)
        captures = open_captures(config, line.interface, code)
        setting = WorkerSetting(config, line, cookie, keys, sockets(slot), template)
        keep_only()
        asyncio.run(_serve(setting, tap, captures, control))
        return 0

    return work


def load_code() -> int:
    """Return the address of the capture loop's machine code, compiled before if need be; 0: there is none."""
    folder = usual_folder()
    prepare(folder)
    return load(code_file(folder))


async def _serve(
    setting: WorkerSetting, tap: LineTap | None, captures: LineCaptures, control: socket.socket
) -> None:
    peer: Peer[Order] = await connect(control, Order)
    await LineWorker(setting, tap, captures, peer).run()


def open_tap(config: Config, interface: str) -> LineTap | None:
    """Return the packet counter of *interface* in this namespace; None without CAP_NET_RAW."""
    return open_ring(interface, servers_of(config), ring_of(config), may_be_away=True)


def open_captures(config: Config, interface: str, code: int) -> LineCaptures:
    """Return what writes the capture files of *interface* in this namespace; *code*: machine_code.load."""
    ring = ring_of(config)
    try:
        sock = packets_of(servers_of(config), ring)
    except PermissionError:
        return LineCaptures(None)
    bound = Bound(interface, file_setting(ring), config.capture.max_s)
    return LineCaptures(CaptureSetting(sock, bound, config.capture.max_mib << 20, code))


def servers_of(config: Config) -> list[tuple[str, int]]:
    """Return address and port of every server."""
    parts = (server.address.rpartition(":") for server in config.server)
    return [(host.strip("[]"), int(port)) for host, _, port in parts]


def ring_of(config: Config) -> RingSetting:
    """Return the packet ring of each line."""
    return RingSetting(blocks=config.capture.ring_blocks, block_bytes=config.capture.block_kib * 1024)


def packets_of(servers: list[tuple[str, int]], setting: RingSetting) -> socket.socket:
    """Return a socket that receives flows to *servers* only. Raises: OSError."""
    return open_packet_socket(own_flows(servers, setting.snap_bytes))


def open_ring(
    interface: str, servers: list[tuple[str, int]], setting: RingSetting, *, may_be_away: bool = False
) -> LineTap | None:
    """Return a counter of flows to *servers* on *interface* ("" = each); None without CAP_NET_RAW.

    Raises: OSError, if there is no such interface and it may not be away.
    """
    try:
        return LineTap(PacketRing(interface, setting, packets_of(servers, setting), may_be_away=may_be_away))
    except PermissionError:
        return None


def assemble(
    config: Config,
    helper: NetHelper,
    watcher: Watcher,
    *,
    on_state: Callable[[BrokerState], None],
    on_notice: Callable[[Notice], None],
) -> Box:
    """Put the box together. Raises: OutboxError, ConfigError."""
    clock = SystemClock()
    receipts = ReceiptAge(clock.mono_s)
    outbox = Outbox.open(
        Path(config.data_dir) / "outbox.db",
        config.box,
        site=config.site,
        rng_hex=lambda: secrets.token_hex(EPOCH_BYTES),
        clock=clock.unix_ms,
    )
    publisher = Publisher(
        publisher_config(config, outbox.start_number),
        outbox,
        rng=random.random,
        clock_ms=clock.unix_ms,
        mono_s=clock.mono_s,
        on_state=on_state,
        on_notice=receipts.beside(on_notice),
    )
    keeper = Keeper(
        config,
        BudgetJournal(Path(config.data_dir) / "budget.jsonl"),
        now_utc=utc_now,
        trusted=lambda: read_clock_state().source != "none",
    )
    bench = Bench(config, outbox, clock, boot_id(), lambda: secrets.token_hex(NONCE_BYTES), keeper)
    voice = Voice(bench, publisher, Identity(version("pantau"), hardware()))
    desk = desk_maker(bench, receipts) if config.board.port else None
    return Box(Service(bench, helper, publisher, voice, watcher, desk), publisher, outbox)


def desk_maker(bench: Bench, receipts: ReceiptAge) -> MakeDesk:
    """Return what makes the desk of the probe board once the loop runs."""
    setting = DeskSetting(bench.config, bench.clock, bench.site, 1 + secrets.randbelow(1 << 30))
    return lambda lines, tell: BoardDesk(setting, lines, receipts, tell)


def publisher_config(config: Config, start_number: int) -> PublisherConfig:
    """Return where and as whom the box publishes. Raises: ConfigError."""
    try:
        broker = parse_broker(config.mqtt.url)
    except ValueError as exc:
        raise ConfigError(f"[mqtt] url: {exc}") from exc
    return PublisherConfig(
        broker=broker,
        province=config.province,
        regency=config.regency,
        box=config.box,
        start_number=start_number,
        username=config.mqtt.username,
        password_file=Path(config.mqtt.password_file) if config.mqtt.password_file else None,
        resend_s=config.mqtt.resend_s,
    )
