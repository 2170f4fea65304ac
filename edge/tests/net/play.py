"""Played by the tests as a program of its own inside a namespace: lines and the helper, one word at a time.

play.py up|down LINE_JSON        bring one line up or take it down
play.py helper {SLOT: LINE_JSON} start the helper, then obey "up SLOT", "down SLOT", "wait SLOT" and "close"
play.py keep NUMBER...           keep only these capabilities and say what is left
"""

import json
import os
import signal
import socket
import sys

import msgspec

from edge.net.helper import HelperGone, start_helper
from edge.net.lines import LineDown, LineNetwork, bring_up, interfaces, take_down
from edge.net.netns import own_cookie
from edge.net.privileges import effective, keep_only


def line_of(plain: object) -> LineNetwork:
    return msgspec.convert(plain, LineNetwork)


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def work(slot: str, control: socket.socket, cookie: int) -> int:
    """Say who and where the worker is, and stay until the other end is gone; "mule" stays even then."""
    if slot == "mule":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    facts = {"pid": os.getpid(), "told": cookie, "own": own_cookie(), "links": interfaces()}
    control.sendall(json.dumps(facts).encode())
    control.recv(1)
    while slot == "mule":
        signal.pause()
    return 0


def helper(networks: dict[str, LineNetwork]) -> None:
    net = start_helper(networks, work)
    workers: dict[str, socket.socket] = {}
    say(helper=net.pid, cookie=own_cookie())
    for words in sys.stdin:
        order, _, slot = words.strip().partition(" ")
        try:
            if order == "up":
                workers[slot] = net.up(slot)
                say(ok=True, **json.loads(workers[slot].recv(65536)))
            elif order == "down":
                net.down(slot)
                say(ok=True)
            elif order == "wait":
                say(ok=True, rest=workers[slot].recv(1).decode())
            elif order == "close":
                net.close()
                say(ok=True)
        except (LineDown, HelperGone) as exc:
            say(ok=False, error=type(exc).__name__, text=str(exc))


def main(do: str, *rest: str) -> None:
    if do == "helper":
        helper({slot: line_of(line) for slot, line in json.loads(rest[0]).items()})
        return
    settled = False
    try:
        if do == "up":
            settled = bring_up(line_of(json.loads(rest[0])))
        elif do == "down":
            take_down(line_of(json.loads(rest[0])))
        else:
            keep_only(*map(int, rest))
        say(ok=True, left=effective(), settled=settled)
    except LineDown as exc:
        say(ok=False, error=type(exc).__name__, text=str(exc))


main(*sys.argv[1:])
