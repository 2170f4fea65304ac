"""Where a secret is planted: each place is a short dialogue, (direction, text) in turn."""

import random
from collections.abc import Iterator

from hil_tests.canaries.encodings import NUMBERS, ascii_hex, packed, semi_octets, ucs2_hex

Dialogue = list[tuple[str, str]]
COMMANDS = (  # what technicians and drivers ask, and the heads of the answers
    "+CSQ", "+CESQ", "+CREG", "+CGREG", "+CEREG", "+C5GREG", "+COPS", "+CPIN", "+CGMI", "+CGMM", "+CGMR",
    "+CGSN", "+CIMI", "+CNUM", "+CFUN", "+CCLK", "+CTZU", "+CTZE", "+CGATT", "+CGACT", "+CGPADDR",
    "+CGDCONT", "+CGCONTRDP", "+CGEQOSRDP", "+C5GQOSRDP", "+CSCON", "+CIREG", "+CGSMS", "+CEER", "+CSCS",
    "+CPINR", "+CGEV", "+CMGF", "+CSCA", "+CNMI", "+CPMS", "+CSCB", "+CMEE", "+CUSD", "+CIND", "+CCID",
    "+ICCID", "+CICCID", "+CPBR", "+CPBF", "+CLCC", "+CLIP", "+CSIM", "+QENG", "+QCSQ", "+QSPN",
    "+QNWINFO", "+QCAINFO", "+QRSRP", "+QRSRQ", "+QSINR", "+QCCID", "+QINISTAT", "+QIND", "+QUSIM",
    "+QSIMSTAT", "+QPINC", "+QNETDEVCTL", "+QCFG", "+QTEMP", "+QLTS", "+QENDC", "+QUIMSLOT", "+QGMR",
    "+QICSGP", "+CGAUTH", "+CPSI", "+CNSMOD", "+CNMP", "+CNWINFO", "+SIMEI", "$QCRMCALL", "^HCSQ",
    "^MONSC", "^MONNC", "^SYSINFOEX", "^EONS", "^SPN", "^NWTIME", "^NDISSTATQRY", "^DHCP", "^HFREQINFO",
    "^ICCID", "^RSSI", "^MODE", "^SIMST", "^SRVST", "^BOOT", "#RFSTS", "#CCID", "#QSS", "#SERVINFO",
    "#MONI", "#ICMAUTOCONN", "+XMCI", "+XCESQ", "+XCCINFO", "+XLEC", "+GTCCINFO", "+GTRNDIS", "!GSTATUS",
    "!LTEINFO", "!ICCID", "+CCED", "+EEMGINFO",
)  # fmt: skip
CODES = (
    "+CMTI", "+CDSI", "+CIEV", "+CRING", "+CLIP", "+CIREGU", "+QIURC", "+QUSBNETDEV", "+CUSD", "+CGEV",
    "^SIMST", "+CTZE", "+UNKNOWN", "^STRANGE",
)  # fmt: skip
BARE = (
    "I", "+CGMI", "+CGMM", "+CGMR", "+CGSN", "+GSN", "+CIMI", "+CCID", "+QCCID", "+GTCCINFO?",
    "+SOMETHING",
)  # fmt: skip
TIME = "62115211040582"  # 26-11-25 11:40:50 +7 h, swapped
FILES = {"card file of numbers": 28423, "card file of names": 28486}


def number_places(rng: random.Random, number: str) -> Iterator[tuple[str, str, Dialogue]]:
    """Yield (place, encoding, dialogue) with *number* in it."""
    for encoding, encode in NUMBERS.items():
        text = encode(number)
        yield "reply", encoding, _reply(rng, rng.choice(COMMANDS), text)
        yield (
            "bare reply",
            encoding,
            [_ask(bare := rng.choice(BARE)), ("rx", f"\r\n{_within(rng, text, bare)}\r\n\r\nOK\r\n")],
        )
        yield "code", encoding, [("rx", f"\r\n{rng.choice(CODES)}: {_cells(rng, text)}\r\n")]
        yield "free text", encoding, [("rx", f"\r\nsim {text} inserted\r\n")]
        yield "echo", encoding, [("tx", f"AT+COPN={text}\r"), ("rx", f"AT+COPN={text}\r\r\nOK\r\n")]
        yield "error", encoding, [_ask("+CPIN?"), ("rx", f"\r\n{_error(rng, text)}\r\n")]
    for name, file in FILES.items():
        data = rng.choice((ascii_hex(number), semi_octets(number), ucs2_hex(number), packed(number)))
        yield (
            name,
            "hex",
            [("tx", f"AT+CRSM=176,{file},0,0,20\r"), ("rx", f'\r\n+CRSM: 144,0,"{data}"\r\n\r\nOK\r\n')],
        )
    yield "dialled", "plain", [("tx", f"ATD{number};\r"), ("rx", "\r\nOK\r\n")]
    yield (
        "recipient",
        "plain",
        [
            ("tx", f'AT+CMGS="{number}"\r'),
            ("rx", "\r\n> "),
            ("tx", "hi\x1a"),
            ("rx", "\r\n+CMGS: 1\r\n\r\nOK\r\n"),
        ],
    )
    yield from _messages(rng, number, sender=number)


def word_places(rng: random.Random, word: str) -> Iterator[tuple[str, str, Dialogue]]:
    """Yield (place, encoding, dialogue) with *word*, a piece of a private message or a password, in it."""
    yield from _messages(rng, word, sender="6281100001111")
    yield "ussd", "plain", [("rx", f'\r\n+CUSD: 0,"pulsa {word}",15\r\n')]
    yield "ussd", "ucs2", [("rx", f'\r\n+CUSD: 0,"{ucs2_hex(word)}",72\r\n')]
    yield (
        "telephone book",
        "plain",
        [_ask("+CPBR=1,9"), ("rx", f'\r\n+CPBR: 1,"0811",129,"{word}"\r\n\r\nOK\r\n')],
    )
    yield (
        "password",
        "plain",
        [("tx", f'AT+CGAUTH=1,1,"user","{word}"\r'), ("rx", f'AT+CGAUTH=1,1,"user","{word}"\r\r\nOK\r\n')],
    )
    yield (
        "password",
        "plain",
        [_ask("+QICSGP=1"), ("rx", f'\r\n+QICSGP: 1,"internet","user","{word}",1\r\n\r\nOK\r\n')],
    )
    yield (
        "message sent",
        "plain",
        [("tx", 'AT+CMGS="0811"\r'), ("rx", "\r\n> "), ("tx", f"at {word}\rmore\x1a"), ("rx", "\r\nOK\r\n")],
    )
    yield (
        "alphanumeric sender",
        "gsm7-packed",
        _stored(_deliver(packed("x"), 1, 0, sender_octets=_name(word[:11]))),
    )


def _messages(rng: random.Random, secret: str, *, sender: str) -> Iterator[tuple[str, str, Dialogue]]:
    """Yield messages whose text, or whose sender, is the secret: PDUs and text mode, asked for and not."""
    bodies = {
        "gsm7-packed": _deliver(packed(secret), len(secret), 0, sender=sender),
        "ucs2": _deliver(ucs2_hex(secret), 2 * len(secret), 8, sender=sender),
        "8 bit": _deliver(ascii_hex(secret), len(secret), 4, sender=sender),
        "behind a header": _deliver(
            "050003070201" + packed(secret, 1), len(secret) + 7, 0, first="44", sender=sender
        ),
    }
    for encoding, pdu in bodies.items():
        yield "stored message", encoding, _stored(pdu)
        yield "message at once", encoding, [("rx", f"\r\n+CMT: ,{len(pdu) // 2 - 8}\r\n{pdu}\r\n")]
        yield "status report", encoding, [("rx", f"\r\n+CDS: 25\r\n{pdu}\r\n")]
        yield (
            "message in a query",
            encoding,
            [_ask("+CSQ"), ("rx", f"\r\n+CMT: ,30\r\n{pdu}\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n")],
        )
        yield "damaged", encoding, _stored(pdu[: -rng.randrange(2, 8)])
        yield (
            "message sent",
            encoding,
            [("tx", "AT+CMGS=30\r"), ("rx", "\r\n> "), ("tx", pdu + "\x1a"), ("rx", "\r\nOK\r\n")],
        )
    yield from _in_text_mode(secret, sender)


def _in_text_mode(secret: str, sender: str) -> Iterator[tuple[str, str, Dialogue]]:
    """Yield messages in text mode whose text is the secret, asked for and not."""
    line = f"halo {secret} ok\r\nsampai besok {secret}"
    head = f'"REC UNREAD","+{sender}","","26/11/25,11:40:50+28"'
    yield "text mode", "plain", [_ask("+CMGR=1"), ("rx", f"\r\n+CMGR: {head}\r\n{line}\r\n\r\nOK\r\n")]
    yield (
        "text mode",
        "plain",
        [
            _ask('+CMGL="ALL"'),
            ("rx", f"\r\n+CMGL: 1,{head}\r\n{line}\r\n+CMGL: 2,{head}\r\n{line}\r\n\r\nOK\r\n"),
        ],
    )
    yield (
        "text mode at once",
        "plain",
        [("rx", f'\r\n+CMT: "+{sender}",,"26/11/25,11:40:50+28"\r\n{line}\r\n')],
    )
    yield (
        "text mode in a query",
        "plain",
        [_ask("+CSQ"), ("rx", f'\r\n+CMT: "+{sender}",,"26/11/25,11:40:50+28"\r\n{line}\r\n\r\nOK\r\n')],
    )


def _ask(command: str) -> tuple[str, str]:
    return "tx", f"AT{command}\r"


def _reply(rng: random.Random, verb: str, text: str) -> Dialogue:
    return [
        _ask(f"{verb}{rng.choice(('?', '', '=1'))}"),
        ("rx", f"\r\n{verb}: {_cells(rng, text)}\r\n\r\nOK\r\n"),
    ]


def _cells(rng: random.Random, text: str) -> str:
    """Return cells with *text* among them: quoted, bare, or within words."""
    cells = [str(rng.randrange(99)), '"LTE"', rng.choice((f'"{text}"', text, f'"nomor {text} aktif"'))]
    rng.shuffle(cells)
    return ",".join(cells)


def _within(rng: random.Random, text: str, bare: str) -> str:
    return rng.choice((text, f'"{text}"', f"{bare} {text}", f"IMEI: {text}"))


def _error(rng: random.Random, text: str) -> str:
    return rng.choice(
        (
            f"+CME ERROR: SIM {text} busy",
            f"+CMS ERROR: {text}",
            f"ERROR: {text} unknown",
            f"+EXT ERROR: {text}",
        )
    )


def _stored(pdu: str) -> Dialogue:
    return [_ask("+CMGL=4"), ("rx", f"\r\n+CMGL: 1,1,,{len(pdu) // 2 - 8}\r\n{pdu}\r\n\r\nOK\r\n")]


def _name(word: str) -> str:
    body = packed(word)
    return f"{len(body):02X}D0{body}"


def _deliver(
    body: str, length: int, coding: int, *, first: str = "04", sender: str = "", sender_octets: str = ""
) -> str:
    """Return a DELIVER as a modem shows it, its service centre in front (TS 23.040 9.2.2.1)."""
    address = sender_octets or f"{len(sender):02X}91{semi_octets(sender)}"
    return f"07912618010000F0{first}{address}00{coding:02X}{TIME}{length:02X}{body}"
