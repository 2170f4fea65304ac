"""What is known of the way to the broker, in words that say what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

Status = Literal["starting", "connected", "down", "refused", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerState:
    """The state of the connection and Unix ms since when; texts in English and Indonesian."""

    status: Status
    since_ms: int
    text: str
    text_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the service may want to log: ``code`` and how many records it concerns.

    Codes: receipt (n removed), receipt_refused, receipt_malformed, stuck (n without receipt), store,
    subscribe_refused.
    """

    code: str
    n: int
    text: str
    text_id: str


class Texts(NamedTuple):
    """A sentence in English and in Indonesian; ``{broker}`` and ``{why}`` are filled in."""

    text: str
    text_id: str

    def fill(self, broker: str, why: str = "") -> "Texts":
        """Return both with the broker's address and the reason."""
        return Texts(self.text.format(broker=broker, why=why), self.text_id.format(broker=broker, why=why))


CONNECTED = Texts("connected to broker {broker}", "terhubung ke broker {broker}")
DOWN = Texts(
    "broker {broker} does not answer ({why}); measuring goes on, results wait on the disk;"
    " check the address in [mqtt] url and the uplink",
    "broker {broker} tidak menjawab ({why}); pengukuran jalan terus, hasil menunggu di disk;"
    " periksa alamat di [mqtt] url dan uplink",
)
STOPPED = Texts("disconnected from broker {broker}", "terputus dari broker {broker}")
STARTING = Texts("connecting to broker {broker}", "menghubungi broker {broker}")

REFUSED_OTHER = Texts(
    "broker {broker} refuses the connection ({why}); ask whoever runs the broker; measuring goes on",
    "broker {broker} menolak koneksi ({why}); tanyakan pengelola broker; pengukuran jalan terus",
)
# MQTT 3.1.1, 3.2.2.3; paho gives the numbers of MQTT 5, 3.2.2.2
REFUSED: Mapping[int, Texts] = MappingProxyType(
    {
        0x84: Texts(
            "broker {broker} does not speak MQTT 3.1.1; use another broker or enable that version",
            "broker {broker} tidak memakai MQTT 3.1.1; pakai broker lain atau aktifkan versi itu",
        ),
        0x85: Texts(
            "broker {broker} refuses the box's name as client id; allow it at the broker",
            "broker {broker} menolak nama kotak sebagai client id; izinkan di broker",
        ),
        0x86: Texts(
            "broker {broker} refuses user name or password; correct [mqtt] username and the content of"
            " password_file; measuring goes on, results wait on the disk",
            "broker {broker} menolak nama pengguna atau kata sandi; perbaiki [mqtt] username dan isi"
            " password_file; pengukuran jalan terus, hasil menunggu di disk",
        ),
        0x87: Texts(
            "broker {broker} does not authorize this box; set [mqtt] username and password_file, or allow"
            " the box in the broker's ACL; measuring goes on, results wait on the disk",
            "broker {broker} tidak mengizinkan kotak ini; isi [mqtt] username dan password_file, atau"
            " izinkan kotak di ACL broker; pengukuran jalan terus, hasil menunggu di disk",
        ),
    }
)
SUBSCRIBE_REFUSED = Texts(
    "broker {broker} refuses the subscription to {why};"
    " allow it in its ACL: without receipts nothing leaves the outbox",
    "broker {broker} menolak langganan {why}; izinkan di ACL: tanpa tanda terima kotak keluar terus terisi",
)
STUCK = Texts(
    "{why} got no receipt in five attempts over {broker}; check that pantau-hq ingest runs, its rejected"
    " table, the broker's ACL and message size limit",
    "{why} tanpa tanda terima setelah lima kali kirim lewat {broker}; periksa pantau-hq ingest, tabel"
    " rejected, ACL broker dan batas ukuran pesan",
)
