"""Which image runs. In the root; the modules of the logic it needs stand in /loader, apart from any slot."""

import sys

import disk

LOADER = "/loader"


def choose() -> int:
    """Return the slot to run, its boot counted; -1 if no image is whole."""
    sys.path.insert(0, LOADER)
    try:
        from probe.logic.images import Images

        return Images(disk.Disk()).boot(may_write=disk.may_write())
    finally:
        sys.path.remove(LOADER)
        for name in list(sys.modules):  # the image has its own
            if name.startswith("probe"):
                del sys.modules[name]
