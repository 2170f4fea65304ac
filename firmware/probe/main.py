"""Chooses an image and starts it. However that ends, the REPL comes up and the modems are on.

Only an image that was not confirmed yet is left by a reset: after three boots the old one is back.
"""

import sys

import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ON_FAILURE: "list[Callable[[], None]]" = []

try:
    import choose

    SLOT, CONFIRMED = choose.choose()
    if SLOT < 0:
        safe.modems_on()
        print("probe: no image is whole; modems are on; copy one and reset")
    else:
        if not CONFIRMED:
            ON_FAILURE.append(choose.fail_trial)
            choose.begin_trial()
        sys.path.insert(0, "/slot%d" % SLOT)
        from probe.hal import program

        program.main(SLOT)
except KeyboardInterrupt as error:
    safe.modems_on()
    sys.print_exception(error)
except BaseException as error:
    safe.modems_on()
    sys.print_exception(error)
    for act in ON_FAILURE:
        act()
