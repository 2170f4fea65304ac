"""gammu, which knows nothing of us, must get the seed's values out of the simulated modem.

What gammu prints is gammu's own decoding: its MCC table, its PDU decoder, its time zones.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from hil_tests.sims.network.identity import Identity, draw_identity
from hil_tests.sims.network.profile import Profile

pytestmark = pytest.mark.slow  # gammu pauses a second after each reset it asks for

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60
SEEDS = (1, 4711)


def gammu_path() -> str:
    """Return the path of gammu; without it the test fails, it does not skip."""
    path = shutil.which("gammu")
    if path is None:
        pytest.fail("gammu is not on PATH: `make programs` puts it in build/apt, `apt-get install gammu` too")
    return path


@dataclass(frozen=True)
class Phone:
    """A running simulated modem and the means to let gammu at it."""

    seed: int
    folder: Path

    @property
    def own(self) -> Identity:
        """Return what was drawn from the seed."""
        return draw_identity(Random(f"{self.seed} identity"), Profile())

    def gammu(self, *words: str) -> str:
        """Return what gammu prints; it must end with 0."""
        ended = subprocess.run(
            [gammu_path(), "-c", str(self.folder / "gammurc"), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def truths(self) -> list[object]:
        """Return the truth of every reply logged so far."""
        lines = (self.folder / "log.jsonl").read_text().splitlines()
        return [json.loads(line)["truth"] for line in lines]


@pytest.fixture(params=SEEDS)
def phone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phone]:
    """Start a modem of the seed, with a gammurc that points to it."""
    gammu_path()
    link, seed = tmp_path / "modem", int(request.param)
    (tmp_path / "gammurc").write_text(f"[gammu]\ndevice = {link}\nconnection = at115200\n")
    words = ["-m", "hil_tests.sims.at_modem", "--link", str(link), "--seed", str(seed)]
    words += ["--log", str(tmp_path / "log.jsonl")]
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"READY {link}\n"
            yield Phone(seed, tmp_path)
        finally:
            process.send_signal(signal.SIGTERM)


def test_identify_and_network(phone: Phone) -> None:
    """Identity, registration and operator are the seed's."""
    own = phone.own
    identity = phone.gammu("identify")
    assert re.search(r"Manufacturer +: Quectel\n", identity)
    assert re.search(rf"IMEI +: {own.imei}\n", identity)
    assert re.search(rf"SIM IMSI +: {own.imsi}\n", identity)
    network = phone.gammu("networkinfo")
    assert "Network state        : home network" in network
    # "Indonesia" is out of gammu's own table (gsmnet.c)
    assert re.search(rf"Network +: {own.mcc} {own.mnc} \(.*Indonesia\)", network)


def test_messages_are_read_sent_and_deleted(phone: Phone) -> None:
    """Three drawn messages in two alphabets; one goes out; one goes away and the others stay."""
    messages = phone.gammu("getallsms")
    assert "3 SMS parts in 3 SMS sequences" in messages
    assert len(set(re.findall(r"(?:Kode|kode|ulang) (\d{6})", messages))) == 3
    assert "Kuota habis – isi ulang" in messages  # UCS2: the dash is in no 7 bit alphabet
    assert "KOMINFO" in messages
    assert messages.count("+0700") == 3
    assert phone.own.smsc in messages

    text = f"Halo dari gammu {phone.seed} – selesai"
    phone.gammu("sendsms", "TEXT", "+6281200000001", "-unicode", "-text", text)
    assert {"sms_to": "+6281200000001", "sms_text": text} in phone.truths()

    locations = re.findall(r"^Location (\d+)", messages, re.MULTILINE)
    phone.gammu("deletesms", "1", locations[1])
    after = phone.gammu("getallsms")
    assert "2 SMS parts in 2 SMS sequences" in after
    assert "KOMINFO" in after
    assert "Rapat saksi" not in after
