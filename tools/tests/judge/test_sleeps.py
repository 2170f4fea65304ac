"""A fixed sleep is found; a poll until a deadline is none."""

import ast

import pytest

from tools.judge.sleeps import fixed_sleeps


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("import time\ntime.sleep(1)\n", [2]),
        ("async def test():\n    await asyncio.sleep(0.5)\n", [2]),
        ("from time import sleep\nsleep(3)\n", [2]),
        ("while not done():\n    time.sleep(0.01)\n", []),
        ("async def test():\n    await asyncio.sleep(0)\n", []),
        ("time.sleep(pause_s)\n", []),
    ],
)
def test_fixed_sleeps(code, lines):
    assert list(fixed_sleeps(ast.parse(code))) == lines
