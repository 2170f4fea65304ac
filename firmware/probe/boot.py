"""Runs first, also after a soft reset. Nothing here waits: a boot.py that blocks bricks the board."""

import safe

safe.bridge()
