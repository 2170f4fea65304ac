"""HiLink sticks to a data session and back, on simulated ones in namespaces."""

import asyncio
import re
import time

import pytest

from hil_tests.tests.test_hilink_on_simulator import dialled_stick
from modem_drivers.errors import ApiError, DataRefused
from modem_drivers.families.huawei_hilink import ADDRESS
from modem_drivers.ports.hilink import HilinkPort
from modem_drivers.ports.http import HttpPort
from modem_drivers.procedures.hilink import Login, connect_hilink, disconnect_hilink

pytestmark = pytest.mark.netns
DEADLINE_S = 40


def run(dial, work):
    async def main():
        async with asyncio.timeout(DEADLINE_S):
            port = HilinkPort(HttpPort(ADDRESS, dial), clock=time.time_ns)
            try:
                return await work(port)
            finally:
                port.close()

    return asyncio.run(main())


@pytest.mark.parametrize("firmware", ["22", "10"])
def test_switched_off_and_on_again_behind_a_password(firmware, tmp_path):
    secret, log = tmp_path / "password", tmp_path / "log.jsonl"
    secret.write_text("Rahasia-1")
    login = Login(password="Rahasia-1")

    async def off_and_on(port):
        await disconnect_hilink(port, login)
        off = (await port.get("monitoring/status")).element.texts()
        on = await connect_hilink(port, login)
        return off["ConnectionStatus"], on

    words = ("--firmware", firmware, "--seed", 7, "--password-file", secret, "--log", log)
    with dialled_stick(*words) as dial:
        status, session = run(dial, off_and_on)
    said = re.findall(r"WanIPAddress>([0-9.]+)</WanIPAddress", log.read_text())
    assert status == "902"
    assert session.addresses == (said[-1],)
    assert session.dns[0] in {"8.8.8.8", "8.8.4.4"}
    assert "Rahasia-1" not in log.read_text()


def test_a_wrong_password_is_one_try_and_a_typed_refusal(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("right")
    with dialled_stick("--password-file", secret) as dial:
        with pytest.raises(ApiError, match="108006") as wrong:
            run(dial, lambda port: connect_hilink(port, Login(password="wrong")))
        with pytest.raises(ApiError, match="no password is configured"):
            run(dial, connect_hilink)
    assert "wrong " not in str(wrong.value).replace("wrong user name or password", "")


def test_a_network_that_refuses_the_session_is_told_with_the_sticks_state():
    with (
        dialled_stick("--scenario", "apn-refused:33") as dial,
        pytest.raises(DataRefused, match=r"disconnected|connecting"),
    ):
        run(dial, lambda port: connect_hilink(port, within_s=2.0, every_s=0.2))
