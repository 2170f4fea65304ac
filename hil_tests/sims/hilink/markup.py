"""The stick's XML: answers written from literal templates, and the few elements of a request found again."""

import re

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
TEXT_ELEMENT = re.compile(r"<(\w+)>([^<]*)</\1>")
REQUEST = re.compile(r"\s*(?:<\?xml[^>]*>)?\s*<request>.*</request>\s*", re.DOTALL)
REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));")
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
OK = f"{HEAD}<response>OK</response>"


class FormatError(ValueError):
    """The body of a request is not what its endpoint takes."""


def response(inner: str) -> str:
    """Return the document of an answer whose elements are *inner*."""
    return f"{HEAD}<response>\n{inner}\n</response>\n"


def error(code: int) -> str:
    """Return the document of error *code*: the message is always empty."""
    return f"{HEAD}<error>\n<code>{code}</code>\n<message></message>\n</error>\n"


def elements(body: bytes) -> list[tuple[str, str]]:
    """Return (name, text) of every element of a request that holds text alone, in order.

    Raises: FormatError, if it is no `<request>` document in UTF-8.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise FormatError(f"not UTF-8: {exc}") from exc
    if not REQUEST.fullmatch(text):
        raise FormatError("no <request> document")
    return [(name, _plain(content)) for name, content in TEXT_ELEMENT.findall(text)]


def _plain(text: str) -> str:
    return REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code >= 0x110000 or 0xD800 <= code < 0xE000:
        raise FormatError(f"character reference {match.group()}")
    return chr(code)


def whole(text: str | None) -> int | None:
    """Return the number that *text* is, None if it is none of one to nine ASCII digits."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None
