"""The fields of the Telit templates: what a reply shows, and what it expresses."""

from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields
from hil_tests.sims.network.card import CardState
from hil_tests.sims.network.carriers import Mode

TECHNOLOGIES = {Mode.GSM: 1, Mode.LTE: 4, Mode.ENDC: 4}  # of #PSNT, memory; none: 5
NO_TECHNOLOGY = 5
CARD = {
    CardState.PIN: 2,
    CardState.PUK: 2,
    CardState.BUSY: 1,
    CardState.READY: 1,
}  # 2: locked
GSM_BANDS = {900: 1, 1800: 2}  # <ABND> of #RFSTS, memory


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    full, _, _ = modem.names(truth=truth)
    sample = said_sample(modem, now_s, truth)
    return {
        **standard_fields(modem, now_s, truth),
        "name_full": modem.text(full),
        "true_name_full": full,
        "technology": TECHNOLOGIES[sample.mode] if sample else NO_TECHNOLOGY,
        "card_status": CARD.get(modem.card_state(now_s), 0),
        "gsm_band": GSM_BANDS.get(sample.carrier.band, 0) if sample else 0,
    }
