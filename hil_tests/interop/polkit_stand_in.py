"""Stands in for polkit on a private bus: everybody may do everything. `polkit_stand_in.py BUS_ADDRESS`.

ModemManager asks polkit before each request, and no polkit may run beside the machine's own. Runs in
build/interop/venv. Interface: org.freedesktop.PolicyKit1.Authority, as libpolkit-gobject 122 asks it.
"""

import sys

from jeepney import HeaderFields, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.PolicyKit1"
REPLIES: dict[str, tuple[str, tuple[object, ...]]] = {  # method: (signature, body)
    "CheckAuthorization": ("(bba{ss})", ((True, False, {}),)),
    "GetAll": ("a{sv}", ({},)),
}


def reply(call: Message) -> Message:
    """Return the answer to the method *call*."""
    method = call.header.fields[HeaderFields.member]
    if method in REPLIES:
        return new_method_return(call, *REPLIES[method])
    return new_error(call, "org.freedesktop.DBus.Error.UnknownMethod")


def main(address: str) -> None:
    """Own the name on the bus at *address* and answer until the bus goes."""
    bus = open_dbus_connection(address)
    bus.send_and_get_reply(message_bus.RequestName(NAME))
    print("READY", flush=True)
    while True:
        try:
            message = bus.receive()
        except (ConnectionError, EOFError):
            return
        if message.header.message_type is MessageType.method_call:
            bus.send(reply(message))


if __name__ == "__main__":
    main(*sys.argv[1:])
