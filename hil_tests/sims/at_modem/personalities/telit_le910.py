"""Telit LE910C4-EU: the words, row by row, and where they are from."""

from hil_tests.sims.at_modem import standard
from hil_tests.sims.at_modem.model import Model, Port, Quirk, Role, compose
from hil_tests.sims.at_modem.personalities import telit_actions
from hil_tests.sims.at_modem.personalities.telit_fields import fill
from hil_tests.sims.at_modem.provenance import memory, public_driver, thread
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Report, Row, Wish, Wording
from hil_tests.sims.network.carriers import Mode

EXECUTE = frozenset({Form.EXECUTE})
CHAT = thread("https://forum.mikrotik.com/t/v7-1beta6-development-is-released/149195/219", "a Telit LTE card")
MODEM_MANAGER = public_driver(
    "linux-mobile-broadband/ModemManager",
    "src/plugins/telit/mm-broadband-modem-telit.c",
    "8cd1c1bdb9ba5bfe1b69b4484cc46bdd4720fdb4",
)
CORE_MANAGER = thread(
    "https://github.com/sixfab/core_manager", "helpers/modem_support/telit.py names the commands"
)
CARD_LOCK = memory(
    "ModemManager 1.20.4 sends AT+CSIM=1 to a Telit before VERIFY, and gives up unless it is OK"
)
SIGNAL_TRUTH = {"rsrp_dbm": "rsrp", "rssi_dbm": "rssi"}
NAMES_TRUTH = {"name_full": "true_name_full"}
GSM_TRUTH = {"rssi_dbm": "rssi", "tac": "tac_number", "cell_id": "cell_number", **NAMES_TRUTH}
CELL_TRUTH = {"earfcn": "earfcn", "tac": "tac_number", "cell_id": "cell_number"}


def _on_change(values: tuple[str, ...]) -> Wish | None:
    return Wish(0.25, only_changes=True) if values[0] != "0" else None


IDENTITY_ROWS = standard.identity_rows(
    "Telit", "LE910C4-EU", "25.20.666", "332", memory("ATI answers a number; the others their words")
)
SIGNAL_ROWS = (
    Row(
        name="#RFSTS",
        source=CHAT,
        say='#RFSTS: "{mcc} {mnc}",{earfcn},{rsrp},{rssi},{rsrq},{tac},255,,1280,19,0,{cell_id},"{imsi}",'
        '"{name_full}",3,{band}',
        silent='#RFSTS: ,,,,,,,,,,,,"{imsi}","",0,',
        needs_cell=True,
        truth={
            **SIGNAL_TRUTH,
            "rsrq_db": "rsrq",
            "plmn": "plmn",
            "band": "band",
            **CELL_TRUTH,
            **NAMES_TRUTH,
        },
        by_mode={
            Mode.GSM: Wording(
                '#RFSTS: "{mcc} {mnc}",{earfcn},{rssi},{tac},00,5,19,10,2,{cell_id},"{imsi}",'
                '"{name_full}",3,{gsm_band}',
                {"plmn": "plmn", **GSM_TRUTH},
            )
        },
    ),
    Row(
        name="#SERVINFO",
        source=memory('a recorded line: 66786,-68,"T-Mobile","310260",3089F02,2D18,640,3,-101'),
        say='#SERVINFO: {earfcn},{rssi},"{name_full}","{plmn}",{cell_id},{tac},1280,3,{rsrp}',
        needs_cell=True,
        truth={**SIGNAL_TRUTH, "plmn": "plmn", **CELL_TRUTH, **NAMES_TRUTH},
        by_mode={
            Mode.GSM: Wording(
                '#SERVINFO: {earfcn},{rssi},"{name_full}","{plmn}",{pci},{tac},0,1,,"II",01,6',
                {"rssi_dbm": "rssi", "plmn": "plmn", "tac": "tac_number", **NAMES_TRUTH},
            )
        },
    ),
    Row(
        name="#MONI",
        source=CHAT,
        say="#MONI: {name_full} RSRP:{rsrp} RSRQ:{rsrq} TAC:{tac} Id:{cell_id} EARFCN:{earfcn} PWR:{rssi}dbm"
        " DRX:1280",
        needs_cell=True,
        test="#MONI: (0-7)",
        accept="[0-7]",
        truth={**SIGNAL_TRUTH, "rsrq_db": "rsrq", **CELL_TRUTH, **NAMES_TRUTH},
        by_mode={
            Mode.GSM: Wording(
                "#MONI: {name_full} BSIC:{pci} RxQual:0 LAC:{tac} Id:{cell_id} ARFCN:{earfcn} PWR:{rssi}dbm"
                " TA:0",
                GSM_TRUTH,
            )
        },
    ),
    Row(
        name="#PSNT",
        source=memory("technology of the packet service: 4 LTE, 5 none"),
        read="#PSNT: {s0},{technology}",
        test="#PSNT: (0,1)",
        accept="([01])",
        default=("0",),
        report=Report(say="#PSNT: {technology}", wish=_on_change),
    ),
)
CARD_ROWS = (
    Row(
        name="#CCID",
        source=memory("the ICCID with the command's name"),
        say="#CCID: {iccid}",
        test="",
        needs_card="present",
    ),
    Row(
        name="#CIMI",
        source=memory("the IMSI with the command's name"),
        say="#CIMI: {imsi}",
        test="",
        needs_card="open",
    ),
    Row(name="#CGSN", source=memory("the IMEI with the command's name"), say="#CGSN: {imei}", test=""),
    Row(
        name="#QSS",
        source=MODEM_MANAGER,
        read="#QSS: {s0},{card_status}",
        test="#QSS: (0-2)",
        accept="([012])",
        default=("0",),
        report=Report(say="#QSS: {card_status}", wish=_on_change),
    ),
    Row(
        name="+CSIM",
        source=CARD_LOCK,
        test="",
        act=telit_actions.apdu,
        needs_card="present",
        delay_s=0.03,
    ),
)
DEVICE_ROWS = (
    Row(
        name="+WS46",
        source=thread("https://github.com/magentabusiness/IoT-Quickstart", "an ME910; values: memory"),
        read="+WS46: {s0}",
        test="+WS46: (12,22,25,28,29,30,31)",
        accept="(12|22|25|28|29|30|31)",
        default=("31",),
    ),
    Row(
        name="#BND",
        source=memory("GSM, WCDMA and LTE masks"),
        read="#BND: 0,0,524420",
        test="#BND: (0),(0),(524420)",
        accept=r"0,0,\d+",
    ),
    Row(
        name="#USBCFG",
        source=CORE_MANAGER,
        read="#USBCFG: {s0}",
        test="#USBCFG: (0-11)",
        accept=r"(\d|1[01])",
        default=("0",),
    ),
    Row(
        name="#ECM",
        source=CORE_MANAGER,
        act=telit_actions.network_device,
        acts=standard.READS,
        test="#ECM: (1-16),(0)",
        delay_s=0.2,
    ),
    Row(
        name="#ECMD",
        source=memory("ends what #ECM began"),
        act=telit_actions.network_device_off,
        test="#ECMD: (0)",
    ),
    Row(
        name="#SGACT",
        source=memory("activation that tells the address"),
        act=telit_actions.activation,
        acts=standard.READS,
        test="#SGACT: (1-16),(0,1)",
        delay_s=0.1,
    ),
    Row(
        name="#FWSWITCH",
        source=memory("image of an operator, kept or not"),
        read="#FWSWITCH: 40,0",
        test="#FWSWITCH: (0-1,20,30,40),(0,1)",
    ),
    Row(name="#REBOOT", source=CORE_MANAGER, act=telit_actions.restart, acts=EXECUTE, test="", delay_s=0.1),
)
QUIRKS = (
    Quirk(
        "imsi-in-signal",
        "#RFSTS, asked for the signal, also tells the IMSI: such a line must not be kept as it is.",
        CHAT,
    ),
    Quirk("split-plmn", "#RFSTS writes the network as MCC, a blank, MNC in one pair of quotes.", CHAT),
    Quirk(
        "bare-name",
        "#MONI puts the network's name, blanks and all, before its labelled values without quotes.",
        CHAT,
    ),
    Quirk("number-for-ati", "ATI answers a number alone.", memory("332 on this family")),
    Quirk(
        "card-lock", "+CSIM=1 keeps the card for APDUs until +CSIM=0, besides the standard's form.", CARD_LOCK
    ),
    Quirk("report-of-card", "#QSS: is said unasked with one number, and answered with two.", MODEM_MANAGER),
)
MODEL = Model(
    name="telit-le910",
    title="Telit LE910C4-EU",
    rows=compose(standard.ROWS, IDENTITY_ROWS + SIGNAL_ROWS + CARD_ROWS + DEVICE_ROWS),
    fill=fill,
    usb_id=(0x1BC7, 0x1201),
    ports=(
        Port(0, Role.DIAG),
        Port(2, Role.NET),
        Port(3, Role.NMEA),
        Port(4, Role.AT),
        Port(5, Role.MODEM),
    ),
    ports_source=public_driver(
        "linux-mobile-broadband/ModemManager",
        "src/plugins/telit/77-mm-telit-port-types.rules",
        "592f8b63645912162e6a0cf2e6066273dcfa1a32",
        "interface 2, the network device: memory",
    ),
    banner=(),
    banner_source=memory("nothing is said before #QSS or +CREG reports are asked for"),
    quirks=QUIRKS,
    slow_s={"+COPS=?": 4.0},
)
