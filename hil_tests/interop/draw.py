"""What a run's modem shall be, drawn from the seed here, not by the simulator: numbers, name, texts."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple


class Level(NamedTuple):
    """A constant radio level on 100 resource blocks, and what each scale makes of it.

    RSSI = RSRP - RSRQ + 20 dB (TS 36.214 5.1.3); RSRP and RSRQ lie in the middle of their bins and RSSI
    where rounding down and rounding to the nearest agree. `csq` and `rssi_dbm`: TS 27.007 8.5; `percent`: csq
    of 31. `rsrp_bin_dbm`, `rsrq_bin_db`: lower edges of the bins of TS 27.007 8.69. Worked out by hand.
    """

    rsrp_dbm: float
    rsrq_db: float
    csq: int
    rssi_dbm: int
    percent: int
    rsrp_bin_dbm: str
    rsrq_bin_db: str


LEVELS = (
    Level(-83.5, -7.25, 28, -57, 90, "-84.00", "-7.50"),
    Level(-88.5, -8.25, 26, -61, 83, "-89.00", "-8.50"),
    Level(-91.5, -9.25, 25, -63, 80, "-92.00", "-9.50"),
    Level(-94.5, -10.25, 24, -65, 77, "-95.00", "-10.50"),
    Level(-97.5, -11.25, 23, -67, 74, "-98.00", "-11.50"),
    Level(-101.5, -11.25, 21, -71, 67, "-102.00", "-11.50"),
    Level(-107.5, -13.25, 19, -75, 61, "-108.00", "-13.50"),
    Level(-112.5, -14.25, 17, -79, 54, "-113.00", "-14.50"),
)


class StickLevel(NamedTuple):
    """A constant level, and what a HiLink stick writes of it, rounded to the nearest; worked out by hand."""

    rsrp_dbm: float
    rsrq_db: float
    sinr_db: float
    rsrp: str
    rsrq: str
    rsrq_tenths: str
    rssi: str
    sinr: str


STICK_LEVELS = (
    StickLevel(-83.7, -7.1, 17.3, "-84dBm", "-7dB", "-7.1dB", "-57dBm", "17dB"),
    StickLevel(-88.9, -8.7, 13.4, "-89dBm", "-9dB", "-8.7dB", "-60dBm", "13dB"),
    StickLevel(-95.2, -10.3, 8.8, "-95dBm", "-10dB", "-10.3dB", "-65dBm", "9dB"),
    StickLevel(-104.4, -12.8, 1.7, "-104dBm", "-13dB", "-12.8dB", "-72dBm", "2dB"),
    StickLevel(-112.1, -14.2, -3.2, "-112dBm", "-14dB", "-14.2dB", "-78dBm", "-3dB"),
)
BAND, EARFCN = 3, 1850  # 20 MHz = 100 resource blocks
PLMNS = ("51001", "51009", "51010", "51011")
EARLY_S = 0.0
WORDS = 30  # of six digits: 218 characters in all, two parts
PART = 153  # characters of 7 bit in a part of several, with a reference of 8 bits (TS 23.040 9.2.3.24.1)
LEAST_NODE = 0x10000  # seven digits of cell identity: gnokii 0.6.30 shifts a shorter one to the left
ON_THE_SIM = 3  # messages that the simulator itself puts there, before ours
SIDES = ("kiri", "kanan", "depan", "belakang")


class Text(NamedTuple):
    """A message for the modem: when after its start, from whom, what, its parts in another order."""

    after_s: float
    sender: str
    text: str
    disorder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Everything that a program must find out; `visited` is the network where it roams, if it does."""

    seed: int
    plmn: str
    visited: str
    imei: str
    imsi: str
    iccid: str
    name: str
    spn: str
    tac: int
    cell_id: int
    level: Level
    texts: tuple[Text, ...]
    sent_to: str
    sent_text: str
    stick: StickLevel

    def values(self) -> dict[str, str]:
        """Return {placeholder of the rows: value}."""
        level = {key: str(value) for key, value in self.level._asdict().items()}
        texts = {f"text{i}": item.text for i, item in enumerate(self.texts)}
        senders = {f"sender{i}": item.sender for i, item in enumerate(self.texts)}
        stick = {f"stick_{key}": str(value) for key, value in self.stick._asdict().items()}
        long = self.texts[-1].text
        order = ("at0", "at1", "at2", "at_long", "at_late", "at_made")
        places = {name: str(ON_THE_SIM + i) for i, name in enumerate(order)}
        return {
            "part0": long[:PART], "part1": long[PART:],
            **places, **level, **stick, **texts, **senders,
            "visited": self.visited, "visited_mnc": self.visited[3:],
            "plmn": self.plmn, "mcc": self.plmn[:3], "mnc": self.plmn[3:],
            "imei": self.imei, "imsi": self.imsi, "iccid": self.iccid, "name": self.name, "spn": self.spn,
            "tac": f"{self.tac:X}", "cell": f"{self.cell_id:X}", "cell8": f"{self.cell_id:08x}",
            "tac_decimal": str(self.tac), "cell_decimal": str(self.cell_id),
            "sent_to": self.sent_to, "sent_text": self.sent_text,
        }  # fmt: skip


def with_check_digit(digits: str) -> str:
    """Return *digits* and their Luhn check digit (3GPP TS 23.003 annex B)."""
    doubled = [int(digit) * (2 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(digits))]
    return digits + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def digits(rng: Random, count: int) -> str:
    """Return *count* drawn decimal digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def draw_texts(rng: Random, late_s: float) -> tuple[Text, ...]:
    """Return the messages: GSM 7 bit, its odd places, UCS2; a short one after *late_s*; one of two parts."""
    words = " ".join(digits(rng, 6) for _ in range(WORDS))
    return (
        Text(EARLY_S, "KOMINFO", f"Pemilu damai. Kode {digits(rng, 6)}"),
        Text(
            EARLY_S, "+62800" + digits(rng, 7), f"Tagihan @ Rp{digits(rng, 5)} ongkir {rng.choice('£¥èéùìò')}"
        ),
        Text(EARLY_S, "+62800" + digits(rng, 7), f"Pintu {rng.choice(SIDES)} – TPS {digits(rng, 4)} ✓"),
        Text(late_s, "+62800" + digits(rng, 7), f"Baru tiba: {digits(rng, 8)}"),
        Text(EARLY_S, "+62800" + digits(rng, 7), f"Panjang: {words}", disorder=True),
    )


def draw(seed: int, who: str, late_s: float) -> Drawn:
    """Return what the modem of *who* is to be in the run of *seed*; its last message comes after *late_s*."""
    rng = Random(f"{seed} {who}")
    plmn, visited = rng.sample(PLMNS, 2)
    return Drawn(
        seed=rng.randrange(1 << 31),
        plmn=plmn,
        visited=visited,
        imei=with_check_digit("35" + digits(rng, 12)),
        imsi=plmn + digits(rng, 10),
        iccid=with_check_digit(f"8962{plmn[3:]}" + digits(rng, 12)),
        name=f"PEMILU {digits(rng, 5)}",
        spn=f"KARTU {digits(rng, 4)}",
        tac=rng.randrange(0x1000, 0xFFFE),
        cell_id=rng.randrange(LEAST_NODE, 0xFFFFF) << 8 | rng.randrange(1, 255),
        level=rng.choice(LEVELS),
        texts=draw_texts(rng, late_s),
        sent_to="+62811" + digits(rng, 7),
        sent_text=f"Sampai {rng.choice(SIDES)} – {digits(rng, 6)}",
        stick=rng.choice(STICK_LEVELS),
    )


def write_modem(drawn: Drawn, folder: Path) -> tuple[Path, Path]:
    """Write the simulator's profile and trace of *drawn* into *folder*; return their paths."""
    incoming = [text._asdict() for text in drawn.texts]
    profile = {
        "plmn": drawn.plmn, "imei": drawn.imei, "imsi": drawn.imsi, "iccid": drawn.iccid,
        "name_full": drawn.name, "spn": drawn.spn, "band": BAND, "earfcn": EARFCN,
        "tac": drawn.tac, "cell_id": drawn.cell_id, "incoming": incoming,
    }  # fmt: skip
    paths = folder / "profile.json", folder / "trace.csv"
    paths[0].write_text(json.dumps(profile))
    paths[1].write_text(f"t_s,rsrp_dbm,rsrq_db,sinr_db\n0,{drawn.level.rsrp_dbm},{drawn.level.rsrq_db},12\n")
    return paths


def filled(template: str, values: dict[str, str]) -> str:
    """Return the regular expression *template* with every {placeholder} standing for its value, literally."""
    return template.format_map({key: re.escape(value) for key, value in values.items()})
