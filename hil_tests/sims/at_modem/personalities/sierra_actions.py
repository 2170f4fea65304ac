"""Sierra's commands whose answers take more than filling in a template."""

from hil_tests.sims.at_modem.data_actions import switch_context
from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.reply import OK, Failure, Reply, fail
from hil_tests.sims.at_modem.standard_fields import said_sample
from hil_tests.sims.at_modem.syntax import Command, Form
from hil_tests.sims.network.radio import Heard, Sample

PASSWORD = "A710"  # of the advanced commands, as every published guide gives it
OPEN_KEY, INTERFACES_KEY, ACCESS_KEY = "advanced", "interfaces", "access"
DEFAULT_INTERFACES = "0000100D"
NAMES = {0x1: "diag", 0x4: "nmea", 0x8: "modem", 0x100: "rmnet0", 0x400: "rmnet1", 0x1000: "mbim"}
ACCESSES = {"00": "Automatic", "01": "UMTS 3G Only", "06": "LTE Only", "11": "UMTS and LTE Only"}
SERVING = "Serving:   EARFCN MCC MNC   TAC      CID Bd D U SNR PCI  RSRQ   RSRP   RSSI RXLV"
SAME_CARRIER = "IntraFreq:                                          PCI  RSRQ   RSRP   RSSI RXLV"
OTHER_CARRIERS = "InterFreq: EARFCN ThresholdLow ThresholdHi Priority PCI  RSRQ   RSRP   RSSI RXLV"


def enter_advanced(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer !ENTERCND="<password>": with the right one the advanced commands work until a restart."""
    if command.parameters != (PASSWORD,):
        return fail(Failure.PLAIN)
    modem.vendor[OPEN_KEY] = "yes"
    return OK


def interfaces(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer !USBCOMP? and =1,1,<bitmask>; before !ENTERCND it is ERROR."""
    if OPEN_KEY not in modem.vendor:
        return fail(Failure.PLAIN)
    if command.form is Form.READ:
        mask = int(modem.vendor.get(INTERFACES_KEY, DEFAULT_INTERFACES), 16)
        names = ",".join(name for bit, name in NAMES.items() if mask & bit)
        lines = ("Config Index: 1", "Config Type:  1 (Generic)", f"Interface bitmask: {mask:08X} ({names})")
        return Reply(lines)
    try:
        index, kind, mask_text = command.parameters
        mask = int(mask_text, 16)
    except ValueError:
        return fail(Failure.PLAIN)
    if (index, kind) != ("1", "1") or mask & ~sum(NAMES):
        return fail(Failure.PLAIN)
    modem.vendor[INTERFACES_KEY] = f"{mask:08X}"
    return OK


def access(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer !SELRAT? and =<index>; setting wants !ENTERCND. That a choice loses LTE is not imitated."""
    if command.form is Form.READ:
        index = modem.vendor.get(ACCESS_KEY, "00")
        return Reply((f"!SELRAT: {index}, {ACCESSES[index]}",))
    if OPEN_KEY not in modem.vendor or command.value not in ACCESSES:
        return fail(Failure.PLAIN)
    modem.vendor[ACCESS_KEY] = command.value
    return OK


def _heard(heard: Heard) -> str:
    return f"{heard.cell.pci:>3} {heard.rsrq_db:5.1f} {heard.rsrp_dbm:6.1f} {heard.rssi_dbm:6.1f} --"


def _serving_row(sample: Sample, mcc: str, mnc: str) -> str:
    cell, carrier = sample.cell, sample.carrier
    width = carrier.bandwidth_code
    return (
        f"{carrier.earfcn:>17} {mcc} {mnc:>3} {cell.tac:>5} {cell.cell_id:08X} {carrier.band:>2} {width} "
        f"{width} {round(sample.sinr_db):>3} {_heard(sample)}"
    )


def _neighbour_lines(sample: Sample) -> tuple[str, ...]:
    """Return the cells of the serving carrier, the serving one first, then those of other carriers."""
    earfcn = sample.carrier.earfcn
    heard: tuple[Heard, ...] = (sample, *sample.neighbours)
    rows = [(each.carrier.earfcn, _heard(each)) for each in heard]
    same = (f"{'':52}{row}" for channel, row in rows if channel == earfcn)
    unset = f"{0:>13}{0:>12}{0:>9} "
    other = (f"{channel:>17}{unset}{row}" for channel, row in rows if channel != earfcn)
    return (SAME_CARRIER, *same, "", OTHER_CARRIERS, *other)


def _truth(sample: Sample, plmn: str) -> dict[str, object]:
    return {
        "rsrp_dbm": round(sample.rsrp_dbm, 1),
        "rsrq_db": round(sample.rsrq_db, 1),
        "rssi_dbm": round(sample.rssi_dbm, 1),
        "sinr_db": round(sample.sinr_db),
        "plmn": plmn,
        "band": sample.carrier.band,
        "earfcn": sample.carrier.earfcn,
        "pci": sample.cell.pci,
        "tac": sample.cell.tac,
        "cell_id": sample.cell.cell_id,
    }


def cells(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer !LTEINFO?: the serving cell and its neighbours in columns."""
    shown, true = said_sample(modem, now_s, False), said_sample(modem, now_s, True)
    if shown is None or true is None:
        return Reply(("!LTEINFO: ", "Not Available"))
    plmn = modem.registered_plmn
    serving = (SERVING, _serving_row(shown, plmn[:3], plmn[3:]), "")
    return Reply(("!LTEINFO: ", *serving, *_neighbour_lines(shown), ""), truth=_truth(true, plmn))


def session(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer !SCACT? and =<state>,<cid>: the data session of the network device."""
    if command.form is Form.READ:
        rows = sorted(modem.contexts.items())
        return Reply(tuple(f"!SCACT: {cid},{int(row.active)}" for cid, row in rows))
    state, cid = (*command.parameters, "1")[:2]
    if state not in {"0", "1"} or not cid.isdecimal():
        return fail(Failure.PLAIN)
    return switch_context(modem, int(cid), state == "1", now_s)


def restart(modem: Modem, command: Command, now_s: float) -> Reply:
    """Answer !RESET: OK, then everything from the start, the advanced commands closed."""
    modem.vendor.pop(OPEN_KEY, None)
    modem.reboot(now_s)
    return OK
