"""Prints what python-gsmmodem-new makes of a modem: `gsmmodem_client.py PORT NUMBER TEXT`.

Runs in build/interop/venv, which has nothing of Pantau: it only repeats the library's own words.
"""

import sys
import threading

from gsmmodem.modem import GsmModem, ReceivedSms

WAIT_S = 30.0


def main(port: str, number: str, text: str) -> None:
    """Ask everything once, send a message, wait for one to arrive."""
    arrived = threading.Event()

    def received(message: ReceivedSms) -> None:
        print(f"received: {message.number}: {message.text}", flush=True)
        arrived.set()

    modem = GsmModem(port, 115200, smsReceivedCallbackFunc=received)
    modem.connect()
    print(f"connected to {port}")
    print(f"imei: {modem.imei}\nnetwork: {modem.networkName}\nsignal: {modem.signalStrength}")
    for message in modem.listStoredSms(memory="SM"):
        print(f"stored: {message.number}: {message.text}")
    print(f"sent: reference {modem.sendSms(number, text).reference}", flush=True)
    arrived.wait(WAIT_S)
    modem.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
