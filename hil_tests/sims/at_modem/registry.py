"""The personalities on the AT engine, by name."""

from hil_tests.sims.at_modem.model import Model
from hil_tests.sims.at_modem.personalities import quectel_ec25, simcom_sim7600

DEFAULT = quectel_ec25.MODEL.name
MODELS: dict[str, Model] = {model.name: model for model in (quectel_ec25.MODEL, simcom_sim7600.MODEL)}
