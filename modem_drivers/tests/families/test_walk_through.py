"""docs/writing-a-family.md is followed word for word: its code makes a family, its transcript the modem."""

import asyncio
import re
from pathlib import Path

import pytest

from modem_drivers.families import catalogue, usb_ports
from modem_drivers.families.procedures import DataMode, ResetKind
from modem_drivers.modem import Modem

PAGE = Path(__file__).parents[3] / "docs" / "writing-a-family.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def made():
    """Return the names that the page's code makes."""
    names: dict[str, object] = {}
    exec(compile("\n".join(blocks("python")), str(PAGE), "exec"), names)
    return names


@pytest.fixture
def transcript():
    """Return {command: answer} of the page's transcript, and what every modem says to be woken and set up."""
    (text,) = blocks("transcript")
    said = re.findall(r"> (.*)\n< (.*)\n", text)
    return {**dict.fromkeys(("AT", "ATE0", "AT+CMEE=1"), ""), **dict(said)}


def test_the_modem_is_found_known_and_read(made, transcript, responder_class, monkeypatch):
    monkeypatch.setattr(catalogue, "CATALOGUE", (made["ACME"], *catalogue.CATALOGUE))

    async def main():
        responder = responder_class(transcript)
        async with asyncio.timeout(20):
            modem = await Modem.open(responder.path)
            try:
                return modem.identity, await modem.signal(), await modem.cell()
            finally:
                modem.close()
                responder.close()

    identity, signal, cell = asyncio.run(main())
    assert (identity.family, identity.revision) == ("acme-a1", "A1-ID_2.04")
    assert {name: getattr(signal, name) for name in made["READ"]} == made["READ"]
    assert {name: getattr(cell, name) for name in made["CELL"]} == made["CELL"]
    assert signal.problems == cell.problems == ()


def test_its_ports_are_told_by_interface(made, monkeypatch):
    monkeypatch.setattr(usb_ports, "LAYOUTS", (*usb_ports.LAYOUTS, made["LAYOUT"]))
    assert usb_ports.find_role(0xACAC, 1, 2, (0xFF, 0, 0)) is usb_ports.PortRole.AT
    assert made["ACME"].usb_ids == ((0xACAC, 1),)


def test_its_steps_are_taken_from_the_row(made):
    rows = made["ACME"].procedures
    assert rows.bring_up(DataMode.ECM).up[-1].text == "AT+ADIAL={cid}"
    assert rows.step(ResetKind.REBOOT).says == ("AT+AREBOOT",)


def test_without_the_row_it_is_generic_and_told_so(transcript):
    assert catalogue.find_family(transcript["AT+CGMI"], transcript["AT+CGMM"]).name == "generic"
