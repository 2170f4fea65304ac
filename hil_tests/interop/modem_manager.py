"""ModemManager on a bus of its own: nothing touches the machine's bus, services or devices.

It takes no pty (no kernel device stands behind one), but in its test interface a Unix socket in the abstract
namespace whose name is, literally, that of the port with "abstract:" in front (seen with 1.20.4).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hil_tests.interop.bridge import bridged
from hil_tests.interop.place import ROOT, SCRIPTS, VENV, Foreign, Place
from hil_tests.interop.processes import AGAIN_S, appears, running, say
from hil_tests.interop.rows import InteropError, Limit, Row

BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
"""
PLUGINS = {  # first word of a personality: the plugin ModemManager takes for that maker's USB ids
    # not huawei: 1.20.4 aborts where its plugin gets a virtual modem (assertion: probes != NULL)
    "fibocom": "fibocom",
    "quectel": "quectel",
    "sierra": "sierra",
    "simcom": "simtech",
    "telit": "telit",
}
DAEMON = "ModemManager --no-auto-scan --test-no-udev --test-no-suspend-resume --test-enable --debug"
READY_S, ASK_S = 20.0, 10.0
SERVICE = "org.freedesktop.ModemManager1"


def plugins() -> list[str]:
    """Return the option that names ModemManager's plugins where the machine has none of its own."""
    folders = sorted((ROOT / "build/apt/root/usr/lib").glob("*/ModemManager"))
    return [f"--test-plugin-dir={folders[0]}"] if folders else []


async def tell_of_port(place: Place, port: str) -> None:
    """Tell ModemManager of *port*, as soon as it is on the bus. Raises InteropError."""
    words = ["dbus-send", "--system", "--print-reply", f"--dest={SERVICE}", f"/{SERVICE.replace('.', '/')}"]
    words += [
        f"{SERVICE}.Test.SetProfile",
        "string:probe",
        f"string:{place.placeholders['plugin']}",
        f"array:string:{port}",
    ]
    said = ""
    try:
        async with asyncio.timeout(READY_S):
            while "method return" not in said:
                said = (await say(words, place.env, place.folder, ASK_S)).text
                await asyncio.sleep(AGAIN_S)
    except TimeoutError:
        raise InteropError(f"ModemManager does not take the port: {said}") from None


@asynccontextmanager
async def modem_manager(place: Place) -> AsyncIterator[None]:
    """Run a bus, a polkit stand-in, the bridge to the modem, and ModemManager."""
    place.write("bus.conf", BUS)
    address = f"unix:path={place.folder}/bus"
    place.env["DBUS_SYSTEM_BUS_ADDRESS"] = address
    place.placeholders["plugin"] = PLUGINS.get(place.personality.partition("-")[0], "generic")
    port = f"abstract:{place.folder.name}"
    python = str(VENV / "bin/python")
    bus = ["dbus-daemon", f"--config-file={place.folder}/bus.conf", "--nofork", "--print-address=1"]
    polkit = [python, str(SCRIPTS / "polkit_stand_in.py"), address]
    async with running(bus, place.env, place.folder) as bus_words:
        await appears("unix:path", bus_words, READY_S)
        async with running(polkit, place.env, place.folder) as polkit_words:
            await appears("READY", polkit_words, READY_S)
            daemon = running([*DAEMON.split(), *plugins()], place.env, place.folder)
            async with bridged(place.link, port), daemon:
                await tell_of_port(place, port)
                yield


ANY = "mmcli -m any"
ROWS = (
    Row("found, IMEI", ANY, r"imei: {imei}\n", wait_s=45),
    Row("the maker's plugin", ANY, r"plugin: {plugin}\n"),
    Row("enabled", ANY + " --enable", r"successfully enabled the modem"),
    Row("registered at home", ANY, r"registration: \S*home", wait_s=30),
    Row("operator code", ANY, r"operator id: {plmn}\n"),
    Row("operator name", ANY, r"operator name: {name}\n", wait_s=20),
    Row("signal", ANY, r"signal quality: {percent}%", wait_s=35),
    Row("access technology", ANY, r"access tech: \S*lte\n", wait_s=20),
    Row("polling of signal", ANY + " --signal-setup=1", r"Successfully setup signal quality"),
    Row("RSRP", ANY + " --signal-get", r"rsrp: {rsrp_bin_dbm} dBm\n", wait_s=20),
    Row("RSRQ", ANY + " --signal-get", r"rsrq: {rsrq_bin_db} dB\n", wait_s=20),
    Row("SIM's IMSI", "mmcli -i any", r"imsi: {imsi}\n"),
    Row("SIM's name", "mmcli -i any", r"operator name: {spn}\n"),
    Row("SIM's ICCID", "mmcli -i any", r"iccid: {iccid}\n"),
    Row("network's time, WIB", ANY + " --time", r"current: 20\S+\+07"),
    Row("networks", ANY + " --3gpp-scan --timeout=120", r"{plmn} - {name} \([^)]*lte[^)]*current\)"),
    Row("SMS, 7 bit", "mmcli -s {at0}", r"number: {sender0}\n.*text: {text0}\n", wait_s=30),
    Row("SMS, 7 bit, odd places", "mmcli -s {at1}", r"number: {sender1}\n.*text: {text1}\n"),
    Row("SMS, UCS2", "mmcli -s {at2}", r"number: {sender2}\n.*text: {text2}\n"),
    Row("SMS in parts", "mmcli -s {at_long}", r"number: {sender4}\n.*text: {text4}\n"),
    Row("SMS while it runs", "mmcli -s {at_late}", r"number: {sender3}\n.*text: {text3}\n", wait_s=60),
    Row(
        "SMS made",
        ANY + """ --messaging-create-sms='number={sent_to},text="{sent_text}"' """,
        r"Successfully created new SMS",
    ),
    Row("SMS sent", "mmcli -s {at_made} --send", r"successfully sent the SMS"),
    Row(
        "SMS sent, as the modem heard it",
        "mmcli -s {at_made} --send",
        r'"sms_to":"{sent_to}","sms_text":"{sent_text}"',
        within="log.jsonl",
    ),
)
LIMITS = (
    Limit(
        "signal",
        r"signal quality: (?:20|40|60|80|100)% ",
        "takes the five bars of +CIND, which no standard ties to a level (RSRP and RSRQ: the rows below)",
        personalities=("quectel-ec25",),
    ),
    Limit(
        "access technology",
        r"packet service state: attached",
        "the generic plugin has it from +CREG:, where Huawei's sticks tell no technology",
        personalities=("huawei-e3372s",),
    ),
)
MODEM_MANAGER = Foreign(
    name="ModemManager",
    version="ModemManager --version",
    version_says=r"ModemManager ([\d.]+)",
    set_up=modem_manager,
    rows=ROWS,
    limits=LIMITS,
    late_s=18,
)
