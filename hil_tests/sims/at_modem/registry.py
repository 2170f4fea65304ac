"""The personalities on the AT engine, by name."""

from hil_tests.sims.at_modem.model import Model
from hil_tests.sims.at_modem.personalities import (
    fibocom_l850,
    huawei_e3372s,
    quectel_ec25,
    quectel_rm520n,
    sierra_mc7455,
    simcom_sim7600,
    telit_le910,
)

DEFAULT = quectel_ec25.MODEL.name
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        quectel_ec25.MODEL,
        quectel_rm520n.MODEL,
        simcom_sim7600.MODEL,
        huawei_e3372s.MODEL,
        sierra_mc7455.MODEL,
        telit_le910.MODEL,
        fibocom_l850.MODEL,
    )
}
