"""What the network does to one modem, as a profile's `network` object; times are seconds after the start."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Seconds = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Kbps = Annotated[int, Meta(ge=0)]
Cause = Annotated[int, Meta(ge=1, le=255)]
Tries = Annotated[int, Meta(ge=0, le=10)]
Plmn = Annotated[str, Meta(pattern="^[0-9]{5,6}$")]
Pin = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
ModeName = Literal["none", "gsm", "lte", "endc", "sa"]
SmsPath = Literal["sgs", "cs", "ims", "none"]
CardState = Literal["ready", "absent", "pin", "puk"]


class ModeStep(Struct, frozen=True, forbid_unknown_fields=True):
    """From *after_s* on the best that the network offers is *mode*."""

    after_s: Seconds
    mode: ModeName


class Reject(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Registration is denied from *after_s* for *for_s* seconds (None: for good), with a NAS cause.

    Causes of TS 24.301 9.9.3.9: 3 illegal UE, 5 IMEI not accepted, 6 illegal ME, 11 PLMN not allowed, ...
    """

    cause: Cause
    after_s: Seconds = 0.0
    for_s: Seconds | None = None


class AmbrStep(Struct, frozen=True, forbid_unknown_fields=True):
    """From *after_s* on the subscription's rates are these (a fair-use step)."""

    after_s: Seconds
    down_kbps: Kbps
    up_kbps: Kbps


class CardSetting(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The card at the start: its state, codes, tries left, and how long it is busy first."""

    state: CardState = "ready"
    pin: Pin = "1234"
    puk: Pin = "12345678"
    pin_tries: Tries = 3
    puk_tries: Tries = 10
    busy_s: Seconds = 0.0


class NameSetting(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the network's name stands besides NITZ (the profile's name_full and name_short).

    `show_rplmn` and `hide_spn_abroad` are the display bits of EF_SPN; `spdi` its list of networks; `pnn` the
    names of EF_PNN (full, short), which EF_OPL points to for the registered network if `opl` is set;
    `cphs_full` and `cphs_short` the CPHS files 6F14 and 6F18. None and empty: the card lacks the file.
    """

    nitz: bool = True
    nitz_after_s: Seconds = 0.0
    show_rplmn: bool = True
    hide_spn_abroad: bool = False
    spdi: tuple[Plmn, ...] = ()
    pnn: tuple[tuple[str, str], ...] = ()
    opl: bool = False
    cphs_full: str | None = None
    cphs_short: str | None = None


class Broadcast(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cell broadcast message of as many pages as its text needs (TS 23.041)."""

    text: str
    after_s: Seconds = 5.0
    message_id: Annotated[int, Meta(ge=0, le=65535)] = 50
    serial: Annotated[int, Meta(ge=0, le=65535)] = 0x4010
    page_every_s: Seconds = 0.5
    repeat: Annotated[int, Meta(ge=1, le=20)] = 1


class CentreSetting(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the service centre does to messages that this modem sends to others of its bench (`--exchange`).

    Each takes between the two `delay_s`; that share is lost, that share delivered `twice`, the second time
    `again_after_s` later.
    """

    delay_s: tuple[Seconds, Seconds] = (0.3, 1.2)
    loss: Share = 0.0
    twice: Share = 0.0
    again_after_s: Seconds = 1.0


class Network(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The network of one run. What is left out is the plain case: at home, registered, everything works.

    `site` names the place: modems of one site and one network (or of networks in one group of `shared`) hear
    the same cells. `sms` is the way of short messages: over SGs or the circuit domain, IMS, or none at all.
    `refuse_apns` maps an access point to the ESM cause it is refused with ("*": any other).
    """

    site: str | None = None
    shared: tuple[tuple[Plmn, ...], ...] = ()
    modes: tuple[ModeStep, ...] = ()
    handover_every_s: Seconds = 0.0
    register_s: Seconds = 2.0
    visited: Plmn | None = None
    rejects: tuple[Reject, ...] = ()
    sms: SmsPath = "sgs"
    card: CardSetting = CardSetting()
    names: NameSetting = NameSetting()
    broadcasts: tuple[Broadcast, ...] = ()
    refuse_apns: dict[str, Cause] = {}
    ambr: tuple[AmbrStep, ...] = ()
    pdp_drops_s: tuple[Seconds, ...] = ()
    store_full: bool = False
    centre: CentreSetting = CentreSetting()
