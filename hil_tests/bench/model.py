"""The bench file as typed structures; docs/bench.md has a commented example."""

from typing import Annotated, Literal

import msgspec

Tier = Literal["sim", "usb-vm", "hardware"]
"""What stands behind a bench: simulators; a real USB driver on a simulated bus; modems one can touch."""
TIERS: tuple[Tier, ...] = ("sim", "usb-vm", "hardware")
Positive = Annotated[float, msgspec.Meta(gt=0)]
Span = tuple[float, float]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is plausible here: [lowest, highest], units in the names.

    Defaults are what 3GPP can express: TS 36.133 9.1.4 (RSRP), 9.1.7 (RSRQ), 36.214 5.1.3; TS 38.133 10.1.6,
    10.1.11, 10.1.16 for NR. clock_s is the greatest difference to this machine's clock.
    """

    rsrp_dbm: Span = (-156.0, -31.0)
    rsrq_db: Span = (-43.0, 20.0)
    sinr_db: Span = (-23.0, 40.0)
    rssi_dbm: Span = (-113.0, -20.0)
    rtt_ms: Span = (0.1, 2000.0)
    loss_pct: Span = (0.0, 20.0)
    clock_s: Positive = 120.0


class ModemRow(msgspec.Struct, frozen=True, kw_only=True):
    """One modem: its place, who must answer there, and how it is reached.

    slot: a name for reports, on hardware the USB path. at_port: the AT port's path; or usb_path, from which
    it is found. personality, seed: of a simulated modem. netns, server: for the data path. power_off,
    power_on: commands that switch its power ({slot}, {usb_path} are filled in).
    """

    slot: str
    imei: str
    model: str
    plmn: str = ""
    at_port: str = ""
    usb_path: str = ""
    personality: str = ""
    seed: int = 0
    netns: str = ""
    server: str = ""
    sms_to: str = ""
    power_off: tuple[str, ...] = ()
    power_on: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()


class BenchFile(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file.

    grants: capabilities of the bench and of every modem on it. free: acts that cost nothing here, so that
    they need no --allow. wait_s: how long anything may take.
    """

    name: str
    backend: Literal["sim", "plain"]
    tier: Tier
    modem: tuple[ModemRow, ...]
    grants: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    wait_s: Positive = 30.0
    limits: Limits = Limits()

    def granted(self, row: ModemRow | None) -> frozenset[str]:
        """Return what the bench grants, with what modem *row* adds."""
        return frozenset(self.grants) | frozenset(row.grants if row else ())


ACTS = ("sms-send", "data-mb", "power-cycle")
"""What costs money, quota, or somebody's patience: --allow names it, or the bench calls it free."""
