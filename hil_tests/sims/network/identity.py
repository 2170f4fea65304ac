"""Who a simulated modem is: numbers, operator and names, drawn from the seed unless the profile says."""

from dataclasses import dataclass
from random import Random

from hil_tests.sims.network.names import OPERATORS, Operator, table_name
from hil_tests.sims.network.profile import Profile

CAMPAIGN_NAMES = ("#PemiluDamai2024", "PILIH JUJUR", "Pemilu Damai – 27 Nov", "{brand} PEMILU")
TYPE_ALLOCATION = "86461204"  # the first eight digits of an IMEI; the rest is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The fixed facts of one modem and its SIM."""

    plmn: str
    brand: str
    imei: str
    imsi: str
    iccid: str
    number: str
    smsc: str
    name_full: str
    name_short: str
    spn: str
    address: str

    @property
    def mcc(self) -> str:
        """Mobile country code, three digits."""
        return self.plmn[:3]

    @property
    def mnc(self) -> str:
        """Mobile network code, two or three digits."""
        return self.plmn[3:]


def check_digit(digits: str) -> str:
    """Return the Luhn check digit that follows *digits* (ISO/IEC 7812-1 annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _operator(rng: Random, profile: Profile) -> Operator:
    drawn = rng.choice(OPERATORS)
    plmn = profile.plmn or drawn.plmn
    known = next((row for row in OPERATORS if row.plmn == plmn), None)
    brand = profile.brand or (known.brand if known else plmn)
    short = known.short if known and profile.brand in {None, known.brand} else brand[:8]
    return Operator(plmn, brand, short)


def draw_identity(rng: Random, profile: Profile) -> Identity:
    """Return an identity: the profile's values, and drawn ones for the rest.

    Every value is drawn whether used or not, so that fixing one in a profile leaves the others as they were.
    """
    operator = _operator(rng, profile)
    imei = TYPE_ALLOCATION + _digits(rng, 6)
    subscriber = _digits(rng, 10)
    card = f"8962{operator.plmn[3:]:0>2}"[:6] + _digits(rng, 13)
    visited = profile.network.visited
    serving = operator if visited is None else table_name(visited)
    name = rng.choice((serving.brand, *CAMPAIGN_NAMES)).format(brand=serving.brand)
    number = "+6280" + _digits(rng, 9)
    smsc = "+62800" + _digits(rng, 6)
    address = f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    return Identity(
        plmn=operator.plmn,
        brand=operator.brand,
        imei=profile.imei or imei + check_digit(imei),
        imsi=profile.imsi or (operator.plmn + subscriber)[:15],
        iccid=profile.iccid or card + check_digit(card),
        number=profile.number or number,
        smsc=profile.smsc or smsc,
        name_full=name if profile.name_full is None else profile.name_full,
        name_short=serving.short if profile.name_short is None else profile.name_short,
        spn=operator.brand if profile.spn is None else profile.spn,
        address=address,
    )
