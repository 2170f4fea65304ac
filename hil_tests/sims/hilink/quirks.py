"""What is peculiar to this stick, each with where it was seen."""

from hil_tests.sims.at_modem.model import Quirk
from hil_tests.sims.at_modem.provenance import thread
from hil_tests.sims.hilink.sources import (
    EMPTY_DUMP,
    LIBRARY_SMS,
    NEW_INFORMATION,
    NO_PASSWORD,
    NO_SESSION,
    OLD_TRANSCRIPT,
    RASPAP,
    STATUS_TRANSCRIPT,
)

QUIRKS = (
    Quirk("no-session", "Without a session every answer is 125002, with HTTP status 200.", NO_SESSION),
    Quirk("token-once", "A token is good for one POST; the second POST with it is answered 125003.", RASPAP),
    Quirk(
        "no-token-endpoint",
        "webserver/token, where other HiLink devices give the token, is 100002.",
        thread("https://github.com/arska/e3372/issues/1"),
    ),
    Quirk("login-unwanted", "A login on a stick without a password is answered 100006.", NO_PASSWORD),
    Quirk(
        "few-logins",
        "After four logins without a logout the next is answered 108003.",
        thread("https://github.com/Salamek/huawei-lte-api-ts/issues/19"),
    ),
    Quirk(
        "bound-for-value",
        "At the ends of its scale a level is a bound, <=-113dBm, not a number.",
        thread("https://github.com/4IceG/luci-app-3ginfo-lite/pull/63"),
    ),
    Quirk("no-strength", "SignalStrength in monitoring/status is always empty.", STATUS_TRANSCRIPT),
    Quirk("iccid-filler", "Firmware 22 shows the filler digit F behind the ICCID.", OLD_TRANSCRIPT),
    Quirk("brackets", "Firmware 10 writes brackets as character references.", NEW_INFORMATION),
    Quirk("ordered-request", "The elements of an sms-list request must come in one order.", LIBRARY_SMS),
    Quirk(
        "empty-signal",
        "Every element of device/signal but the mode may be empty while it is connected (fault no-signal).",
        EMPTY_DUMP,
    ),
    Quirk(
        "one-address",
        "Every stick has the same MAC address and is 192.168.8.1 in the same network.",
        thread("https://github.com/Ysurac/openmptcprouter/issues/549"),
    ),
    Quirk(
        "storage-first",
        "After power-up it is a CD-ROM, 12d1:1f01, until the host sends the switch message.",
        thread("https://github.com/balena-os/balena-os/issues/446"),
    ),
)
