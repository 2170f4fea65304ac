"""The guest's first root: the archive, byte by byte, the order of modules, the settings of init."""

import lzma
import subprocess

import pytest

from hil_tests.usb_lab.cpio import DATA, FOLDER, Entry, encode_archive
from hil_tests.usb_lab.errors import MissingPart
from hil_tests.usb_lab.image import only_one, settings
from hil_tests.usb_lab.modules import ModuleFolder, parse_depends, plan_loading

# kernel 6.1, Documentation/driver-api/early-userspace/buffer-format.rst: 6 bytes of magic, then 13 fields of
# 8 hexadecimal digits: ino mode uid gid nlink mtime filesize maj min rmaj rmin namesize chksum
FOLDER_HEAD = (
    "070701 00000001 000041ed 00000000 00000000 00000002 00000000 00000000"
    " 00000000 00000000 00000000 00000000 00000004 00000000"
)
FILE_HEAD = (
    "070701 00000002 000081a4 00000000 00000000 00000001 00000000 00000005"
    " 00000000 00000000 00000000 00000000 00000002 00000000"
)
LAST_HEAD = (
    "070701 00000003 00000000 00000000 00000000 00000001 00000000 00000000"
    " 00000000 00000000 00000000 00000000 0000000b 00000000"
)
ARCHIVE = f"{FOLDER_HEAD}bin\0\0\0{FILE_HEAD}a\0hello\0\0\0{LAST_HEAD}TRAILER!!!\0\0\0\0".replace(
    " ", ""
).encode()


def test_archive_is_the_kernels_format():
    assert encode_archive([Entry("bin", FOLDER), Entry("a", DATA, b"hello")]) == ARCHIVE


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (b"\x7fELF\0license=GPL\0depends=usbcore,udc-core\0retpoline=Y\0", ("usbcore", "udc_core")),
        (b"\0depends=\0intree=Y\0", ()),  # veth of Debian's 6.1.0-50: depends on nothing
        (b"no modinfo", ()),
    ],
)
def test_dependencies_are_read_from_the_module(module, names):
    assert parse_depends(module) == names


def test_each_module_comes_once_and_after_what_it_needs():
    needs = {"option": ("usbserial", "usbcore"), "usbserial": ("usbcore",), "usbcore": ("usb_common",)}
    planned = plan_loading(["option", "usbcore"], lambda name: needs.get(name, ()))
    assert planned == ["usb_common", "usbcore", "usbserial", "option"]


def test_modules_are_found_under_either_spelling_and_unpacked(tmp_path):
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel/cdc-acm.ko.xz").write_bytes(lzma.compress(b"\0depends=usbcore\0"))
    modules = ModuleFolder(tmp_path)
    assert modules.read("cdc_acm") == b"\0depends=usbcore\0"
    assert modules.depends("cdc_acm") == ("usbcore",)
    with pytest.raises(MissingPart, match=r"has no module option: remove build/usb-lab and run again"):
        modules.read("option")


def test_settings_survive_the_shell(tmp_path):
    text = settings(tmp_path / "a b/python", tmp_path, {"HOME": "/x y", "Q": "it's"}, ["driver", "unplug"])
    script = f'{text}printf \'%s|\' "$LAB_PYTHON" "$LAB_CHECKS"; eval "printf \'%s|\' $LAB_ENVIRONMENT"'
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == f"{tmp_path}/a b/python|driver unplug|HOME=/x y|Q=it's|"


def test_a_folder_without_a_kernel_is_named(tmp_path):
    with pytest.raises(MissingPart, match=r"holds 0 of boot/vmlinuz-\*, not 1"):
        only_one(tmp_path, "boot/vmlinuz-*")
