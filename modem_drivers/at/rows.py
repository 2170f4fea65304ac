"""The replies of 3GPP TS 27.007 and 27.005, a row a command. Levels: the LOWER edge of each bin."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modem_drivers.at.convert import (
    address,
    address_and_mask,
    clock,
    decimal,
    hidden,
    imsi_network,
)
from modem_drivers.at.grammar import Cells, Layout, Row, row
from modem_drivers.at.replies import (
    Column,
    Fields,
    Value,
    digits,
    hexadecimal,
    integer,
    one_of,
    scaled,
    text_field,
)
from modem_drivers.at.standard import (
    CESQ,
    COPS,
    CSQ,
    PIN_STATES,
    RAT,
    REGISTRATION,
    REGISTRATION_5G,
)
from modem_drivers.provenance import REMEMBERED, Memory, standard

_SMALL = re.compile(r"[0-9]{1,3}")
N = Column("n", integer(0, 5))
REGISTRATION_GPRS = (*REGISTRATION[:4], Column("rac", hexadecimal(8)), *REGISTRATION[4:])  # 10.1.20
TIMERS = (Column("active_time", text_field), Column("periodic_tau", text_field))
STAT = {
    0: "not_searching", 1: "home", 2: "searching", 3: "denied", 4: "unknown", 5: "roaming",
    6: "home_sms_only", 7: "roaming_sms_only", 8: "emergency_only", 9: "home_csfb_not_preferred",
    10: "roaming_csfb_not_preferred", 11: "rlos",
}  # fmt: skip
FUNCTIONS = {
    "0": "minimum",
    "1": "full",
    "4": "radio_off",
    "5": "radio_off_sim_on",
    "6": "reset",
    "7": "offline",
}
NO_CARD = {word: word for word in ("NOT READY", "NOT INSERTED", "NOT AVAILABLE", "BLOCKED", "SIM FAILURE")}
"""What makers say in place of a state of 27.007 8.3: memory."""
MESSAGE_STATES = {
    "REC UNREAD": "received_unread", "REC READ": "received_read", "STO UNSENT": "stored_unsent",
    "STO SENT": "stored_sent", "0": "received_unread", "1": "received_read", "2": "stored_unsent",
    "3": "stored_sent",
}  # fmt: skip


CSQ_TD_SCDMA = (  # 100 to 191: memory, of Quectel's and Huawei's manuals
    Column("rscp_dbm", scaled(1, -216, low=100, high=191)),
    Column("ber", integer(0, 7, unknown=99)),
)


def _is_td_scdma(cells: Cells) -> bool:
    return re.fullmatch(r"1[0-8][0-9]|19[0-8]", cells[0]) is not None


def _is_single(cells: Cells) -> bool:
    return len(cells) == 1


def _rat_of(fields: Fields) -> Mapping[str, Value | None]:
    act = fields.integer("act")
    return {} if act is None else {"rat": RAT[act]}


def _registration(fields: Fields) -> Mapping[str, Value | None]:
    stat = fields.integer("stat")
    return {**_rat_of(fields), **({} if stat is None else {"state": STAT[stat]})}


def _is_read(cells: Cells) -> bool:
    """Tell n,stat,... from stat,tac,...: the second field is a bare small number (style: standard.py)."""
    return len(cells) > 1 and _SMALL.fullmatch(cells[1]) is not None and int(cells[1]) <= 11


def registration_row(verb: str, clause: str) -> Row:
    """Return the row of +CREG and its kin: as a read command answers, and as an unsolicited code."""
    base = {"+C5GREG": REGISTRATION_5G, "+CGREG": REGISTRATION_GPRS}.get(verb, REGISTRATION)
    columns = (*base, *TIMERS)
    layouts = (Layout((N, *columns), 2, _is_read), Layout(columns))
    return Row(verb=verb, layouts=layouts, source=standard("27.007", clause), derive=_registration)


def bare(verb: str, name: str, clause: str) -> Row:
    """Return the row of a command whose line is one value, with or without the command's head."""
    return Row(
        verb=verb,
        layouts=(Layout((Column(name, text_field),)),),
        source=standard("27.007", clause),
        prefixes=("", verb),
        split=lambda text: [text.strip().strip('"')],
    )


def _is_volts(cells: Cells) -> bool:
    """Tell "0,3750": no share of a charge (thread, koshev-msk/luci-app-modeminfo 16)."""
    return len(cells) == 2 and re.fullmatch(r"[0-9]{3,6}", cells[1]) is not None and int(cells[1]) > 100


def _mnc_length(fields: Fields) -> Mapping[str, Value | None]:
    return {"ok": fields.integer("sw1") in (0x90, 0x91, 0x9E, 0x9F)}


CID = Column("cid", integer(0, 255))
PDP = Column(
    "pdp_type", one_of({name: name for name in ("IP", "IPV6", "IPV4V6", "PPP", "Non-IP", "Ethernet")})
)
KBPS = integer(0, 10_000_000)

ROWS: tuple[Row, ...] = (
    Row(
        verb="+CSQ",
        source=standard("27.007", "8.5"),
        layouts=(Layout(CSQ_TD_SCDMA, 1, _is_td_scdma), Layout(CSQ)),
    ),
    row("+CESQ", CESQ, standard("27.007", "8.69"), required=6),
    registration_row("+CREG", "7.2"),
    registration_row("+CGREG", "10.1.20"),
    registration_row("+CEREG", "10.1.22"),
    registration_row("+C5GREG", "10.1.43"),
    row("+COPS", COPS, standard("27.007", "7.3"), derive=_rat_of),
    row("+CPIN", (Column("state", one_of(PIN_STATES | NO_CARD)),), standard("27.007", "8.3")),
    bare("+CGMI", "manufacturer", "5.1"),
    bare("+CGMM", "model", "5.2"),
    bare("+CGMR", "revision", "5.3"),
    bare("+GMI", "manufacturer", "5.1"),  # ITU-T V.250 6.1.4 to 6.1.7
    bare("+GMM", "model", "5.2"),
    bare("+GMR", "revision", "5.3"),
    *(
        Row(
            verb=verb,
            layouts=(Layout((Column("imei", digits(14, 17)),)),),
            source=standard("27.007", "5.4"),
            prefixes=("", verb),
        )
        for verb in ("+GSN", "+EGMR")
    ),
    row("+CCID", (Column("iccid", hidden),), REMEMBERED, prefixes=("", "+CCID")),
    row("+GCAP", tuple(Column(f"capability_{n}", text_field) for n in range(1, 9)), REMEMBERED),
    Row(
        verb="+CBC",
        source=standard("27.007", "8.4"),
        layouts=(
            Layout(
                (Column("battery", integer(0, 3)), Column("voltage_mv", integer(101, 99_999))), 2, _is_volts
            ),
            Layout(
                (
                    Column("battery", integer(0, 3)),
                    Column("charge_percent", integer(0, 100)),
                    Column("voltage_mv", integer(0, 99_999)),
                ),
                2,
            ),
        ),
    ),
    row("+CIEV", (Column("indicator", text_field), Column("value", text_field)), standard("27.007", "9.2.1")),
    row("+CRING", (Column("kind", text_field),), standard("27.007", "6.11")),
    row("+CLIP", (Column("number", hidden), Column("type", integer(0, 255))), standard("27.007", "7.6")),
    Row(
        verb="+CGSN",
        layouts=(Layout((Column("imei", digits(14, 17)),)),),
        source=standard("27.007", "5.4"),
        prefixes=("", "+CGSN"),
    ),
    Row(
        verb="+CIMI",
        layouts=(Layout((Column("home_plmn", imsi_network),)),),
        source=standard("27.007", "5.6"),
        prefixes=("", "+CIMI"),
    ),
    row(
        "+CNUM",
        (Column("alpha", hidden), Column("number", hidden), Column("type", integer(0, 255))),
        standard("27.007", "7.1"),
        many=True,
    ),
    row("+CFUN", (Column("function", one_of(FUNCTIONS)),), standard("27.007", "8.2")),
    Row(
        verb="+CCLK",
        layouts=(Layout((Column("clock", clock),)),),
        source=standard("27.007", "8.15"),
        split=lambda tail: [tail.strip().strip('"')],
    ),
    Row(
        verb="+CTZU",
        layouts=(
            Layout((Column("onoff", integer(0, 3)),), 1, _is_single),
            Layout((Column("clock", clock), Column("zone_quarters", integer(-56, 56)))),
        ),
        source=Memory(
            "3GPP TS 27.007, clause 7.11, no version kept; the code +CTZU: time,zone: a discussion"
        ),
    ),
    row("+CTZV", (Column("zone_quarters", integer(-56, 56)),), standard("27.007", "7.12")),
    row(
        "+CTZE",
        (
            Column("zone_quarters", integer(-56, 56)),
            Column("daylight_h", integer(0, 2)),
            Column("clock", clock),
        ),
        standard("27.007", "7.12"),
    ),
    row(
        "+CTZR",
        (
            Column("zone_quarters", integer(-56, 56)),
            Column("daylight_h", integer(0, 2)),
            Column("clock", clock),
        ),
        standard("27.007", "7.12"),
    ),
    row("+CGATT", (Column("attached", integer(0, 1)),), standard("27.007", "10.1.9")),
    row("+CGACT", (CID, Column("active", integer(0, 1))), standard("27.007", "10.1.10"), many=True),
    row(
        "+CGPADDR",
        (CID, Column("address", address), Column("address_2", address)),
        standard("27.007", "10.1.14"),
        many=True,
    ),
    row(
        "+CGDCONT",
        (CID, PDP, Column("apn", text_field), Column("address", text_field)),
        standard("27.007", "10.1.1"),
        many=True,
        required=2,
    ),
    row(
        "+CGCONTRDP",
        (
            CID,
            Column("bearer", integer(0, 255)),
            Column("apn", text_field),
            Column("address", address_and_mask),
            Column("gateway", address),
            Column("dns", address),
            Column("dns_2", address),
            Column("p_cscf", address),
            Column("p_cscf_2", address),
            Column("im_cn", integer(0, 1)),
            Column("lipa", integer(0, 1)),
            Column("ipv4_mtu_bytes", integer(0, 65535)),
        ),
        standard("27.007", "10.1.23"),
        many=True,
        required=3,
    ),
    row(
        "+CGEQOSRDP",
        (
            CID,
            Column("qci", integer(0, 255)),
            Column("dl_gbr_kbps", KBPS),
            Column("ul_gbr_kbps", KBPS),
            Column("dl_mbr_kbps", KBPS),
            Column("ul_mbr_kbps", KBPS),
            Column("dl_ambr_kbps", KBPS),
            Column("ul_ambr_kbps", KBPS),
        ),
        standard("27.007", "10.1.28"),
        many=True,
        required=2,
    ),
    row(
        "+C5GQOSRDP",
        (
            CID,
            Column("qi_5g", integer(0, 255)),
            Column("dl_gfbr_kbps", KBPS),
            Column("ul_gfbr_kbps", KBPS),
            Column("dl_mfbr_kbps", KBPS),
            Column("ul_mfbr_kbps", KBPS),
            Column("dl_ambr_kbps", KBPS),
            Column("ul_ambr_kbps", KBPS),
            Column("averaging_ms", integer(0, 4095)),
        ),
        Memory("3GPP TS 27.007, clause 10.1.59 as remembered"),
        many=True,
        required=2,
    ),
    row(
        "+CSCON",
        (
            N,
            Column("connected", integer(0, 1)),
            Column("state", integer(0, 255)),
            Column("access", integer(0, 255)),
        ),
        standard("27.007", "10.1.30"),
    ),
    row(
        "+CIREG",
        (N, Column("ims_registered", integer(0, 1)), Column("ims_services", hexadecimal(32))),
        standard("27.007", "8.71"),
        required=2,
    ),
    row(
        "+CIREGU",
        (Column("ims_registered", integer(0, 1)), Column("ims_services", hexadecimal(32))),
        standard("27.007", "8.71"),
    ),
    row("+CGSMS", (Column("sms_service", integer(0, 3)),), standard("27.007", "10.1.21")),
    row("+CEER", (Column("report", text_field),), standard("27.007", "6.10")),
    row("+CSCS", (Column("character_set", text_field),), standard("27.007", "5.5")),
    row(
        "+CPINR",
        (
            Column("code", text_field),
            Column("tries", integer(0, 10)),
            Column("tries_default", integer(0, 10)),
        ),
        standard("27.007", "8.65"),
        many=True,
        required=2,
    ),
    row(
        "+CRSM",
        (Column("sw1", integer(0, 255)), Column("sw2", integer(0, 255)), Column("data", hidden)),
        standard("27.007", "8.18"),
        required=2,
        derive=_mnc_length,
    ),
    row("+CGEV", (Column("event", text_field),), standard("27.007", "10.1.19")),
    row("+CMGF", (Column("text_mode", integer(0, 1)),), standard("27.005", "3.2.3")),
    row(
        "+CSCA",
        (Column("smsc", text_field), Column("type", integer(0, 255))),
        standard("27.005", "3.3.1"),
    ),
    row(
        "+CNMI",
        tuple(Column(name, integer(0, 3)) for name in ("mode", "mt", "bm", "ds", "bfr")),
        standard("27.005", "3.4.1"),
    ),
    row(
        "+CPMS",
        tuple(
            column
            for n in (1, 2, 3)
            for column in (
                Column(f"memory_{n}", text_field),
                Column(f"used_{n}", integer(0, 9999)),
                Column(f"total_{n}", integer(0, 9999)),
            )
        ),
        standard("27.005", "3.2.2"),
        required=3,
    ),
    row(
        "+CMTI",
        (Column("memory", text_field), Column("index", integer(0, 9999))),
        standard("27.005", "3.4.1"),
    ),
    row(
        "+CDSI",
        (Column("memory", text_field), Column("index", integer(0, 9999))),
        standard("27.005", "3.4.1"),
    ),
    row("+CMGS", (Column("reference", integer(0, 255)),), standard("27.005", "3.5.1")),
    Row(
        verb="+CMGL",
        layouts=(
            Layout(
                (
                    Column("index", integer(0, 9999)),
                    Column("stat", one_of(MESSAGE_STATES)),
                    Column("alpha", hidden),
                    Column("length", integer(0, 255)),
                ),
                4,
            ),
            Layout(
                (
                    Column("index", integer(0, 9999)),
                    Column("stat", one_of(MESSAGE_STATES)),
                    Column("length", integer(0, 255)),
                ),
                3,
            ),  # without <alpha>: memory
        ),
        source=standard("27.005", "3.4.2"),
        many=True,
        body=True,
    ),
    Row(
        verb="+CMGR",
        layouts=(
            Layout(
                (
                    Column("stat", one_of(MESSAGE_STATES)),
                    Column("alpha", hidden),
                    Column("length", integer(0, 255)),
                ),
                3,
            ),
            Layout((Column("stat", one_of(MESSAGE_STATES)), Column("length", integer(0, 255))), 2),
        ),
        source=standard("27.005", "3.4.3"),
        body=True,
    ),
    Row(
        verb="+CMT",
        layouts=(
            Layout((Column("alpha", hidden), Column("length", integer(0, 255))), 2),
            Layout((Column("length", integer(0, 255)),)),
        ),
        source=standard("27.005", "3.4.1"),
        body=True,
    ),
    Row(
        verb="+CDS",
        layouts=(Layout((Column("length", integer(0, 255)),)),),
        source=standard("27.005", "3.4.1"),
        body=True,
    ),
    row(
        "+CSCB",
        (Column("mode", integer(0, 1)), Column("identifiers", text_field), Column("codings", text_field)),
        standard("27.005", "3.3.4"),
    ),
    row("+CMEE", (Column("level", integer(0, 2)),), standard("27.007", "9.1")),
    row(
        "+CUSD",
        (Column("status", integer(0, 5)), Column("text", hidden), Column("coding", integer(0, 255))),
        standard("27.007", "7.15"),
    ),
    row(
        "+CIND",
        tuple(Column(f"indicator_{n}", decimal(0, 99)) for n in range(1, 13)),
        standard("27.007", "8.9"),
    ),
)
