"""A command line taken apart (V.250 5.2, TS 27.007 4.2): basic commands in a row, extended ones by `;`."""

import re
from enum import Enum
from typing import NamedTuple


class CommandLineError(ValueError):
    """The line after AT does not fit the grammar."""


class Form(Enum):
    """The four forms of an extended command; basic commands are EXECUTE, or READ/SET for S registers."""

    EXECUTE = "execute"
    READ = "read"
    TEST = "test"
    SET = "set"


class Command(NamedTuple):
    """One command of a line: `name` in capitals, `value` as typed after the equals sign or the letter."""

    name: str
    form: Form
    value: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the comma-separated parameters without their quotes; an empty one is ''."""
        return split_parameters(self.value)

    @property
    def canonical(self) -> str:
        """Return the command in one spelling: capitals, no quotes; the key of literal rows and of delays."""
        mark = {Form.EXECUTE: "", Form.READ: "?", Form.TEST: "=?", Form.SET: "="}[self.form]
        return f"{self.name}{mark}{self.value}".upper().replace('"', "")


_REGISTER = re.compile(r"S(\d+)(\?|=\?|=(\d*))")
_BASIC = re.compile(r"(&?[A-Z])(\d*)")
_DIAL = re.compile(r"(D)(.*)")
_NAME = re.compile(r"[+^$#*%!][A-Z0-9_]+")


def split_parameters(text: str) -> tuple[str, ...]:
    """Return the parameters of *text*, split at commas outside quotes, quotes removed."""
    cells, inside = [""], False
    for char in text:
        if char == '"':
            inside = not inside
        elif char == "," and not inside:
            cells.append("")
        else:
            cells[-1] += char
    return tuple(cell.strip() for cell in cells)


def _end_of_extended(line: str, start: int) -> int:
    inside = False
    for position in range(start, len(line)):
        if line[position] == '"':
            inside = not inside
        elif line[position] == ";" and not inside:
            return position
    return len(line)


def _extended(text: str) -> Command:
    name = _NAME.match(text.upper())
    if not name:
        raise CommandLineError(text)
    rest = text[name.end() :].strip()
    if rest == "":
        return Command(name.group(), Form.EXECUTE)
    if rest == "?":
        return Command(name.group(), Form.READ)
    if rest == "=?":
        return Command(name.group(), Form.TEST)
    if rest.startswith("="):
        return Command(name.group(), Form.SET, rest[1:])
    raise CommandLineError(text)


def _basic(line: str, position: int) -> tuple[Command, int]:
    upper = line.upper()
    if register := _REGISTER.match(upper, position):
        form = {"?": Form.READ, "=?": Form.TEST}.get(register.group(2), Form.SET)
        return Command(f"S{register.group(1)}", form, register.group(3) or ""), register.end()
    if dial := _DIAL.match(upper, position):
        return Command("D", Form.EXECUTE, line[dial.start(2) : dial.end(2)]), dial.end()
    if basic := _BASIC.match(upper, position):
        return Command(basic.group(1), Form.EXECUTE, basic.group(2)), basic.end()
    raise CommandLineError(line[position:])


def split_line(line: str) -> tuple[Command, ...]:
    """Return the commands of *line*, the part after AT.

    Raises: CommandLineError, at the first character that starts no command.
    """
    commands, position = [], 0
    while position < len(line):
        if line[position] in " ;":
            position += 1
        elif line[position] in "+^$#*%!":
            end = _end_of_extended(line, position)
            commands.append(_extended(line[position:end]))
            position = end
        else:
            command, position = _basic(line, position)
            commands.append(command)
    return tuple(commands)
