"""The replies of 3GPP TS 27.007: their tables, and typed readings made of them.

Levels are the LOWER edge of each bin, and readings carry the index too: vendors disagree by one bin.
Ref: 3GPP TS 27.007 7.2 (+CREG), 7.3 (+COPS), 8.3 (+CPIN), 8.5 (+CSQ), 8.69 (+CESQ), 10.1.22 (+CEREG);
TS 36.133 9.1.4, 9.1.7; TS 38.133 10.1.6, 10.1.11, 10.1.16.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modem_drivers.at.channel import Command
from modem_drivers.at.replies import (
    Column,
    Fields,
    digits,
    find_line,
    hexadecimal,
    integer,
    one_of,
    parse_line,
    read_fields,
    scaled,
    split_fields,
    split_line,
    text_field,
)
from modem_drivers.at.shapes import is_solicited_registration
from modem_drivers.errors import MalformedReply
from modem_drivers.reading import NetworkName, Registration, SignalReading

CSQ = (  # 27.007 8.5
    Column("rssi_dbm", scaled(2, -113, high=31, unknown=(99, 199))),
    Column("ber", integer(0, 7, unknown=99)),
)
CESQ = (  # 27.007 8.69; the LOWER edge of each bin (index 0 means: below the edge of index 1)
    Column("rxlev_dbm", scaled(1, -111, high=63, unknown=99)),
    Column("ber", integer(0, 7, unknown=99)),
    Column("rscp_dbm", scaled(1, -121, high=96, unknown=255)),
    Column("ecno_db", scaled(0.5, -24.5, high=49, unknown=255)),
    Column("rsrq_db", scaled(0.5, -20, high=34, unknown=255)),
    Column("rsrp_dbm", scaled(1, -141, high=97, unknown=255)),
    Column("ss_rsrq_db", scaled(0.5, -43.5, high=127, unknown=255)),
    Column("ss_rsrp_dbm", scaled(1, -157, high=127, unknown=255)),
    Column("ss_sinr_db", scaled(0.5, -23.5, high=127, unknown=255)),
)
RAT = {  # <AcT>, 27.007 7.2 and 7.3
    0: "GSM",
    1: "GSM",
    2: "UTRAN",
    3: "GSM",
    4: "UTRAN",
    5: "UTRAN",
    6: "UTRAN",
    7: "LTE",
    8: "EC-GSM-IoT",
    9: "NB-IoT",
    10: "LTE",
    11: "NR",
    12: "NR",
    13: "EN-DC",
}
REGISTRATION = (  # 27.007 7.2, 10.1.22; as a read command answers, without the leading <n>
    Column("stat", integer(0, 11)),
    Column("tac", hexadecimal(24)),
    Column("cell_id", hexadecimal(36)),
    Column("act", integer(0, 13)),
    Column("cause_type", integer(0, 1)),
    Column("reject_cause", integer(0, 255)),
)
REGISTRATION_5G = (  # 27.007 10.1.43: the NSSAI stands between <AcT> and the causes
    *REGISTRATION[:4],
    Column("nssai_length", integer(0, 255)),
    Column("nssai", text_field),
    *REGISTRATION[4:],
)
COPS = (  # 27.007 7.3
    Column("mode", integer(0, 4)),
    Column("format", integer(0, 2)),
    Column("operator", text_field),
    Column("act", integer(0, 13)),
)
PIN_STATES = {
    state: state
    for state in (
        "READY",
        "SIM PIN",
        "SIM PUK",
        "PH-SIM PIN",
        "PH-FSIM PIN",
        "PH-FSIM PUK",
        "SIM PIN2",
        "SIM PUK2",
        "PH-NET PIN",
        "PH-NET PUK",
        "PH-NETSUB PIN",
        "PH-NETSUB PUK",
        "PH-SP PIN",
        "PH-SP PUK",
        "PH-CORP PIN",
        "PH-CORP PUK",
    )
}
CPIN = (Column("state", one_of(PIN_STATES)),)  # 27.007 8.3


def parse_registration(lines: Sequence[str], prefix: str, *, solicited: bool = True) -> Registration:
    """Return what +CREG, +CGREG, +CEREG or +C5GREG says; *solicited*: the line begins with <n>.

    Raises: MalformedReply, if no line has *prefix* or its <stat> is damaged.
    """
    line = find_line(lines, prefix)
    cells = split_line(line, prefix)[1 if solicited else 0 :]
    fields = read_fields(cells, REGISTRATION_5G if prefix == "+C5GREG" else REGISTRATION)
    stat, act = fields.integer("stat"), fields.integer("act")
    if stat is None:
        raise MalformedReply(line, f"{prefix}: n,stat,...", "stat")
    return Registration(
        stat=stat,
        rat=None if act is None else RAT[act],
        tac=fields.integer("tac"),
        cell_id=fields.integer("cell_id"),
        cause_type=fields.integer("cause_type"),
        reject_cause=fields.integer("reject_cause"),
        command=prefix,
        problems=fields.problems,
    )


def parse_csq(lines: Sequence[str]) -> SignalReading:
    """Return the reading of +CSQ: rssi_dbm only, in steps of 2 dB.

    Raises: MalformedReply, if there is no such line or its level is damaged.
    """
    fields = parse_line(find_line(lines, "+CSQ"), "+CSQ", CSQ, required=1)
    return _reading(
        fields, "+CSQ", rat=None, rssi_dbm=fields.number("rssi_dbm"), line=find_line(lines, "+CSQ")
    )


def parse_cesq(lines: Sequence[str]) -> SignalReading:
    """Return the reading of +CESQ, six fields or the nine of Release 15: LTE if it is heard, else NR.

    rssi_dbm is GSM's received level, where that is what the modem is on.
    Raises: MalformedReply, if there is no such line, it has fewer than six fields, or nothing in it is sound.
    """
    line = find_line(lines, "+CESQ")
    fields = parse_line(line, "+CESQ", CESQ, required=6)
    rsrp, rsrq = fields.number("rsrp_dbm"), fields.number("rsrq_db")
    ss_rsrp, ss_rsrq = fields.number("ss_rsrp_dbm"), fields.number("ss_rsrq_db")
    if rsrp is None and rsrq is None and (ss_rsrp is not None or ss_rsrq is not None):
        sinr = fields.number("ss_sinr_db")
        return _reading(fields, "+CESQ", rat="NR", rsrp_dbm=ss_rsrp, rsrq_db=ss_rsrq, sinr_db=sinr, line=line)
    level = fields.number("rxlev_dbm")
    rat = "LTE" if rsrp is not None or rsrq is not None else None if level is None else "GSM"
    rssi = level if rat == "GSM" else None
    return _reading(fields, "+CESQ", rat=rat, rsrp_dbm=rsrp, rsrq_db=rsrq, rssi_dbm=rssi, line=line)


def _reading(
    fields: Fields,
    command: str,
    *,
    rat: str | None,
    line: str,
    rsrp_dbm: float | None = None,
    rsrq_db: float | None = None,
    sinr_db: float | None = None,
    rssi_dbm: float | None = None,
) -> SignalReading:
    if fields.problems and all(value is None for value in fields.values.values()):
        raise MalformedReply(line, command, fields.problems[0].partition(":")[0])
    return SignalReading(
        rat=rat,
        rsrp_dbm=rsrp_dbm,
        rsrq_db=rsrq_db,
        sinr_db=sinr_db,
        rssi_dbm=rssi_dbm,
        command=command,
        raw=fields.raw,
        problems=fields.problems,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedOperator:
    """+COPS?: format 0 long name, 1 short name, 2 number; operator None while deregistered."""

    mode: int | None
    format: int | None
    operator: str | None
    rat: str | None


def parse_cops(lines: Sequence[str]) -> SelectedOperator:
    """Return what +COPS? says.

    Raises: MalformedReply, if there is no such line or its mode is damaged.
    """
    line = find_line(lines, "+COPS")
    fields = parse_line(line, "+COPS", COPS)
    if fields.integer("mode") is None:
        raise MalformedReply(line, "+COPS: mode,format,operator,AcT", "mode")
    act = fields.integer("act")
    return SelectedOperator(
        mode=fields.integer("mode"),
        format=fields.integer("format"),
        operator=fields.text("operator"),
        rat=None if act is None else RAT[act],
    )


def cops_to_name(long: SelectedOperator, short: SelectedOperator, plmn: str | None) -> NetworkName:
    """Return the names of two +COPS? answers, one a format, as one source."""
    full = long.operator if long.format == 0 else None
    return NetworkName(
        source="+COPS", full=full, short=short.operator if short.format == 1 else None, plmn=plmn
    )


def parse_plmn(operator: SelectedOperator) -> str | None:
    """Return the PLMN of a numeric +COPS? answer ("51010"), None if it has none.

    Raises: MalformedReply, if the number is not five or six digits.
    """
    if operator.operator is None or operator.format != 2:
        return None
    fields = read_fields([operator.operator], (Column("plmn", digits(5, 6)),))
    if fields.problems:
        raise MalformedReply(operator.operator, "a PLMN of five or six digits", "plmn")
    return fields.text("plmn")


def parse_cpin(lines: Sequence[str]) -> str:
    """Return the SIM's state of +CPIN?: "READY", "SIM PIN", ...

    Raises: MalformedReply, if no line says one.
    """
    line = find_line(lines, "+CPIN")
    state = parse_line(line, "+CPIN", CPIN).text("state")
    if state is None:
        raise MalformedReply(line, "+CPIN: READY or SIM PIN ...", "state")
    return state


def strip_prefix(line: str, prefix: str) -> str:
    """Return *line* without "prefix:" and quotes, for commands that some modems answer bare (+CGSN)."""
    if line.upper().startswith(prefix.upper() + ":"):
        return split_fields(line.partition(":")[2])[0]
    return line.strip().strip('"')


HIDDEN = "<hidden>"
PRIVATE_VERBS = frozenset(
    {"+CIMI", "+CCID", "+ICCID", "+QCCID", "+CICCID", "^ICCID", "#CCID", "!ICCID", "+CNUM", "+CRSM", "+CSIM"}
    | {"+CMGL", "+CMGR", "+CPBR", "+CPBF", "+CLCC", "+CUSD"}
)
"""Commands whose answers hold subscriber numbers or private messages."""
_VERB = re.compile(r"[+^$#*!%&]?[A-Z0-9]+", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?[0-9]{10,}[Ff]?(?![0-9A-Za-z])")
AFTER_OK = {"+EEMGINFO": ("+EEMLTESVC:", "+EEMLTEINTRA:", "+EEMLTEINTER:")}
"""Lines that come before or after the OK of a verb (ASR and Unisoc; memory)."""
_REGISTRATION_READ = re.compile(r"AT\+C(5G|E|G)?REG\?", re.IGNORECASE)


def command_verbs(text: str) -> list[str]:
    """Return the verbs of command line *text*: ["+CSQ", "+CESQ"] of "AT+CSQ;+CESQ"."""
    parts = text[2:].split(";") if text[:2].upper() == "AT" else [text]
    return [match.group().upper() for part in parts if (match := _VERB.match(part.strip()))]


def derive_command(text: str, timeout_s: float) -> Command:
    """Return a command whose answer may be any line that its verbs suggest, or any line without a prefix."""
    fits = is_solicited_registration if _REGISTRATION_READ.fullmatch(text) else None
    verbs = command_verbs(text)
    late = tuple(prefix for verb in verbs for prefix in AFTER_OK.get(verb, ()))
    prefixes = (*(f"{verb}:" for verb in verbs), *late)
    return Command(text, prefixes, timeout_s, bare=fits is None, fits=fits, after_ok=late)


def hide_private(text: str, line: str) -> str:
    """Return *line*, an answer to command *text*, without private content and long numbers."""
    if PRIVATE_VERBS & set(command_verbs(text)):
        return HIDDEN
    return _LONG_NUMBER.sub(HIDDEN, line)
