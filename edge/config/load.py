"""Read the configuration: every mistake is named with file, line, and what was probably meant.

ConfigError is the only error that leaves this room.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_interface

import msgspec

from edge.config.model import Config, Line
from edge.config.places import at, line_of_key, line_of_syntax_error, line_of_violation
from edge.schema.errors import BadName
from edge.schema.names import check_level, line_of_slot

EXAMPLES = {"address": "192.168.8.100/24", "gateway": "192.168.8.1"}
"""What to write instead, for the errors of a line's addresses."""


class ConfigError(ValueError):
    """The configuration cannot be used; the text says file, line, what is wrong and what to do."""


def load_config(text: str, *, where: str) -> Config:
    """Return the Config of TOML *text*; *where* is the file's name for the error text.

    Raises: ConfigError.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        place = at(where, line_of_syntax_error(str(exc)))
        raise ConfigError(f"{place}: not valid TOML: {exc}. Mend that line; nothing was changed.") from exc
    for table, number, key in _unknown_keys(tree, Config, ""):
        line = line_of_key(text, table, key, number)
        raise ConfigError(f"{at(where, line)}: {_unknown_key_text(table, key)}")
    try:
        config = msgspec.convert(tree, Config)
    except msgspec.ValidationError as exc:
        place = at(where, line_of_violation(text, str(exc)))
        raise ConfigError(
            f"{place}: {_path_in_words(str(exc))}. Compare with docs/interfaces.md section 1."
        ) from exc
    _check(config, text, where)
    return config


def _fields(struct: type[msgspec.Struct]) -> dict[str, object]:
    return {field.name: field.type for field in msgspec.structs.fields(struct)}


def _struct_of(kind: object) -> type[msgspec.Struct] | None:
    """Return the Struct in a field's type: Server itself, or the item of tuple[Server, ...]."""
    for candidate in (kind, *getattr(kind, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate
    return None


def _unknown_keys(
    tree: Mapping[str, object], struct: type[msgspec.Struct], table: str, number: int = 0
) -> Iterator[tuple[str, int, str]]:
    """Yield (table, its number among those of its name, key) of each key that no field of *struct* has."""
    fields = _fields(struct)
    for key, value in tree.items():
        if key not in fields:
            yield table, number, key
            continue
        inner = _struct_of(fields[key])
        for place, part in enumerate(value if isinstance(value, list) else [value]):
            if inner is not None and isinstance(part, dict):
                yield from _unknown_keys(part, inner, key, place)


def _known_keys(table: str) -> list[str]:
    kind = _fields(Config).get(table) if table else Config
    struct = _struct_of(kind)
    return list(_fields(struct)) if struct else []


def _unknown_key_text(table: str, key: str) -> str:
    near = difflib.get_close_matches(key, _known_keys(table), n=1, cutoff=0.4)
    room = f" in [{table}]" if table else ""
    hint = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(_known_keys(table))}."
    return f'unknown key "{key}"{room}; {hint} Mend the key; nothing was changed.'


def _path_in_words(message: str) -> str:
    """Turn msgspec's "... - at `$.line[...].slot`" into a sentence a technician can follow."""
    return message.replace(" - at `$.", " (at `").replace("`$`", "the top of the file") + (
        ")" if "`$." in message else ""
    )


def _check(config: Config, text: str, where: str) -> None:
    for name, value in (("box", config.box), ("province", config.province), ("regency", config.regency)):
        try:
            check_level(value, name)
        except BadName as exc:
            place = at(where, line_of_key(text, "", name))
            raise ConfigError(f"{place}: {exc}, for it is part of MQTT topics.") from exc
    if not config.server:
        raise ConfigError(f"{where}: no [[server]]: name at least one measurement server.")
    if not config.line:
        raise ConfigError(f"{where}: no [[line]]: describe at least one modem.")
    for number, server in enumerate(config.server):
        if not _is_endpoint(server.address):
            raise ConfigError(
                f'{at(where, line_of_key(text, "server", "address", number))}: address = "{server.address}": '
                "write IP address and port, e.g. 198.51.100.10:8620 or [2001:db8::10]:8620."
            )
    _check_slots([line.slot for line in config.line], text, where)
    _check_switches(config, text, where)
    for number, line in enumerate(config.line):
        _check_line(line, text, where, number)


def _check_switches(config: Config, text: str, where: str) -> None:
    slots, named = {line.slot for line in config.line}, [slot for slot in config.board.switches if slot]
    for slot in named:
        if slot not in slots or named.count(slot) > 1:
            place = at(where, line_of_key(text, "board", "switches"))
            raise ConfigError(
                f'{place}: switches: "{slot}": write the slot of one [[line]] per switch, each once, '
                '"" where no modem is behind a switch.'
            )


def _is_endpoint(address: str) -> bool:
    """Return whether *address* is IPV4:PORT or [IPV6]:PORT; names are not resolved inside a line."""
    host, _, port = address.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if (":" in bare) != (bare != host) or not port.isascii() or not port.isdigit():
        return False
    try:
        ip_address(bare)
    except ValueError:
        return False
    return 0 < int(port) < 65536


def _check_slots(slots: list[str], text: str, where: str) -> None:
    names: list[str] = []
    for number, slot in enumerate(slots):
        place = at(where, line_of_key(text, "line", "slot", number))
        try:
            names.append(line_of_slot(slot))
        except BadName as exc:
            raise ConfigError(f'{place}: slot = "{slot}": write the USB path, e.g. "1-1.1".') from exc
        if names[number] in names[:number]:
            raise ConfigError(
                f'{place}: slot "{slot}" is named by two [[line]] tables; each place holds one modem.'
            )


def _check_line(line: Line, text: str, where: str, number: int) -> None:
    room = f'[[line]] with slot "{line.slot}"'
    if bool(line.interface) == bool(line.netns):
        place = at(where, line_of_key(text, "line", "slot", number))
        raise ConfigError(
            f"{place}: {room}: give either interface (the box makes the namespace) "
            "or netns (it exists already), not both and not neither."
        )
    for key, value, parse in (("address", line.address, ip_interface), ("gateway", line.gateway, ip_address)):
        try:
            parse(value or "0.0.0.0")
        except ValueError as exc:
            place = at(where, line_of_key(text, "line", key, number))
            raise ConfigError(f"{place}: {room}: {key}: {exc}; write e.g. {EXAMPLES[key]}.") from exc
