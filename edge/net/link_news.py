"""The kernel's news of network interfaces in the caller's namespace: that there is some, not what.

Who hears of any looks at everything anew, so that news lost in a full buffer costs nothing.
Source: rtnetlink(7), netlink(7): RTMGRP_LINK; ENOBUFS tells that messages were lost.
"""

import errno
import socket

RTMGRP_LINK = 1
MOST_BYTES = 65536


class LinkNews:
    """A socket that is readable when an interface came, went or changed."""

    def __init__(self) -> None:
        """Listen from now on. Raises: OSError."""
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.bind((0, RTMGRP_LINK))
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """The descriptor to poll."""
        return self._socket.fileno()

    def drain(self) -> None:
        """Forget what has come so far. Raises: OSError."""
        while True:
            try:
                self._socket.recv(MOST_BYTES)
            except BlockingIOError:
                return
            except OSError as exc:
                if exc.errno != errno.ENOBUFS:
                    raise

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
