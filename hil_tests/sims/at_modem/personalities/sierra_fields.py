"""The fields of the Sierra templates: what a reply shows, and what it expresses."""

from hil_tests.sims.at_modem.channels import bandwidth_hz, uplink_earfcn
from hil_tests.sims.at_modem.modem import Modem
from hil_tests.sims.at_modem.standard_fields import said_sample, standard_fields
from hil_tests.sims.at_modem.table import Fields
from hil_tests.sims.network.radio import Sample

DIVERSITY_BELOW_DB = 4.0  # the second antenna hears less; by how much is ours


def _grid_fields(sample: Sample) -> dict[str, object]:
    cell, carrier = sample.cell, sample.carrier
    return {
        "rssi_second": round(sample.rssi_dbm - DIVERSITY_BELOW_DB),
        "rsrp_second": round(sample.rsrp_dbm - DIVERSITY_BELOW_DB),
        "rsrq_tenth": f"{sample.rsrq_db:4.1f}",
        "rsrq_tenth_db": round(sample.rsrq_db, 1),
        "sinr_tenth": f"{sample.sinr_db:4.1f}",
        "sinr_tenth_db": round(sample.sinr_db, 1),
        "up_earfcn": uplink_earfcn(carrier),
        "width_mhz": bandwidth_hz(carrier) // 1_000_000,
        "tac_4": f"{cell.tac:04X}",
        "cell_8": f"{cell.cell_id:08X}",
    }


def fill(modem: Modem, now_s: float, truth: bool) -> Fields:
    """Return the fields of the templates: what is shown, or with *truth* what the log shall say."""
    full_power = modem.function == 1
    fields = {
        **standard_fields(modem, now_s, truth),
        "uptime_s": int(now_s - modem.start_s),
        "power": "Online" if full_power else "Low Power Mode",
        "mode": f"{'ONLINE' if full_power else 'LOW POWER MODE':15}",
        "by_user": int(not full_power),
    }
    sample = said_sample(modem, now_s, truth)
    if sample:
        fields.update(_grid_fields(sample))
    return fields
