"""Home networks of MCC 510 and the operators that own them, with dates.

Rows of NETWORKS: from mcc-mnc-list (github.com/cavoq/mcc-mnc-list, commit c824dd3 of 2024-09-15), Copyright
(c) 2016 Peter Bakondy, Copyright (c) David Stromberger, under the MIT licence, whose whole text is in
modem_drivers/radio/LICENSE.mcc-mnc-list; rewritten as typed rows. The list is older than the merger of XL
and Smartfren, so who operates a network is in OPERATORS, a table with dates: never a constant five. A
network is known by its number only; the name it shows is what the operator (or a campaign) wrote.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class HomeNetwork(NamedTuple):
    """One MNC of MCC 510: the brand its SIM cards bear."""

    plmn: str
    brand: str
    company: str
    operational: bool
    note: str = ""


NETWORKS = (
    HomeNetwork("51000", "PSN", "PT Pasifik Satelit Nusantara", True, "satellite"),
    HomeNetwork("51001", "Indosat", "PT Indosat Tbk", True, "UMTS shut down 2022-12"),
    HomeNetwork("51003", "StarOne", "PT Indosat Tbk", False, "shut down 2015-06-30"),
    HomeNetwork("51007", "TelkomFlexi", "PT Telkom Indonesia Tbk", False, "shut down end of 2015"),
    HomeNetwork("51008", "AXIS", "PT Natrindo Telepon Seluler", False, "merged with XL, MNC no longer used"),
    HomeNetwork("51009", "Smartfren", "PT Smartfren Telecom", True, "CDMA shut down 2017-11"),
    HomeNetwork("51010", "Telkomsel", "PT Telekomunikasi Selular", True, "UMTS shut down 2022-12"),
    HomeNetwork("51011", "XL", "PT XL Axiata Tbk", True, "UMTS shut down 2022-03-31"),
    HomeNetwork("51020", "TelkomMobile", "PT Telkom Indonesia Tbk", False, "merged with Telkomsel"),
    HomeNetwork("51021", "Indosat", "PT Indosat Tbk", True, "former Indosat-M3"),
    HomeNetwork("51027", "Net1", "PT Net Satu Indonesia", False, "licence revoked 2021-11-30"),
    HomeNetwork("51028", "Fren/Hepi", "PT Mobile-8 Telecom", True, "merged with Smartfren"),
    HomeNetwork("51078", "hinet", "PT Berca Hardayaperkasa", False, "shut down 2022-11-16"),
    HomeNetwork("51088", "Bolt!", "PT Internux", False, "shut down 2018-12-28"),
    HomeNetwork(
        "51089", "3", "PT Hutchison 3 Indonesia", True, "merged with Indosat; UMTS shut down 2022-12"
    ),
    HomeNetwork("51099", "Esia", "PT Bakrie Telecom", False, "merged with Smartfren"),
)


class Operator(NamedTuple):
    """A dated set of home networks: one operator from *since* (included) to *until* (excluded)."""

    name: str
    plmns: frozenset[str]
    since: date | None = None
    until: date | None = None


INDOSAT_TRI = date(2022, 1, 4)  # the merger took effect [memory: press releases of 2022-01-04]
XL_SMARTFREN = date(2025, 4, 16)  # XLSmart began to operate (data set's notes, 2025-04-16)

OPERATORS = (
    Operator("Telkomsel", frozenset({"51010", "51020"})),
    Operator("Indosat", frozenset({"51001", "51021"}), until=INDOSAT_TRI),
    Operator("Tri", frozenset({"51089"}), until=INDOSAT_TRI),
    Operator("Indosat Ooredoo Hutchison", frozenset({"51001", "51021", "51089"}), since=INDOSAT_TRI),
    Operator("XL Axiata", frozenset({"51008", "51011"}), until=XL_SMARTFREN),
    Operator("Smartfren", frozenset({"51009", "51028"}), until=XL_SMARTFREN),
    Operator("XLSmart", frozenset({"51008", "51009", "51011", "51028"}), since=XL_SMARTFREN),
    Operator("Pasifik Satelit Nusantara", frozenset({"51000"})),
)

THREE_DIGIT_MNC = frozenset(
    {"302", "310", "311", "312", "313", "314", "315", "316", "334", "338", "708", "722", "732"}
)
"""MCCs whose MNC has three digits [memory: ITU-T E.212 annex; North and parts of Latin America]."""


def find_network(plmn: str) -> HomeNetwork | None:
    """Return the row of home network *plmn* ("51010"), None if it is not in the table."""
    return next((row for row in NETWORKS if row.plmn == plmn), None)


def find_operator(plmn: str, on: date) -> Operator | None:
    """Return who operated home network *plmn* on the day *on*, None if no row says."""
    for row in OPERATORS:
        begun = row.since is None or row.since <= on
        ended = row.until is not None and row.until <= on
        if plmn in row.plmns and begun and not ended:
            return row
    return None


def imsi_to_plmn(imsi: str) -> str:
    """Return MCC + MNC of *imsi* (ITU-T E.212): the only part of it that may leave a modem's session.

    Raises: ValueError, without the digits, if *imsi* is not 6 to 15 digits.
    """
    if not (imsi.isascii() and imsi.isdigit() and 6 <= len(imsi) <= 15):
        raise ValueError("not an IMSI: 6 to 15 digits expected")
    return imsi[:6] if imsi[:3] in THREE_DIGIT_MNC else imsi[:5]
