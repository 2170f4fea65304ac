"""Which port of the client a published result used."""

from tools.demo.verdict.messages import Result, number, text


def local_port(result: Result) -> int | None:
    """Return the client's port, from the probes or from values `flow_local` ("ip:port"), None if unknown."""
    if result.series.probes is not None:
        return result.series.probes.local_port
    number_published = number(result.values, "local_port")
    if number_published is not None:
        return int(number_published)
    _, _, port = (text(result.values, "flow_local") or "").rpartition(":")
    return int(port) if port.isdigit() else None
