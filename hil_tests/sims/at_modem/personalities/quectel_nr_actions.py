"""Commands of Quectel's 5G modules whose answers take more than filling in a template."""

from hil_tests.sims.at_modem.modem import Modem, active_address, standard_words
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.carriers import Mode, Rat
from hil_tests.sims.network.radio import Heard
from hil_tests.sims.network.terminal import Event

NR_MODES = frozenset({Mode.LTE, Mode.ENDC, Mode.SA})
PREFERENCES = {
    "mode_pref": "AUTO",
    "nr5g_disable_mode": "0",
    "lte_band": "1:3:5:8:40",
    "nsa_nr5g_band": "1:3:40",
    "nr5g_band": "1:3:40",
}
ALLOWED = {
    "AUTO": NR_MODES,
    "LTE": frozenset({Mode.LTE}),
    "NR5G": frozenset({Mode.SA}),
    "LTE:NR5G": NR_MODES,
}
DISABLED = {"0": frozenset[Mode](), "1": frozenset({Mode.SA}), "2": frozenset({Mode.ENDC})}
UNIT_KBPS = (1, 4, 16, 64, 256, 1000, 4000, 16000, 64000, 256000, 1_000_000)
"""The units of session rates, from 1 (1 kbit/s) on; the manual writes Mbps for 1000."""
MOST_SESSION = 0xFFFF


def _preferred(modem: Modem, name: str) -> str:
    return modem.vendor.get(f"+QNWPREFCFG {name}", PREFERENCES[name])


def preferences(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QNWPREFCFG="<name>"[,<value>]: which technologies may be used; the modem seeks anew."""
    name, *values = command.parameters
    if name not in PREFERENCES:
        return fail(Failure.PLAIN)
    if not values:
        value = _preferred(modem, name)
        return Reply((f'+QNWPREFCFG: "{name}",{value}',), truth={"setting": [value]})
    value = values[0].upper()
    if (name == "mode_pref" and value not in ALLOWED) or (name.endswith("mode") and value not in DISABLED):
        return fail(Failure.PLAIN)
    modem.vendor[f"+QNWPREFCFG {name}"] = value
    allowed = ALLOWED[_preferred(modem, "mode_pref")] - DISABLED[_preferred(modem, "nr5g_disable_mode")]
    if allowed != modem.radio.allowed:
        modem.radio.allowed = allowed
        modem.seek_network(now_s)
    return OK


def session_rate(kbps: int) -> tuple[int, int]:
    """Return (unit, value) of a session rate, in the smallest unit that holds it (TS 24.501 9.11.4.14)."""
    for unit, size in enumerate(UNIT_KBPS, start=1):
        if kbps <= MOST_SESSION * size:
            return unit, round(kbps / size)
    return len(UNIT_KBPS), MOST_SESSION


def _ambr_lines(modem: Modem, name: str, now_s: float) -> list[str]:
    rates = modem.ambr(now_s)
    apns = [context.apn for _, context in sorted(modem.contexts.items()) if context.active]
    if name == "lte_ambr":
        return [f'+QNWCFG: "lte_ambr","{apn}",{rates.down_kbps},{rates.up_kbps}' for apn in apns]
    down, up = session_rate(rates.down_kbps), session_rate(rates.up_kbps)
    return [f'+QNWCFG: "nr5g_ambr","{apn}",{down[0]},{down[1]},{up[0]},{up[1]}' for apn in apns]


def _cell_lines(modem: Modem, name: str, now_s: float) -> list[str]:
    """Return the global cell identity: network, cell, node; nothing in another technology."""
    sample = modem.sample(now_s)
    rat, width, low = (Rat.LTE, 7, 8) if name == "lte_cell_id" else (Rat.NR, 9, 12)
    if sample is None or sample.carrier.rat is not rat:
        return []
    mcc, mnc = modem.registered_plmn[:3], modem.registered_plmn[3:]
    third = mnc[2] if len(mnc) == 3 else "F"
    plmn = f"{mcc[1]}{mcc[0]}{third}{mcc[2]}{mnc[1]}{mnc[0]}"
    cell, node = f"{sample.cell.cell_id:0{width}X}", sample.cell.cell_id >> low
    return [f'+QNWCFG: "{name}",{plmn}{cell},{cell},{node:0{width - low // 4}X}']


def network_configuration(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QNWCFG="lte_ambr" | "nr5g_ambr" | "lte_cell_id" | "nr5g_cell_id"."""
    name, *values = command.parameters
    sa = modem.mode(now_s) is Mode.SA
    if values or name not in {"lte_ambr", "nr5g_ambr", "lte_cell_id", "nr5g_cell_id"}:
        return fail(Failure.PLAIN)
    if name.endswith("cell_id"):
        return Reply(tuple(_cell_lines(modem, name, now_s)))
    if sa != (name == "nr5g_ambr"):
        return OK
    rates = modem.ambr(now_s)
    truth = {"ambr_down_kbps": rates.down_kbps, "ambr_up_kbps": rates.up_kbps}
    return Reply(tuple(_ambr_lines(modem, name, now_s)), truth=truth)


def _scan_line(modem: Modem, heard: Heard) -> str:
    cell, carrier, plmn = heard.cell, heard.carrier, modem.registered_plmn
    head = f"{plmn[:3]},{plmn[3:]},{carrier.earfcn},{cell.pci},{round(heard.rsrp_dbm)},{round(heard.rsrq_db)}"
    level = round(heard.rsrp_dbm) + 124
    if carrier.rat is Rat.NR:
        scs = {15: 0, 30: 1}[carrier.scs_khz]
        tail = f"{level},{scs},{cell.cell_id:X},{cell.tac:X},{carrier.resource_blocks},{carrier.band},-,-,-"
        return f'+QSCAN: "NR5G",{head},{tail}'
    tail = f"{level},-,{cell.cell_id:X},{cell.tac:X},{carrier.resource_blocks},{carrier.band}"
    return f'+QSCAN: "LTE",{head},{tail}'


def scan(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QSCAN=<mode>[,1]: the cells of LTE (1), NR (2) or both (3), with their identities."""
    wanted = {"1": {Rat.LTE}, "2": {Rat.NR}, "3": {Rat.LTE, Rat.NR}}.get(command.parameters[0])
    if wanted is None or command.parameters[1:] not in {(), ("1",)}:
        return fail(Failure.PLAIN)
    heard = modem.radio.around(modem.t_s(now_s)) if modem.function == 1 else ()
    cells = [cell for cell in heard if cell.carrier.rat in wanted]
    truth = {"cells": [[cell.cell.pci, round(cell.rsrp_dbm)] for cell in cells]}
    return Reply(tuple(_scan_line(modem, cell) for cell in cells), truth=truth)


USB_NETWORKS = frozenset("012345")  # 0 QMI, 1 ECM, 2 MBIM, 3 RNDIS, 5 NCM: memory


def usb_network(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QCFG="usbnet"[,<kind>]: what the network device will be after the next boot."""
    name, *values = command.parameters
    if name.upper() != "USBNET" or len(values) > 1 or not USB_NETWORKS.issuperset(values):
        return fail(Failure.PLAIN)
    if values:
        modem.vendor["+QCFG USBNET"] = values[0]
        return OK
    return Reply((f'+QCFG: "usbnet",{modem.vendor.get("+QCFG USBNET", "0")}',))


def qmap(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QMAP="WWAN": the addresses that the network device has."""
    if command.parameters != ("WWAN",):
        return fail(Failure.PLAIN)
    up = int(modem.contexts[1].active) if 1 in modem.contexts else 0
    return Reply((f'+QMAP: "WWAN",{up},1,"IPV4","{active_address(modem, 1)}"',))


def dynamic_parameters(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +CGCONTRDP[=<cid>] in this module's way: the access point bare, the address without a mask."""
    active = [cid for cid, row in sorted(modem.contexts.items()) if row.active]
    wanted = [int(command.value)] if command.value.isdecimal() else active
    if not set(wanted) <= set(active):
        return fail(Failure.NOT_ALLOWED)
    lines = tuple(
        f'+CGCONTRDP: {cid},{5 + i},"{modem.contexts[cid].apn}","{active_address(modem, cid)}",,'
        '"10.255.0.1","10.255.0.2"'
        for i, cid in enumerate(wanted)
    )
    return Reply(lines, truth={"apn": [modem.contexts[cid].apn for cid in wanted]})


def nr_words(modem: Modem, event: Event, now_s: float) -> list[str]:
    """Return what a 5G module says of *event*: the standard's lines, and +QENDC if switched on."""
    if event.kind == "mode" and modem.setting("+QENDC") == ("1",):
        endc = int(modem.mode(now_s) is Mode.ENDC)
        return [f"+QENDC: {endc},{endc},0,{endc},0"]
    return standard_words(modem, event, now_s)


def reject_causes(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer +QNETRC?: the causes of the last refusals in EPS mobility, EPS sessions and 5GS mobility."""
    modem.packet(now_s)
    kind, number = modem.last_cause or ("", 0)
    in_5gs = modem.mode(now_s) is Mode.SA
    emm = number if kind == "emm" and not in_5gs else 0
    esm = number if kind == "esm" else 0
    fivegmm = number if kind == "emm" and in_5gs else 0
    names = (("emm_cause", emm), ("esm_cause", esm), ("5gmm_cause", fivegmm))
    lines = tuple(f'+QNETRC: "{name}",{cause}' for name, cause in names)
    return Reply(lines, truth=dict(names))


READS = frozenset({Form.READ})
