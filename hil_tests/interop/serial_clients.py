"""gammu, gammu-smsd, smstools, gnokii, comgt, python-gsmmodem-new: their settings and their rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hil_tests.interop.place import Foreign, Place, SetUp
from hil_tests.interop.processes import running
from hil_tests.interop.rows import Limit, Row

GAMMURC = "[gammu]\ndevice = {link}\nconnection = at115200\n"
GAMMU = "gammu -c {folder}/gammurc "
GNOKIIRC = "[global]\nport = {link}\nmodel = AT\nconnection = serial\n[logging]\n"
GNOKII = "gnokii --config {folder}/gnokiirc "
HEARD = r'"sms_to":"{sent_to}","sms_text":"{sent_text}"'

SMSDRC = (
    GAMMURC
    + """\
[smsd]
service = files
logfile = {folder}/smsd.log
inboxpath = {folder}/inbox/
outboxpath = {folder}/outbox/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/errors/
receivefrequency = 1
loopsleep = 1
commtimeout = 10
"""
)
SMSTOOLS = """\
devices = GSM1
outgoing = {folder}/outgoing
checked = {folder}/checked
failed = {folder}/failed
sent = {folder}/sent
incoming = {folder}/incoming
logfile = {folder}/smsd.log
infofile = {folder}/smsd.running
pidfile = {folder}/smsd.pid
loglevel = 6
delaytime = 1
receive_before_send = yes
decode_unicode_text = yes
incoming_utf8 = yes
[GSM1]
device = {link}
baudrate = 115200
incoming = yes
memory_start = 0
"""
SMSTOOLS_OUT = "To: {sent_to}\nAlphabet: UTF-8\n\n{sent_text}"
SMSD = "gammu-smsd -c {folder}/smsdrc"
SMSTOOLS_SMSD = "smsd -t -c {folder}/smsd.conf"
GSMMODEM = "python {scripts}/gsmmodem_client.py {link} {sent_to} {sent_text}"


def with_file(name: str, template: str) -> SetUp:
    """Return a set-up that writes one file of the program's folder."""

    @asynccontextmanager
    async def set_up(place: Place) -> AsyncIterator[None]:
        place.write(name, template)
        yield

    return set_up


@asynccontextmanager
async def gammu_smsd(place: Place) -> AsyncIterator[None]:
    """Run gammu-smsd with the files backend."""
    place.write("smsdrc", SMSDRC)
    for name in ("inbox", "outbox", "sent", "errors"):
        (place.folder / name).mkdir()
    async with running(SMSD.format_map(place.values()).split(), place.env, place.folder):
        yield


@asynccontextmanager
async def smstools(place: Place) -> AsyncIterator[None]:
    """Run smstools' smsd with a message in its outgoing folder."""
    place.write("smsd.conf", SMSTOOLS)
    for name in ("incoming", "outgoing", "checked", "failed", "sent"):
        (place.folder / name).mkdir()
    place.write("outgoing/one", SMSTOOLS_OUT)
    async with running(SMSTOOLS_SMSD.format_map(place.values()).split(), place.env, place.folder):
        yield


@asynccontextmanager
async def nothing(place: Place) -> AsyncIterator[None]:
    """Set nothing up."""
    yield


GAMMU_ROWS = (
    Row("IMEI", GAMMU + "identify", r"IMEI +: {imei}\n"),
    Row("IMSI", GAMMU + "identify", r"SIM IMSI +: {imsi}\n"),
    # "Indonesia" is out of gammu's own table of networks
    Row("network code", GAMMU + "networkinfo", r"Network +: {mcc} {mnc} \([^)]*Indonesia\)"),
    Row("cell", GAMMU + "networkinfo", r"LAC {tac}, CID 0?{cell}\n"),
    Row("operator name", GAMMU + "networkinfo", r'Name in phone +: "{name}"\n'),
    Row("signal", GAMMU + "monitor 1", r"Signal strength +: {rssi_dbm} dBm\n"),
    Row("SMS, 7 bit", GAMMU + "getallsms", r'"{sender0}"\n(?:.+\n)+\n{text0}\n'),
    Row("SMS, 7 bit, odd places", GAMMU + "getallsms", r'"{sender1}"\n(?:.+\n)+\n{text1}\n'),
    Row("SMS, UCS2", GAMMU + "getallsms", r'"{sender2}"\n(?:.+\n)+\n{text2}\n'),
    Row("SMS in parts", GAMMU + "geteachsms", r'"{sender4}"\n(?:.+\n)+\n{text4}\n'),
    Row("SMS deleted", GAMMU + "deletesms 1 1", r"^\s*$"),
    Row("SMS left", GAMMU + "getallsms 1", r"8 SMS parts in 8 SMS sequences"),
    Row(
        "SMS sent",
        GAMMU + "sendsms TEXT {sent_to} -unicode -text {sent_text}",
        r"OK, message reference=\d+",
    ),
    Row(
        "SMS sent, as the modem heard it",
        GAMMU + "sendsms TEXT {sent_to} -unicode -text {sent_text}",
        HEARD,
        within="log.jsonl",
    ),
)
GNOKII_ROWS = (
    Row("IMEI", GNOKII + "--identify", r"IMEI +: {imei}\n"),
    Row("network code", GNOKII + "--getnetworkinfo", r"Network code +: {mcc} {mnc}\n"),
    Row("cell", GNOKII + "--getnetworkinfo", r"Cell id +: {cell8} "),
    Row("signal", GNOKII + "--monitor once", r"RFLevel: {csq}\n"),
    Row("SMS, 7 bit", GNOKII + "--getsms SM 0 end", r"Sender: {sender0} .*\nText:\n{text0}\n"),
    Row("SMS, 7 bit, odd places", GNOKII + "--getsms SM 0 end", r"Sender: {sender1} .*\nText:\n{text1}\n"),
    Row("SMS, UCS2", GNOKII + "--getsms SM 0 end", r"Sender: {sender2} .*\nText:\n{text2}\n"),
)
COMGT_ROWS = (
    Row("signal", "comgt -d {link} sig", r"Signal Quality: {csq},99\n"),
    Row("IMEI", "comgt -d {link} info", r"IMEI and Serial Number: {imei}\n"),
    Row("registration, operator name", "comgt -d {link} reg", r'Registered on Home network: "{name}",7'),
    Row(
        "registration after +CREG=2",
        r"""sh -c 'printf "AT+CREG=2\r" >{link}; exec comgt -d {link} reg'""",
        r"Registered on Home network",
    ),
)
COMGT_LIMITS = (
    Limit(
        "registration after +CREG=2",
        r"Waiting for Registration",
        "comgt waits for ever for an answer of two numbers, once somebody has set +CREG=2",
        hangs_s=5,
    ),
)
GAMMU_LIMITS = (
    Limit(
        "signal",
        r"Unknown response from phone",
        "gammu's monitor ends at +CBC in volts, which is how SIMCom's modems answer",
        personalities=("simcom-sim7600",),
    ),
    Limit(
        "network code",
        r"Packet network +: {mcc} {mnc} \([^)]*Indonesia\)",
        "gammu takes 6, registered for SMS only, as no circuit network and tells of the packet network",
        personalities=("fibocom-l850",),
    ),
)
GAMMU_SMSD_ROWS = (
    Row("SMS, 7 bit", SMSD, "{text0}", within="inbox/IN*_{sender0}_00.txt", wait_s=30),
    Row("SMS, 7 bit, odd places", SMSD, "{text1}", within="inbox/IN*_{sender1}_00.txt", wait_s=10),
    Row("SMS, UCS2", SMSD, "{text2}", within="inbox/IN*_{sender2}_00.txt", wait_s=10),
    Row("SMS in parts, first", SMSD, "^{part0}$", within="inbox/IN*_{sender4}_00.txt", wait_s=10),
    Row("SMS in parts, second", SMSD, "^{part1}$", within="inbox/IN*_{sender4}_01.txt", wait_s=10),
    Row("SMS while it runs", SMSD, "{text3}", within="inbox/IN*_{sender3}_00.txt", wait_s=30),
    Row(
        "SMS given to send",
        "gammu-smsd-inject -c {folder}/smsdrc TEXT {sent_to} -unicode -text {sent_text}",
        r"Written message with ID",
    ),
    Row("SMS sent, as the modem heard it", SMSD, HEARD, within="log.jsonl", wait_s=30),
)
SMSTOOLS_ROWS = (
    Row("signal", SMSTOOLS_SMSD, r"\({csq},99\) {rssi_dbm} dBm", within="smsd.log", wait_s=30),
    Row("SMS, 7 bit", SMSTOOLS_SMSD, r"From: {sender0}\n[\S\s]*\n\n{text0}", within="incoming/*", wait_s=20),
    Row("SMS, 7 bit, odd places", SMSTOOLS_SMSD, r"\n\n{text1}", within="incoming/*", wait_s=10),
    Row("SMS, UCS2", SMSTOOLS_SMSD, r"\n\n{text2}", within="incoming/*", wait_s=10),
    Row("IMEI", SMSTOOLS_SMSD, r"IMEI: {imei}\n", within="incoming/*", wait_s=10),
    Row("IMSI", SMSTOOLS_SMSD, r"IMSI: {imsi}\n", within="incoming/*", wait_s=10),
    Row("SMS in parts", SMSTOOLS_SMSD, r"\n\n{text4}", within="incoming/*", wait_s=10),
    Row("SMS while it runs", SMSTOOLS_SMSD, r"\n\n{text3}", within="incoming/*", wait_s=30),
    Row("SMS sent, as the modem heard it", SMSTOOLS_SMSD, HEARD, within="log.jsonl", wait_s=20),
)
GSMMODEM_ROWS = (
    Row("IMEI", GSMMODEM, r"\nimei: {imei}\n"),
    Row("operator name", GSMMODEM, r"\nnetwork: {name}\n"),
    Row("signal", GSMMODEM, r"\nsignal: {csq}\n"),
    Row("SMS, 7 bit", GSMMODEM, r"\nstored: {sender0}: {text0}\n"),
    Row("SMS, 7 bit, odd places", GSMMODEM, r"\nstored: {sender1}: {text1}\n"),
    Row("SMS, UCS2", GSMMODEM, r"\nstored: {sender2}: {text2}\n"),
    Row("SMS while it listens", GSMMODEM, r"\nreceived: {sender3}: {text3}\n"),
    Row("SMS sent", GSMMODEM, r"\nsent: reference \d+\n"),
    Row("SMS sent, as the modem heard it", GSMMODEM, HEARD, within="log.jsonl"),
)
GAMMU_CLIENT = Foreign(
    name="gammu",
    version="gammu --version",
    version_says=r"Gammu version ([\d.]+)",
    set_up=with_file("gammurc", GAMMURC),
    rows=GAMMU_ROWS,
    limits=GAMMU_LIMITS,
)
GAMMU_SMSD = Foreign(
    name="gammu-smsd",
    version="gammu-smsd --version",
    version_says=r"version ([\d.]+)",
    set_up=gammu_smsd,
    rows=GAMMU_SMSD_ROWS,
    daemon=SMSD,
    late_s=12,
)
SMSTOOLS_CLIENT = Foreign(
    name="smstools",
    version="smsd -V",
    version_says=r"Version ([\d.]+)",
    set_up=smstools,
    rows=SMSTOOLS_ROWS,
    daemon=SMSTOOLS_SMSD,
    late_s=12,
)
GSMMODEM_CLIENT = Foreign(
    name="python-gsmmodem-new",
    version="python -m pip show python-gsmmodem-new",
    version_says=r"Version: ([\d.]+)",
    set_up=nothing,
    rows=GSMMODEM_ROWS,
    late_s=8,
)
GNOKII_CLIENT = Foreign(
    name="gnokii",
    version="gnokii --version",
    version_says=r"Version ([\d.]+)",
    set_up=with_file("gnokiirc", GNOKIIRC),
    rows=GNOKII_ROWS,
)
COMGT_CLIENT = Foreign(
    name="comgt",
    version="comgt -V",
    version_says=r"version ([\d.]+)",
    set_up=nothing,
    rows=COMGT_ROWS,
    limits=COMGT_LIMITS,
)
SERIAL_CLIENTS = (
    GAMMU_CLIENT,
    GAMMU_SMSD,
    SMSTOOLS_CLIENT,
    GSMMODEM_CLIENT,
    GNOKII_CLIENT,
    COMGT_CLIENT,
)
