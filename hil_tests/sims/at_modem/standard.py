"""The rows every cellular modem has: TS 27.007, TS 27.005, V.250. A model replaces what it words otherwise.

No copy of the standards was at hand: the sections are remembered, and so is every wording here.
"""

from hil_tests.sims.at_modem import actions, card_actions, data_actions, sms
from hil_tests.sims.at_modem.provenance import Source, memory
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Row, Wording
from hil_tests.sims.network.carriers import Mode

READS = frozenset({Form.SET, Form.READ})
EVERY = frozenset(Form)


def identity_rows(maker: str, model: str, revision: str, information: str, source: Source) -> tuple[Row, ...]:
    """Return ATI (*information*, a line a part) and the maker, model, revision and IMEI commands."""
    words = {"MI": maker, "MM": model, "MR": revision, "SN": "{imei}"}
    plain = {f"{prefix}{key}": text for prefix in ("+G", "+CG") for key, text in words.items()}
    return (
        Row(name="I", source=source, say=information),
        *(Row(name=name, source=source, say=text, test="") for name, text in plain.items()),
    )


CARD_ROWS = (
    Row(name="+CIMI", source=memory("3GPP TS 27.007 5.6"), say="{imsi}", test="", needs_card="open"),
    Row(
        name="+CNUM",
        source=memory("3GPP TS 27.007 7.1"),
        say='+CNUM: ,"{number}",145',
        test="",
        needs_card="open",
    ),
    Row(
        name="+CPIN",
        source=memory("3GPP TS 27.007 8.3"),
        test="",
        act=card_actions.pin,
        acts=READS,
        delay_s=0.02,
    ),
    Row(
        name="+CPINR",
        source=memory("3GPP TS 27.007 8.65"),
        test="",
        act=card_actions.tries,
        acts=frozenset({Form.SET, Form.EXECUTE}),
        needs_card="present",
    ),
    Row(
        name="+CRSM",
        source=memory("3GPP TS 27.007 8.18"),
        test="",
        act=card_actions.sim_file,
        needs_card="open",
        delay_s=0.03,
    ),
    Row(
        name="+CSIM",
        source=memory("3GPP TS 27.007 8.17"),
        test="",
        act=card_actions.apdu,
        needs_card="present",
        delay_s=0.03,
    ),
    Row(
        name="+CLCK",
        source=memory("3GPP TS 27.007 7.4"),
        test='+CLCK: ("SC","AO","OI","OX","AI","IR","AB","AG","AC","FD","PN","PU","PP","PC","PF")',
        act=card_actions.facility_lock,
        needs_card="open",
    ),
    Row(
        name="+CPBS",
        source=memory("3GPP TS 27.007 8.11"),
        test='+CPBS: ("SM","ME","ON","FD")',
        accept='"?(SM|ME|ON|FD)"?',
        default=("SM",),
        act=actions.phone_book,
        acts=frozenset({Form.READ}),
    ),
    Row(
        name="+CPBR",
        needs_card="open",
        source=memory("3GPP TS 27.007 8.12"),
        test="+CPBR: (1-250),80,14",
        act=actions.phone_book_entries,
    ),
)
SIGNAL_ROWS = (
    Row(
        name="+CSQ",
        source=memory("3GPP TS 27.007 8.5"),
        say="+CSQ: {csq},99",
        silent="+CSQ: 99,99",
        needs_cell=True,
        test="+CSQ: (0-31,99),(0-7,99)",
        truth={"rssi_dbm": "csq_dbm"},
        by_mode={
            Mode.GSM: Wording("+CSQ: {csq},99", {"rssi_dbm": "csq_dbm"}),
            Mode.SA: Wording("+CSQ: {csq},99", {"rssi_dbm": "csq_dbm"}),
        },
    ),
    Row(
        name="+CESQ",
        source=memory("3GPP TS 27.007 8.69"),
        say="+CESQ: 99,99,255,255,{cesq_rsrq},{cesq_rsrp}",
        silent="+CESQ: 99,99,255,255,255,255",
        needs_cell=True,
        test="+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)",
        truth={"rsrp_dbm": "cesq_rsrp_dbm", "rsrq_db": "cesq_rsrq_db"},
        by_mode={Mode.GSM: Wording("+CESQ: {cesq_rxlev},99,255,255,255,255", {"rssi_dbm": "cesq_rxlev_dbm"})},
    ),
)


def registration_row(name: str, source: Source, most: int = 3) -> Row:
    """Return +CREG or a sibling of it, levels 0 to *most*: 2 tells the cell, 3 also why it was denied."""
    return Row(
        name=name,
        source=source,
        read=f"{name}: {{s0}},{{stat}}{{location_if_asked}}",
        test=f"{name}: (0-{most})",
        accept=f"([0-{most}])",
        default=("0",),
        truth={"stat": "stat", "cause": "cause"},
    )


NETWORK_ROWS = (
    registration_row("+CREG", memory("3GPP TS 27.007 7.2")),
    registration_row("+CGREG", memory("3GPP TS 27.007 10.1.20")),
    registration_row("+CEREG", memory("3GPP TS 27.007 10.1.22")),
    Row(
        name="+COPS",
        source=memory("3GPP TS 27.007 7.3; the time of a scan is shortened from minutes"),
        default=("0",),
        act=actions.operator,
        acts=EVERY,
        delay_s=0.05,
    ),
    Row(
        name="+CTZU",
        source=memory("3GPP TS 27.007 8.40"),
        read="+CTZU: {s0}",
        test="+CTZU: (0,1)",
        accept="([01])",
        default=("0",),
    ),
    Row(
        name="+CTZR",
        source=memory("3GPP TS 27.007 8.41"),
        read="+CTZR: {s0}",
        test="+CTZR: (0-2)",
        accept="([012])",
        default=("0",),
    ),
    Row(name="+CCLK", source=memory("3GPP TS 27.007 8.15"), test="", act=actions.clock, acts=READS),
    Row(
        name="+CFUN",
        source=memory("3GPP TS 27.007 8.2"),
        read="+CFUN: {function}",
        test="+CFUN: (0,1,4),(0,1)",
        act=actions.functionality,
        delay_s=0.2,
    ),
    Row(
        name="+CIREG",
        source=memory("3GPP TS 27.007 8.71"),
        read="+CIREG: {s0},{ims}",
        test="+CIREG: (0,1)",
        accept="([01])",
        default=("0",),
        truth={"ims": "ims", "sms_way": "sms_way"},
    ),
    Row(
        name="+CEER",
        source=memory("3GPP TS 27.007 6.10"),
        test="",
        act=data_actions.extended_error,
        acts=frozenset({Form.EXECUTE}),
    ),
    Row(name="+CPAS", source=memory("3GPP TS 27.007 8.1"), say="+CPAS: 0", test="+CPAS: (0,3,4)"),
)
DATA_ROWS = (
    Row(
        name="+CGATT",
        source=memory("3GPP TS 27.007 10.1.9"),
        read="+CGATT: {attached}",
        test="+CGATT: (0,1)",
        act=data_actions.attachment,
        delay_s=0.1,
    ),
    Row(
        name="+CGDCONT",
        source=memory("3GPP TS 27.007 10.1.1"),
        test='+CGDCONT: (1-16),"IPV4V6",,,(0-2),(0-4),(0,1),(0,1)',
        act=data_actions.contexts,
        acts=READS,
    ),
    Row(
        name="+CGACT",
        source=memory("3GPP TS 27.007 10.1.10"),
        test="+CGACT: (0,1)",
        act=data_actions.activation,
        acts=READS,
        delay_s=0.1,
    ),
    Row(
        name="+CGPADDR",
        source=memory("3GPP TS 27.007 10.1.14"),
        test="+CGPADDR: (1,2)",
        act=data_actions.addresses,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+CGCONTRDP",
        source=memory("3GPP TS 27.007 10.1.23"),
        test="+CGCONTRDP: (1,2)",
        act=data_actions.dynamic_parameters,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+CGEQOSRDP",
        source=memory("3GPP TS 27.007 10.1.29"),
        test="+CGEQOSRDP: (1,2)",
        act=data_actions.quality_of_service,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+CGEREP",
        source=memory("3GPP TS 27.007 10.1.19"),
        read="+CGEREP: {s0},{s1}",
        test="+CGEREP: (0-2),(0,1)",
        accept="([0-2])(?:,([01]))?",
        default=("0", "0"),
    ),
    Row(
        name="+CGSMS",
        source=memory("3GPP TS 27.007 10.1.21"),
        read="+CGSMS: {s0}",
        test="+CGSMS: (0-3)",
        accept="([0-3])",
        default=("3",),
    ),
)
TEXT_ROWS = (
    Row(
        name="+CSCS",
        source=memory("3GPP TS 27.007 5.5"),
        read='+CSCS: "{s0}"',
        test='+CSCS: ("GSM","IRA","UCS2")',
        accept='"?(GSM|IRA|UCS2)"?',
        default=("GSM",),
    ),
    Row(
        name="+CSMS",
        source=memory("3GPP TS 27.005 3.2.1"),
        read="+CSMS: {s0},1,1,1",
        test="+CSMS: (0,1)",
        accept="([01])",
        default=("0",),
    ),
    Row(
        name="+CMGF",
        source=memory("3GPP TS 27.005 3.2.3"),
        read="+CMGF: {s0}",
        test="+CMGF: (0,1)",
        accept="([01])",
        default=("0",),
    ),
    Row(
        name="+CSCA",
        needs_card="open",
        cms=True,
        source=memory("3GPP TS 27.005 3.3.1"),
        read='+CSCA: "{smsc}",145',
        test="",
        accept='"[^"]*"(?:,\\d+)?',
    ),
    Row(
        name="+CPMS",
        needs_card="open",
        cms=True,
        source=memory("3GPP TS 27.005 3.2.2"),
        test='+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")',
        default=("SM", "SM", "SM"),
        act=sms.storage,
        acts=READS,
    ),
    Row(
        name="+CMGD",
        needs_card="open",
        cms=True,
        source=memory("3GPP TS 27.005 3.5.4"),
        test="+CMGD: (0-49),(0-4)",
        act=sms.delete_messages,
    ),
    Row(
        name="+CMGL",
        needs_card="open",
        cms=True,
        source=memory("3GPP TS 27.005 3.4.2, 4.1"),
        test="+CMGL: (0-4)",
        act=sms.list_messages,
        acts=frozenset({Form.SET, Form.EXECUTE}),
        delay_s=0.05,
    ),
    Row(
        name="+CMGR",
        needs_card="open",
        cms=True,
        source=memory("3GPP TS 27.005 3.4.3, 4.2"),
        test="",
        act=sms.read_message,
    ),
    Row(
        name="+CMGS",
        needs_card="open",
        cms=True,
        source=memory("3GPP TS 27.005 3.5.1, 4.3"),
        test="",
        act=sms.send_message,
    ),
    Row(
        name="+CNMI",
        source=memory("3GPP TS 27.005 3.4.1"),
        read="+CNMI: {s0},{s1},{s2},{s3},{s4}",
        test="+CNMI: (0-2),(0-3),(0,2),(0,1,2),(0,1)",
        accept=r"([0-2])(?:,([0-3]))?(?:,([02]))?(?:,([0-2]))?(?:,([01]))?",
        default=("2", "1", "0", "0", "0"),
    ),
    Row(
        name="+CNMA",
        cms=True,
        source=memory("3GPP TS 27.005 3.4.4"),
        test="+CNMA: (0-2)",
        act=sms.acknowledge,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+CSDH",
        source=memory("3GPP TS 27.005 3.3.3"),
        read="+CSDH: {s0}",
        test="+CSDH: (0,1)",
        accept="([01])",
        default=("0",),
    ),
    Row(
        name="+CSMP",
        source=memory("3GPP TS 27.005 3.3.2"),
        read="+CSMP: {s0},{s1},{s2},{s3}",
        test="",
        accept=r"(\d+)(?:,(\d+))?(?:,(\d+))?(?:,(\d+))?",
        default=("17", "167", "0", "0"),
    ),
    Row(
        name="+CSCB",
        source=memory("3GPP TS 27.005 3.3.4"),
        read='+CSCB: {s0},"{s1}","{s2}"',
        test="+CSCB: (0,1)",
        accept='([01])(?:,"([^"]*)")?(?:,"([^"]*)")?',
        default=("0", "", ""),
    ),
)
LINE_ROWS = (
    Row(name="H", source=memory("ITU-T V.250 6.3.6"), say=""),
    Row(name="&C", source=memory("ITU-T V.250 6.2.8"), say=""),
    Row(name="&D", source=memory("ITU-T V.250 6.2.9"), say=""),
    Row(name="&W", source=memory("profiles: every maker has it"), say=""),
    Row(
        name="+IPR",
        source=memory("ITU-T V.250 6.2.10"),
        read="+IPR: 115200",
        test="+IPR: (0,9600,115200,921600)",
        accept=r"\d+",
    ),
    Row(
        name="+IFC",
        source=memory("ITU-T V.250 6.2.12"),
        read="+IFC: 0,0",
        test="+IFC: (0,2),(0,2)",
        accept=r"[02](?:,[02])?",
    ),
)
ROWS = CARD_ROWS + SIGNAL_ROWS + NETWORK_ROWS + DATA_ROWS + TEXT_ROWS + LINE_ROWS
