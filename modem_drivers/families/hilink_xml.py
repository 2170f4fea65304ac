"""The XML of a HiLink stick into texts by element, read so that a hostile answer costs nothing.

expat does the reading; refused before it can act: a document type (so no entity can be declared, internal,
external or recursive), more than MOST_BYTES octets, MOST_ELEMENTS elements or MOST_DEPTH levels, octets that
are not UTF-8. An entity that is not declared is expat's own error; an element with elements in it is no text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from modem_drivers.errors import ApiError, MalformedReply

MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH = 262_144, 4096, 8
MEANINGS = {
    # public-driver (Salamek/huawei-lte-api enums/client.py 01a5f35, enums/user.py 060b793); 100005: its
    # release 2.0.1; 100006: thread (github.com/weselow/E3372-HiLink-Api-Docs 676ab29)
    100001: "unknown",
    100002: "not supported",
    100003: "login required",
    100004: "busy",
    100005: "malformed request",
    100006: "wrong parameter",
    108001: "wrong user name",
    108002: "wrong password",
    108003: "already logged in",
    108006: "wrong user name or password",
    108007: "too many login attempts",
    125001: "wrong token",
    125002: "no session",
    125003: "wrong session token",
}


class _TooMuch(ValueError):
    """The document is beyond a limit, or has what no stick sends; the text says which."""


@dataclass(slots=True)
class Element:
    """An element: its name, its own text, the elements in it."""

    name: str
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find(self, name: str) -> Element | None:
        """Return the first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def texts(self) -> dict[str, str]:
        """Return {name: text without blanks around it} of the children that hold no elements."""
        return {child.name: child.text.strip() for child in reversed(self.children) if not child.children}


class _Builder:
    """expat's handlers."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise _TooMuch("a document type")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise _TooMuch(f"more than {MOST_ELEMENTS} elements")
        if len(self._open) >= MOST_DEPTH:
            raise _TooMuch(f"more than {MOST_DEPTH} levels")
        element = Element(name)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].text += data


def parse_xml(data: bytes) -> Element:
    """Return the root element of *data*.

    Raises: MalformedReply, if it is no well-formed XML in UTF-8, or beyond a limit of this module.
    """
    if len(data) > MOST_BYTES:
        raise MalformedReply(f"{len(data)} octets", f"XML of at most {MOST_BYTES} octets")
    builder, parser = _Builder(), expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(data.decode("utf-8"), True)
    except (expat.ExpatError, UnicodeDecodeError, _TooMuch) as reason:
        raise MalformedReply(data[:200].decode("utf-8", "replace"), f"XML ({reason})") from reason
    if builder.root is None:
        raise MalformedReply("", "XML")
    return builder.root


def parse_answer(data: bytes, command: str) -> Element:
    """Return the `<response>` element of the answer to *command* ("GET /api/device/signal").

    Raises: ApiError, if the stick answered with an error; MalformedReply, if it is another document.
    """
    root = parse_xml(data)
    if root.name == "error":
        code = root.texts().get("code", "")
        if not (code.isascii() and code.lstrip("-").isdecimal() and len(code) <= 9):
            raise MalformedReply(code, "the number of an error", "code")
        raise ApiError(command, int(code), MEANINGS.get(int(code), ""))
    if root.name != "response":
        raise MalformedReply(f"<{root.name}>", "<response>")
    return root
