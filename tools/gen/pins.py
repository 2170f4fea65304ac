"""The pin tables of the boards, joined with what each signal is wired to."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from boards.chips import CHIPS
from boards.signals import SIGNALS, Signal

ROOT = Path(__file__).resolve().parents[2]
BOARDS = ("pico", "pico2", "carrier")


class Wire(NamedTuple):
    """One pin of one board and where it goes; *header* is "-" where there is none."""

    label: str
    gpio: int
    header: str
    kind: str
    far: str
    text: str
    when_undriven: str


def pins_of(board: str) -> dict[str, int | str | tuple[int, ...]]:
    """Return {name: value} of a board's pins.py."""
    names = runpy.run_path(str(ROOT / f"firmware/boards/{board}/pins.py"))
    return {name: value for name, value in names.items() if name.isupper()}


def gpios_of(board: str, signal: Signal) -> tuple[int, ...]:
    """Return the GPIOs of *signal*: several for one that each modem has.

    Raises: KeyError, if pins.py does not have it.
    """
    value = pins_of(board)[signal.name]
    if isinstance(value, str):
        raise TypeError(f"{signal.name} of {board} is no pin: {value!r}")
    return value if isinstance(value, tuple) else (value,)


def wires_of(board: str) -> Iterator[Wire]:
    """Yield every wire of *board*, in the signals' order."""
    chip = CHIPS[board]
    for signal in SIGNALS:
        gpios = gpios_of(board, signal)
        for index, gpio in enumerate(gpios):
            label = f"{signal.name} {index}" if len(gpios) > 1 else signal.name
            header = str(chip.header.get(gpio, "-"))
            text = signal.wire.replace("{n}", str(index))
            yield Wire(label, gpio, header, signal.kind, signal.far, text, signal.when_undriven)
