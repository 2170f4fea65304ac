"""Telit's commands whose answers take more than filling in a template."""

from hil_tests.sims.at_modem import card_actions
from hil_tests.sims.at_modem.data_actions import switch_context
from hil_tests.sims.at_modem.modem import Modem, active_address
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form

ECM_KEY = "ecm"


def activation(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer #SGACT? and =<cid>,<state>: a context that comes up tells its address."""
    if command.form is Form.READ:
        rows = sorted(modem.contexts.items())
        return Reply(tuple(f"#SGACT: {cid},{int(row.active)}" for cid, row in rows))
    cid, state = (*command.parameters, "")[:2]
    if state not in {"0", "1"} or not cid.isdecimal():
        return fail(Failure.BAD_PARAMETER)
    switched = switch_context(modem, int(cid), state == "1", now_s)
    if switched.failure or state == "0":
        return switched
    return Reply((f"#SGACT: {active_address(modem, int(cid))}",))


def network_device(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer #ECM? and =<cid>,<did>: context and network device tied together."""
    if command.form is Form.READ:
        return Reply((f"#ECM: 0,{int(ECM_KEY in modem.vendor)}",))
    cid, device = (*command.parameters, "")[:2]
    if not cid.isdecimal() or device not in {"", "0"}:
        return fail(Failure.BAD_PARAMETER)
    switched = switch_context(modem, int(cid), True, now_s)
    if not switched.failure:
        modem.vendor[ECM_KEY] = cid
    return switched


def network_device_off(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer #ECMD=0: the network device is let go, its context with it."""
    cid = modem.vendor.pop(ECM_KEY, None)
    if cid is None or command.value != "0":
        return fail(Failure.NOT_ALLOWED)
    return switch_context(modem, int(cid), False, now_s)


def restart(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer #REBOOT: OK, then everything from the start."""
    modem.vendor.pop(ECM_KEY, None)
    modem.reboot(now_s)
    return OK


def apdu(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CSIM=1 and =0 too: the card kept for APDUs alone, and let go."""
    if command.value in {"0", "1"}:
        return OK
    return card_actions.apdu(modem, command, now_s)
