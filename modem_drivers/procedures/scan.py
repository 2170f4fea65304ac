"""The networks that a modem hears: a scan of minutes, over the port that can spare them."""

from __future__ import annotations

from collections.abc import Mapping

from modem_drivers.at.channel import Command
from modem_drivers.at.replies import Value, find_line
from modem_drivers.at.scan import networks
from modem_drivers.ports.pair import PortPair

SCAN = Command("AT+COPS=?", ("+COPS:",), timeout_s=315.0)  # 315 s: public-driver (ModemManager)


async def scan_networks(ports: PortPair) -> tuple[Mapping[str, Value | None], ...]:
    """Return each network heard: stat, name_full, name_short, plmn, act, rat (27.007 7.3). Never repeated.

    Raises: MalformedReply, CommandTimeout, CommandFailed, PortLost.
    """
    line = find_line((await ports.ask_long(SCAN)).lines, "+COPS")
    return tuple(one.values for one in networks(line.partition(":")[2]))
