"""Power cut and given back: the modem is gone, and comes back as the same one."""

import pytest

from hil_tests.bench.plugin.fixtures import Measured
from hil_tests.bench.raw_port import RawPort
from hil_tests.bench.session import BenchModem
from hil_tests.bench.waiting import await_that


@pytest.mark.needs("power.cut", "modem.identity")
@pytest.mark.costs("power-cycle")
def test_power_cycle(modem: BenchModem, measured: Measured) -> None:
    """An open port hangs up when the power goes; afterwards the same IMEI answers, and registers again."""
    power = modem.power()
    with RawPort(modem.port) as port:
        assert port.ask(b"AT").ended == "found"
        power.off()
        try:
            await_that("the open port hangs up", port.hung_up, deadline_s=modem.wait_s)
            assert not modem.is_there()
        finally:
            power.on()
    took_s = await_that("the port is back", modem.is_there, deadline_s=modem.wait_s)
    measured("port_back_s", took_s, "s", (0.0, modem.wait_s))
    assert modem.check_identity().imei == modem.row.imei
    measured("registered_s", modem.await_service(), "s", (0.0, modem.wait_s))
