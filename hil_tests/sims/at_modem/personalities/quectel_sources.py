"""The documents the Quectel rows were read in."""

from hil_tests.sims.at_modem import provenance
from hil_tests.sims.at_modem.provenance import Source


def lte_a_manual(section: str) -> Source:
    """Return the manual of a younger LTE module, which words these commands the same way."""
    return provenance.manual("Quectel EG800Q&EG91xQ Series AT Commands Manual", "V1.1 (2024-11-03)", section)


def lte_manual(section: str) -> Source:
    """Return the manual of the EC25's own series; a Chinese rendering of it was read."""
    title = "Quectel EC2x&EG9x&EG2x-G&EM05 Series AT Commands Manual"
    return provenance.manual(title, "V2.0 (2021-02-24, in Chinese)", section)


def nr_manual(section: str) -> Source:
    """Return the network application note of the x55 and x62 modules."""
    title = "Quectel RG50xQ&RM5xxQ Series Network Application Note"
    return provenance.manual(title, "V1.0.0 (2023-10-19, preliminary)", section)
