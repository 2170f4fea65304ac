"""Ways in which a site does other than its truth.json says, so that the judge can be seen to notice."""

import random
from collections.abc import Sequence

import msgspec

from hil_tests.sims.operator_net.settings import DirectionSetting, RateStep
from hil_tests.sims.site.draw import CAMPAIGN_NAME, Line

RATE_FACTOR = 0.75
MORE_LOSS = 0.05
KINDS = ("rate", "rsrp", "name", "loss")


class Acted(msgspec.Struct, frozen=True):
    """What the site does on one line; `faults` go to its modem."""

    line: Line
    faults: tuple[str, ...] = ()


def act(lines: Sequence[Line], kind: str | None, rng: random.Random) -> list[Acted]:
    """Return what the site really does: as *lines* say, but for one of them if *kind* (of KINDS) is given."""
    acted = [Acted(line) for line in lines]
    if kind is not None:
        victim = rng.randrange(len(lines))
        acted[victim] = _act_otherwise(lines[victim], kind)
    return acted


def _act_otherwise(line: Line, kind: str) -> Acted:
    link = line.link
    if kind == "rsrp":
        return Acted(line, ("wrong-rsrp",))
    if kind == "name":
        name = line.modem.brand if line.modem.name_full == CAMPAIGN_NAME else CAMPAIGN_NAME
        modem = msgspec.structs.replace(line.modem, name_full=name, name_short=name[:8])
        return Acted(msgspec.structs.replace(line, modem=modem))
    change = _slower if kind == "rate" else _lossier
    changed = msgspec.structs.replace(link, up=change(link.up), down=change(link.down))
    return Acted(msgspec.structs.replace(line, link=changed))


def _slower(setting: DirectionSetting) -> DirectionSetting:
    rate_bps = None if setting.rate_bps is None else round(setting.rate_bps * RATE_FACTOR)
    steps = tuple(RateStep(step.t_s, round(step.rate_bps * RATE_FACTOR)) for step in setting.rate_steps)
    return msgspec.structs.replace(setting, rate_bps=rate_bps, rate_steps=steps)


def _lossier(setting: DirectionSetting) -> DirectionSetting:
    return msgspec.structs.replace(setting, loss=min(1.0, setting.loss + MORE_LOSS))
