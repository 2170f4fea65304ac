"""Huawei E3372s, the stick with a serial port (12d1:1506): the words, row by row, and where they are from."""

from hil_tests.sims.at_modem import standard
from hil_tests.sims.at_modem.model import Model, Port, Quirk, Role, compose
from hil_tests.sims.at_modem.personalities import huawei_actions
from hil_tests.sims.at_modem.personalities.huawei_fields import fill
from hil_tests.sims.at_modem.provenance import memory, public_driver, thread
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Report, Row, Wish, Wording
from hil_tests.sims.network.carriers import Mode

REVISION = "21.200.07.00.00"
OWNER = "https://github.com/4IceG/luci-app-3ginfo-lite/issues/25"
H320 = "https://github.com/4IceG/luci-app-3ginfo-lite/issues/124"
MODEM_MANAGER = public_driver(
    "linux-mobile-broadband/ModemManager",
    "src/plugins/huawei/mm-modem-helpers-huawei.c",
    "469d310397ea62953f3f7c84526c2f25eda363fe",
)
EXECUTE = frozenset({Form.EXECUTE})
HCSQ = '^HCSQ:"LTE",{hcsq_rssi},{hcsq_rsrp},{hcsq_sinr},{hcsq_rsrq}'
NAMES = '^EONS:5,"{plmn}","{name_full}","{name_short}"'
HCSQ_SILENT = '^HCSQ:"NOSERVICE"'
CELL_TRUTH = {"plmn": "plmn", "earfcn": "earfcn", "pci": "pci", "tac": "tac_number", "cell_id": "cell_number"}
IDENTITY_ROWS = standard.identity_rows(
    "huawei",
    "E3372",
    REVISION,
    f"Manufacturer: huawei\nModel: E3372\nRevision: {REVISION}\nIMEI: {{imei}}\n+GCAP: +CGSM,+DS,+ES",
    thread(OWNER, "ATI; the single commands: the same words, memory"),
)


def _chatter(values: tuple[str, ...]) -> Wish | None:
    return None if values[0] == "0" else Wish(4.0, only_changes=True)


ROWS = (
    Row(name="^ICCID", source=thread(OWNER), read="^ICCID: {iccid}", needs_card="present"),
    Row(
        name="^CPIN",
        source=memory("state, wanted tries, then those of PUK, PIN, PUK2, PIN2"),
        act=huawei_actions.card,
        acts=standard.READS,
    ),
    Row(
        name="^HCSQ",
        source=thread(H320, "E3372h-320; the LTE line and its bins: the quoted ME909s table, memory"),
        read=HCSQ,
        silent=HCSQ_SILENT,
        needs_cell=True,
        truth={
            "rssi_dbm": "hcsq_rssi_dbm",
            "rsrp_dbm": "hcsq_rsrp_dbm",
            "sinr_db": "hcsq_sinr_db",
            "rsrq_db": "hcsq_rsrq_db",
        },
        by_mode={Mode.GSM: Wording('^HCSQ:"GSM",{hcsq_rssi}', {"rssi_dbm": "hcsq_rssi_dbm"})},
        report=Report(silent=HCSQ_SILENT, wish=_chatter, setting="^CURC"),
    ),
    Row(
        name="^CURC",
        source=memory("0 silences the lines nobody asked for"),
        read="^CURC: {s0}",
        test="^CURC: (0-2)",
        accept="([0-2])",
        default=("1",),
        report=Report(say="^RSSI:{csq}", silent="^RSSI:99", wish=_chatter),
    ),
    Row(
        name="^PORTSEL",
        source=memory("which port gets the lines nobody asked for; gammu asks for 1 and wants OK"),
        read="^PORTSEL:{s0}",
        accept="([01])",
        default=("1",),
    ),
    Row(
        name="^SYSINFOEX",
        source=MODEM_MANAGER,
        say='^SYSINFOEX:2,3,{abroad},1,,6,"LTE",101,"LTE"',
        by_mode={Mode.GSM: Wording('^SYSINFOEX:2,3,{abroad},1,,1,"GSM",3,"EDGE"')},
        silent='^SYSINFOEX:0,0,0,1,,0,"NO SERVICE",0,"NO SERVICE"',
        needs_cell=True,
    ),
    Row(
        name="^MONSC",
        source=memory("a transcript: LTE,460,00,38400,D975244,8,24C8,-85,-10,-54"),
        say="^MONSC: LTE,{mcc},{mnc},{earfcn},{cell_id},{pci_hex},{tac},{rsrp},{rsrq},{rssi}",
        silent="^MONSC: NONE",
        needs_cell=True,
        truth={"rsrp_dbm": "rsrp", "rsrq_db": "rsrq", "rssi_dbm": "rssi", **CELL_TRUTH},
        by_mode={
            Mode.GSM: Wording(
                "^MONSC: GSM,{mcc},{mnc},{band},{earfcn},{pci},{cell_id},{tac},{rssi},0,0",
                {"rssi_dbm": "rssi", "plmn": "plmn", "tac": "tac_number", "cell_id": "cell_number"},
            )
        },
    ),
    Row(
        name="^MONNC", source=memory("as ^MONSC, of neighbours"), act=huawei_actions.neighbours, acts=EXECUTE
    ),
    Row(
        name="^HFREQINFO",
        source=thread(OWNER),
        read="^HFREQINFO:0,6,{band},{earfcn},{down_100khz},{width_khz},{up_earfcn},{up_100khz},{width_khz}",
        silent="^HFREQINFO:0",
        needs_cell=True,
        truth={"band": "band", "earfcn": "earfcn"},
    ),
    Row(
        name="^EONS=5",
        source=memory("the names the network sent"),
        say=NAMES,
        needs_cell=True,
        truth={"plmn": "plmn", "name_full": "true_name_full", "name_short": "true_name_short"},
        by_mode={
            Mode.GSM: Wording(
                NAMES,
                {"plmn": "plmn", "name_full": "true_name_full", "name_short": "true_name_short"},
            )
        },
    ),
    Row(name="^NWTIME", source=memory("time of the network"), read="^NWTIME:{time}{zone},00"),
    Row(
        name="^SYSCFGEX",
        source=memory("order of access, bands, roaming, domain, LTE bands"),
        read='^SYSCFGEX:"00",3FFFFFFF,1,2,7FFFFFFFFFFFFFFF',
    ),
    Row(
        name="^NDISDUP",
        source=thread("https://github.com/openwrt/openwrt/issues/84", "AT^NDISDUP=1,1,apn on an E3372"),
        test="^NDISDUP: (1-16),(0-1)",
        act=huawei_actions.network_call,
        delay_s=0.1,
    ),
    Row(
        name="^NDISSTATQRY",
        source=MODEM_MANAGER,
        read='^NDISSTATQRY:{connected},,,"IPV4",0,,,"IPV6"',
    ),
    Row(
        name="^DHCP",
        source=MODEM_MANAGER,
        read="^DHCP:{dhcp_address},{dhcp_mask},{dhcp_gateway},{dhcp_gateway},{dhcp_dns_1},{dhcp_dns_2},"
        "150000000,50000000",
    ),
    Row(name="^HWVER", source=memory("hardware of the stick"), say='^HWVER:"CL2E3372SM"'),
    Row(
        name="^RESET",
        source=memory("restarts the stick"),
        act=huawei_actions.restart,
        acts=EXECUTE,
        delay_s=0.1,
    ),
    Row(name="^CARDMODE", source=memory("2 is a USIM"), say="^CARDMODE:2"),
)
QUIRKS = (
    Quirk(
        "chatter",
        "^RSSI: and ^HCSQ: come unasked whenever the level changes, until AT^CURC=0.",
        memory("logs of LTE sticks are full of both"),
    ),
    Quirk(
        "no-space", "Nothing stands between the colon and the first value.", thread(OWNER, "^HFREQINFO:0,6,1")
    ),
    Quirk(
        "backward-addresses",
        "^DHCP writes addresses in hexadecimal, the last octet first.",
        MODEM_MANAGER,
    ),
    Quirk(
        "bare-location",
        "<lac> and <ci> of +CREG: have no quotes, and no access technology follows.",
        thread(
            "https://github.com/gammu/gammu/issues/393", "an E220: +CREG: 2,1,0A,3799B; the E3372s: memory"
        ),
    ),
    Quirk(
        "late-outcome",
        "^NDISDUP says OK at once; how the call went comes as ^NDISSTAT: after it.",
        MODEM_MANAGER,
    ),
)
MODEL = Model(
    name="huawei-e3372s",
    title="Huawei E3372s",
    rows=compose(standard.ROWS, IDENTITY_ROWS + ROWS),
    fill=fill,
    usb_id=(0x12D1, 0x1506),
    ports=(Port(0, Role.AT), Port(1, Role.NET)),
    ports_source=thread(
        "https://github.com/4IceG/luci-app-3ginfo-lite/issues/1", "12d1:1506; its third interface: not known"
    ),
    banner=(),
    banner_source=memory("after start the stick only goes on chattering"),
    words=huawei_actions.words,
    location=",{tac:X},{cell_id:X}",
    quirks=QUIRKS,
    slow_s={"+COPS=?": 4.0},
)
