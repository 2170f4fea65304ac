"""The programs that speak QMI and MBIM, as Debian has them, against ports that are none."""

import asyncio

import pytest

from modem_drivers.errors import CommandTimeout, ToolFailed
from modem_drivers.procedures.tools import find_address, run_tool


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("qmicli", "--device=/dev/null", "--wds-start-network=apn=internet,ip-type=4"), "QMI"),
        (("qmicli", "--device=/dev/cdc-wdm99", "--wds-start-network=apn=internet"), "/dev/cdc-wdm99"),
        (("qmicli", "--device=/dev/null", "--no-such-option"), "no-such-option"),
        (("mbimcli", "--device=/dev/cdc-wdm99", "--connect=session-id=0,access-string=internet"), "Mbim"),
    ],
)
def test_what_the_program_says_on_refusing_is_in_the_error(argv, said):
    with pytest.raises(ToolFailed) as failed:
        asyncio.run(run_tool(argv, 20.0))
    assert failed.value.status == 1
    assert said in failed.value.reason


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(ToolFailed, match=r"pantau-no-such-tool failed: No such file") as failed:
        asyncio.run(run_tool(["pantau-no-such-tool"], 5.0))
    assert failed.value.status is None


def test_one_that_does_not_end_is_ended():
    with pytest.raises(CommandTimeout):
        asyncio.run(run_tool(["tail", "-f", "/dev/null"], 0.2))


@pytest.mark.parametrize(
    ("text", "address"),
    [  # outputs of qmicli 1.30 and mbimcli 1.28 as remembered; no recording at hand
        (
            "[/dev/cdc-wdm0] Current settings retrieved:\n  IP Family: IPv4\n  IPv4 address: 10.64.3.9\n",
            "10.64.3.9",
        ),
        (
            "[/dev/cdc-wdm0] IPv4 configuration available: 'address'\n     IP [0]: '10.64.3.9/30'\n",
            "10.64.3.9",
        ),
        ("[/dev/cdc-wdm0] Network started\n", None),
    ],
)
def test_the_address_in_what_they_print(text, address):
    assert find_address(text) == address
