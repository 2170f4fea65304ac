"""The USB lab's kernel: which package it is."""

import pytest

from tools.judge.kernel import kernel_package
from tools.judge.programs import ProgramsError

# Heard: apt-cache 2.6.1 (Debian 12), depends linux-image-amd64
DEPENDS = "linux-image-amd64\n  Depends: linux-image-6.1.0-50-amd64\n"


def test_the_package_that_holds_the_kernel_is_found():
    assert kernel_package(DEPENDS) == "linux-image-6.1.0-50-amd64"


@pytest.mark.parametrize("text", ["", "linux-image-amd64\n", "<linux-image-amd64>\n"])
def test_a_machine_without_such_a_package_is_told(text):
    with pytest.raises(ProgramsError, match=r"names no kernel behind linux-image-amd64: is amd64 a source\?"):
        kernel_package(text)
