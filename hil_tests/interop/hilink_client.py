"""Prints what huawei-lte-api makes of a stick: `hilink_client.py URL_FILE ASK [NUMBER TEXT]`.

Runs in build/interop/venv, which has nothing of Pantau: it only repeats the library's own words.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from huawei_lte_api.Client import Client
from huawei_lte_api.Connection import Connection
from huawei_lte_api.exceptions import ResponseErrorException


def show(answer: Mapping[str, object]) -> None:
    """Print the elements of an answer, a line each."""
    for name, value in answer.items():
        print(f"{name}: {value}")


def show_messages(client: Client) -> None:
    """Print the inbox."""
    for message in client.sms.get_sms_list(read_count=50)["Messages"]["Message"]:
        print(f"{message['Phone']}: {message['Content']}")


def send(client: Client, number: str, text: str) -> None:
    """Send a message and print the library's word for it."""
    try:
        print(f"sent: {client.sms.send_sms([number], text)}")
    except ResponseErrorException as error:
        print(f"sent: {error}")


def ask(client: Client, what: str, words: list[str]) -> None:
    """Ask one thing."""
    if what == "identity":
        show(client.device.information())
    elif what == "network":
        show(client.net.current_plmn())
        show(client.monitoring.status())
    elif what == "signal":
        show(client.device.signal())
    elif what == "messages":
        show_messages(client)
    else:
        for _ in range(2 if what == "send-twice" else 1):
            send(client, *words)


def main(url_file: str, what: str, *words: str) -> None:
    """Open one connection and ask."""
    url = Path(url_file).read_text()
    print(f"connecting to {url}")
    with Connection(url) as connection:
        ask(Client(connection), what, list(words))


if __name__ == "__main__":
    main(*sys.argv[1:])
