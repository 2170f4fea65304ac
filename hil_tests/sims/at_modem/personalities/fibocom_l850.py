"""Fibocom L850-GL (Intel XMM 7360): the words, row by row, and where they are from.

The younger L860's bare line feed inside a record is not this module's, and so not here.
"""

from hil_tests.sims.at_modem import standard
from hil_tests.sims.at_modem.model import Model, Port, Quirk, Role, compose
from hil_tests.sims.at_modem.personalities import fibocom_actions
from hil_tests.sims.at_modem.personalities.fibocom_fields import fill
from hil_tests.sims.at_modem.provenance import memory, thread
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Row
from hil_tests.sims.network.carriers import Mode

READ = frozenset({Form.READ})
JAKARTA = thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/82", "an L850-GL on 510 11")
ROUTER = thread("https://github.com/4IceG/luci-app-modemdata/issues/18", "an L850-GL on 510 11")
FAMILY = thread("https://github.com/koshev-msk/luci-app-modeminfo/issues/16", "L850 and L860")
VERSION = "18500.5001.00.05.27.16"
IDENTITY_ROWS = (
    *standard.identity_rows(
        "Fibocom",
        '+CGMM: "L850 LTE Module","L850"',
        f'+CGMR: "{VERSION}"',
        "Fibocom L850",
        memory("which words of these have their command's name in front"),
    ),
    Row(name="+CGMI", source=JAKARTA, say="+CGMI: Fibocom L850 LTE Module", test=""),
    Row(
        name="+GMM",
        source=FAMILY,
        say='+GMM: "L850 LTE Module","L850"',
        read='+GMM: "L850 LTE Module","L850"',
    ),
    Row(
        name="+GTPKGVER",
        source=JAKARTA,
        read=f'+GTPKGVER: "{VERSION}_5001.05.001.033"',
    ),
    Row(
        name="+CCID",
        source=memory("the ICCID, F behind 19 digits"),
        say="+CCID: {iccid}",
        read="+CCID: {iccid}",
        needs_card="present",
    ),
)
SIGNAL_ROWS = (
    Row(
        name="+CSQ",
        source=JAKARTA,
        say="+CSQ: {csq},4",
        silent="+CSQ: 99,99",
        needs_cell=True,
        test="+CSQ: (0-31,99),(0-7,99)",
        truth={"rssi_dbm": "csq_dbm"},
    ),
    Row(
        name="+XCESQ",
        source=memory("eight values; the L860 of 3ginfo-lite issue 39 has twelve"),
        read="+XCESQ: 0,99,99,255,255,{cesq_rsrq},{cesq_rsrp},{rssnr}",
        silent="+XCESQ: 0,99,99,255,255,255,255,255",
        needs_cell=True,
        truth={"rsrp_dbm": "cesq_rsrp_dbm", "rsrq_db": "cesq_rsrq_db", "sinr_db": "rssnr_db"},
    ),
    Row(name="+XMCI=1", source=JAKARTA, act=fibocom_actions.cells, delay_s=0.05),
    Row(name="+RSRP", source=JAKARTA, act=fibocom_actions.power_of_cells, acts=READ),
    Row(name="+RSRQ", source=JAKARTA, act=fibocom_actions.quality_of_cells, acts=READ),
    Row(
        name="+XLEC",
        source=ROUTER,
        read="+XLEC: {s0},1,{bandwidth},BAND_LTE_{band}",
        silent="+XLEC: {s0},0",
        needs_cell=True,
        accept="([01])",
        default=("0",),
        truth={"band": "band"},
    ),
    Row(
        name="+XCCINFO",
        source=ROUTER,
        read='+XCCINFO: {s0},{mcc},{mnc},"{cell_8}",3,{band_code},"FFFF",1,"FF","{tac_4}",0,0,0,0,0,0,0,0',
        silent="+XCCINFO: {s0},0",
        needs_cell=True,
        accept="([01])",
        default=("0",),
        truth={"plmn": "plmn", "band": "band", "tac": "tac_number", "cell_id": "cell_number"},
    ),
)
NETWORK_ROWS = (
    Row(name="+XACT", source=memory("technology, preference, bands"), read="+XACT: 2,1,,101,103,105,108,140"),
    Row(name="+MTSM", source=FAMILY, read="+MTSM: 35", accept=r"[0-2](?:,\d+)?"),
    Row(name="+CBC", source=FAMILY, say="+CBC: 0,3750", test="+CBC: (0),(voltage)"),
    Row(
        name="+XDATACHANNEL",
        source=memory("ties a context to the network device"),
        accept=r'[01],1,"/USBCDC/\d","/USBHS/NCM/\d",2,\d+',
        test="+XDATACHANNEL: (0,1),(1)",
    ),
    Row(
        name="+XDNS",
        source=memory("name servers of a context"),
        accept=r"\d+,[0-3]",
        test="+XDNS: (0-20),(0-3)",
    ),
)
QUIRKS = (
    Quirk(
        "sms-only",
        "+CREG: says 6 (registered for SMS only) while data run over LTE.",
        JAKARTA,
    ),
    Quirk(
        "one-line-for-all-cells", "+RSRP? and +RSRQ? put serving cell and neighbours on one line.", JAKARTA
    ),
    Quirk(
        "numbers-as-texts",
        "+XMCI writes area, cell and channels as hexadecimal in quotes, and 0xFFFFFFFF for not known.",
        JAKARTA,
    ),
    Quirk("error-rate", "+CSQ has a number, not 99, as bit error rate on LTE.", JAKARTA),
    Quirk(
        "named-identity",
        "+CGMI, +CGMM and +CGMR answer with their name in front; +CGSN does not.",
        JAKARTA,
    ),
)
MODEL = Model(
    name="fibocom-l850",
    title="Fibocom L850-GL",
    rows=compose(standard.ROWS, IDENTITY_ROWS + SIGNAL_ROWS + NETWORK_ROWS),
    fill=fill,
    usb_id=(0x2CB7, 0x0007),
    ports=(Port(0, Role.NET), Port(2, Role.AT), Port(6, Role.MODEM)),
    ports_source=thread(
        "https://github.com/4IceG/luci-app-modemdata/issues/18",
        "commands on interface 2; on 6 in 3ginfo-lite issue 82; interface 0: memory",
    ),
    banner=(),
    banner_source=memory("no boot word is known"),
    location=',"{tac:04X}","{cell_id:08X}",{act}',
    stat_words={"+CREG": {1: 6, 5: 7}},  # TS 27.007 7.2: registered for SMS only, at home and roaming
    modes=frozenset({Mode.LTE}),
    quirks=QUIRKS,
    slow_s={"+COPS=?": 4.0},
)
