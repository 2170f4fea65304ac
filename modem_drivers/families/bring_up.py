"""Steps to a data session that several families share, and the standard's.

QMI and MBIM are spoken by their projects' own programs (libqmi, libmbim): rows of words, run at one seam.
"""

from __future__ import annotations

from modem_drivers.families.procedures import (
    REBOOT,
    STANDARD_CONTEXT,
    BringUp,
    DataMode,
    Ensure,
    ResetKind,
    ResetStep,
    Run,
    Say,
    Step,
)
from modem_drivers.provenance import Memory, PublicDriver, Source

DIAL = PublicDriver(
    "FUjr/QModem",
    "application/qmodem/files/usr/share/qmodem/modem_dial.sh",
    "04f4695f2e4bd4c5a9914c59faaff2015a03b82f",
)
"""How a router's script dials: at_dial() and ecm_hang(), by maker and platform."""
LIBQMI = Memory("qmicli(1) of libqmi 1.30, its options by --help-wds")
LIBMBIM = Memory("mbimcli(1) of libmbim 1.28, its options by --help-basic-connect")
ATTACH = Say(text="AT+CGATT=1", timeout_s=75.0)
ACTIVATE = Say(text="AT+CGACT=1,{cid}", timeout_s=150.0)
DEACTIVATE = Say(text="AT+CGACT=0,{cid}", timeout_s=40.0, may_fail=True)
_QMICLI = ("qmicli", "--device={device}", "--device-open-proxy")
_MBIMCLI = ("mbimcli", "--device={device}", "--device-open-proxy")


def qmi(condition: str = "", source: Source = LIBQMI) -> BringUp:
    """Return the row of a QMI session by qmicli."""
    return BringUp(
        mode=DataMode.QMI,
        condition=condition,
        up=(
            Run(
                argv=(
                    *_QMICLI,
                    "--wds-start-network=apn={apn},ip-type=4,autoconnect=no",
                    "--client-no-release-cid",
                ),
                until=r"Network started",
            ),
            Run(argv=(*_QMICLI, "--wds-get-current-settings"), until=r"IPv4 address: \S+"),
        ),
        down=(Run(argv=(*_QMICLI, "--wds-stop-network=disable-autoconnect")),),
        source=source,
    )


def mbim(condition: str = "", source: Source = LIBMBIM) -> BringUp:
    """Return the row of an MBIM session by mbimcli."""
    return BringUp(
        mode=DataMode.MBIM,
        condition=condition,
        up=(
            Run(
                argv=(*_MBIMCLI, "--connect=session-id=0,access-string={apn},ip-type=ipv4"),
                until=r"Successfully connected",
            ),
            Run(argv=(*_MBIMCLI, "--query-ip-configuration"), until=r"IP \[0\]: '\S+'"),
        ),
        down=(Run(argv=(*_MBIMCLI, "--disconnect=0")),),
        source=source,
    )


def usbnet(number: int) -> Ensure:
    """Return the step that has Quectel's USB network kind *number*; it is taken up at the next boot."""
    return Ensure(
        ask='AT+QCFG="usbnet"',
        holds=rf'"usbnet",{number}(\D|$)',
        set_to=f'AT+QCFG="usbnet",{number}',
        restarts=True,
    )


def by_words(
    mode: DataMode,
    up: str | tuple[Step, ...],
    down: str,
    source: Source,
    *,
    before: tuple[Step, ...] = (),
    condition: str = "",
) -> BringUp:
    """Return the row of a session that is one AT command after the context is set, and one to end it."""
    steps = (Say(text=up, timeout_s=150.0),) if isinstance(up, str) else up
    return BringUp(
        mode=mode,
        condition=condition,
        up=(*before, STANDARD_CONTEXT, ATTACH, *steps),
        down=(Say(text=down, timeout_s=40.0, may_fail=True),),
        source=source,
    )


def activated(mode: DataMode, source: Source, *, before: tuple[Step, ...] = ()) -> BringUp:
    """Return the row of a session that is the activation of its context, in *mode*."""
    return BringUp(
        mode=mode,
        up=(*before, STANDARD_CONTEXT, ATTACH, ACTIVATE),
        down=(DEACTIVATE,),
        source=source,
    )


def reboot(says: str, source: Source, back_s: float = REBOOT.back_s) -> ResetStep:
    """Return the rung of a family that reboots by the word *says*."""
    return ResetStep(kind=ResetKind.REBOOT, says=(says,), back_s=back_s, boots=True, source=source)
