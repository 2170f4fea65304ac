"""A modem's profile: what is fixed for this run; everything left out is drawn from the seed."""

from pathlib import Path

import msgspec


class ProfileError(ValueError):
    """The profile file cannot be used; the text says what, where and what to do."""


class Incoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A short message that arrives *after_s* seconds after the start."""

    after_s: float
    sender: str
    text: str


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Fixed values of one simulated modem; None = draw it from the seed.

    The radio values are where the moving ones start and return to. `qeng_sinr` is the scale of +QENG's last
    but one field, on which public code disagrees: "fifth-db" (0..250) or "db". `cpsi_scale` is the scale of
    +CPSI, which SIMCom's firmware families do not share: "tenth" or "whole" decibels.
    """

    plmn: str | None = None
    brand: str | None = None
    imei: str | None = None
    imsi: str | None = None
    iccid: str | None = None
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
    zone_quarters: int = 28
    qeng_sinr: str = "fifth-db"
    cpsi_scale: str = "tenth"
    incoming: tuple[Incoming, ...] = ()


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
