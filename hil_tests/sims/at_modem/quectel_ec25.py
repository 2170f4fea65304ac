"""Quectel EC25 (and EG25-G, same command set), LTE only: the words, row by row, and where they are from."""

from hil_tests.sims.at_modem import actions, sms
from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.provenance import Kind, Source
from hil_tests.sims.at_modem.quectel_fields import fill
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Row, TablePersonality

NAME = "quectel-ec25"
BANNER = actions.BANNER


def manual(section: str) -> Source:
    """Quectel's manual that was read: of a younger LTE module, which words these commands the same way."""
    return Source(
        Kind.MANUAL, f"Quectel EG800Q&EG91xQ Series AT Commands Manual V1.1 (2024-11-03), {section}"
    )


def remembered(where: str) -> Source:
    """The document was not at hand; *where* is the one to check against, or what is remembered."""
    return Source(Kind.MEMORY, where)


def thread(url: str) -> Source:
    """A transcript or an excerpt somebody posted."""
    return Source(Kind.THREAD, url)


CELL_TRUTH = {
    "plmn": "plmn",
    "band": "band",
    "earfcn": "earfcn",
    "pci": "pci",
    "tac": "tac_number",
    "cell_id": "cell_number",
}
REVISION = "EC25EFAR06A08M4G"
READS = frozenset({Form.SET, Form.READ})
EVERY = frozenset(Form)
IDENTITY_ROWS = (
    Row(
        name="I",
        source=Source(
            Kind.PUBLIC_DRIVER, "a Rust `atat` client's comment: Quectel / EC25 / Revision: EC25EFAR06A09M4G"
        ),
        say=f"Quectel\nEC25\nRevision: {REVISION}",
    ),
    Row(name="+GMI", source=manual("2.2"), say="Quectel", test=""),
    Row(name="+GMM", source=manual("2.3"), say="EC25", test=""),
    Row(name="+GMR", source=manual("2.4"), say=REVISION, test=""),
    Row(name="+CGMI", source=manual("2.5"), say="Quectel", test=""),
    Row(name="+CGMM", source=manual("2.6"), say="EC25", test=""),
    Row(name="+CGMR", source=manual("2.7"), say=REVISION, test=""),
    Row(name="+GSN", source=manual("2.8"), say="{imei}", test=""),
    Row(name="+CGSN", source=manual("2.9"), say="{imei}", test=""),
    Row(name="+CIMI", source=remembered("3GPP TS 27.007 5.6"), say="{imsi}", test=""),
    Row(name="+QCCID", source=manual("5.7"), say="+QCCID: {iccid}", test=""),
    Row(
        name="+CCID",
        source=remembered("EC25 firmware answers +CCID like +QCCID"),
        say="+CCID: {iccid}",
        test="",
    ),
    Row(name="+CNUM", source=remembered("3GPP TS 27.007 7.1"), say='+CNUM: ,"{number}",145', test=""),
    Row(
        name="+CPIN",
        source=manual("2.21, example; the error after CFUN=0 is not imitated"),
        read="+CPIN: READY",
        test="",
        delay_s=0.02,
    ),
    Row(name="+QINISTAT", source=manual("5.9"), say="+QINISTAT: 7", test="+QINISTAT: (0-7)"),
    Row(
        name="+QSIMSTAT", source=manual("5.11"), read="+QSIMSTAT: 0,1", test="+QSIMSTAT: (0,1)", accept="[01]"
    ),
    Row(name="+CRSM", source=remembered("3GPP TS 27.007 8.18"), test="", act=actions.sim_file, delay_s=0.03),
    Row(
        name="+CLCK",
        source=remembered("3GPP TS 27.007 7.4"),
        test='+CLCK: ("SC","AO","OI","OX","AI","IR","AB","AG","AC","FD","PN","PU","PP","PC","PF")',
        accept='"SC",2',
        say="",
    ),
)
SIGNAL_ROWS = (
    Row(
        name="+CSQ",
        source=Source(Kind.MANUAL, "Quectel EC25&EC21 AT Commands Manual, page 78 of 231, 6.3"),
        say="+CSQ: {csq},99",
        silent="+CSQ: 99,99",
        needs_cell=True,
        test="+CSQ: (0-31,99),(0-7,99)",
        truth={"rssi_dbm": "csq_dbm"},
    ),
    Row(
        name="+CESQ",
        source=remembered("3GPP TS 27.007 8.69; that the EC25 has it: memory"),
        say="+CESQ: 99,99,255,255,{cesq_rsrq},{cesq_rsrp}",
        silent="+CESQ: 99,99,255,255,255,255",
        needs_cell=True,
        test="+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)",
        truth={"rsrp_dbm": "cesq_rsrp_dbm", "rsrq_db": "cesq_rsrq_db"},
    ),
    Row(
        name="+QCSQ",
        source=thread(
            "https://github.com/FreeRTOS/FreeRTOS-Cellular-Interface-Community-Supported-Ports/issues/7 "
            "(order, BG96 manual 6.18); SINR in fifths: memory of the same manual"
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
            "https://github.com/4IceG/luci-app-3ginfo-lite/issues/108 (EP06-E, the same 18 fields)"
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
        act=actions.neighbours,
    ),
    Row(name="+QENG", source=manual("6.11"), test='+QENG: ("servingcell","neighbourcell")'),
    Row(
        name="+QNWINFO",
        source=thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/43 (EC200T)"),
        say='+QNWINFO: "{duplex} LTE","{plmn}","LTE BAND {band}",{earfcn}',
        silent="+QNWINFO: No Service",
        needs_cell=True,
        test="",
        truth={"plmn": "plmn", "band": "band", "earfcn": "earfcn"},
    ),
)
NETWORK_ROWS = (
    *(
        Row(
            name=name,
            source=source,
            read=f"{name}: {{s0}},{{stat}}{{location_if_asked}}",
            test=f"{name}: (0-2)",
            accept="([012])",
            default=("0",),
            truth={"stat": "stat"},
        )
        for name, source in (("+CREG", manual("6.2")), ("+CGREG", manual("9.6")), ("+CEREG", manual("9.8")))
    ),
    Row(
        name="+COPS",
        source=manual("6.1; the time of a scan is shortened from up to 180 s"),
        default=("0",),
        act=actions.operator,
        acts=EVERY,
        delay_s=0.05,
    ),
    Row(
        name="+QSPN",
        source=manual("6.10"),
        test="",
        act=actions.registered_name,
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
        name="+CTZR",
        source=manual("6.7"),
        read="+CTZR: {s0}",
        test="+CTZR: (0-2)",
        accept="([012])",
        default=("0",),
    ),
    Row(
        name="+QLTS",
        source=manual("6.8"),
        test="+QLTS: (0-2)",
        act=actions.network_time,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(name="+CCLK", source=manual("10.2"), test="", act=actions.clock, acts=READS),
    Row(
        name="+CFUN",
        source=manual("2.21"),
        read="+CFUN: {function}",
        test="+CFUN: (0,1,4),(0,1)",
        act=actions.functionality,
        delay_s=0.2,
    ),
    Row(name="+CPAS", source=manual("4.1"), say="+CPAS: 0", test="+CPAS: (0,3,4)"),
    Row(name="+CBC", source=manual("10.3"), say="+CBC: 0,100,3820", test="+CBC: (0-2),(1-100),(voltage)"),
    Row(name="+CEER", source=manual("4.2"), say="+CEER: 5,8", test=""),
    Row(name="+QPOWD", source=manual("10.1"), accept="[01]", test="+QPOWD: (0,1)"),
)
DATA_ROWS = (
    Row(name="+CGATT", source=manual("9.1"), read="+CGATT: {attached}", test="+CGATT: (0,1)", accept="[01]"),
    Row(
        name="+CGDCONT",
        source=manual("9.2"),
        test='+CGDCONT: (1-16),"IPV4V6",,,(0-2),(0-4),(0,1),(0,1)',
        act=actions.contexts,
        acts=READS,
    ),
    Row(
        name="+CGACT",
        source=manual("9.3"),
        test="+CGACT: (0,1)",
        act=actions.activation,
        acts=READS,
        delay_s=0.1,
    ),
    Row(
        name="+CGPADDR",
        source=manual("9.5; the quotes: EC25 transcripts as remembered"),
        test="+CGPADDR: (1,2)",
        act=actions.addresses,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+QNETDEVCTL",
        source=manual("9.13"),
        test="+QNETDEVCTL: (0,1,3),(1-15),(0,1),(0,1)",
        act=actions.network_device,
        acts=READS,
        delay_s=0.1,
    ),
    Row(name="+QCFG", source=manual("4.4; values and names of the EC25: memory"), act=actions.configuration),
)
TEXT_ROWS = (
    Row(
        name="+CSCS",
        source=manual("2.23"),
        read='+CSCS: "{s0}"',
        test='+CSCS: ("GSM","IRA","UCS2")',
        accept='"?(GSM|IRA|UCS2)"?',
        default=("GSM",),
    ),
    Row(
        name="+CSMS",
        source=manual("8.1"),
        read="+CSMS: {s0},1,1,1",
        test="+CSMS: (0,1)",
        accept="([01])",
        default=("0",),
    ),
    Row(
        name="+CMGF",
        source=manual("8.2"),
        read="+CMGF: {s0}",
        test="+CMGF: (0,1)",
        accept="([01])",
        default=("0",),
    ),
    Row(name="+CSCA", source=manual("8.3"), read='+CSCA: "{smsc}",145', test="", accept='"[^"]*"(?:,\\d+)?'),
    Row(
        name="+CPMS",
        source=manual("8.4"),
        test='+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")',
        default=("SM", "SM", "SM"),
        act=sms.storage,
        acts=READS,
    ),
    Row(name="+CMGD", source=manual("8.5"), test="+CMGD: (0-49),(0-4)", act=sms.delete_messages),
    Row(
        name="+CMGL",
        source=manual("8.6"),
        test="+CMGL: (0-4)",
        act=sms.list_messages,
        acts=frozenset({Form.SET, Form.EXECUTE}),
        delay_s=0.05,
    ),
    Row(name="+CMGR", source=remembered("3GPP TS 27.005 3.4.3, 4.2"), test="", act=sms.read_message),
    Row(name="+CMGS", source=remembered("3GPP TS 27.005 3.5.1, 4.3"), test="", act=sms.send_message),
    Row(
        name="+CNMI",
        source=manual("8.13"),
        read="+CNMI: {s0},{s1},{s2},{s3},{s4}",
        test="+CNMI: (0-2),(0-3),(0,2),(0,1,2),(0,1)",
        accept=r"([0-2])(?:,([0-3]))?(?:,([02]))?(?:,([0-2]))?(?:,([01]))?",
        default=("2", "1", "0", "0", "0"),
    ),
    Row(
        name="+CSDH",
        source=manual("8.15"),
        read="+CSDH: {s0}",
        test="+CSDH: (0,1)",
        accept="([01])",
        default=("0",),
    ),
    Row(
        name="+CSMP",
        source=manual("8.16"),
        read="+CSMP: {s0},{s1},{s2},{s3}",
        test="",
        accept=r"(\d+)(?:,(\d+))?(?:,(\d+))?(?:,(\d+))?",
        default=("17", "167", "0", "0"),
    ),
    Row(
        name="+CSCB",
        source=manual("8.14"),
        read='+CSCB: 0,"",""',
        test="+CSCB: (0,1)",
        accept='[01](?:,"[^"]*")*',
    ),
    Row(
        name="+CPBS",
        source=remembered("3GPP TS 27.007 8.11"),
        test='+CPBS: ("SM","ME","ON","FD")',
        accept='"?(SM|ME|ON|FD)"?',
        default=("SM",),
        act=actions.phone_book,
        acts=frozenset({Form.READ}),
    ),
    Row(
        name="+CPBR",
        source=remembered("3GPP TS 27.007 8.12"),
        test="+CPBR: (1-250),80,14",
        act=actions.phone_book_entries,
    ),
)
LINE_ROWS = (
    Row(name="H", source=remembered("ITU-T V.250 6.3.6"), say=""),
    Row(name="&C", source=manual("3.1"), say=""),
    Row(name="&D", source=manual("3.2"), say=""),
    Row(name="&W", source=manual("2.12"), say=""),
    Row(
        name="+IPR",
        source=manual("3.5"),
        read="+IPR: 115200",
        test="+IPR: (0,9600,115200,921600)",
        accept=r"\d+",
    ),
    Row(
        name="+IFC",
        source=manual("3.3"),
        read="+IFC: 0,0",
        test="+IFC: (0,2),(0,2)",
        accept=r"[02](?:,[02])?",
    ),
    Row(
        name="+QURCCFG",
        source=manual("2.24"),
        test='+QURCCFG: "urcport",("usbat","usbmodem","uart1")',
        accept='"urcport"(?:,"(?:usbat|usbmodem|uart1)")?',
    ),
)
ROWS = IDENTITY_ROWS + SIGNAL_ROWS + NETWORK_ROWS + DATA_ROWS + TEXT_ROWS + LINE_ROWS
SLOW_S = {"+COPS=?": 4.0, "+COPS=2": 0.5, "+COPS=0": 0.5}


def build(modem: Modem) -> TablePersonality:
    """Return the personality on *modem*."""
    return TablePersonality(ROWS, modem, fill, SLOW_S)
