"""Quectel EC25-E (and EG25-G, same command set), LTE and GSM: the words, row by row, and their sources."""

from hil_tests.sims.at_modem import standard
from hil_tests.sims.at_modem.model import Model, Port, Quirk, Role, cited, compose
from hil_tests.sims.at_modem.personalities import quectel_actions
from hil_tests.sims.at_modem.personalities.quectel_fields import fill
from hil_tests.sims.at_modem.personalities.quectel_sources import lte_a_manual, lte_manual
from hil_tests.sims.at_modem.provenance import memory, thread
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Row, Wording
from hil_tests.sims.network.carriers import Mode

CELL_TRUTH = {
    "plmn": "plmn",
    "band": "band",
    "earfcn": "earfcn",
    "pci": "pci",
    "tac": "tac_number",
    "cell_id": "cell_number",
}
REVISION = "EC25EFAR06A08M4G"
BANNER = (
    (0.8, "RDY"),
    (1.2, "+CPIN: READY"),
    (1.2, "+QUSIM: 1"),
    (1.5, "+CFUN: 1"),
    (2.5, "+QIND: SMS DONE"),
    (3.0, "+QIND: PB DONE"),
)
OWN_SECTIONS = {  # of the EC25's own manual, for the rows taken as the standard has them
    "+CIMI": "5.1",
    "+CLCK": "5.2",
    "+CPIN": "5.3",
    "+CSIM": "5.5",
    "+CRSM": "5.6",
    "+CEER": "4.2; the words are those of the causes' names: memory",
    "+CPAS": "4.1",
    "+COPS": "6.1; the time of a scan is shortened from up to 180 s",
    "+CSQ": "6.3",
    "+CTZR": "6.7",
    "+CCLK": "13.2",
}
STANDARD_SECTIONS = {  # of a younger module's manual, for the rows taken as the standard has them
    "+CFUN": "2.21",
    "+CGATT": "9.1",
    "+CGDCONT": "9.2",
    "+CGACT": "9.3",
    "+CGPADDR": "9.5; the quotes: EC25 transcripts as remembered",
    "+CSCS": "2.23",
    "+CSMS": "8.1",
    "+CMGF": "8.2",
    "+CSCA": "8.3",
    "+CPMS": "8.4",
    "+CMGD": "8.5",
    "+CMGL": "8.6",
    "+CNMI": "8.13",
    "+CSDH": "8.15",
    "+CSMP": "8.16",
    "+CSCB": "8.14",
    "&C": "3.1",
    "&D": "3.2",
    "&W": "2.12",
    "+IPR": "3.5",
    "+IFC": "3.3",
}
STANDARD_ROWS = cited(
    standard.ROWS,
    {
        **{name: lte_a_manual(section) for name, section in STANDARD_SECTIONS.items()},
        **{name: lte_manual(section) for name, section in OWN_SECTIONS.items()},
        "+CESQ": memory("3GPP TS 27.007 8.69; that the EC25 has it: memory"),
    },
)
IDENTITY_SECTIONS = {
    "+GMI": "2.2",
    "+GMM": "2.3",
    "+GMR": "2.4",
    "+CGMI": "2.5",
    "+CGMM": "2.6",
    "+CGMR": "2.7",
    "+GSN": "2.8",
    "+CGSN": "2.9",
}
IDENTITY_ROWS = cited(
    standard.identity_rows(
        "Quectel",
        "EC25",
        REVISION,
        f"Quectel\nEC25\nRevision: {REVISION}",
        memory("a public comment, its address not kept: Quectel / EC25 / Revision: EC25EFAR06A09M4G"),
    ),
    {name: lte_a_manual(section) for name, section in IDENTITY_SECTIONS.items()},
)
CARD_ROWS = (
    Row(name="+QCCID", source=lte_manual("5.7"), say="+QCCID: {iccid}", test="", needs_card="present"),
    Row(
        name="+CCID",
        source=memory("EC25 firmware answers +CCID like +QCCID"),
        say="+CCID: {iccid}",
        test="",
        needs_card="present",
    ),
    Row(
        name="+QPINC",
        source=lte_manual("5.8"),
        read='+QPINC: "SC",{pin_left},{puk_left}\n+QPINC: "P2",{pin2_left},10',
        test='+QPINC: ("SC","P2")',
        needs_card="present",
        truth={"pin_tries": "pin_left", "puk_tries": "puk_left"},
    ),
    Row(
        name="+QPINC=SC",
        source=lte_manual("5.8"),
        say='+QPINC: "SC",{pin_left},{puk_left}',
        needs_card="present",
        truth={"pin_tries": "pin_left", "puk_tries": "puk_left"},
    ),
    Row(name="+QINISTAT", source=lte_manual("5.9"), say="+QINISTAT: {card_ready}", test="+QINISTAT: (0-7)"),
    Row(
        name="+QSIMSTAT",
        source=lte_manual("5.11"),
        read="+QSIMSTAT: {s0},{card_there}",
        test="+QSIMSTAT: (0,1)",
        accept="([01])",
        default=("0",),
    ),
)
LEVEL_TRUTH = {"rsrp_dbm": "rsrp", "rsrq_db": "rsrq", "rssi_dbm": "rssi", "sinr_db": "sinr_qeng_db"}
SIGNAL_ROWS = (
    Row(
        name="+QCSQ",
        source=thread(
            "https://github.com/FreeRTOS/FreeRTOS-Cellular-Interface-Community-Supported-Ports/issues/7",
            "order, BG96 manual 6.18; SINR in fifths: memory of the same manual",
        ),
        say='+QCSQ: "LTE",{rssi},{rsrp},{sinr_fifths},{rsrq}',
        by_mode={Mode.GSM: Wording('+QCSQ: "GSM",{rssi}', {"rssi_dbm": "rssi"})},
        silent='+QCSQ: "NOSERVICE"',
        needs_cell=True,
        test='+QCSQ: "NOSERVICE","GSM","WCDMA","LTE"',
        truth={"rssi_dbm": "rssi", "rsrp_dbm": "rsrp", "sinr_db": "sinr_fifths_db", "rsrq_db": "rsrq"},
    ),
    Row(
        name="+QENG=SERVINGCELL",
        source=lte_manual("6.17; 18 fields as in https://github.com/4IceG/luci-app-3ginfo-lite/issues/108"),
        say='+QENG: "servingcell","{state}","LTE","{duplex}",{mcc},{mnc},{cell_id},{pci},{earfcn},{band},'
        "{bandwidth},{bandwidth},{tac},{rsrp},{rsrq},{rssi},{sinr_qeng},{srxlev}",
        by_mode={
            Mode.GSM: Wording(
                '+QENG: "servingcell","{state}","GSM",{mcc},{mnc},{tac},{cell_id},{bsic},{earfcn},'
                '{gsm_band},{rssi},255,255,0,{c1},{c1},1,-,-,-,-,-,-,-,-,-,"-"',
                {"rssi_dbm": "rssi", "plmn": "plmn"},
            ),
        },
        silent='+QENG: "servingcell","SEARCH"',
        needs_cell=True,
        camped=True,
        truth={**LEVEL_TRUTH, **CELL_TRUTH},
    ),
    Row(name="+QENG=NEIGHBOURCELL", source=lte_manual("6.17"), act=quectel_actions.neighbours),
    Row(name="+QENG", source=lte_manual("6.17"), test='+QENG: ("servingcell","neighbourcell")'),
    Row(
        name="+QNWINFO",
        source=thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/43", "EC200T; the manual's 6.9"),
        say='+QNWINFO: "{duplex} LTE","{plmn}","LTE BAND {band}",{earfcn}',
        by_mode={Mode.GSM: Wording('+QNWINFO: "EDGE","{plmn}","GSM {band}",{earfcn}', {"plmn": "plmn"})},
        silent="+QNWINFO: No Service",
        needs_cell=True,
        test="",
        truth={"plmn": "plmn", "band": "band", "earfcn": "earfcn"},
    ),
)
NETWORK_ROWS = (
    standard.registration_row("+CREG", lte_manual("6.2"), 2),
    standard.registration_row("+CGREG", lte_a_manual("9.6"), 2),
    standard.registration_row("+CEREG", lte_a_manual("9.8"), 2),
    Row(
        name="+QSPN",
        source=lte_manual("6.10; OK alone while not registered: the x55's note, 3.4.9"),
        test="",
        act=quectel_actions.registered_name,
        acts=frozenset({Form.EXECUTE}),
    ),
    Row(
        name="+CTZU",
        source=lte_manual("6.6"),
        read="+CTZU: {s0}",
        test="+CTZU: (0,1,3)",
        accept="([013])",
        default=("0",),
    ),
    Row(
        name="+QLTS",
        source=lte_manual("6.8"),
        test="+QLTS: (0-2)",
        act=quectel_actions.network_time,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+CIND",
        source=lte_manual("6.18"),
        read="+CIND: 0,{bars},{service},0,{roaming},{full},{attached},0",
        test='+CIND: ("battchg",(0-5)),("signal",(0-5)),("service",(0-1)),("call",(0-1)),("roam",(0-1)),'
        '("smsfull",(0-1)),("GPRS coverage",(0-1)),("callsetup",(0-3))',
    ),
    Row(
        name="+QINDCFG",
        source=lte_manual("4.3"),
        test="\n".join(f'+QINDCFG: "{name}",(0,1),(0,1)' for name in quectel_actions.INDICATIONS),
        act=quectel_actions.indications,
    ),
    Row(name="+CBC", source=lte_manual("13.3"), say="+CBC: 0,100,3820", test="+CBC: (0-2),(1-100),(voltage)"),
    Row(
        name="+QPOWD",
        source=lte_manual("13.1; how long it takes: memory"),
        act=quectel_actions.power_down,
        acts=frozenset({Form.SET, Form.EXECUTE}),
        test="+QPOWD: (0,1)",
    ),
)
DATA_ROWS = (
    Row(
        name="+QNETDEVCTL",
        source=lte_a_manual("9.13"),
        test="+QNETDEVCTL: (0,1,3),(1-15),(0,1),(0,1)",
        act=quectel_actions.network_device,
        acts=standard.READS,
        delay_s=0.1,
    ),
    Row(
        name="+QCFG",
        source=lte_a_manual("4.4; values and names of the EC25: memory"),
        act=quectel_actions.configuration,
    ),
    Row(name="+QURCCFG=URCPORT", source=lte_a_manual("2.24"), say='+QURCCFG: "urcport","{urcport}"'),
    Row(
        name="+QURCCFG",
        source=lte_a_manual("2.24"),
        test='+QURCCFG: "urcport",("usbat","usbmodem","uart1")',
        accept='"urcport","(usbat|usbmodem|uart1)"',
        default=("usbat",),
    ),
    Row(
        name="+QGPS",
        source=memory("Quectel EC2x&EG9x&EG2x-G&EM05 Series GNSS Application Note, AT+QGPS"),
        read="+QGPS: {gnss}",
        test="+QGPS: (1),(1-255),(0-1000),(0-65535),(1-65535)",
        act=quectel_actions.positioning,
        acts=frozenset({Form.SET}),
    ),
    Row(
        name="+QGPSEND",
        source=memory("Quectel EC2x&EG9x&EG2x-G&EM05 Series GNSS Application Note, AT+QGPSEND"),
        test="",
        act=quectel_actions.positioning_end,
        acts=frozenset({Form.EXECUTE}),
    ),
)
QUIRKS = (
    Quirk(
        "powered-down-late",
        "+QPOWD is answered OK at once; POWERED DOWN follows when the network is left, up to 60 s later.",
        lte_manual("13.1"),
    ),
    Quirk(
        "ims-two-digits",
        '+QCFG="ims" is set with one digit and answers two; the second is the network\'s and cannot be set.',
        memory("a gateway's notes on an EP06-E; Quectel LTE-A(Q) IMS Application Note V1.0 2.3.1 by hearsay"),
    ),
    Quirk(
        "qeng-sinr-scale",
        "The SINR of +QENG is decibels by the manual and fifths of them above -20 in public code; "
        "+QCSQ's is fifths.",
        lte_manual("6.17"),
    ),
    Quirk(
        "serving-cell-among-neighbours",
        'The first line of +QENG="neighbourcell" is the serving cell itself.',
        lte_manual("6.17, example"),
    ),
    Quirk(
        "neighbours-swap-levels",
        "LTE neighbours have RSRQ before RSRP, the serving cell RSRP before RSRQ.",
        lte_manual("6.17"),
    ),
    Quirk(
        "unasked-on-one-port",
        "What is said unasked goes to the one port chosen by +QURCCFG, also after another is opened.",
        memory("of this module; a younger one's manual, EG800Q&EG91xQ V1.1 section 2.24, words it so"),
    ),
)
MODEL = Model(
    name="quectel-ec25",
    title="Quectel EC25",
    rows=compose(STANDARD_ROWS, IDENTITY_ROWS + CARD_ROWS + SIGNAL_ROWS + NETWORK_ROWS + DATA_ROWS),
    fill=fill,
    usb_id=(0x2C7C, 0x0125),
    ports=(
        Port(0, Role.DIAG),
        Port(1, Role.NMEA),
        Port(2, Role.AT),
        Port(3, Role.MODEM),
        Port(4, Role.NET),
    ),
    ports_source=memory("the option driver's ttyUSB0..3 of 2c7c:0125, then qmi"),
    banner=BANNER,
    banner_source=lte_a_manual("2.21, example; RDY, +CFUN: 1 and the times: memory"),
    quirks=QUIRKS,
    words=quectel_actions.lte_words,
    slow_s={"+COPS=?": 4.0, "+COPS=2": 0.5, "+COPS=0": 0.5},
    unsolicited=quectel_actions.unsolicited_port,
    positions=quectel_actions.positions_wanted,
    deep=True,
)
