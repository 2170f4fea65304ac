"""scapy's sniffer, the peer of the last figure: `python -m hil_tests.capture_bench.sniffer INTERFACE`.

As fast as its documentation allows: nothing stored, a callback that counts, no filter since nothing else
passes. Printed last: JSON with the packets and the CPU seconds from the sniffer's start to its end.
"""

import json
import resource
import sys

from scapy.all import AsyncSniffer, Packet


def main() -> None:
    """Sniff from "ready" until standard input ends."""
    interface = sys.argv[1]
    packets = 0

    def count(packet: Packet) -> None:
        nonlocal packets
        packets += 1

    sniffer = AsyncSniffer(iface=interface, store=False, prn=count)
    before_s = _cpu_s()
    sniffer.start()
    print("ready", flush=True)
    sys.stdin.readline()
    sniffer.stop()
    print(json.dumps({"packets": packets, "cpu_s": _cpu_s() - before_s}), flush=True)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
