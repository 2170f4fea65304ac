"""IPv6 in a lab: no translation, so each line has a prefix of its own (RFC 3849, documentation).

client 2001:db8:0:k::100 == [link] == ::1 lan, router, wan 2001:db8:64:k::2 === ::1 w<k>, 2001:db8:10::10
"""

from ipaddress import IPv6Address

from hil_tests.sims.operator_net.namespaces import ip_batch, set_sysctls

SERVER_ADDRESS6 = "2001:db8:10::10"
ON = {
    "ipv6/conf/all/disable_ipv6": "0",
    "ipv6/conf/default/disable_ipv6": "0",
    "ipv6/conf/default/accept_dad": "0",
    "ipv6/conf/default/accept_ra": "0",
}
FORWARDING = {"ipv6/conf/all/forwarding": "1"}


def client_address6(k: int) -> str:
    """Return the address of line *k*'s client, as RFC 5952 writes it."""
    return str(IPv6Address(f"2001:db8:0:{k:x}::100"))


def gateway6(k: int) -> str:
    """Return what the client of line *k* has as its gateway."""
    return f"2001:db8:0:{k:x}::1"


def add_server(namespace: str) -> None:
    """Give the server its address. Raises: NetworkError."""
    ip_batch(namespace, [f"address add {SERVER_ADDRESS6}/128 dev lo"])


def join_server(namespace: str, k: int) -> None:
    """Give the server its way to line *k*; answers come from its own address. Raises: NetworkError."""
    address = f"address add 2001:db8:64:{k:x}::1/64 dev w{k} nodad"
    way = f"route add 2001:db8:0:{k:x}::/64 via 2001:db8:64:{k:x}::2 dev w{k} src {SERVER_ADDRESS6}"
    ip_batch(namespace, [address, way])


def make_router(namespace: str, k: int) -> None:
    """Let the router of line *k* forward; both its interfaces are up. Raises: NetworkError, OSError."""
    set_sysctls(namespace, FORWARDING)
    addresses = [
        f"address add {gateway6(k)}/64 dev lan nodad",
        f"address add 2001:db8:64:{k:x}::2/64 dev wan nodad",
    ]
    ip_batch(namespace, [*addresses, f"route add default via 2001:db8:64:{k:x}::1"])


def make_client(namespace: str, interface: str, k: int) -> None:
    """Give the client of line *k* address and route; its interface is up. Raises: NetworkError."""
    address = f"address add {client_address6(k)}/64 dev {interface} nodad"
    ip_batch(namespace, [address, f"route add default via {gateway6(k)} dev {interface}"])
