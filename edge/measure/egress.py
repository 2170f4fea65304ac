"""The network a line's packets come out of, as the server saw it, for those who have the key."""

from hashlib import sha256
from hmac import new as new_hmac
from ipaddress import ip_interface

NET_DIGITS = 12


def egress_net(egress: str, key: bytes | None) -> str:
    """Return the line's egress network (/24, /48 of IPv6) as a keyed hash, "" without key or address.

    The same network has the same hash under one key, and nobody without the key can tell which it is.
    """
    host = egress.rpartition(":")[0].strip("[]")
    if not host or not key:
        return ""
    try:
        network = ip_interface(f"{host}/{48 if ':' in host else 24}").network
    except ValueError:
        return ""
    return new_hmac(key, str(network).encode(), sha256).hexdigest()[:NET_DIGITS]
