"""Sierra Wireless MC7455: the words, row by row, and where they are from."""

from hil_tests.sims.at_modem import standard
from hil_tests.sims.at_modem.model import Model, Port, Quirk, Role, compose
from hil_tests.sims.at_modem.personalities import sierra_actions
from hil_tests.sims.at_modem.personalities.sierra_fields import fill
from hil_tests.sims.at_modem.provenance import memory, public_driver, thread
from hil_tests.sims.at_modem.reply import Failure
from hil_tests.sims.at_modem.syntax import Form
from hil_tests.sims.at_modem.table import Row
from hil_tests.sims.network.carriers import Mode

REVISION = "SWI9X30C_02.33.03.00 r8209 CARMD-EV-FRMWR2 2019/08/28 20:59:30"
STUCK = thread("https://github.com/danielewood/sierra-wireless-modems/issues/48", "an MC7455")
FLASHED = thread(
    "https://github.com/4IceG/luci-app-modemband/issues/4", "an EM7455 with firmware 02.24.05.06"
)
GRID = thread("https://github.com/4IceG/luci-app-3ginfo-lite/issues/136", "tabs and spaces as there")
README = public_driver(
    "danielewood/sierra-wireless-modems", "README.md", "801fe6a48fbd1c9b73eeda700b9ef2a64976de83"
)
REFERENCE = public_driver(
    "danielewood/sierra-wireless-modems", "swtool/AT_COMMANDS.md", "542bcb47dc229f3667fa9626e8b050114ae36a14"
)
CELL_TRUTH = {
    "plmn": "plmn",
    "band": "band",
    "earfcn": "earfcn",
    "tac": "tac_number",
    "cell_id": "cell_number",
}
STATUS = (
    "!GSTATUS: \nCurrent Time:  {uptime_s}\t\tTemperature: 40\nReset Counter: 1\t\tMode:        {mode}\n"
    "System mode:   LTE        \tPS state:    Attached     \n"
    "LTE band:      B{band}     \t\tLTE bw:      {width_mhz} MHz  \n"
    "LTE Rx chan:   {earfcn}\t\tLTE Tx chan: {up_earfcn}\nLTE CA state:  NOT ASSIGNED\n"
    "EMM state:     Registered     \tNormal Service \nRRC state:     RRC Idle       \n"
    "IMS reg state: No Srv  \t\t\n\nPCC RxM RSSI:  {rssi}\t\tRSRP (dBm):  {rsrp}\n"
    "PCC RxD RSSI:  {rssi_second}\t\tRSRP (dBm):  {rsrp_second}\n"
    "Tx Power:      --\t\tTAC:         {tac_4} ({tac_number})\n"
    "RSRQ (dB):     {rsrq_tenth}\t\tCell ID:     {cell_8} ({cell_number})\nSINR (dB):     {sinr_tenth}\n"
)
STATUS_SILENT = (  # memory: nobody's transcript of a modem without service was at hand
    "!GSTATUS: \nCurrent Time:  {uptime_s}\t\tTemperature: 40\nReset Counter: 1\t\tMode:        {mode}\n"
    "System mode:   NO SERVICE \tPS state:    Not attached \n"
    "EMM state:     Deregistered   \tNo Cell        \nRRC state:     RRC Idle       \n"
    "IMS reg state: No Srv  \t\t\n"
)
IMAGES = (
    "!IMPREF: \n preferred fw version:    02.33.03.00\n preferred carrier name:  GENERIC\n"
    " preferred config name:   GENERIC_002.072_000\n current fw version:      02.33.03.00\n"
    " current carrier name:    GENERIC\n current config name:     GENERIC_002.072_000"
)
IDENTITY_ROWS = standard.identity_rows(
    "Sierra Wireless, Incorporated",
    "MC7455",
    REVISION,
    f"Manufacturer: Sierra Wireless, Incorporated\nModel: MC7455\nRevision: {REVISION}\nIMEI: {{imei}}\n"
    "IMEI SV: 20\nFSN: LQ000000000010\n+GCAP: +CGSM",
    STUCK,
)
ROWS = (
    Row(
        name="!GSTATUS",
        source=GRID,
        read=STATUS,
        silent=STATUS_SILENT,
        needs_cell=True,
        truth={
            "rssi_dbm": "rssi",
            "rsrp_dbm": "rsrp",
            "rsrq_db": "rsrq_tenth_db",
            "sinr_db": "sinr_tenth_db",
            **CELL_TRUTH,
        },
        delay_s=0.03,
    ),
    Row(
        name="!LTEINFO",
        source=README,
        act=sierra_actions.cells,
        acts=frozenset({Form.READ}),
        delay_s=0.03,
    ),
    Row(name="!ENTERCND", source=README, act=sierra_actions.enter_advanced),
    Row(
        name="!USBCOMP",
        source=REFERENCE,
        act=sierra_actions.interfaces,
        acts=standard.READS,
    ),
    Row(name="!ICCID", source=memory("the ICCID of the card"), read="!ICCID: {iccid}", needs_card="present"),
    Row(
        name="!PCINFO",
        source=STUCK,
        read="State: {power}\nLPM voters - Temp:0, Volt:0, User:{by_user}, W_DISABLE:0, IMSWITCH:0, BIOS:0, "
        "LWM2M:0, OMADM:0, FOTA:0\nLPM persistence - None",
    ),
    Row(name="!SELRAT", source=REFERENCE, act=sierra_actions.access, acts=standard.READS),
    Row(
        name="!BAND",
        source=FLASHED,
        read="Index, Name\n00, All bands",
        accept="0[0-9]",
        refusal=Failure.PLAIN,
    ),
    Row(name="!IMPREF", source=FLASHED, read=IMAGES),
    Row(
        name="!PRIID",
        source=REFERENCE,
        read="PRI Part Number: 9904609\nRevision: 002.026\nCustomer: Generic-Laptop\n\n"
        "Carrier PRI: 9999999_9904609_SWI9X30C_02.33.03.00_00_GENERIC_002.072_000",
    ),
    Row(name="!HWID", source=REFERENCE, read="Revision: 1.0"),
    Row(
        name="!USBPID",
        source=thread("https://github.com/4IceG/luci-app-modemband/issues/9", "an EM7565"),
        read="!USBPID:\nAPP : 9071\nBOOT: 9070",
    ),
    Row(
        name="*CNTI=0",
        source=thread("https://github.com/koshev-msk/modemfeed/issues/30", "an EM9191: *CNTI: 0,NONE"),
        say="*CNTI: 0,LTE",
        silent="*CNTI: 0,NONE",
        needs_cell=True,
    ),
    Row(
        name="!SCACT",
        source=memory("starts and ends the session of the network device"),
        act=sierra_actions.session,
        acts=standard.READS,
        delay_s=0.2,
    ),
    Row(
        name="!RESET",
        source=README,
        act=sierra_actions.restart,
        acts=frozenset({Form.EXECUTE}),
        delay_s=0.1,
    ),
)
QUIRKS = (
    Quirk(
        "label-grid",
        "!GSTATUS? is a form to read: labels and values in two columns, with tabs, blanks, an empty line.",
        GRID,
    ),
    Quirk(
        "two-area-codes",
        "The tracking area is decimal in !LTEINFO?, and hexadecimal with the decimal beside it in !GSTATUS?.",
        README,
    ),
    Quirk(
        "locked-commands",
        "!USBCOMP? is ERROR until !ENTERCND was given its password, and again after !RESET.",
        FLASHED,
    ),
    Quirk(
        "two-antennas",
        "!GSTATUS? has RSSI and RSRP once for the main and once for the second antenna, under one label.",
        GRID,
    ),
    Quirk("unnamed-replies", "!PCINFO?, !USBCOMP?, !PRIID? and !BAND? answer without their name.", STUCK),
    Quirk("silent-boot", "Nothing is said after start.", memory("no transcript has a boot word")),
)
MODEL = Model(
    name="sierra-mc7455",
    title="Sierra Wireless MC7455",
    rows=compose(standard.ROWS, IDENTITY_ROWS + ROWS),
    fill=fill,
    usb_id=(0x1199, 0x9071),
    ports=(Port(0, Role.DIAG), Port(2, Role.NMEA), Port(3, Role.AT), Port(8, Role.NET)),
    ports_source=memory("the layout Linux's qcserial has for this maker: 0, 2, 3; 8 is the network device"),
    banner=(),
    banner_source=memory("silent"),
    quirks=QUIRKS,
    modes=frozenset({Mode.LTE}),
    slow_s={"+COPS=?": 4.0},
)
