"""Makes the VM a board: modules in place, flash at `/`, a file run as a board runs boot.py and main.py."""

import _board
import micropython
import sys
import vfs

import flash


MAIN = [{}]  # the names of the prompt


def _run_file(name):
    with open("/" + name) as file:
        text = file.read()
    scope = MAIN[0]
    micropython.kbd_intr(3)
    if name == "main.py":
        _board.listens()  # what is typed before would be read by nobody
    try:
        exec(compile(text, name, "exec"), scope)
    except BaseException as error:
        if not isinstance(error, SystemExit):
            sys.print_exception(error)
    finally:
        micropython.kbd_intr(-1)


vfs.umount("/")
vfs.mount(flash.Flash(), "/")
sys.path[:] = ["", ".frozen", "/lib"]
