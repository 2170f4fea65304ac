"""Which tables `make prove-tables` changes, and which tests must notice: chosen by hand, a row a module."""

from __future__ import annotations

from typing import NamedTuple

_TESTS = "modem_drivers.tests."


class Target(NamedTuple):
    """A module with tables. functions: also the constants within its functions are changed."""

    path: str
    tests: tuple[str, ...]
    functions: bool = False

    @property
    def module(self) -> str:
        """The module's name."""
        return self.path.removesuffix(".py").replace("/", ".")


def _tests(*names: str) -> tuple[str, ...]:
    return tuple(_TESTS + name for name in names)


_HEARD = _tests("families.test_heard", "families.test_heard_ends")
_REPLIES = _tests(
    "listings.test_columns",
    "listings.test_codes",
    "listings.test_grid",
    "families.test_heard",
    "listings.test_ends",
    "families.test_parse",
    "families.test_readings",
    "at.test_standard",
)
_FAMILIES = _tests("listings.test_procedures", "families.test_catalogue", "families.test_readings")
_FOLDER = "modem_drivers/"
TARGETS = (
    Target(_FOLDER + "families/usb_ports.py", _tests("listings.test_usb")),
    Target(_FOLDER + "families/bands_of.py", _tests("listings.test_models")),
    Target(_FOLDER + "radio/bands.py", _tests("listings.test_radio")),
    Target(_FOLDER + "radio/nr.py", _tests("radio.test_nr")),
    Target(_FOLDER + "radio/plmn.py", _tests("listings.test_radio")),
    Target(_FOLDER + "at/results.py", _tests("listings.test_codes", "at.test_results")),
    Target(_FOLDER + "at/urc.py", _tests("listings.test_codes", "at.test_urc")),
    Target(_FOLDER + "at/shapes.py", _tests("at.test_shapes")),
    Target(_FOLDER + "at/static.py", _tests("at.test_static")),
    Target(_FOLDER + "session.py", _tests("listings.test_codes", "test_session")),
    Target(_FOLDER + "reading.py", _tests("listings.test_codes")),
    Target(_FOLDER + "at/standard.py", _REPLIES),
    Target(_FOLDER + "at/rows.py", (*_REPLIES, *_HEARD)),
    Target(_FOLDER + "families/rows_quectel.py", (*_REPLIES, *_HEARD)),
    Target(_FOLDER + "families/rows_simcom.py", _REPLIES, functions=True),
    Target(_FOLDER + "families/rows_huawei.py", (*_REPLIES, *_HEARD)),
    Target(_FOLDER + "families/rows_others.py", (*_REPLIES, *_HEARD), functions=True),
    Target(_FOLDER + "families/rows_fibocom.py", (*_REPLIES, *_HEARD)),
    Target(_FOLDER + "at/scan.py", _HEARD),
    Target(
        _FOLDER + "families/quectel_lte.py",
        (*_REPLIES, *_tests("families.test_quectel_lte"), *_FAMILIES),
    ),
    Target(_FOLDER + "families/sinr.py", _tests("families.test_sinr")),
    Target(_FOLDER + "families/readers.py", _tests("families.test_readings", "listings.test_columns")),
    Target(_FOLDER + "families/grammars.py", _tests("listings.test_columns", "families.test_parse")),
    Target(_FOLDER + "families/procedures.py", _FAMILIES),
    Target(_FOLDER + "families/bring_up.py", _FAMILIES),
    Target(_FOLDER + "families/quectel_procedures.py", _FAMILIES),
    Target(_FOLDER + "families/generic.py", _FAMILIES),
    Target(_FOLDER + "families/quectel.py", _FAMILIES),
    Target(_FOLDER + "families/simcom.py", _FAMILIES),
    Target(_FOLDER + "families/huawei.py", _FAMILIES),
    Target(_FOLDER + "families/others.py", _FAMILIES),
    Target(
        _FOLDER + "families/huawei_hilink.py", _tests("listings.test_hilink", "families.test_huawei_hilink")
    ),
    Target(
        _FOLDER + "families/hilink_session.py", _tests("listings.test_hilink", "families.test_hilink_session")
    ),
    Target(_FOLDER + "families/catalogue.py", _tests("families.test_catalogue")),
    Target(_FOLDER + "modem.py", _tests("listings.test_standard_words")),
    Target(_FOLDER + "at/card_files.py", _tests("listings.test_standard_words")),
    Target(_FOLDER + "at/grid.py", _tests("listings.test_standard_words", "listings.test_grid")),
    Target(_FOLDER + "sms/alphabet.py", _tests("listings.test_messages")),
    Target(_FOLDER + "sms/coding.py", _tests("listings.test_messages")),
)
