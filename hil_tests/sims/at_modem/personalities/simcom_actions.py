"""SIMCom's commands whose answers take more than filling in a template."""

from hil_tests.sims.at_modem.model import Role
from hil_tests.sims.at_modem.modem import Modem, active_address, standard_words, with_context
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.carriers import LTE_MODES, Mode
from hil_tests.sims.network.terminal import Event

DEFAULT_PID = "9001"
PIDS = (  # manual 4.23
    *("9000", "9001", "9002", "9003", "9004", "9005", "9006", "9007", "9011", "9016", "9018", "9019"),
    *("901A", "901B", "9020", "9021", "9022", "9023", "9024", "9025", "9026", "9027", "9028", "9029"),
    *("902A", "902B"),
)
PID_KEY, CALL_KEY, MODE_KEY = "product-id", "data-call", "preferred-mode"
MODES = {  # <mode> of +CNMP, manual 5.11, and what of it the network has
    "2": LTE_MODES,
    "13": frozenset({Mode.GSM}),
    "14": frozenset[Mode](),
    "19": frozenset({Mode.GSM}),
    "38": frozenset({Mode.LTE}),
    "39": LTE_MODES,
    "48": frozenset({Mode.GSM}),
    "51": LTE_MODES,
    "54": frozenset({Mode.LTE}),
}
PORTS = {"0": Role.AT, "1": Role.NET, "2": Role.MODEM, "3": Role.AT}  # <port> of +CATR, manual 4.11


def preferred_mode(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CNMP? and =<mode>: the radio takes nothing else from now on, and seeks the network anew."""
    if command.form is Form.READ:
        return Reply((f"+CNMP: {modem.vendor.get(MODE_KEY, '2')}",))
    if command.value not in MODES:
        return fail(Failure.PLAIN)
    if command.value != modem.vendor.get(MODE_KEY, "2"):
        modem.vendor[MODE_KEY] = command.value
        modem.radio.allowed = MODES[command.value]
        modem.seek_network(now_s)
    return OK


def unsolicited_port(modem: Modem) -> Role:
    """Return the kind of port chosen by +CATR; UART and multiplexer are on no USB interface.

    0 is "all ports", of which only the first AT port is imitated.
    """
    return PORTS.get(modem.setting("+CATR")[0], Role.NET)


def positions_wanted(modem: Modem) -> bool:
    """Return whether +CGPS has the receiver on."""
    return modem.setting("+CGPS")[0] == "1"


def words(modem: Modem, event: Event, now_s: float) -> list[str]:
    """Return what is said of *event*: a call the network ended is gone, told as the standard tells it."""
    if event.kind == "data" and not event.up:
        modem.vendor.pop(CALL_KEY, None)
    return standard_words(modem, event, now_s)


def _pid(modem: Modem) -> str:
    return modem.vendor.get(PID_KEY, DEFAULT_PID)


def product_id(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CUSBPIDSWITCH? and =<pid>,<r1>,<r2>: another product identity restarts the module."""
    if command.form is Form.READ:
        return Reply((f"+CUSBPIDSWITCH: {_pid(modem)}",))
    pid, *reserved = command.parameters
    if pid.upper() not in PIDS or len(reserved) != 2 or not set(reserved) <= {"0", "1"}:
        return fail(Failure.PLAIN)
    if pid.upper() != _pid(modem):
        modem.vendor[PID_KEY] = pid.upper()
        modem.reboot(now_s)
    return OK


def data_call(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer $QCRMCALL? and =<action>,<instance>[,<ip>[,<act>[,<profile>]]]: the call of the network device.

    Only IPv4 is there: <ip> 2 (IPv6 alone) ends with NO CARRIER, 3 (both) brings V4.
    """
    if command.form is Form.READ:
        running = modem.vendor.get(CALL_KEY)
        return Reply((f"$QCRMCALL: {running}, V4",)) if running else OK
    action, instance, ip, _, profile = (*command.parameters, "", "", "", "")[:5]
    if action not in {"0", "1"} or not instance.isdecimal() or ip not in {"", "1", "2", "3"}:
        return fail(Failure.PLAIN)
    number = int(profile) if profile.isdecimal() else 1
    if action == "0":
        modem.vendor.pop(CALL_KEY, None)
        with_context(modem, number, active=False)
        return Reply((f"$QCRMCALL: {instance}, V4",))
    if not modem.is_registered(now_s) or ip == "2" or not with_context(modem, number, active=True):
        return fail(Failure.NO_CARRIER)
    modem.vendor[CALL_KEY] = instance
    return Reply((f"$QCRMCALL: {instance}, V4",))


def addresses(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGPADDR[=<cid>], the addresses without quotes."""
    if command.value and not (command.value.isdecimal() and int(command.value) in modem.contexts):
        return fail(Failure.BAD_PARAMETER)
    wanted = [int(command.value)] if command.value else sorted(modem.contexts)
    return Reply(tuple(f"+CGPADDR: {cid},{active_address(modem, cid)}" for cid in wanted))


def restart(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CRESET: OK, then everything from the start."""
    modem.reboot(now_s)
    return OK


def power_off(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CPOF: leave the network; that the port goes silent is not imitated."""
    modem.function = 0
    return OK
