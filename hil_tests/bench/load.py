"""Read a bench file: every mistake at once, each with file and line, what is allowed, what was meant."""

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec

from edge.config.places import at, line_of_key, line_of_syntax_error, line_of_violation
from hil_tests.bench.backends.simulators import PERSONALITIES
from hil_tests.bench.capability import HARDWARE_ONLY, NAMES, OF_BENCH
from hil_tests.bench.errors import BenchFileError
from hil_tests.bench.model import ACTS, TIERS, BenchFile, Limits, ModemRow

BENCH_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
SLOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
USB_PATH = re.compile(r"\d+-\d+(\.\d+)*")
SERVER = re.compile(r"(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):\d{1,5}")
PLAIN_FAULTS = ("inject:unplug", "inject:clock-step")
TABLES: Mapping[str, type[msgspec.Struct]] = {"": BenchFile, "modem": ModemRow, "limits": Limits}


class Place:
    """Where something stands in one file's text."""

    def __init__(self, text: str, where: str) -> None:
        self._text, self._where = text, where

    def at(self, key: str, table: str = "", number: int = 0) -> str:
        """Return "file:line" of *key* in the *number*-th *table*."""
        return at(self._where, line_of_key(self._text, table, key, number))


Report = Callable[[str], None]


def load_bench(path: Path) -> BenchFile:
    """Return the bench of file *path*. Raises: BenchFileError, with every mistake of the first stage that has
    any (syntax; keys; types; values).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise BenchFileError([f"{path}: cannot be read ({exc}); name an existing bench file"]) from exc
    return parse_bench(text, where=str(path))


def parse_bench(text: str, *, where: str) -> BenchFile:
    """Return the bench of TOML *text*; *where* is the file's name. Raises: BenchFileError."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise BenchFileError(
            [f"{at(where, line_of_syntax_error(str(exc)))}: not valid TOML: {exc}; mend that line"]
        ) from exc
    if mistakes := list(_unknown_keys(tree, Place(text, where))):
        raise BenchFileError(mistakes)
    try:
        bench = msgspec.convert(tree, BenchFile)
    except msgspec.ValidationError as exc:
        place = at(where, line_of_violation(text, str(exc)))
        raise BenchFileError([f"{place}: {exc}; compare with docs/bench.md"]) from exc
    if mistakes := list(_mistakes(bench, Place(text, where))):
        raise BenchFileError(mistakes)
    return bench


def nearest(word: str, known: Collection[str]) -> str:
    """Return 'did you mean "x"?', or the list of what is *known*."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"


def _unknown_keys(tree: Mapping[str, object], place: Place) -> Iterator[str]:
    for table, number, keys in _tables(tree):
        known = [field.name for field in msgspec.structs.fields(TABLES[table])]
        room = f" in [{table}]" if table else ""
        for key in keys:
            if key not in known:
                yield f'{place.at(key, table, number)}: unknown key "{key}"{room}; {nearest(key, known)}'


def _tables(tree: Mapping[str, object]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield (table, its number among those of its name, its keys)."""
    yield "", 0, list(tree)
    limits, modems = tree.get("limits"), tree.get("modem")
    if isinstance(limits, dict):
        yield "limits", 0, list(limits)
    for number, modem in enumerate(modems if isinstance(modems, list) else []):
        if isinstance(modem, dict):
            yield "modem", number, list(modem)


def _mistakes(bench: BenchFile, place: Place) -> Iterator[str]:
    if not BENCH_NAME.fullmatch(bench.name):
        yield f'{place.at("name")}: name = "{bench.name}": use a-z, 0-9 and "-", at most 32'
    if (bench.backend == "sim") != (bench.tier == "sim") and bench.backend == "sim":
        yield f'{place.at("tier")}: tier = "{bench.tier}": simulators are tier "sim", whatever they grant'
    if not bench.modem:
        yield f"{place.at('modem')}: no [[modem]]: describe at least one"
    yield from _grants(bench, bench.grants, place.at("grants"))
    for act in bench.free:
        if act not in ACTS:
            yield f'{place.at("free")}: free = "{act}" is no act; {nearest(act, ACTS)}'
    if bench.free and bench.tier == "hardware":
        yield f"{place.at('free')}: nothing is free on real modems; give --allow on the command line"
    yield from _limits(bench.limits, place)
    yield from _doubles(bench, place)
    for number, row in enumerate(bench.modem):
        yield from _modem(bench, row, number, place)


def _grants(bench: BenchFile, grants: tuple[str, ...], where: str) -> Iterator[str]:
    for name in grants:
        if name not in NAMES:
            yield f'{where}: grants "{name}", which is no capability; {nearest(name, NAMES)}'
        elif name in HARDWARE_ONLY and bench.tier != "hardware":
            yield f'{where}: grants "{name}", which only real modems can (tier = "hardware")'
        elif bench.backend == "plain" and name.startswith("inject:") and name not in PLAIN_FAULTS:
            allowed = ", ".join(PLAIN_FAULTS)
            yield f'{where}: grants "{name}"; through a plain port only these can be caused: {allowed}'


def _limits(limits: Limits, place: Place) -> Iterator[str]:
    for key in limits.__struct_fields__:
        span = getattr(limits, key)
        if isinstance(span, tuple) and not span[0] <= span[1]:
            yield f"{place.at(key, 'limits')}: {key} = [{span[0]:g}, {span[1]:g}]: write [lowest, highest]"


def _doubles(bench: BenchFile, place: Place) -> Iterator[str]:
    for key in ("slot", "imei", "at_port", "usb_path"):
        found = sorted((getattr(row, key), number) for number, row in enumerate(bench.modem))
        for (first, _), (second, number) in pairwise(found):
            if first == second and first:
                yield f'{place.at(key, "modem", number)}: {key} "{second}" is given twice; each has its own'


def _modem(bench: BenchFile, row: ModemRow, number: int, place: Place) -> Iterator[str]:
    def where(key: str) -> str:
        return place.at(key, "modem", number)

    yield from _grants(bench, row.grants, where("grants"))
    for name in sorted(OF_BENCH & set(row.grants)):
        yield f'{where("grants")}: "{name}" is of the bench, not of one modem; grant it at the top'
    for key, pattern, allowed in (
        ("slot", SLOT, 'letters, digits, ".", "_" and "-"'),
        ("usb_path", USB_PATH, 'a USB path as in /sys/bus/usb/devices, e.g. "1-1.2"'),
        ("plmn", re.compile(r"\d{5,6}"), "MCC and MNC, five or six digits"),
        ("server", SERVER, "ADDRESS:PORT of a pantau-server"),
    ):
        value = getattr(row, key)
        if (value or key == "slot") and not pattern.fullmatch(value):
            yield f'{where(key)}: {key} = "{value}": write {allowed}'
    if fault := imei_fault(row.imei):
        yield f'{where("imei")}: imei = "{row.imei}": {fault}'
    yield from _reach(bench, row, where)
    yield from _needed(bench, row, where)


def imei_fault(imei: str) -> str:
    """Return what is wrong with *imei*, "" if nothing (15 digits, a Luhn check digit: TS 23.003 6.2.1)."""
    if not re.fullmatch(r"[0-9]{15}", imei):
        return "write the 15 digits of AT+CGSN, also printed on the modem"
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(imei)]
    if sum(value - 9 if value > 9 else value for value in doubled) % 10:
        return "its check digit is wrong; read it again"
    return ""


def _reach(bench: BenchFile, row: ModemRow, where: Callable[[str], str]) -> Iterator[str]:
    """How the modem is reached: simulators by personality, others by a path or a USB place."""
    if bench.backend == "sim":
        if row.personality not in PERSONALITIES:
            yield (
                f'{where("personality")}: personality = "{row.personality}"; '
                f"{nearest(row.personality, PERSONALITIES)}"
            )
        for key in ("at_port", "usb_path", "netns", "server", "power_off", "power_on"):
            if getattr(row, key):
                yield f"{where(key)}: {key}: the sim backend makes its own; leave it out"
        return
    if row.personality or row.seed:
        yield f"{where('personality')}: personality and seed are for the sim backend; leave them out"
    if bool(row.at_port) == bool(row.usb_path):
        yield f"{where('at_port')}: give either at_port (a path) or usb_path, from which the port is found"
    if bool(row.power_off) != bool(row.power_on):
        yield f"{where('power_off')}: power_off and power_on belong together"


def _needed(bench: BenchFile, row: ModemRow, where: Callable[[str], str]) -> Iterator[str]:
    """What a granted capability needs in the row, on benches that do not make it themselves."""
    if bench.backend == "sim":
        return
    granted = bench.granted(row)
    for capability, key in (
        ("power.cut", "power_off"),
        ("inject:unplug", "power_off"),
        ("usb.identity", "usb_path"),
        ("net.data", "netns"),
        ("net.data", "server"),
        ("modem.sms", "sms_to"),
    ):
        if capability in granted and not getattr(row, key):
            yield f'{where(key)}: "{capability}" is granted, so {key} must be given'


__all__ = ["TIERS", "imei_fault", "load_bench", "nearest", "parse_bench"]
