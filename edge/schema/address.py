"""Where the broker is: ``mqtt://host:port``."""

import re
from typing import NamedTuple

from edge.schema.errors import SchemaError

DEFAULT_PORT = 1883
_URL = re.compile(r"mqtt://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?/?")


class BrokerAddress(NamedTuple):
    """Host and port of a broker."""

    host: str
    port: int


def parse_broker(url: str) -> BrokerAddress:
    """Return the address that *url* spells. A user's name or password never stands in it.

    Raises: SchemaError, saying what to write.
    """
    found = _URL.fullmatch(url)
    port = int((found and found["port"]) or DEFAULT_PORT)
    if found is None or not 1 <= port <= 65535:
        # the url itself is not shown: somebody may have written a password into it
        raise SchemaError("the broker's url is not mqtt://HOST:PORT; a password belongs into password_file")
    return BrokerAddress(found["host"].strip("[]"), port)
