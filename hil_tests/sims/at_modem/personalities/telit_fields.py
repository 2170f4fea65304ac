"""The fields of the Telit templates: what a reply shows, and what it expresses."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields

TECHNOLOGY_LTE, TECHNOLOGY_NONE = 4, 5  # of #PSNT, memory


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    full, _, _ = modem.names(truth=truth)
    return {
        **standard_fields(modem, now_s, truth),
        "name_full": modem.text(full),
        "true_name_full": full,
        "technology": TECHNOLOGY_LTE if said_sample(modem, now_s, truth) else TECHNOLOGY_NONE,
    }
