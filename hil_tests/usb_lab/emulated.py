"""Check "emulator": our emulator of the settings that netem has in the guest, judged by the same packets.

It runs on the host, before the guest starts: an emulated processor is no place for it. A run in which the
emulator was late by its own log is thrown away, before the packets are looked at.
"""

import secrets
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from hil_tests.bench import validity
from hil_tests.bench.errors import NoVerdict
from hil_tests.sims.operator_net import log
from hil_tests.sims.operator_net.children import ChildError
from hil_tests.sims.operator_net.lab import SERVER_ADDRESS, Lab
from hil_tests.sims.operator_net.log import Records
from hil_tests.sims.operator_net.namespaces import NetworkError, udp_socket
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting
from hil_tests.usb_lab.errors import UsbLabError
from hil_tests.usb_lab.findings import Done, End, Finding, Report
from hil_tests.usb_lab.opinion import DELAY_MS, LOSS, Opinion, judge, measure

CHECK, PORT, SEED = "emulator", 5002, 1
LINK = LinkSetting(name="opinion", up=DirectionSetting(delay_ms=DELAY_MS, loss=LOSS), down=DirectionSetting())


class Play(NamedTuple):
    """One run: what the packets say, and the emulator's log."""

    opinion: Opinion
    records: Records


def play() -> Play:
    """Run the emulator once. Raises: NetworkError, ChildError, OSError."""
    with tempfile.TemporaryDirectory(prefix="usb-lab-") as folder:
        with Lab(f"ul{secrets.token_hex(3)}", [LINK], Path(folder), client_netns=True, seed=SEED) as lab:
            sender, receiver = udp_socket(lab.client_namespaces[0]), udp_socket(lab.server_namespace)
            with sender, receiver:
                receiver.bind((SERVER_ADDRESS, PORT))
                opinion = measure(sender, receiver, (SERVER_ADDRESS, PORT))
        return Play(opinion, log.load(lab.log_path))


def look() -> Report:
    """Return what our emulator's packets say. Raises: UsbLabError."""
    started_s = time.monotonic()
    try:
        judged = validity.first_valid(play, lambda run: validity.judge(run.records).reasons)
    except (NetworkError, ChildError, NoVerdict, OSError) as error:
        raise UsbLabError(f"{CHECK}: {error}") from error
    findings: list[Finding] = list(judge(CHECK, "our emulator", judged.run.opinion))
    for reason in judged.invalid:
        print(f"{CHECK}: a run thrown away: {reason}", flush=True)
    end = End(CHECK, round(time.monotonic() - started_s, 1))
    return Report(tuple(findings), (end,), (Done(len(findings)),))
