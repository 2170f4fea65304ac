"""What a site is, drawn from its seed: operators, names, radio and links. Pure: the same seed, the same site.

Sources: GSMA TS.06 (IMEI; reporting body 00: test equipment), ITU-T E.118 (ICCID), TS 23.003 2.2 (IMSI).
"""

import json
import random
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from hil_tests.sims.network.carriers import CARRIERS
from hil_tests.sims.network.identity import check_digit
from hil_tests.sims.operator_net.settings import DirectionSetting, LinkSetting, RateStep

OPERATORS_FILE = Path(__file__).parents[1] / "data" / "mccmnc_510.json"
OPERATORS_AS_OF = "2024-09-15"
CAMPAIGN_NAME = "#PemiluDamai2024"
TEST_TYPE_ALLOCATION = "00101700"
ICCID_INDONESIA = "8962"
MOST_LINES = 20


class Operator(msgspec.Struct, frozen=True):
    """A row of the operators' table; keys as in the file."""

    mcc: str
    mnc: str
    brand: str
    operator: str
    status: str
    bands: str

    @property
    def plmn(self) -> str:
        """Country and network code."""
        return self.mcc + self.mnc


class Modem(msgspec.Struct, frozen=True, kw_only=True):
    """A modem's profile: keys of `hil_tests.sims.at_modem --profile`; radio values are starting points."""

    plmn: str
    brand: str
    imei: str
    imsi: str
    iccid: str
    number: str
    name_full: str
    name_short: str
    spn: str
    rsrp_dbm: float
    rsrq_db: float
    sinr_db: float
    band: int
    earfcn: int
    pci: int
    tac: int
    cell_id: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the site: its place, its modem, its link and the part that the link plays."""

    slot: str
    role: str
    operator: str
    modem: Modem
    link: LinkSetting


class Role(StrEnum):
    """What a line is there to show."""

    FAST = "fast"
    LOSSY_FAR = "lossy-far"
    STEPPING = "stepping"
    PLAIN = "plain"


ROLES = (Role.FAST, Role.LOSSY_FAR, Role.STEPPING, Role.PLAIN, Role.PLAIN)  # five lines; more are plain
RATE_DOWN_MBPS = {
    Role.FAST: (50.5, 55.0),
    Role.LOSSY_FAR: (6.0, 10.0),
    Role.STEPPING: (12.0, 18.0),
    Role.PLAIN: (6.0, 11.0),
}
RATE_UP_MBPS = {
    Role.FAST: (6.0, 9.0),
    Role.LOSSY_FAR: (2.0, 4.0),
    Role.STEPPING: (3.0, 5.0),
    Role.PLAIN: (2.0, 4.0),
}
DELAY_MS = {  # one way
    Role.FAST: (9.0, 22.0),
    Role.LOSSY_FAR: (41.0, 60.0),
    Role.STEPPING: (12.0, 30.0),
    Role.PLAIN: (12.0, 38.0),
}
LOSSY_SHARE = (0.011, 0.02)
QUEUE_MS = (60.0, 180.0)
JITTER_MS = (0.0, 4.0)
STEP_AT_S = (2.2, 2.9)  # of a 5 s test whose first 1.5 s do not count: most of what counts is after the step
STEP_FACTORS = ((0.45, 0.7), (1.3, 1.6))


def read_operators(path: Path = OPERATORS_FILE) -> list[Operator]:
    """Return the networks in operation that an LTE modem can use. Raises: OSError, ValueError."""
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if row["status"] == "Operational"]
    operators = msgspec.convert(rows, list[Operator])
    return [operator for operator in operators if "LTE" in operator.bands]


def draw_site(rng: random.Random, operators: Sequence[Operator], count: int) -> list[Line]:
    """Return *count* lines; two may share an operator. Raises: ValueError, if too many or none."""
    if not 1 <= count <= MOST_LINES:
        raise ValueError(f"{count} lines: a site has 1 to {MOST_LINES}")
    roles = [*ROLES, *(Role.PLAIN,) * count][:count]
    rng.shuffle(roles)
    campaign = _campaign(rng, count)
    return [_line(rng, f"1-1.{k + 1}", roles[k], rng.choice(operators), campaign[k]) for k in range(count)]


def _campaign(rng: random.Random, count: int) -> list[bool]:
    """Return which lines show the campaign's name: some, and (where there are two lines) not all."""
    shown = [True, False, *(rng.random() < 0.4 for _ in range(count))][:count]
    rng.shuffle(shown)
    return shown


def _line(rng: random.Random, slot: str, role: Role, operator: Operator, campaign: bool) -> Line:
    name = CAMPAIGN_NAME if campaign else operator.brand
    modem = _modem(rng, operator, name)
    up, down = (_direction(rng, role, table[role]) for table in (RATE_UP_MBPS, RATE_DOWN_MBPS))
    link = LinkSetting(slot, up, down)
    return Line(slot=slot, role=role.value, operator=operator.operator, modem=modem, link=link)


def _direction(rng: random.Random, role: Role, rate_mbps: tuple[float, float]) -> DirectionSetting:
    rate_bps = round(rng.uniform(*rate_mbps) * 1e6)
    return DirectionSetting(
        rate_bps=rate_bps,
        delay_ms=round(rng.uniform(*DELAY_MS[role]), 2),
        jitter_ms=round(rng.uniform(*JITTER_MS), 2),
        loss=round(rng.uniform(*LOSSY_SHARE), 4) if role is Role.LOSSY_FAR else 0.0,
        queue_ms=round(rng.uniform(*QUEUE_MS), 1),
        rate_steps=_steps(rng, rate_bps) if role is Role.STEPPING else (),
    )


def _steps(rng: random.Random, rate_bps: int) -> tuple[RateStep, ...]:
    factor = rng.uniform(*rng.choice(STEP_FACTORS))
    return (RateStep(round(rng.uniform(*STEP_AT_S), 3), round(rate_bps * factor)),)


def _modem(rng: random.Random, operator: Operator, name: str) -> Modem:
    carrier = rng.choice(CARRIERS)
    imei = _with_check_digit(TEST_TYPE_ALLOCATION + _digits(rng, 6))
    return Modem(
        plmn=operator.plmn,
        brand=operator.brand,
        imei=imei,
        imsi=operator.plmn + _digits(rng, 15 - len(operator.plmn)),
        iccid=_with_check_digit(ICCID_INDONESIA + operator.mnc + _digits(rng, 12)),
        number="+6280" + _digits(random.Random(f"{imei} number"), 9),
        name_full=name,
        name_short=name[:8],
        spn=operator.brand,
        rsrp_dbm=round(rng.uniform(-112, -72), 1),
        rsrq_db=round(rng.uniform(-15, -7), 1),
        sinr_db=round(rng.uniform(-1, 24), 1),
        band=carrier.band,
        earfcn=carrier.earfcn,
        pci=rng.randrange(504),
        tac=rng.randrange(1, 65534),
        cell_id=rng.randrange(1, 1 << 28),
    )


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _with_check_digit(digits: str) -> str:
    return digits + check_digit(digits)
