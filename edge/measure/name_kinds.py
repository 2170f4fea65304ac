"""Kinds of sources of a network's name: their words, what says which goes first, and what sends them.

KINDS is the one list of words; ALIASES the other words for them that people and modems use.
"""

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """A kind of source that names the network on a phone, and where that is written."""

    kind: str
    ref: str


SENT_KINDS = ("nitz_full", "nitz", "nitz_short")  # by worth; read through QSPN, CTZE, COPS of the moment
PLMN_NAME = (  # the first that is there names the PLMN
    Rule("pnn", "TS 31.102 4.2.58, 4.2.59: before the phone's list and before any name from the network"),
    Rule("opl", "TS 31.102 4.2.59: in place of the phone's list and of any name from the network"),
    Rule("cphs", "CPHS 4.2 B.4.1.2: 6F14, 6F18, at home [memory]"),
    Rule("nitz_full", "TS 22.101 A.3, TS 22.042: full name sent by the network"),
    Rule("nitz", "TS 22.101 A.3, TS 22.042"),
    Rule("nitz_short", "TS 22.101 A.3, TS 22.042: short name"),
    Rule("eons", "TS 22.101 A.3, as a modem chose by TS 31.102 4.2.58: no word of what was sent"),
    Rule("cops_long", "TS 27.007 7.3: what this modem shows"),
    Rule("cops_short", "TS 27.007 7.3"),
    Rule("table", "TS 22.101 A.3: the phone's own table"),
)
SPN_HOME = "TS 22.101 A.4, TS 31.102 4.2.12: in the home network and those of EF_SPDI, the SPN"
SPN_ABROAD = "TS 22.101 A.4, TS 31.102 4.2.12: b2 of EF_SPN asks for the SPN abroad, beside the PLMN's name"
SIM_KINDS = frozenset({"spn", "pnn", "opl", "cphs", "spdi"})
HOME_ONLY = frozenset({"pnn", "opl", "cphs"})  # without areas of EF_OPL: TS 31.102 4.2.58, first record
KINDS = ("spn", "spdi", "pnn", "opl", "cphs", "nitz_full", "nitz", "nitz_short", "eons", "cops_long",
         "cops_short", "table", "carrier_bundle")  # fmt: skip
ALIASES = {
    "spn": "ef_spn simspn sim_spn service_provider service_provider_name 6f46",
    "spdi": "ef_spdi 6fcd service_provider_display_information",
    "pnn": "ef_pnn sim_pnn opl_pnn pnn_opl plmn_network_name 6fc5",
    "opl": "ef_opl operator_plmn_list 6fc6",
    "cphs": "cphs_ons ons ef_ons ef_ons_cphs cphs_full cphs_short operator_name_string 6f14 6f18",
    "nitz_full": "nitz_long nitz_fnn full_name long_name network_full_name full_network_name fnn qspn_fnn"
    " mm_information emm_information mm_info emm_info",
    "nitz": "nitz_name network network_name nitz_network_name",
    "nitz_short": "nitz_snn short_name network_short_name short_network_name snn qspn_snn",
    "eons": "huawei_eons qspn_eons",
    "cops_long": "cops cops_0 cops_alpha cops_long_name operator_name",
    "cops_short": "cops_1 cops_short_name",
    "table": "rom rom_table me_table phone_table mcc_mnc mccmnc mcc_mnc_table builtin built_in plmn_table"
    " modem_table default",
    "carrier_bundle": "bundle carrier carrier_config carrier_settings ios_bundle iphone_bundle",
}
_KIND_OF = {alias: kind for kind, words in ALIASES.items() for alias in words.split()} | {k: k for k in KINDS}


def kind_of(word: str) -> str | None:
    """Return the kind that *word* names, in any case and with any signs between; None if no row does."""
    return _KIND_OF.get(re.sub(r"[^a-z0-9]+", "_", word.casefold()).strip("_"))
