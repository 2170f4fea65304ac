"""The loop's machine code: what it may refer to, for which machines it can be made, whom it is taken from."""

import mmap
import os
from pathlib import Path

import pytest

from edge.capture import machine_code
from edge.capture.compile import NotSelfContained, compile_loop, function_bytes
from edge.capture.machine_code import bind, code_file, load, prepare

RETURN_42 = {  # int f(): "mov eax, 42; ret" and "mov w0, #42; ret"
    "x86_64": bytes.fromhex("b82a000000c3"),
    "aarch64": bytes.fromhex("40058052c0035fd6"),
}


@pytest.mark.parametrize("triple", ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"])
def test_the_loop_refers_to_nothing_outside_itself_on_either_machine(triple):
    assert 200 < len(compile_loop(triple)) < 4096


def test_code_that_refers_to_something_outside_is_refused():
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    module = llvm.parse_assembly(
        "declare void @other()\n"
        "define void @own() { ret void }\n"
        "define void @f() { call void @other() ret void }"
    )
    target = llvm.Target.from_triple("x86_64-unknown-linux-gnu").create_target_machine(reloc="pic")
    elf = target.emit_object(module)
    assert function_bytes(elf, "own") == b"\xc3"  # ret
    with pytest.raises(NotSelfContained, match="f refers to something outside"):
        function_bytes(elf, "f")
    with pytest.raises(NotSelfContained, match="no function g"):
        function_bytes(elf, "g")


def test_code_is_mapped_to_be_run_and_not_to_be_written(tmp_path):
    path = tmp_path / "a.code"
    path.write_bytes(RETURN_42[os.uname().machine])
    path.chmod(0o600)
    address = load(path)
    maps = Path("/proc/self/maps").read_text(encoding="ascii")
    row = next(line for line in maps.splitlines() if str(path) in line)
    assert int(row.split("-")[0], 16) == address
    assert row.split()[1] == "r-xp"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_code_that_others_may_write_is_not_run(tmp_path, mode):
    path = tmp_path / "a.code"
    path.write_bytes(RETURN_42[os.uname().machine])
    path.chmod(mode)
    assert load(path) == 0


def test_no_file_and_an_empty_file_are_no_code(tmp_path):
    assert load(tmp_path / "a.code") == 0
    (tmp_path / "a.code").touch(mode=0o600)
    assert load(tmp_path / "a.code") == 0


def test_code_is_compiled_once(tmp_path, monkeypatch):
    code_file(tmp_path).write_bytes(b"\xc3")
    monkeypatch.setattr(machine_code, "COMPILER", "no.such.module")
    assert prepare(tmp_path) == ""
    code_file(tmp_path).unlink()
    assert "no.such.module" in prepare(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    assert f"cannot be compiled into {tmp_path / 'file' / 'x'}" in prepare(tmp_path / "file" / "x")


def test_plain_python_says_how_far_it_came():
    ring, out = mmap.mmap(-1, 4096), bytearray(4096)
    assert bind(0, ring, out)(48, 0, 100) == (0, 0)
