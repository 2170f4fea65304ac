"""Quectel RM520N-GL, 5G NSA and SA: the words, row by row, and where they are from."""

from hil_tests.sims.at_modem import standard
from hil_tests.sims.at_modem.model import Model, Port, Quirk, Role, cited, compose
from hil_tests.sims.at_modem.personalities import quectel_actions, quectel_nr_actions
from hil_tests.sims.at_modem.personalities.quectel_fields import fill
from hil_tests.sims.at_modem.personalities.quectel_sources import nr_manual
from hil_tests.sims.at_modem.provenance import memory, thread
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Row, Wording
from hil_tests.sims.network.carriers import Mode

NSA_THREAD = "https://github.com/4IceG/luci-app-3ginfo-lite/issues/56"
SA_THREAD = "https://github.com/4IceG/luci-app-3ginfo-lite/issues/57"
REVISION = "RM520NGLAAR03A03M4G"
NOTES = "a public note of RM520NGLAAR03A03M4G sample replies, its address not kept"
BANNER = (
    (1.5, "RDY"),
    (2.0, "+CPIN: READY"),
    (2.0, "+QUSIM: 1"),
    (2.4, "+CFUN: 1"),
    (4.0, "+QIND: SMS DONE"),
    (4.5, "+QIND: PB DONE"),
)
SECTIONS = {
    "+COPS": "3.1.1; the time of a scan is shortened",
    "+CSQ": "3.3.1",
    "+CTZR": "3.4.6",
    "+CTZU": "3.4.5",
    "+CCLK": "3.4.7",
    "+CGDCONT": "3.4.3",
    "+CGACT": "3.5.1",
    "+CGATT": "3.5.2",
    "+CGPADDR": "3.5.3",
    "+CGEQOSRDP": "3.5.4; the AMBR at the end is TS 27.007's",
}
CELL_TRUTH = {
    "plmn": "plmn",
    "band": "band",
    "earfcn": "earfcn",
    "pci": "pci",
    "tac": "tac_number",
    "cell_id": "cell_number",
}
LTE_TRUTH = {"rsrp_dbm": "rsrp", "rsrq_db": "rsrq", "rssi_dbm": "rssi", "sinr_db": "sinr_halves_db"}
NR_TRUTH = {"rsrp_dbm": "nr_rsrp", "rsrq_db": "nr_rsrq", "sinr_db": "nr_sinr"}
LEG_TRUTH = {
    "nr_rsrp_dbm": "nr_rsrp",
    "nr_rsrq_db": "nr_rsrq",
    "nr_sinr_db": "nr_sinr",
    "nr_pci": "nr_pci",
    "nr_arfcn": "nr_arfcn",
    "nr_band": "nr_band",
}
LTE_CELL = (
    '"LTE","{duplex}",{mcc},{mnc},{cell_id},{pci},{earfcn},{band},{bandwidth},{bandwidth},{tac},'
    "{rsrp},{rsrq},{rssi},{sinr_halves}"
)
LTE_CARRIERS = (
    '+QCAINFO: "PCC",{earfcn},{blocks},"LTE BAND {band}",{pcell_state},{pci},{rsrp},{rsrq},{rssi},{sinr}\n'
    '+QCAINFO: "SCC",{scc_earfcn},{scc_blocks},"LTE BAND {scc_band}",2,{scc_pci},{scc_rsrp},{scc_rsrq},'
    "{scc_rssi},{scc_sinr},0,-,-"
)
SIGNAL_ROWS = (
    Row(
        name="+QENG=SERVINGCELL",
        source=nr_manual("3.2.2, its formula for SINR in LTE, its examples"),
        say='+QENG: "servingcell","{state}",' + LTE_CELL + ",0,-32768,{srxlev}",
        by_mode={
            Mode.ENDC: Wording(
                '+QENG: "servingcell","{state}"\n+QENG: ' + LTE_CELL + ",9,230,-\n"
                '+QENG:"NR5G-NSA",{mcc},{mnc},{nr_pci},{nr_rsrp},{nr_sinr},{nr_rsrq},{nr_arfcn},{nr_band},'
                "{nr_bandwidth},{nr_scs}",
                {**LTE_TRUTH, **CELL_TRUTH, **LEG_TRUTH},
            ),
            Mode.SA: Wording(
                '+QENG: "servingcell","{state}","NR5G-SA","{nr_duplex}", {mcc},{mnc},{cell_id},{pci},{tac},'
                "{nr_arfcn},{nr_band},{nr_bandwidth},{nr_rsrp},{nr_rsrq},{nr_sinr},{nr_scs},-",
                {**NR_TRUTH, **CELL_TRUTH},
            ),
        },
        silent='+QENG: "servingcell","SEARCH"',
        needs_cell=True,
        camped=True,
        truth={**LTE_TRUTH, **CELL_TRUTH},
    ),
    Row(name="+QENG=NEIGHBOURCELL", source=nr_manual("3.2.2"), act=quectel_actions.neighbours),
    Row(name="+QENG", source=nr_manual("3.2.2"), test='+QENG: ("servingcell","neighbourcell")'),
    Row(
        name="+QNWINFO",
        source=nr_manual("3.2.1; two lines in NSA: its note"),
        say='+QNWINFO: "{duplex} LTE","{plmn}","LTE BAND {band}",{earfcn}',
        by_mode={
            Mode.ENDC: Wording(
                '+QNWINFO: "{duplex} LTE","{plmn}","LTE BAND {band}",{earfcn}\n'
                '+QNWINFO: "{nr_duplex} NR5G","{plmn}","NR5G BAND {nr_band}",{nr_arfcn}',
                {"plmn": "plmn", "band": "band", "earfcn": "earfcn", "nr_band": "nr_band"},
            ),
            Mode.SA: Wording(
                '+QNWINFO: "{nr_duplex} NR5G","{plmn}","NR5G BAND {nr_band}",{nr_arfcn}',
                {"plmn": "plmn", "band": "nr_band", "earfcn": "nr_arfcn"},
            ),
        },
        silent="+QNWINFO: No Service",
        needs_cell=True,
        test="",
        truth={"plmn": "plmn", "band": "band", "earfcn": "earfcn"},
    ),
    Row(
        name="+QCSQ",
        source=nr_manual("3.3.2; that NSA gives a line each: its first sentences; NR's SINR in dB: memory"),
        say='+QCSQ: "LTE",{rssi},{rsrp},{sinr_fifths},{rsrq}',
        by_mode={
            Mode.ENDC: Wording(
                '+QCSQ: "LTE",{rssi},{rsrp},{sinr_fifths},{rsrq}\n'
                '+QCSQ: "NR5G",{nr_rsrp},{nr_sinr},{nr_rsrq}',
                {
                    "rsrp_dbm": "rsrp",
                    "rsrq_db": "rsrq",
                    "rssi_dbm": "rssi",
                    "sinr_db": "sinr_fifths_db",
                    "nr_rsrp_dbm": "nr_rsrp",
                    "nr_sinr_db": "nr_sinr",
                },
            ),
            Mode.SA: Wording('+QCSQ: "NR5G",{nr_rsrp},{nr_sinr},{nr_rsrq}', NR_TRUTH),
        },
        silent='+QCSQ: "NOSERVICE"',
        needs_cell=True,
        test='+QCSQ: "NOSERVICE","WCDMA","LTE","NR5G"',
        truth={"rssi_dbm": "rssi", "rsrp_dbm": "rsrp", "sinr_db": "sinr_fifths_db", "rsrq_db": "rsrq"},
    ),
    Row(
        name="+CSQ",
        source=nr_manual("3.3.1, its note: not in NR5G"),
        say="+CSQ: {csq},99",
        silent="+CSQ: 99,99",
        needs_cell=True,
        test="+CSQ: (0-31,99),(0-7,99)",
        truth={"rssi_dbm": "csq_dbm"},
    ),
    Row(
        name="+CESQ",
        source=memory("3GPP TS 27.007 Release 15 8.69, nine fields; scales of TS 38.133 10.1"),
        say="+CESQ: 99,99,255,255,{cesq_rsrq},{cesq_rsrp},255,255,255",
        by_mode={
            Mode.ENDC: Wording(
                "+CESQ: 99,99,255,255,{cesq_rsrq},{cesq_rsrp},{ss_rsrq},{ss_rsrp},{ss_sinr}",
                {
                    "rsrp_dbm": "cesq_rsrp_dbm",
                    "rsrq_db": "cesq_rsrq_db",
                    "nr_rsrp_dbm": "ss_rsrp_dbm",
                    "nr_rsrq_db": "ss_rsrq_db",
                    "nr_sinr_db": "ss_sinr_db",
                },
            ),
            Mode.SA: Wording(
                "+CESQ: 99,99,255,255,255,255,{ss_rsrq},{ss_rsrp},{ss_sinr}",
                {"rsrp_dbm": "ss_rsrp_dbm", "rsrq_db": "ss_rsrq_db", "sinr_db": "ss_sinr_db"},
            ),
        },
        silent="+CESQ: 99,99,255,255,255,255,255,255,255",
        needs_cell=True,
        test="+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255),(0-126,255),(0-126,255),"
        "(0-127,255)",
        truth={"rsrp_dbm": "cesq_rsrp_dbm", "rsrq_db": "cesq_rsrq_db"},
    ),
    *(
        Row(
            name=f"+Q{name.upper()}",
            source=nr_manual(f"{section}; the tag at the end, -32768 for a path without antenna"),
            say=f"+Q{name.upper()}: {{paths_{name}}},LTE",
            by_mode={
                Mode.ENDC: Wording(
                    f"+Q{name.upper()}: {{paths_{name}}},LTE\n+Q{name.upper()}: {{nr_paths_{name}}},NR5G",
                    {f"{name}_{unit}": name, f"nr_{name}_{unit}": f"nr_{name}"},
                ),
                Mode.SA: Wording(
                    f"+Q{name.upper()}: {{nr_paths_{name}}},NR5G", {f"{name}_{unit}": f"nr_{name}"}
                ),
            },
            silent="",
            needs_cell=True,
            test="",
            truth={f"{name}_{unit}": name},
        )
        for name, unit, section in (
            ("rsrp", "dbm", "3.3.3"),
            ("rsrq", "db", "3.3.4"),
            ("sinr", "db", "3.3.5"),
            ("rssi", "dbm", "3.3.6"),
        )
    ),
    Row(
        name="+QCAINFO",
        source=nr_manual(f"3.2.3; the NR carrier with its cell alone: {NSA_THREAD}, {SA_THREAD}"),
        say=LTE_CARRIERS,
        by_mode={
            Mode.ENDC: Wording(
                LTE_CARRIERS + '\n+QCAINFO: "SCC",{nr_arfcn},{nr_bandwidth},"NR5G BAND {nr_band}",{nr_pci}',
                {"rsrp_dbm": "rsrp", "rsrq_db": "rsrq", "sinr_db": "sinr", "nr_pci": "nr_pci"},
            ),
            Mode.SA: Wording(
                '+QCAINFO: "PCC",{nr_arfcn},{nr_bandwidth},"NR5G BAND {nr_band}",{nr_pci}', {"pci": "nr_pci"}
            ),
        },
        silent="",
        needs_cell=True,
        test="+QCAINFO: (0,1)",
        truth={"rsrp_dbm": "rsrp", "rsrq_db": "rsrq", "sinr_db": "sinr", "pci": "pci"},
    ),
)
NETWORK_ROWS = (
    standard.registration_row("+CREG", nr_manual("3.1.2"), 2),
    standard.registration_row("+CGREG", nr_manual("3.1.3"), 2),
    standard.registration_row("+CEREG", nr_manual("3.1.4"), 2),
    Row(
        name="+C5GREG",
        source=nr_manual("3.1.5; the slice: its example"),
        read="+C5GREG: {s0},{stat}{location_if_asked}",
        test="+C5GREG: (0-2)",
        accept="([0-2])",
        default=("0",),
        truth={"stat": "stat", "cause": "cause"},
    ),
    Row(
        name="+QENDC",
        source=nr_manual("3.2.4"),
        say="+QENDC: {endc},{endc},0,{endc},0",
        read="+QENDC: {s0}",
        accept="([01])",
        default=("0",),
        truth={"endc": "endc"},
    ),
    Row(
        name="+QSPN",
        source=nr_manual("3.4.9"),
        test="",
        act=quectel_actions.registered_name,
        acts=frozenset({Form.EXECUTE}),
    ),
    Row(
        name="+QNETRC",
        source=nr_manual("3.4.10"),
        say="+QNETRC: {s0}",
        accept="([0-7])",
        default=("0",),
        act=quectel_nr_actions.reject_causes,
        acts=quectel_nr_actions.READS,
    ),
    Row(
        name="+QLTS",
        source=nr_manual("3.4.8"),
        test="+QLTS: (0-2)",
        act=quectel_actions.network_time,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+QNWPREFCFG",
        source=memory(f"{NOTES}: mode_pref, nsa_nr5g_band, lte_band; nr5g_disable_mode of public web pages"),
        act=quectel_nr_actions.preferences,
    ),
    Row(
        name="+QNWCFG",
        source=nr_manual("3.7.1, 3.7.2, 3.7.8, 3.7.9"),
        act=quectel_nr_actions.network_configuration,
    ),
    Row(
        name="+QSCAN",
        source=nr_manual("3.2.5; up to 360 s there, shortened here; offsets to point A are not imitated"),
        test="+QSCAN: (1-3)",
        act=quectel_nr_actions.scan,
    ),
    Row(
        name="+QUIMSLOT",
        source=memory("a public page's +QUIMSLOT: (1,2)"),
        read="+QUIMSLOT: 1",
        accept="[12]",
    ),
    Row(
        name="+QTEMP",
        source=memory(
            "Quectel RG50xQ&RM5xxQ AT Commands Manual V1.2, example of AT+QTEMP as a public test has it"
        ),
        say='+QTEMP:"aoss0-usr","38"\n+QTEMP:"mdm-q6-usr","37"\n+QTEMP:"sdx-case-therm-usr","41"',
    ),
)
CARD_ROWS = (
    Row(name="+QCCID", source=memory("as the EC25"), say="+QCCID: {iccid}", test="", needs_card="present"),
    Row(
        name="+QINISTAT", source=memory("as the EC25"), say="+QINISTAT: {card_ready}", test="+QINISTAT: (0-7)"
    ),
    Row(
        name="+QSIMSTAT",
        source=memory("as the EC25"),
        read="+QSIMSTAT: {s0},{card_there}",
        test="+QSIMSTAT: (0,1)",
        accept="([01])",
        default=("0",),
    ),
)
DATA_ROWS = (
    Row(
        name="+CGCONTRDP",
        source=memory("a public note on RM520NGLAAR03A03M4G_A0.304, its address not kept: quotes, no mask"),
        test="+CGCONTRDP: (1)",
        act=quectel_nr_actions.dynamic_parameters,
        acts=frozenset({Form.SET, Form.EXECUTE}),
    ),
    Row(
        name="+QCFG",
        source=thread(
            "https://github.com/xhikarishii/openwrt-ipq/issues/3",
            'AT+QCFG="usbnet" -> +QCFG: "usbnet",0; its modem is not named',
        ),
        act=quectel_nr_actions.usb_network,
    ),
    Row(
        name="+QMAP",
        source=memory('a public test\'s +QMAP: "WWAN",1,1,"IPV4","10.47.28.216"'),
        act=quectel_nr_actions.qmap,
    ),
    Row(name="+QURCCFG=URCPORT", source=memory("as the EC25"), say='+QURCCFG: "urcport","{urcport}"'),
    Row(
        name="+QURCCFG",
        source=memory("as the EC25"),
        accept='"urcport","(usbat|usbmodem|uart1|all)"',
        default=("usbat",),
    ),
    Row(
        name="+QPOWD",
        source=memory("as the EC25"),
        act=quectel_actions.power_down,
        acts=frozenset({Form.SET, Form.EXECUTE}),
        test="+QPOWD: (0,1)",
    ),
    Row(
        name="+QGPS",
        source=memory("Quectel's GNSS application notes, AT+QGPS"),
        read="+QGPS: {gnss}",
        test="+QGPS: (1-4),(1-255),(1-3),(100-65535)",
        act=quectel_actions.positioning,
        acts=frozenset({Form.SET}),
    ),
    Row(
        name="+QGPSEND",
        source=memory("Quectel's GNSS application notes, AT+QGPSEND"),
        test="",
        act=quectel_actions.positioning_end,
        acts=frozenset({Form.EXECUTE}),
    ),
)
QUIRKS = (
    Quirk(
        "endc-in-three-lines",
        "In NSA +QENG says state, LTE cell and NR leg in a line each; the first has no cell.",
        nr_manual("3.2.2"),
    ),
    Quirk(
        "nsa-line-without-space",
        'The NR leg\'s line begins +QENG:"NR5G-NSA" without the space that the others have.',
        thread(NSA_THREAD, "and the manual's example in 3.2.2"),
    ),
    Quirk(
        "sinr-before-rsrq",
        "The NR leg has RSRP, SINR, RSRQ; in LTE and SA it is RSRP, RSRQ, SINR.",
        nr_manual("3.2.2"),
    ),
    Quirk("space-before-mcc", 'In SA a space stands before the MCC: "TDD", 510.', thread(SA_THREAD)),
    Quirk(
        "lte-sinr-in-steps-of-two",
        "+QENG's SINR in LTE is steps of 2 dB above -20, in NR decibels.",
        nr_manual("3.2.2, parameter <SINR>"),
    ),
    Quirk(
        "nr-width-by-index",
        "An NR carrier's width is an index, the last two values out of order; an LTE carrier's is blocks.",
        nr_manual("3.2.2, 3.2.3"),
    ),
    Quirk("csq-deaf-to-nr", "+CSQ knows nothing in SA.", nr_manual("3.3.1, note")),
    Quirk(
        "antennas-32768",
        "A receive path without antenna is -32768 in +QRSRP and its like; the technology stands at the end.",
        nr_manual("3.3.3, note 1"),
    ),
    Quirk(
        "name-ok-alone",
        "While not registered +QSPN is answered OK without a line.",
        nr_manual("3.4.9, note 3"),
    ),
)
MODEL = Model(
    name="quectel-rm520n",
    title="Quectel RM520N-GL",
    rows=compose(
        cited(standard.ROWS, {name: nr_manual(section) for name, section in SECTIONS.items()}),
        standard.identity_rows(
            "Quectel",
            "RM520N-GL",
            REVISION,
            f"Quectel\nRM520N-GL\nRevision: {REVISION}",
            memory(NOTES),
        )
        + CARD_ROWS
        + SIGNAL_ROWS
        + NETWORK_ROWS
        + DATA_ROWS,
    ),
    fill=fill,
    usb_id=(0x2C7C, 0x0801),
    ports=(
        Port(0, Role.DIAG),
        Port(1, Role.NMEA),
        Port(2, Role.AT),
        Port(3, Role.MODEM),
        Port(4, Role.NET),
    ),
    ports_source=memory("the option driver's ttyUSB0..3 of 2c7c:0801, as the EC25"),
    banner=BANNER,
    banner_source=memory("a public transcript of an RM510Q's AT+CFUN=1,1; the times are remembered"),
    quirks=QUIRKS,
    slow_s={"+COPS=?": 6.0, "+COPS=2": 0.5, "+COPS=0": 0.5, "+QSCAN=3,1": 5.0, "+QSCAN=3": 5.0},
    modes=quectel_nr_actions.NR_MODES,
    words=quectel_nr_actions.nr_words,
    unsolicited=quectel_actions.unsolicited_port,
    positions=quectel_actions.positions_wanted,
    deep=True,
)
