"""SIMCom SIM7600G-H, LTE Cat 4: the words, row by row, and where they are from.

+CNWINFO is of SIMCom's 5G modules: chapter 5 of this module's manual has none, so it is refused here too.
"""

from hil_tests.sims.at_modem import provenance, standard
from hil_tests.sims.at_modem.model import Model, Port, Quirk, Role, cited, compose
from hil_tests.sims.at_modem.personalities import simcom_actions
from hil_tests.sims.at_modem.personalities.simcom_fields import fill
from hil_tests.sims.at_modem.provenance import Source, memory, public_driver, thread
from hil_tests.sims.at_modem.reply import Failure
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Report, Row, Wish, Wording
from hil_tests.sims.network.carriers import Mode

MODEL_NAME, REVISION = "SIMCOM_SIM7600G-H", "LE20B05SIM7600G22"
MAKER = "SIMCOM INCORPORATED"
BOOT = "https://github.com/Xinyuan-LilyGO/T-SIM7600X/pull/41"
CPSI_LINE = "https://blog.csdn.net/twd_1991/article/details/85706072"
COMMANDS = "https://blog.csdn.net/qq_43231904/article/details/111954013"


def manual(section: str) -> Source:
    """SIMCom's manual of this series."""
    return provenance.manual("SIM7500_SIM7600 Series AT Command Manual", "V1.12 (2019-10-25)", section)


STANDARD_SECTIONS = {  # of the manual, for the rows taken as the standard has them
    "+CIMI": "3.33",
    "+CRSM": "4.5",
    "+CEREG": "5.16",
    "+CTZU": "5.17",
    "+CTZR": "5.18; values (0-2) instead of its (0,1): memory",
    "+CCLK": "4.17",
    "+CPAS": "4.19",
    "+CSCS": "3.32",
    "+CSQ": "4.8; <ber> 99 where its example has 0",
    "&D": "3.18",
    "&W": "3.26",
}
STANDARD_ROWS = cited(standard.ROWS, {name: manual(section) for name, section in STANDARD_SECTIONS.items()})
IDENTITY_TEXT = f"Manufacturer: {MAKER}\nModel: {MODEL_NAME}\nRevision: {REVISION}\nIMEI: {{imei}}"
IDENTITY_ROWS = (
    *cited(
        standard.identity_rows(
            MAKER,
            MODEL_NAME,
            f"+CGMR: {REVISION}",
            f"{IDENTITY_TEXT}\n+GCAP: +CGSM",
            memory("the lines of +SIMCOMATI and +GCAP; the revision: a header's comment of 2025-11-13"),
        ),
        {"+CGMI": manual("3.28"), "+CGMM": manual("3.29"), "+CGMR": manual("3.30"), "+CGSN": manual("3.31")},
    ),
    Row(
        name="+SIMCOMATI",
        source=thread(
            "https://github.com/Xinyuan-LilyGO/LilyGo-Modem-Series/issues/346", "SIM7670G, the same lines"
        ),
        say=IDENTITY_TEXT,
        test="",
    ),
    Row(
        name="+CSUB",
        source=memory("the two lines of a SIM7600G-H's answer"),
        say="+CSUB: B05V01\n+CSUB: MDM9x07_LE20_G-H_22_V1.16_221104",
        test="",
    ),
    Row(name="+GCAP", source=manual("3.35"), say="+GCAP:+CGSM,+FCLASS,+DS", test=""),
    Row(name="+CIMIM", source=manual("3.34"), say="{imsi}", test="", needs_card="open"),
    Row(name="+SIMEI", source=manual("4.20"), read="+SIMEI: {imei}", test=""),
)
CARD_ROWS = (
    Row(name="+CICCID", source=manual("4.3"), say="+ICCID: {iccid}", test="", needs_card="present"),
    Row(
        name="+SPIC",
        source=manual("4.6"),
        say="+SPIC: {pin_tries},{puk_tries},0,10",
        test="",
        needs_card="present",
        truth={"pin_tries": "pin_tries", "puk_tries": "puk_tries"},
    ),
    Row(
        name="+CSPN",
        source=manual("4.7"),
        read='+CSPN: "{spn}",0',
        test="",
        needs_card="open",
        truth={"spn": "spn"},
    ),
)
CELL_TRUTH = {
    "plmn": "plmn",
    "band": "band",
    "earfcn": "earfcn",
    "pci": "pci",
    "tac": "tac_number",
    "cell_id": "cell_number",
}
CPSI = (
    "+CPSI: LTE,Online,{mcc}-{mnc},0x{tac_4},{cell_number},{pci},EUTRAN-BAND{band},{earfcn},{bandwidth},"
    "{bandwidth},{cpsi_rsrq},{cpsi_rsrp},{cpsi_rssi},{sinr}"
)
CPSI_GSM = "+CPSI: GSM,Online,{mcc}-{mnc},0x{tac_4},{cell_number},{earfcn} {gsm_band},{rssi},0,{c1}-{c1}"
CPSI_SILENT = "+CPSI: NO SERVICE,{operation}"


def _every(values: tuple[str, ...]) -> Wish | None:
    return Wish(float(values[0]), only_changes=False) if values[0] != "0" else None


def _automatic(values: tuple[str, ...]) -> Wish | None:
    if values[0] == "0":
        return None
    return Wish(1.0, only_changes=True) if values[1] == "1" else Wish(5.0, only_changes=False)


def _on_change(values: tuple[str, ...]) -> Wish | None:
    return Wish(0.25, only_changes=True) if values[0] == "1" else None


SIGNAL_ROWS = (
    Row(
        name="+CPSI",
        source=thread(CPSI_LINE, "the line; the fields: manual V1.12, 5.14, which gives RSRP in -1/10 dBm"),
        read=CPSI,
        silent=CPSI_SILENT,
        needs_cell=True,
        test="+CPSI: (0-255)",
        accept=r"(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])",
        refusal=Failure.PLAIN,
        default=("0",),
        truth={
            "rsrp_dbm": "cpsi_rsrp_db",
            "rsrq_db": "cpsi_rsrq_db",
            "rssi_dbm": "cpsi_rssi_db",
            "sinr_db": "sinr",
            **CELL_TRUTH,
        },
        by_mode={
            Mode.GSM: Wording(
                CPSI_GSM, {"rssi_dbm": "rssi", "plmn": "plmn", "tac": "tac_number", "cell_id": "cell_number"}
            )
        },
        report=Report(wish=_every),
    ),
    Row(
        name="+AUTOCSQ",
        source=manual("4.9"),
        read="+AUTOCSQ: {s0},{s1}",
        test="+AUTOCSQ: (0-1),(0-1)",
        accept="([01])(?:,([01]))?",
        refusal=Failure.PLAIN,
        default=("0", "0"),
        report=Report(say="+CSQ: {csq},99", silent="+CSQ: 99,99", wish=_automatic),
    ),
    Row(
        name="+CSQDELTA",
        source=manual("4.10; that it damps +AUTOCSQ is not imitated"),
        read="+CSQDELTA: {s0}",
        say="",
        test="+CSQDELTA: (0-5)",
        accept="([0-5])",
        refusal=Failure.PLAIN,
        default=("5",),
    ),
)
NETWORK_ROWS = (
    Row(
        name="+CNSMOD",
        source=manual("5.15"),
        read="+CNSMOD: {s0},{system_mode}",
        test="+CNSMOD: (0-1)",
        accept="([01])",
        refusal=Failure.PLAIN,
        default=("0",),
        report=Report(say="+CNSMOD: {system_mode}", wish=_on_change),
    ),
    Row(
        name="+CNMP",
        source=manual("5.11; modes of networks that are not there find none"),
        test="+CNMP: (2,13,14,19,38,39,48,51,54)",
        act=simcom_actions.preferred_mode,
        acts=standard.READS,
        delay_s=0.5,
    ),
    Row(
        name="+CNBP",
        source=manual("5.12; the masks: memory"),
        read="+CNBP: 0x0002000000400180,0x000000000000000000000000000000000000000000000000"
        "000001E20B0E18DF,0x000000000000003F",
        accept="(?:0x[0-9A-F]{1,64})?(?:,0x[0-9A-F]{1,64}){0,2}",
        refusal=Failure.PLAIN,
    ),
    Row(
        name="+CNAOP",
        source=manual("5.13"),
        read="+CNAOP: {s0},{s1}",
        accept=r"(7),(\d+(?:,\d+){0,6})",
        refusal=Failure.PLAIN,
        default=("7", "9,5,3,11,2,4"),
    ),
    Row(
        name="+CFUN",
        source=manual("4.1; of its functions 0, 1, 4"),
        read="+CFUN: {function}",
        test="+CFUN: (0,1,4,5,6,7),(0-1)",
        act=next(row for row in standard.NETWORK_ROWS if row.name == "+CFUN").act,
        delay_s=0.2,
    ),
)
DEVICE_ROWS = (
    Row(
        name="+CUSBPIDSWITCH",
        source=manual("4.23"),
        test="+CUSBPIDSWITCH: (9000,9001,9002,9003,9004,9005,9006,9007,9011,9016,9018,9019,901A,901B,9020,"
        "9021,9022,9023,9024,9025,9026,9027,9028,9029,902A,902B),(0-1),(0-1)",
        act=simcom_actions.product_id,
        acts=standard.READS,
    ),
    Row(
        name="$QCRMCALL",
        source=memory("the reply; the command: " + COMMANDS),
        act=simcom_actions.data_call,
        acts=standard.READS,
        delay_s=0.3,
    ),
    Row(
        name="+CRESET",
        source=manual("4.13"),
        test="",
        act=simcom_actions.restart,
        acts=frozenset({Form.EXECUTE}),
    ),
    Row(
        name="+CPOF",
        source=manual("4.12"),
        test="",
        act=simcom_actions.power_off,
        acts=frozenset({Form.EXECUTE}),
    ),
    Row(
        name="+CGPS",
        source=memory("receiver on and off, and its mode; sentences go to the NMEA port"),
        read="+CGPS: {s0},{s1}",
        test="+CGPS: (0-1),(1-3)",
        accept="([01])(?:,([123]))?",
        refusal=Failure.PLAIN,
        default=("0", "1"),
    ),
    Row(
        name="+CATR",
        source=manual("4.11; 0, all ports, is here the first AT port"),
        read="+CATR: {s0}",
        test="+CATR: (0-7)",
        accept="([0-7])",
        refusal=Failure.PLAIN,
        default=("0",),
    ),
    Row(
        name="+CGPADDR",
        source=memory("SIM7600 writes the address without quotes"),
        test="+CGPADDR: (1,2)",
        act=simcom_actions.addresses,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(name="+CBC", source=memory("SIM7600 answers in volts, with the letter"), say="+CBC: 3.872V", test=""),
)
QUIRKS = (
    Quirk(
        "tenths",
        "+CPSI gives RSRQ, RSRP and RSSI in tenths, the last field in whole decibels; other firmware of the"
        " maker writes the same line in whole decibels (profile: cpsi_scale).",
        thread(CPSI_LINE, "-84,-693,-386,24; SIM7000 in botletics/SIM7000-LTE-Shield#50: -7,-77,-70,14"),
    ),
    Quirk(
        "reply-as-report",
        "+AUTOCSQ=1 and +CPSI=<s> make +CSQ: and +CPSI: lines come unasked, worded as the replies.",
        manual("4.9, 5.14"),
    ),
    Quirk(
        "other-prefix",
        "+CICCID is answered with +ICCID:, and +CGMR alone of the identity commands repeats its name.",
        manual("4.3, 3.30"),
    ),
    Quirk(
        "bare-boot-words",
        "After start it says SMS DONE and PB DONE, without a sign in front.",
        thread(BOOT),
    ),
    Quirk(
        "verbose-from-start",
        "+CMEE is 2 after power-on: errors come in words.",
        thread("https://github.com/Xinyuan-LilyGO/T-SIM7600X/issues/77", "the first AT+CMEE? shows 2"),
    ),
    Quirk(
        "no-carrier",
        "A data call that fails ends with NO CARRIER, whatever +CMEE says.",
        thread("https://codewithsundeep.com/discussion/solution/72186059", "AT$QCRMCALL=1,1 -> NO CARRIER"),
    ),
    Quirk(
        "new-identity",
        "+CUSBPIDSWITCH restarts the module under another USB product; Linux may then lack its ttys.",
        thread("https://miltschek.de/article_2024-12-16_Raspberry+Pi+with+SIM7600X+4G+HAT+as+a+router.html"),
    ),
)
MODEL = Model(
    name="simcom-sim7600",
    title="SIMCom SIM7600G-H",
    rows=compose(STANDARD_ROWS, IDENTITY_ROWS + CARD_ROWS + SIGNAL_ROWS + NETWORK_ROWS + DEVICE_ROWS),
    fill=fill,
    usb_id=(0x1E0E, 0x9001),
    ports=(
        Port(0, Role.DIAG),
        Port(1, Role.NMEA),
        Port(2, Role.AT),
        Port(3, Role.MODEM),
        Port(4, Role.AUDIO),
        Port(5, Role.NET),
    ),
    ports_source=public_driver(
        "linux-mobile-broadband/ModemManager",
        "src/plugins/simtech/77-mm-simtech-port-types.rules",
        "1050e7a49eadffe06fbf742300f6ecfeb2a326b7",
        "interface 5, the network device: memory",
    ),
    banner=((11.0, "RDY"), (11.5, "+CPIN: READY"), (14.0, "SMS DONE"), (16.0, "PB DONE")),
    banner_source=thread(BOOT, "the lines, more than ten seconds to the first; the seconds: memory"),
    registers={"+CMEE": 2},
    words=simcom_actions.words,
    unsolicited=simcom_actions.unsolicited_port,
    positions=simcom_actions.positions_wanted,
    quirks=QUIRKS,
    slow_s={"+COPS=?": 4.0, "+COPS=2": 0.5, "+COPS=0": 0.5},
    deep=True,
)
