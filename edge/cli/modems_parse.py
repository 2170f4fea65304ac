"""`pantau modems parse`: a modem's reply, or a message's octets, into fields; no modem is needed."""

import sys
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from edge.cli.jsonl import serve
from modem_drivers.errors import MalformedPdu
from modem_drivers.families.parse import Parsed, parse_reply
from modem_drivers.sms.broadcast import decode_page
from modem_drivers.sms.tpdu import decode_pdu

MALFORMED = 2


class Kind(StrEnum):
    """What the input is."""

    REPLY = "reply"
    SMS_PDU = "sms-pdu"
    CBS_PDU = "cbs-pdu"


class Question(msgspec.Struct, frozen=True):
    """One line of input; of a PDU, `reply` is its hexadecimal text."""

    command: str | None = None
    reply: str = ""
    family: str | None = None


def answer(question: Question, kind: Kind = Kind.REPLY) -> Parsed:
    """Return *question* read."""
    if kind is Kind.REPLY:
        return parse_reply(question.command, question.reply, question.family)
    try:
        part = decode_pdu(question.reply) if kind is Kind.SMS_PDU else decode_page(question.reply)
    except MalformedPdu as refusal:
        where = f"{refusal.field} at octet {refusal.offset}: expected {refusal.expected}"
        return Parsed(status="malformed", problems=(where,))
    fields = msgspec.to_builtins(part)
    problems = tuple(fields.pop("problems"))
    fields["data"] = part.data.hex() or None
    return Parsed(status="partial" if problems else "parsed", fields=fields, problems=problems)


def parse(
    command: Annotated[str, typer.Option(help="What was asked: AT+CREG? or +CREG; may be left out.")] = "",
    family: Annotated[
        str, typer.Option(help="quectel-lte, simcom-sim7600, huawei-stick, ... [generic]")
    ] = "",
    kind: Annotated[Kind, typer.Option(help="reply: a modem's lines; the others: hexadecimal.")] = Kind.REPLY,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One question a line, one answer a line.")] = False,
) -> None:
    """Read a reply from standard input and print what it says as one JSON object.

    With --jsonl: {"command","reply","family"} a line in, {"status","fields","rows","raw","problems",
    "family"} a line out; status: parsed, partial, unknown or malformed. Private numbers and texts of replies
    are not shown.
    """
    if jsonl:
        serve(
            Question, lambda one: answer(one, kind), lambda why: Parsed(status="malformed", problems=(why,))
        )
        return
    told = answer(Question(command or None, sys.stdin.read(), family or None), kind)
    print(msgspec.json.format(msgspec.json.encode(told)).decode())
    raise typer.Exit(MALFORMED if told.status == "malformed" else 0)
