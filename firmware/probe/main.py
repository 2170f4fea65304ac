"""Starts the image. However that ends, the REPL comes up and the modems are on."""

import sys

import safe

SLOT = 0

try:
    sys.path.insert(0, "/slot%d" % SLOT)
    from probe.hal import program

    program.main(SLOT)
except BaseException as error:
    safe.modems_on()
    sys.print_exception(error)
