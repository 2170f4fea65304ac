"""Huawei's commands whose answers take more than filling in a template."""

from hil_tests.sims.at_modem.modem import Context, Modem, with_context
from hil_tests.sims.at_modem.personalities.huawei_fields import DATA_CONTEXT
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command


def neighbours(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer ^MONNC: the other cells of the serving frequency, a line each."""
    sample = modem.sample(now_s)
    if sample is None or not sample.neighbours:
        return Reply(("^MONNC: NONE",))
    return Reply(
        tuple(
            f"^MONNC: LTE,{sample.carrier.earfcn},{heard.cell.pci:X},{round(heard.rsrp_dbm)},"
            f"{round(heard.rsrq_db)},{round(heard.rsrp_dbm - heard.rsrq_db + 17)}"
            for heard in sample.neighbours
        )
    )


def network_call(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer ^NDISDUP=<cid>,<connect>[,<apn>]: OK at once, how it went by ^NDISSTAT after it."""
    cid, connect, apn = (*command.parameters, "", "")[:3]
    if cid != str(DATA_CONTEXT) or connect not in {"0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    if modem.registration(now_s) != 1:
        return fail(Failure.NO_SERVICE)
    if apn:
        modem.contexts[DATA_CONTEXT] = Context("IP", apn)
    with_context(modem, DATA_CONTEXT, connect == "1")
    return Reply(after=(f'^NDISSTAT:{connect},,,"IPV4"',))


def restart(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer ^RESET: OK, then everything from the start."""
    modem.reboot(now_s)
    return OK
