"""ModemError                everything modem_drivers raises
 |- PortLost                the port failed: unplugged, EIO, in use  -> reopen, then power-cycle
 |- MalformedReply          bytes do not fit the grammar             -> a bug or an unknown firmware
 |   +- MalformedPdu        octets of a message do not (TS 23.040)   -> kept as hexadecimal, counted
 |- CommandFailed           the modem said no                        -> a fact to report
 |   |- CmeError            +CME ERROR (3GPP TS 27.007 9.2)
 |   |- CmsError            +CMS ERROR (3GPP TS 27.005 3.2.5)
 |   |- DataRefused         the network, or the modem, gives no data session, and why
 |   |- ToolFailed          a foreign program (qmicli, mbimcli) failed or is not there
 |   +- ApiError            <error><code> of a stick that is spoken to by HTTP
 |- CommandTimeout          no final result within timeout_s
 |   +- HttpTimeout         no whole HTTP response within timeout_s
 |- Unsupported             this modem has no such command
 +- UnknownBand             a channel number that no row of radio.bands holds

Every error carries `code` (stable, for programs), `text` (English) and `text_id` (Indonesian); both texts
say what happened, where, and what to do. Runs of ten or more digits (IMSI, ICCID, telephone numbers) are
never shown in them.
"""

from __future__ import annotations

import re

SHOWN_CHARS = 60
_LONG_NUMBER = re.compile(r"\d{10,}")


def shown(data: bytes | str, limit: int = SHOWN_CHARS) -> str:
    """Return *data* fit for a message: escaped ASCII, long numbers hidden, at most *limit* characters."""
    text = data.decode("latin-1") if isinstance(data, bytes) else data
    hidden = _LONG_NUMBER.sub(lambda match: f"<{len(match.group())} digits>", text)
    escaped = "".join(_escape(character) for character in hidden)
    return escaped if len(escaped) <= limit else escaped[: limit - 3] + "..."


def _escape(character: str) -> str:
    if " " <= character <= "~":
        return character
    return character.encode("unicode_escape").decode("ascii")


class ModemError(Exception):
    """Base of all errors of this package; `text` in English, `text_id` in Indonesian."""

    code = "modem"

    def __init__(self, text: str, text_id: str) -> None:
        super().__init__(text)
        self.text = text
        self.text_id = text_id


class PortLost(ModemError):
    """The serial port cannot be opened, read or written: `port` says which, `reason` why."""

    code = "modem_port_lost"

    def __init__(self, port: str, reason: str) -> None:
        self.port = port
        self.reason = reason
        super().__init__(
            f"{port}: the modem's port is lost: {reason}. Check the USB cable and power, and that no other "
            "program (ModemManager, minicom) holds it; the port is opened again when the modem is back.",
            f"{port}: port modem hilang: {reason}. Periksa kabel USB dan daya; pastikan tidak ada program "
            "lain (ModemManager, minicom) yang memakainya; port dibuka lagi setelah modem kembali.",
        )


class MalformedReply(ModemError):
    """A reply that does not fit its grammar: the `line`, what was `expected`, and which `field` broke it."""

    code = "modem_malformed"

    def __init__(self, line: str, expected: str, field: str | None = None) -> None:
        self.line = shown(line, 200)
        self.expected = expected
        self.field = field
        where = f" (field {field})" if field else ""
        seen = f"'{shown(line)}'" if line else "no line at all"
        seen_id = f"'{shown(line)}'" if line else "tidak ada baris"
        super().__init__(
            f"The modem's reply does not fit: expected {expected}{where}, got {seen}. "
            "Try again; if it stays, note the modem's firmware (AT+CGMR) and report this line.",
            f"Jawaban modem tidak sesuai: diharapkan {expected}{where}, diterima {seen_id}. "
            "Coba lagi; jika tetap, catat firmware modem (AT+CGMR) dan laporkan baris ini.",
        )


class MalformedPdu(MalformedReply):
    """Octets that are no PDU of their kind: *what* it is, what was `expected` in `field` at octet `offset`.

    The octets themselves are not shown: a message is private.
    """

    code = "modem_malformed_pdu"

    def __init__(self, what: str, expected: str, field: str, offset: int) -> None:
        self.line, self.expected, self.field, self.offset = "", expected, field, offset
        ModemError.__init__(
            self,
            f"The {what} does not fit: {field} at octet {offset} should be {expected}. The message is left "
            "unread in the modem; read it with AT+CMGR in PDU mode and report its length and this line.",
            f"{what} tidak sesuai: {field} pada oktet {offset} seharusnya {expected}. Pesan dibiarkan di "
            "modem; baca dengan AT+CMGR dalam mode PDU dan laporkan panjangnya beserta baris ini.",
        )


class CommandFailed(ModemError):
    """The modem refused *command*; `reason` is its own final result."""

    code = "modem_refused"

    def __init__(self, command: str, reason: str) -> None:
        self.command = command
        self.reason = shown(reason)
        super().__init__(
            f"The modem refused {shown(command)}: {self.reason}. Check the SIM card and the registration.",
            f"Modem menolak {shown(command)}: {self.reason}. Periksa kartu SIM dan registrasinya.",
        )


class CmeError(CommandFailed):
    """+CME ERROR; `number` is its code, None when the modem gave words."""

    code = "modem_cme"

    def __init__(self, command: str, number: int | None, meaning: str) -> None:
        self.number = number
        super().__init__(
            command, f"+CME ERROR {'' if number is None else number} {meaning}".replace("  ", " ")
        )


class CmsError(CommandFailed):
    """+CMS ERROR; `number` is its code, None when the modem gave words."""

    code = "modem_cms"

    def __init__(self, command: str, number: int | None, meaning: str) -> None:
        self.number = number
        super().__init__(
            command, f"+CMS ERROR {'' if number is None else number} {meaning}".replace("  ", " ")
        )


class ApiError(CommandFailed):
    """A stick that is spoken to by HTTP refused; `number` is its code."""

    code = "modem_api"

    def __init__(self, command: str, number: int, meaning: str) -> None:
        self.number = number
        super().__init__(command, f"error {number} {meaning}".rstrip())


class DataRefused(CommandFailed):
    """No data session: `cause` is the network's number (3GPP TS 24.301 9.9.4.4), None where it gave none."""

    code = "modem_no_data"

    def __init__(self, command: str, cause: int | None, meaning: str) -> None:
        self.cause = cause
        super().__init__(command, meaning if cause is None else f"cause {cause}, {meaning}")


class ToolFailed(CommandFailed):
    """A foreign program failed: `status` is its exit status, None if it could not be run."""

    code = "modem_tool"

    def __init__(self, program: str, status: int | None, said: str) -> None:
        self.program, self.status, self.command = program, status, program
        self.reason = shown(said, 200)
        ModemError.__init__(
            self,
            f"{program} failed: {self.reason}. Check that it is installed (libqmi-utils, libmbim-utils) and "
            "that the modem's control port is there and not held by ModemManager.",
            f"{program} gagal: {self.reason}. Pastikan terpasang (libqmi-utils, libmbim-utils), port kontrol "
            "modem ada, dan tidak dipakai ModemManager.",
        )


class CommandTimeout(ModemError):
    """No final result to *command* on *port* within *timeout_s*; `seen` is what came instead."""

    code = "modem_timeout"

    def __init__(self, port: str, command: str, timeout_s: float, seen: bytes | str) -> None:
        self.port = port
        self.command = command
        self.timeout_s = timeout_s
        self.seen = shown(seen)
        got = f"what came is no answer: '{self.seen}'" if seen else "nothing came"
        got_id = f"yang datang bukan jawaban: '{self.seen}'" if seen else "tidak ada jawaban"
        super().__init__(
            f"{port}: no answer to {shown(command)} within {timeout_s:g} s ({got}). Check that this is the "
            "modem's AT port and not its diagnostic or GNSS port; if it is, power-cycle the modem.",
            f"{port}: {shown(command)} tidak dijawab dalam {timeout_s:g} dtk ({got_id}). Pastikan ini port "
            "AT modem, bukan port diagnostik atau GNSS; jika benar, matikan lalu nyalakan modem.",
        )


class HttpTimeout(CommandTimeout):
    """No whole HTTP response to *command* from *port* within *timeout_s*; `seen` is what came of it."""

    code = "modem_http_timeout"

    def __init__(self, port: str, command: str, timeout_s: float, seen: bytes | str) -> None:
        super().__init__(port, command, timeout_s, seen)
        got = f"only '{self.seen}' came" if seen else "nothing came"
        got_id = f"hanya '{self.seen}' yang datang" if seen else "tidak ada jawaban"
        ModemError.__init__(
            self,
            f"{port}: no whole answer to {shown(command)} within {timeout_s:g} s ({got}). Check that the "
            "stick is in its network mode and has booted (half a minute); if it has, power-cycle it.",
            f"{port}: {shown(command)} tidak dijawab utuh dalam {timeout_s:g} dtk ({got_id}). Pastikan stik "
            "dalam mode jaringan dan selesai menyala (setengah menit); jika sudah, matikan lalu nyalakan.",
        )


class Unsupported(ModemError):
    """This modem has no such command: none of *commands* was known to it."""

    code = "modem_unsupported"

    def __init__(self, port: str, commands: str) -> None:
        self.port = port
        self.commands = commands
        super().__init__(
            f"{port}: this modem does not know {shown(commands)}. Use a modem of the list in docs, "
            "or add its commands to modem_drivers/families.",
            f"{port}: modem ini tidak mengenal {shown(commands)}. Pakai modem dari daftar di docs, "
            "atau tambahkan perintahnya di modem_drivers/families.",
        )


class UnknownBand(ModemError):
    """No row of radio.bands holds this LTE channel number."""

    code = "modem_unknown_band"

    def __init__(self, earfcn: int) -> None:
        self.earfcn = earfcn
        super().__init__(
            f"EARFCN {earfcn} is in no LTE band known here. Add its row to modem_drivers/radio/bands.py.",
            f"EARFCN {earfcn} tidak ada di pita LTE yang dikenal. Tambahkan di modem_drivers/radio/bands.py.",
        )
