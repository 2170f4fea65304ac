"""The one seam where the system's network errors become causes of failure."""

import errno
from os import strerror


class MeasurementFailedError(Exception):
    """A measurement cannot go on; *code* is a row of edge.measure.failures.CAUSES, *detail* what was seen."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


_CODES = {
    errno.ECONNREFUSED: "server.refused",
    errno.ENETUNREACH: "route.none",
    errno.ENETDOWN: "route.none",
    errno.ENODEV: "route.none",
    errno.EADDRNOTAVAIL: "route.none",
    errno.EPERM: "net.permission",
    errno.EACCES: "net.permission",
    errno.ECONNRESET: "server.closed_early",
    errno.EPIPE: "server.closed_early",
}


def translated(exc: OSError) -> MeasurementFailedError:
    """Return what *exc* means for a measurement; an error not in the table is an unreachable server."""
    number = exc.errno or 0
    name = errno.errorcode.get(number, "error")
    return MeasurementFailedError(_CODES.get(number, "server.unreachable"), f"{strerror(number)} ({name})")
