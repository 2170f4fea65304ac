"""Chooses an image and starts it. However that ends, the REPL comes up and the modems are on."""

import sys

import safe

try:
    import choose

    SLOT = choose.choose()
    if SLOT < 0:
        safe.modems_on()
        print("probe: no image is whole; modems are on; copy one and reset")
    else:
        sys.path.insert(0, "/slot%d" % SLOT)
        from probe.hal import program

        program.main(SLOT)
except BaseException as error:
    safe.modems_on()
    sys.print_exception(error)
