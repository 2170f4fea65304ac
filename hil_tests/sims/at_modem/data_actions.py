"""The commands of TS 27.007 10 about contexts: define, activate, read what the network gave."""

from hil_tests.sims.at_modem.modem import Context, Modem, active_address
from hil_tests.sims.at_modem.reply import OK, Failure, Refused, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.data import EMM_CAUSES, ESM_CAUSES, QCI

FIRST_BEARER = 5  # the first EPS bearer identity, TS 24.007 11.2.3.1.5
MASK = "255.255.255.255"
RESOLVERS = ("10.255.0.1", "10.255.0.2")
NO_CAUSE = "No cause information available"


def refused(cause: int) -> Reply:
    """Return +CME ERROR of an ESM cause: 100 and the cause (TS 27.007 9.2.2.2: 133 is cause 33)."""
    text = ESM_CAUSES.get(cause, "unspecified").lower()
    return fail(Refused(("CME", 100 + cause, text)))


def switch_context(modem: Modem, cid: int, up: bool, now_s: float) -> Reply:
    """Return the final result of setting context *cid* up or down; nothing goes without registration."""
    if cid not in modem.contexts:
        return fail(Failure.NOT_ALLOWED)
    if not up:
        modem.deactivate(cid)
        return OK
    if not modem.is_registered(now_s):
        return fail(Failure.NO_SERVICE)
    cause = modem.activate(cid)
    return OK if cause is None else refused(cause)


def contexts(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGDCONT? and +CGDCONT=<cid>[,<type>,<apn>...]; a bare <cid> removes the context."""
    if command.form is Form.READ:
        rows = sorted(modem.contexts.items())
        lines = tuple(f'+CGDCONT: {cid},"{row.kind}","{row.apn}","0.0.0.0",0,0,0,0' for cid, row in rows)
        return Reply(lines, truth={"apn": [row.apn for _, row in rows]})
    cid, kind, apn = (*command.parameters, "", "")[:3]
    if (
        not cid.isdecimal()
        or not 1 <= int(cid) <= 16
        or kind.upper() not in {"", "IP", "IPV6", "IPV4V6", "PPP"}
    ):
        return fail(Failure.BAD_PARAMETER)
    if kind:
        modem.contexts[int(cid)] = Context(kind.upper(), apn)
    else:
        modem.contexts.pop(int(cid), None)
    return OK


def activation(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGACT? and +CGACT=<state>[,<cid>]."""
    if command.form is Form.READ:
        rows = sorted(modem.contexts.items())
        lines = tuple(f"+CGACT: {cid},{int(row.active)}" for cid, row in rows)
        return Reply(lines, truth={"active": [cid for cid, row in rows if row.active]})
    state, cid = (*command.parameters, "1")[:2]
    if state not in {"0", "1"} or not cid.isdecimal():
        return fail(Failure.BAD_PARAMETER)
    return switch_context(modem, int(cid), state == "1", now_s)


def addresses(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGPADDR[=<cid>]."""
    if command.value and not (command.value.isdecimal() and int(command.value) in modem.contexts):
        return fail(Failure.BAD_PARAMETER)
    wanted = [int(command.value)] if command.value else sorted(modem.contexts)
    found = {cid: active_address(modem, cid) for cid in wanted}
    lines = tuple(f'+CGPADDR: {cid},"{address}"' for cid, address in found.items())
    return Reply(lines, truth={"address": list(found.values())})


def _wanted(modem: Modem, command: Command) -> list[int] | None:
    """Return the active contexts a read of dynamic parameters is about, None for one that is not active."""
    active = [cid for cid, row in sorted(modem.contexts.items()) if row.active]
    if not command.value:
        return active
    wanted = int(command.value) if command.value.isdecimal() else 0
    return [wanted] if wanted in active else None


def dynamic_parameters(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGCONTRDP[=<cid>]: bearer, access point, address with mask, resolvers (TS 27.007 10.1.23)."""
    wanted = _wanted(modem, command)
    if wanted is None:
        return fail(Failure.NOT_ALLOWED)
    lines = tuple(
        f'+CGCONTRDP: {cid},{FIRST_BEARER + i},"{_gprs_name(modem, cid)}",'
        f'"{active_address(modem, cid)}.{MASK}",,"{RESOLVERS[0]}","{RESOLVERS[1]}"'
        for i, cid in enumerate(wanted)
    )
    truth = {"apn": [modem.contexts[cid].apn for cid in wanted], "resolvers": list(RESOLVERS)}
    return Reply(lines, truth=truth if wanted else {})


def _gprs_name(modem: Modem, cid: int) -> str:
    """Return the access point with the network's identifier (TS 23.003 9.1)."""
    mcc, mnc = modem.registered_plmn[:3], modem.registered_plmn[3:]
    return f"{modem.contexts[cid].apn}.mnc{mnc:0>3}.mcc{mcc}.gprs"


def quality_of_service(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGEQOSRDP[=<cid>]: QCI, no guaranteed rates, the AMBR in kbit/s (TS 27.007 10.1.29)."""
    wanted = _wanted(modem, command)
    if wanted is None:
        return fail(Failure.NOT_ALLOWED)
    rates = modem.ambr(now_s)
    lines = tuple(f"+CGEQOSRDP: {cid},{QCI},0,0,0,0,{rates.down_kbps},{rates.up_kbps}" for cid in wanted)
    truth = {"qci": QCI, "ambr_down_kbps": rates.down_kbps, "ambr_up_kbps": rates.up_kbps}
    return Reply(lines, truth=truth if wanted else {})


def last_cause(modem: Modem) -> str:
    """Return the words of the last refusal of registration or of a context."""
    if modem.last_cause is None:
        return NO_CAUSE
    kind, number = modem.last_cause
    return (EMM_CAUSES if kind == "emm" else ESM_CAUSES).get(number, f"cause {number}")


def extended_error(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CEER with the words of the last refusal."""
    modem.packet(now_s)
    kind, number = modem.last_cause or ("", 0)
    truth = {f"{kind}_cause": number} if kind else {"cause": None}
    return Reply((f"+CEER: {last_cause(modem)}",), truth=truth)


def attachment(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGATT=<state>: 0 leaves the packet service, 1 joins it again."""
    if command.value not in {"0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    joins = command.value == "1" and not modem.attached
    modem.attached = command.value == "1"
    if joins:
        modem.seek_network(now_s)
    return OK
