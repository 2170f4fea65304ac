"""Huawei's commands whose answers take more than filling in a template."""

from hil_tests.sims.at_modem import card_actions
from hil_tests.sims.at_modem.modem import Context, Modem
from hil_tests.sims.at_modem.personalities.huawei_fields import DATA_CONTEXT
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.card import CardState
from hil_tests.sims.network.carriers import Mode, Rat
from hil_tests.sims.network.terminal import Event

MODES = {Mode.GSM: "^MODE:3,3", Mode.LTE: "^MODE:7,9"}  # system and submode; those of LTE: memory


def neighbours(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer ^MONNC: the other cells of the serving frequency, a line each."""
    sample = modem.sample(now_s)
    if sample is None or sample.carrier.rat is not Rat.LTE or not sample.neighbours:
        return Reply(("^MONNC: NONE",))
    return Reply(
        tuple(
            f"^MONNC: LTE,{heard.carrier.earfcn},{heard.cell.pci:X},{round(heard.rsrp_dbm)},"
            f"{round(heard.rsrq_db)},{round(heard.rssi_dbm)}"
            for heard in sample.neighbours
        )
    )


def network_call(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer ^NDISDUP=<cid>,<connect>[,<apn>]: OK at once, how it went by ^NDISSTAT after it."""
    cid, connect, apn = (*command.parameters, "", "")[:3]
    if cid != str(DATA_CONTEXT) or connect not in {"0", "1"}:
        return fail(Failure.BAD_PARAMETER)
    if not modem.is_registered(now_s):
        return fail(Failure.NO_SERVICE)
    if apn:
        modem.deactivate(DATA_CONTEXT)
        modem.contexts[DATA_CONTEXT] = Context("IP", apn)
    if connect == "0":
        modem.deactivate(DATA_CONTEXT)
        return Reply(after=('^NDISSTAT:0,,,"IPV4"',))
    cause = modem.activate(DATA_CONTEXT)
    return Reply(after=('^NDISSTAT:1,,,"IPV4"' if cause is None else f'^NDISSTAT:0,{cause},,"IPV4"',))


def words(modem: Modem, event: Event, now_s: float) -> list[str]:
    """Return what is said of *event*: a call the network ended, the time it sent, the technology."""
    if event.kind == "data" and not event.up and event.cid == DATA_CONTEXT:
        return [f'^NDISSTAT:0,{event.cause},,"IPV4"']
    if modem.setting("^CURC") == ("0",):
        return []
    if event.kind == "nitz":
        return [f"^NWTIME:{modem.local_time(now_s):%y/%m/%d,%H:%M:%S}{modem.profile.zone_quarters:+03d},00"]
    if event.kind == "mode":
        return [MODES[modem.mode(now_s)]] if modem.mode(now_s) in MODES else []
    return []


def card(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer ^CPIN?: the card's state, then the tries left of PUK, PIN, PUK2, PIN2; setting is +CPIN's."""
    if command.form is Form.SET:
        return card_actions.pin(modem, command, now_s)
    refusal = card_actions.card_refusal(modem, now_s, "present")
    if refusal:
        return fail(refusal)
    state, own = modem.card_state(now_s), modem.card
    wanted = {CardState.PIN: own.pin_tries, CardState.PUK: own.puk_tries}.get(state, "")
    return Reply((f"^CPIN: {state.value},{wanted},{own.puk_tries},{own.pin_tries},10,3",))


def restart(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer ^RESET: OK, then everything from the start."""
    modem.reboot(now_s)
    return OK
