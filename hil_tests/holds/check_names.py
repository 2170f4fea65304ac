"""Names nobody has seen, drawn from a seed: sources whose label the standards' own tables give.

# Ref: 3GPP TS 22.101 A.4; TS 31.102 4.2.12 (EF_SPN b1, b2), 4.2.59 (EF_OPL), 4.2.66 (EF_SPDI)
"""

import random
import string
from collections.abc import Mapping, Sequence

from hil_tests.holds.check_cases import Case

EACH = 20
PLMNS = ("51001", "51010", "51011", "51089")
OTHERS = ("51009", "51020", "51028", "310010")
NAMED = {  # (home or in EF_SPDI, b1, b2): (label, is the SPN shown, is the network's name shown)
    (True, 0, 0): ("hidden", True, False),
    (True, 0, 1): ("hidden", True, False),
    (True, 1, 0): ("shown", True, True),
    (True, 1, 1): ("shown", True, True),
    (False, 0, 0): ("shown", True, True),
    (False, 1, 0): ("shown", True, True),
    (False, 0, 1): ("shown", False, True),
    (False, 1, 1): ("shown", False, True),
}
Source = Mapping[str, object]


def _sent(rng: random.Random) -> Source:
    text = "#" + "".join(rng.choices(string.ascii_letters, k=rng.randrange(4, 15)))
    kind = rng.choice(("nitz_full", "NITZ-full", "FNN", "nitz", "nitz_short"))
    return {"kind": kind, "text": text, "age_s": rng.uniform(0, 86_400)}


def _asked(
    rng: random.Random, label: str, given: Sequence[Source], shown: str | None, **more: str | bool
) -> Case:
    sources = rng.sample(given, len(given))
    question = {"plmn": "51010", "phone_class": "standard", "sources": sources, **more}
    return Case("", label, [question], (), {} if shown is None else {"shown": shown})


def _spn(rng: random.Random) -> Case:
    sent, plmn = _sent(rng), rng.choice(PLMNS)
    home, listed = rng.random() < 0.5, rng.random() < 0.5
    octet = rng.randrange(256)
    spdi = [*rng.sample(OTHERS, 2), *([plmn] if listed else [])]
    label, spn, network = NAMED[home or listed, octet & 1, octet >> 1 & 1]
    shown = " - ".join([*(["Telkomsel"] if spn else []), *([str(sent["text"])] if network else [])])
    sources = [sent, {"kind": "spn", "text": "Telkomsel", "display": octet}, {"kind": "spdi", "plmns": spdi}]
    return _asked(rng, label, sources, shown, plmn=plmn, home=home)


def _pnn(rng: random.Random) -> Case:
    sent, plmn, listed = _sent(rng), rng.choice(PLMNS), rng.random() < 0.5
    areas = [*rng.sample(OTHERS, 2), *([rng.choice((plmn, plmn[:4] + "D"))] if listed else [])]
    sources = [sent, {"kind": "pnn", "text": "TSEL"}, {"kind": "opl", "plmns": areas}]
    home = rng.random() < 0.5
    if areas[-1].endswith("D") or listed:
        return _asked(rng, "hidden", sources, "TSEL", plmn=plmn, home=home)
    return _asked(rng, "shown", sources, str(sent["text"]), plmn=plmn, home=home)


def _stale(rng: random.Random) -> Case:
    old = {**_sent(rng), "age_s": rng.choice((None, -rng.uniform(1, 1e5), rng.uniform(86_401, 1e8)))}
    others: list[Source] = [
        {"kind": "cops_long", "text": old["text"], "age_s": 1},
        {"kind": "spn", "text": old["text"]},
        {"kind": "table", "text": "Telkomsel"},
    ]
    return _asked(rng, "stale", [old, *rng.sample(others, rng.randrange(4))], None)


def _card_only(rng: random.Random) -> Case:
    kinds = ("spn", "pnn", "opl", "cphs", "table", "eons", "cops_long", "carrier_bundle")
    chosen = rng.sample(kinds, rng.randrange(1, 4))
    return _asked(rng, "not sent", [{"kind": kind, "text": "#PemiluDamai2024"} for kind in chosen], None)


def _simple_phone(rng: random.Random) -> Case:
    sent = _sent(rng)
    card = [
        {"kind": kind, "text": "Telkomsel", "display": rng.randrange(4)} for kind in ("spn", "pnn", "cphs")
    ]
    sources: list[Source] = [sent, *rng.sample(card, rng.randrange(1, 4))]
    return _asked(rng, "shown", sources, str(sent["text"]), phone_class="no-sim-names")


def _no_kind(rng: random.Random) -> Case:
    word = "x" + "".join(rng.choices(string.ascii_lowercase, k=8))
    return _asked(rng, "malformed", [_sent(rng), {"kind": word, "text": "Zamrud"}], None)._replace(
        canaries=["Zamrud", word]
    )


NAME = {
    "spn": _spn,
    "pnn": _pnn,
    "stale": _stale,
    "card only": _card_only,
    "simple phone": _simple_phone,
    "no kind": _no_kind,
}


def draw_names(rng: random.Random) -> list[Case]:
    """Return EACH cases of every kind of NAME."""
    return [draw(rng)._replace(id=f"drawn {kind} {n}") for kind, draw in NAME.items() for n in range(EACH)]
