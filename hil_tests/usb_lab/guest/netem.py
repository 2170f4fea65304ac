"""Check "netem": the kernel's own emulation of delay and loss, beside ours (emulated.py)."""

import socket
from contextlib import ExitStack

from hil_tests.sims.operator_net.namespaces import inside, ip_batch
from hil_tests.sims.operator_net.namespaces import run as run_program
from hil_tests.usb_lab.guest.witness import Witness
from hil_tests.usb_lab.opinion import COUNT, DELAY_MS, LOSS, judge, measure

NEAR, FAR, PORT = "10.0.0.1", "10.0.0.2", 5002


def run(witness: Witness) -> None:
    """A veth with netem on the sender's end."""
    with ExitStack() as stack:
        for name in ("near", "far"):
            run_program(["ip", "netns", "add", name])
            stack.callback(run_program, ["ip", "netns", "del", name])
        ip_batch(None, ["link add v0 netns near type veth peer name v1 netns far"])
        for name, interface, address in (("near", "v0", NEAR), ("far", "v1", FAR)):
            ip_batch(name, [f"address add {address}/24 dev {interface}", f"link set {interface} up"])
        netem = ["netem", "delay", f"{DELAY_MS:g}ms", "loss", f"{LOSS:.0%}", "limit", str(COUNT)]
        run_program(["tc", "-n", "near", "qdisc", "add", "dev", "v0", "root", *netem])
        receiver = inside("far", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sender = inside("near", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        with receiver, sender:
            receiver.bind((FAR, PORT))
            opinion = measure(sender, receiver, (FAR, PORT))
        witness.note(run_program(["tc", "-n", "near", "-s", "qdisc", "show", "dev", "v0"]))
    for finding in judge("netem", "netem", opinion):
        witness.tell(finding)
