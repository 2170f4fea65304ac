"""From a heartbeat's reports to a record's fields."""

from edge.measure.failures import failure, outcome_of
from edge.schema.record import Fields, Value
from edge.service.messages import HeartNoticed, HeartTally
from edge.service.records import NS_PER_MS, Moment, as_err
from edge.stats.percentiles import median

METHOD = "heartbeat-stamp-rfc8762"


def heart_event_fields(noticed: HeartNoticed, moment: Moment, slot: str) -> Fields:
    """Return the event that a line or a server fell silent, or answers again."""
    values: dict[str, Value] = {"event": noticed.told, "slot": slot, "silent_s": noticed.silent_s}
    values["missed"] = noticed.missed
    if noticed.server is not None:
        values["server"] = noticed.server
    return Fields(
        boot=moment.boot,
        ts=noticed.t_ns // NS_PER_MS,
        clk=moment.clk(),
        ok=noticed.err is None,
        outcome=outcome_of(noticed.err),
        values=values,
        err=as_err(noticed.err) if noticed.err else None,
    )


def heart_tally_fields(tally: HeartTally, moment: Moment, slot: str) -> Fields | None:
    """Return the result of some minutes of heartbeats; None where there was none to count."""
    if not tally.sent:
        return None
    values: dict[str, Value] = {
        "measurement": "heartbeat",
        "slot": slot,
        "method": METHOD,
        "layer": "udp",
        "seconds": tally.seconds,
        "sent": tally.sent,
        "received": tally.received,
        "lost": tally.sent - tally.received,
        "authenticated": tally.authenticated,
    }
    nv: dict[str, str] = {}
    for name, times_ms in (("access", tally.access_ms), ("rtt", tally.rtt_ms)):
        if times_ms:
            values[f"{name}_p50_ms"] = round(median(times_ms), 3)
            values[f"{name}_max_ms"] = round(max(times_ms), 3)
    if not tally.access_ms:
        nv["access_p50_ms"] = "no exchange that came after silence was answered"
    detail = f"none of {tally.sent} heartbeats was answered"
    err = None if tally.received else failure("no_data", where=slot, detail=detail)
    return Fields(
        boot=moment.boot,
        ts=tally.start_ns // NS_PER_MS,
        clk=moment.clk(),
        ok=err is None,
        outcome=outcome_of(err),
        values=values,
        nv=nv,
        err=as_err(err) if err else None,
    )
