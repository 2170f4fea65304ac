"""A modem's profile: what is fixed for this run; everything left out is drawn from the seed."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hil_tests.sims.network.settings import Network


class ProfileError(ValueError):
    """The profile file cannot be used; the text says what, where and what to do."""


class Incoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A short message sent *after_s* seconds after the start; a long one goes in parts.

    `delay_s` is what the service centre adds, `duplicates` how many copies more of each part arrive,
    `disorder` whether parts come in another order. A `reference` left out is drawn. `smsc`: another centre.
    """

    after_s: float
    sender: str
    text: str
    reference: Annotated[int, msgspec.Meta(ge=0, le=65535)] | None = None
    reference_bits: Literal[8, 16] = 8
    message_class: Annotated[int, msgspec.Meta(ge=0, le=3)] | None = None
    delay_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    duplicates: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    disorder: bool = False
    smsc: str | None = None


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Fixed values of one simulated modem; None = draw it from the seed.

    The radio values are where the moving ones start and return to. `plmn` is the card's home network.
    `qeng_sinr` is the scale of +QENG's last but one field, on which public code disagrees: "fifth-db"
    (0..250) or "db". `cpsi_scale` is the scale of +CPSI, which SIMCom's firmware families do not share:
    "tenth" or "whole" decibels.
    `zone_quarters` are quarter hours east of UTC. `network` is what the network does to the modem.
    """

    plmn: str | None = None
    brand: str | None = None
    imei: str | None = None
    imsi: str | None = None
    iccid: str | None = None
    number: str | None = None
    smsc: str | None = None
    name_full: str | None = None
    name_short: str | None = None
    spn: str | None = None
    rsrp_dbm: float | None = None
    rsrq_db: float | None = None
    sinr_db: float | None = None
    band: int | None = None
    earfcn: int | None = None
    pci: int | None = None
    tac: int | None = None
    cell_id: int | None = None
    latitude_deg: float = -6.1754
    longitude_deg: float = 106.8272
    zone_quarters: Annotated[int, msgspec.Meta(ge=-48, le=56)] = 28
    qeng_sinr: str = "db"
    cpsi_scale: str = "tenth"
    incoming: tuple[Incoming, ...] = ()
    network: Network = Network()


def read_profile(path: Path) -> Profile:
    """Return the profile in the JSON file *path*.

    Raises: ProfileError, if it cannot be read, has an unknown key or a value of the wrong type.
    """
    try:
        profile = msgspec.json.decode(path.read_bytes(), type=Profile)
    except OSError as exc:
        raise ProfileError(f"{path}: cannot be read ({exc.strerror}); give an existing JSON file") from exc
    except msgspec.MsgspecError as exc:
        known = ", ".join(Profile.__struct_fields__)
        raise ProfileError(f"{path}: {exc}; known keys: {known}") from exc
    if profile.qeng_sinr not in {"fifth-db", "db"}:
        raise ProfileError(f'{path}: qeng_sinr is "{profile.qeng_sinr}"; use "fifth-db" or "db"')
    if profile.cpsi_scale not in {"tenth", "whole"}:
        raise ProfileError(f'{path}: cpsi_scale is "{profile.cpsi_scale}"; use "tenth" or "whole"')
    if profile.plmn is not None and not (profile.plmn.isdecimal() and len(profile.plmn) in {5, 6}):
        raise ProfileError(f'{path}: plmn is "{profile.plmn}"; give MCC and MNC as 5 or 6 digits')
    return profile
