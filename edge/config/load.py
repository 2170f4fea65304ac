"""Read the configuration: every mistake is named with file, line, and what was probably meant.

ConfigError is the only error that leaves this room.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping

import msgspec

from edge.config.model import Config, Line

LABEL = re.compile(r"[a-z0-9-]+")
"""What may stand in an MQTT topic level of ours (contract.md, Topics)."""


class ConfigError(ValueError):
    """The configuration cannot be used; the text says file, line, what is wrong and what to do."""


def load_config(text: str, *, where: str) -> Config:
    """Return the Config of TOML *text*; *where* is the file's name for the error text.

    Raises: ConfigError.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(f"{where}: not valid TOML: {exc}. Mend that line; nothing was changed.") from exc
    for table, key in _unknown_keys(tree, Config, ""):
        raise ConfigError(_unknown_key_text(text, where, table, key))
    try:
        config = msgspec.convert(tree, Config)
    except msgspec.ValidationError as exc:
        raise ConfigError(
            f"{where}: {_path_in_words(str(exc))}. Compare with docs/interfaces.md section 1."
        ) from exc
    _check(config, where)
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
    tree: Mapping[str, object], struct: type[msgspec.Struct], table: str
) -> Iterator[tuple[str, str]]:
    """Yield (table, key) of each key that no field of *struct* has."""
    fields = _fields(struct)
    for key, value in tree.items():
        if key not in fields:
            yield table, key
            continue
        inner = _struct_of(fields[key])
        for part in value if isinstance(value, list) else [value]:
            if inner is not None and isinstance(part, dict):
                yield from _unknown_keys(part, inner, key)


def _known_keys(table: str) -> list[str]:
    kind = _fields(Config).get(table) if table else Config
    struct = _struct_of(kind)
    return list(_fields(struct)) if struct else []


def _unknown_key_text(text: str, where: str, table: str, key: str) -> str:
    line = line_of_key(text, table, key)
    near = difflib.get_close_matches(key, _known_keys(table), n=1, cutoff=0.4)
    room = f" in [{table}]" if table else ""
    hint = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(_known_keys(table))}"
    return f'{where}:{line}: unknown key "{key}"{room}; {hint} Mend the key; nothing was changed.'


def line_of_key(text: str, table: str, key: str) -> int:
    """Return the 1-based line on which *key* is set within [table] or [[table]] ("" = above all tables); 0
    if nowhere.
    """
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?", line):
            current = header[1]
            if current == key and not table:
                return number
        elif current == table and re.match(rf'\s*"?{re.escape(key)}"?\s*[=.]', line):
            return number
    return 0


def _path_in_words(message: str) -> str:
    """Turn msgspec's "... - at `$.line[...].slot`" into a sentence a technician can follow."""
    return message.replace(" - at `$.", " (at `").replace("`$`", "the top of the file") + (
        ")" if "`$." in message else ""
    )


def _check(config: Config, where: str) -> None:
    for name, value in (("box", config.box), ("province", config.province), ("regency", config.regency)):
        if not LABEL.fullmatch(value):
            raise ConfigError(
                f'{where}: {name} = "{value}" is part of MQTT topics: use only a-z, 0-9 and "-".'
            )
    if not config.server:
        raise ConfigError(f"{where}: no [[server]]: name at least one measurement server.")
    if not config.line:
        raise ConfigError(f"{where}: no [[line]]: describe at least one modem.")
    slots = [line.slot for line in config.line]
    for slot in slots:
        if slots.count(slot) > 1:
            raise ConfigError(
                f'{where}: slot "{slot}" is named by two [[line]] tables; each place holds one modem.'
            )
    for line in config.line:
        _check_line(line, where)


def _check_line(line: Line, where: str) -> None:
    if bool(line.interface) == bool(line.netns):
        raise ConfigError(
            f'{where}: [[line]] with slot "{line.slot}": give either interface (the box makes the namespace) '
            "or netns (it exists already), not both and not neither."
        )
