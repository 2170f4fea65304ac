"""The two firmwares of the stick that public transcripts show, and how their answers differ."""

from dataclasses import dataclass
from typing import NamedTuple

from hil_tests.sims.at_modem.provenance import Source
from hil_tests.sims.hilink.sources import NEW_DEBUG_LOG, NO_PASSWORD


class Escape(NamedTuple):
    """A character and how the stick writes it inside an element."""

    character: str
    written: str


XML_ESCAPES = (
    Escape("&", "&amp;"),
    Escape("<", "&lt;"),
    Escape(">", "&gt;"),
    Escape('"', "&quot;"),
    Escape("'", "&#39;"),
)
# 22.x writes a slash as a reference (OLD_TRANSCRIPT), 10.x brackets (NEW_INFORMATION)
SLASH = (Escape("/", "&#x2F;"),)
BRACKETS = (Escape("(", "&#40;"), Escape(")", "&#41;"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firmware:
    """What distinguishes a firmware; `bare_session`: SesInfo comes without "SessionID="."""

    name: str
    device: str
    hardware: str
    software: str
    web: str
    source: Source
    escapes: tuple[Escape, ...]
    bare_session: bool
    quality_digits: int
    iccid_filler: int

    def escape(self, text: str) -> str:
        """Return *text* as it stands inside an element."""
        for character, written in self.escapes:
            text = text.replace(character, written)
        return text


FIRMWARES = (
    Firmware(
        name="22",
        device="E3372",
        hardware="CL2E3372HM",
        software="22.328.62.00.1080",
        web="17.100.19.04.1080",
        source=NO_PASSWORD,
        escapes=XML_ESCAPES + SLASH,
        bare_session=False,
        quality_digits=0,
        iccid_filler=1,
    ),
    Firmware(
        name="10",
        device="E3372h-320",
        hardware="CL4E3372HM",
        software="10.0.3.1(H192SP2C983)",
        web="WEBUI 10.0.3.1(W13SP1C7401)",
        source=NEW_DEBUG_LOG,
        escapes=XML_ESCAPES + BRACKETS,
        bare_session=True,
        quality_digits=1,
        iccid_filler=0,
    ),
)
OLD, NEW = FIRMWARES
