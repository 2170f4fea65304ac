"""Prints what gammu's library and python-gsmmodem-new read in PDUs, a JSON object a line in and out.

In: {"id","pdu"}; out: {"id","gammu","gsmmodem"}, each {"kind","smsc","peer","text","sent"} or {"error"}.
Runs in build/interop/venv, which has nothing of Pantau: it only repeats the libraries' own words.
"""

import json
import sys
from collections.abc import Callable, Iterable

import gammu
from gsmmodem import pdu as gsmmodem_pdu

KINDS = {"Deliver": "deliver", "Submit": "submit", "Status_Report": "status-report"}
Said = dict[str, object]


def read_with_gammu(octets: bytes) -> Said:
    """Return libGammu's reading; its word for a report's status is no text of the message."""
    message = gammu.DecodePDU(octets, True)
    kind = KINDS[message["Type"]]
    text = message["Text"]
    if isinstance(text, bytes):
        text = None
    return {
        "kind": kind,
        "smsc": message["SMSC"]["Number"] or None,
        "peer": message["Number"] or None,
        "text": None if kind == "status-report" else text,
        "sent": None if kind == "submit" else message["DateTime"].isoformat(),
    }


def read_with_gsmmodem(octets: bytes) -> Said:
    """Return python-gsmmodem-new's reading."""
    message = gsmmodem_pdu.decodeSmsPdu(octets.hex().upper())
    sent = message.get("time")
    return {
        "kind": message["type"].removeprefix("SMS-").lower(),
        "smsc": message.get("smsc"),
        "peer": message.get("number") or None,
        "text": message.get("text"),
        "sent": sent and sent.isoformat(),
    }


def reading(read: Callable[[bytes], Said], octets: bytes) -> Said:
    """Return what *read* says of *octets*; whatever it raises is its answer too."""
    try:
        return read(octets)
    except (gammu.GSMError, gsmmodem_pdu.EncodingError, ValueError, LookupError, StopIteration) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def answers(lines: Iterable[str]) -> Iterable[Said]:
    """Yield one answer a line."""
    for line in lines:
        asked = json.loads(line)
        octets = bytes.fromhex(asked["pdu"])
        yield {
            "id": asked["id"],
            "gammu": reading(read_with_gammu, octets),
            "gsmmodem": reading(read_with_gsmmodem, octets),
        }


if __name__ == "__main__":
    for answer in answers(sys.stdin):
        print(json.dumps(answer))
