"""The rows of a trace file (hil_tests/sims/trace.py) as the rate trace of a direction."""

from hil_tests.sims.operator_net.settings import SettingsError, TraceRow
from hil_tests.sims.trace import Trace, TracePoint

BPS_PER_MBIT = 1_000_000


def trace_rows(trace: Trace, direction: str) -> tuple[TraceRow, ...]:
    """Return the rows for *direction*, "up" or "down", with the radio's values.

    Give the trace's start_ns to the emulator (EmulatorConfig.start_ns). Raises: SettingsError, if a row has
    no rate for it.
    """
    return tuple(_row(point, direction) for point in trace.points)


def _row(point: TracePoint, direction: str) -> TraceRow:
    rate_mbit = point.rate_up_mbit if direction == "up" else point.rate_down_mbit
    if rate_mbit is None:
        columns = f"add a column rate_mbit or rate_{direction}_mbit"
        raise SettingsError(f"the trace has no rate {direction} at t_s {point.t_s:g}; {columns}")
    rate_bps = round(rate_mbit * BPS_PER_MBIT)
    return TraceRow(point.t_s, rate_bps, point.rsrp_dbm, point.rsrq_db, point.sinr_db)
