"""The compiler of the capture loop: `python -m edge.capture.compile FILE` writes its machine code to FILE.

numba translates blocks.copy_packets, LLVM writes it for this kind of machine, and what is kept is the bytes
of that one function: they refer to nothing outside themselves, which is checked. It takes a second and
200 MB, once; a capture then needs neither numba nor numpy. Source: System V ABI, ELF-64 object files
(sections, symbols, relocations).
"""

import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, cast

import llvmlite.binding as llvm
import numba
from numba import types

from edge.capture.blocks import copy_packets

SYMBOLS, RELOCATIONS_WITH_ADDEND = 2, 4
FUNCTION = 2
WRAPPER = "cfunc."  # numba's name of the function for C callers; the function itself is called by it

_HEADER = struct.Struct("<40xQ10xHHH")  # offset of the section table; its entry size, entries, names' section
_SECTION = struct.Struct("<II16xQQIIQQ")  # name, type, offset, size, link, info, alignment, entry size
_SYMBOL = struct.Struct("<IBxHQQ")  # name, info, section, value, size
_RELOCATION = struct.Struct("<QQq")


class NotSelfContained(Exception):
    """The compiled function refers to something outside itself and cannot be kept as plain bytes."""


class Section(NamedTuple):
    """One row of the section table."""

    name: int
    kind: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_bytes: int


def compile_loop(triple: str = "") -> bytes:
    """Return the machine code of the loop for *triple*, by default for this machine.

    Called as int32 f(int64 *packets, void **, ring, at, packets, out, room, told) (numba's native calling
    convention: the result through the first pointer, 0 returned). Raises: NotSelfContained.
    """
    pointer = cast("Callable[[types.Type], types.Type]", types.CPointer)
    words, number = pointer(types.uint32), types.int64
    signature = number(words, number, number, words, number, pointer(number))
    function = numba.cfunc(signature)(copy_packets)
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    module = llvm.parse_assembly(function.inspect_llvm())
    target = llvm.Target.from_triple(triple or llvm.get_process_triple())
    machine = target.create_target_machine(opt=3, reloc="pic", codemodel="small")
    module.triple, module.data_layout = target.triple, str(machine.target_data)
    return function_bytes(machine.emit_object(module), function.native_name.removeprefix(WRAPPER))


def function_bytes(elf: bytes, name: str) -> bytes:
    """Return the bytes of function *name* in an object file. Raises: NotSelfContained."""
    sections = list(_sections(elf))
    index, value, size = _find(elf, sections, name)
    for section in sections:
        if section.kind == RELOCATIONS_WITH_ADDEND and section.info == index:
            for offset, _, _ in _RELOCATION.iter_unpack(_body(elf, section)):
                if value <= offset < value + size:
                    raise NotSelfContained(f"{name} refers to something outside at byte {offset - value}")
    start = sections[index].offset + value
    return elf[start : start + size]


def _find(elf: bytes, sections: list[Section], name: str) -> tuple[int, int, int]:
    """Return (section, place in it, size) of function *name*."""
    table = next(section for section in sections if section.kind == SYMBOLS)
    names = sections[table.link].offset
    for label, info, index, value, size in _SYMBOL.iter_unpack(_body(elf, table)):
        at = names + label
        if info & 0xF == FUNCTION and elf[at : elf.index(b"\0", at)] == name.encode():
            return index, value, size
    raise NotSelfContained(f"the object file has no function {name}")


def _sections(elf: bytes) -> Iterator[Section]:
    table, entry_bytes, entries, _ = _HEADER.unpack_from(elf)
    for number in range(entries):
        yield Section(*_SECTION.unpack_from(elf, table + number * entry_bytes))


def _body(elf: bytes, section: Section) -> bytes:
    return elf[section.offset : section.offset + section.size]


def main() -> None:
    """Write the machine code to the file named by the first argument."""
    Path(sys.argv[1]).write_bytes(compile_loop())


if __name__ == "__main__":
    main()
