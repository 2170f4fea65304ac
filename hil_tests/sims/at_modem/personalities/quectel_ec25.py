"""Quectel EC25 (and EG25-G, same command set), LTE only: the words, row by row, and where they are from."""

from hil_tests.sims.at_modem import provenance, standard
from hil_tests.sims.at_modem.model import Model, Port, Role, cited, compose
from hil_tests.sims.at_modem.personalities import quectel_actions
from hil_tests.sims.at_modem.personalities.quectel_fields import fill
from hil_tests.sims.at_modem.provenance import Source, memory, thread
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Row


def manual(section: str) -> Source:
    """Quectel's manual that was read: of a younger LTE module, which words these commands the same way."""
    return provenance.manual("Quectel EG800Q&EG91xQ Series AT Commands Manual", "V1.1 (2024-11-03)", section)


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
STANDARD_SECTIONS = {  # of the manual that was read, for the rows taken as the standard has them
    "+CPIN": "2.21, example; the error after CFUN=0 is not imitated",
    "+COPS": "6.1; the time of a scan is shortened from up to 180 s",
    "+CTZR": "6.7",
    "+CCLK": "10.2",
    "+CFUN": "2.21",
    "+CEER": "4.2; the words are those of the causes' names: memory",
    "+CPAS": "4.1",
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
        **{name: manual(section) for name, section in STANDARD_SECTIONS.items()},
        "+CSQ": provenance.manual("Quectel EC25&EC21 AT Commands Manual", "page 78 of 231", "6.3"),
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
    {name: manual(section) for name, section in IDENTITY_SECTIONS.items()},
)
CARD_ROWS = (
    Row(name="+QCCID", source=manual("5.7"), say="+QCCID: {iccid}", test=""),
    Row(
        name="+CCID",
        source=memory("EC25 firmware answers +CCID like +QCCID"),
        say="+CCID: {iccid}",
        test="",
    ),
    Row(name="+QINISTAT", source=manual("5.9"), say="+QINISTAT: 7", test="+QINISTAT: (0-7)"),
    Row(
        name="+QSIMSTAT", source=manual("5.11"), read="+QSIMSTAT: 0,1", test="+QSIMSTAT: (0,1)", accept="[01]"
    ),
)
SIGNAL_ROWS = (
    Row(
        name="+QCSQ",
        source=thread(
            "https://github.com/FreeRTOS/FreeRTOS-Cellular-Interface-Community-Supported-Ports/issues/7",
            "order, BG96 manual 6.18; SINR in fifths: memory of the same manual",
        ),
        say='+QCSQ: "LTE",{rssi},{rsrp},{sinr_fifths},{rsrq}',
        silent='+QCSQ: "NOSERVICE"',
        needs_cell=True,
        test='+QCSQ: "NOSERVICE","GSM","WCDMA","LTE"',
        truth={"rssi_dbm": "rssi", "rsrp_dbm": "rsrp", "sinr_db": "sinr_fifths_db", "rsrq_db": "rsrq"},
    ),
    Row(
        name="+QENG=SERVINGCELL",
        source=thread(
            "https://github.com/4IceG/luci-app-3ginfo-lite/issues/108", "EP06-E, the same 18 fields"
        ),
        say='+QENG: "servingcell","{state}","LTE","{duplex}",{mcc},{mnc},{cell_id},{pci},{earfcn},{band},'
        "{bandwidth},{bandwidth},{tac},{rsrp},{rsrq},{rssi},{sinr_qeng},{srxlev}",
        silent='+QENG: "servingcell","SEARCH"',
        needs_cell=True,
        truth={
            "rsrp_dbm": "rsrp",
            "rsrq_db": "rsrq",
            "rssi_dbm": "rssi",
            "sinr_db": "sinr_qeng_db",
            **CELL_TRUTH,
        },
    ),
    Row(
        name="+QENG=NEIGHBOURCELL",
        source=manual("6.11 (field order; RSSI is there in transcripts)"),
        act=quectel_actions.neighbours,
    ),
    Row(name="+QENG", source=manual("6.11"), test='+QENG: ("servingcell","neighbourcell")'),
    Row(
        name="+QNWINFO",
        source=thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/43", "EC200T"),
        say='+QNWINFO: "{duplex} LTE","{plmn}","LTE BAND {band}",{earfcn}',
        silent="+QNWINFO: No Service",
        needs_cell=True,
        test="",
        truth={"plmn": "plmn", "band": "band", "earfcn": "earfcn"},
    ),
)
NETWORK_ROWS = (
    standard.registration_row("+CREG", manual("6.2"), 2),
    standard.registration_row("+CGREG", manual("9.6"), 2),
    standard.registration_row("+CEREG", manual("9.8"), 2),
    Row(
        name="+QSPN",
        source=manual("6.10"),
        test="",
        act=quectel_actions.registered_name,
        acts=frozenset({Form.EXECUTE}),
    ),
    Row(
        name="+CTZU",
        source=manual("6.6"),
        read="+CTZU: {s0}",
        test="+CTZU: (0,1,3)",
        accept="([013])",
        default=("0",),
    ),
    Row(
        name="+QLTS",
        source=manual("6.8"),
        test="+QLTS: (0-2)",
        act=quectel_actions.network_time,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(name="+CBC", source=manual("10.3"), say="+CBC: 0,100,3820", test="+CBC: (0-2),(1-100),(voltage)"),
    Row(name="+QPOWD", source=manual("10.1"), accept="[01]", test="+QPOWD: (0,1)"),
)
DATA_ROWS = (
    Row(
        name="+QNETDEVCTL",
        source=manual("9.13"),
        test="+QNETDEVCTL: (0,1,3),(1-15),(0,1),(0,1)",
        act=quectel_actions.network_device,
        acts=standard.READS,
        delay_s=0.1,
    ),
    Row(
        name="+QCFG",
        source=manual("4.4; values and names of the EC25: memory"),
        act=quectel_actions.configuration,
    ),
    Row(name="+QURCCFG=URCPORT", source=manual("2.24"), say='+QURCCFG: "urcport","{urcport}"'),
    Row(
        name="+QURCCFG",
        source=manual("2.24"),
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
    banner_source=manual("2.21, example; RDY, +CFUN: 1 and the times: memory"),
    slow_s={"+COPS=?": 4.0, "+COPS=2": 0.5, "+COPS=0": 0.5},
    unsolicited=quectel_actions.unsolicited_port,
    positions=quectel_actions.positions_wanted,
    deep=True,
)
