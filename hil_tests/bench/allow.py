"""What a run may cost: the words of --allow, and what of them is left."""

from collections.abc import Iterable, Mapping

from hil_tests.bench.errors import NotAllowed
from hil_tests.bench.load import nearest
from hil_tests.bench.model import ACTS

COUNTED = ("data-mb",)


class Allowance:
    """Acts that this run may do; counted ones up to an amount."""

    def __init__(self, acts: Mapping[str, float | None]) -> None:
        self._left = dict(acts)

    def may(self, act: str) -> bool:
        """Tell whether *act* ("sms-send", "data-mb=2") may be done with what is left."""
        name, amount = split_act(act)
        left = self._left.get(name, 0.0)
        return left is None or (0 < amount <= left if name in COUNTED else name in self._left)

    def spend(self, act: str) -> None:
        """Take *act* from what is left. Raises: NotAllowed."""
        if not self.may(act):
            raise NotAllowed(
                f"{act} costs something and is not allowed; add --allow {act} to the command line"
            )
        name, amount = split_act(act)
        left = self._left[name]
        if left is not None and name in COUNTED:
            self._left[name] = left - amount


def split_act(act: str) -> tuple[str, float]:
    """Return ("data-mb", 2.0) of "data-mb=2", ("sms-send", 1.0) of "sms-send".

    Raises: ValueError, for an act nobody knows, an amount that is none, or one where none belongs.
    """
    name, equals, number = act.strip().partition("=")
    if name not in ACTS:
        raise ValueError(f'"{name}" is no act; {nearest(name, ACTS)}')
    if bool(equals) != (name in COUNTED):
        raise ValueError(
            f'"{act}": ' + (f"write {name}=NUMBER" if name in COUNTED else f"write {name} alone")
        )
    amount = float(number) if equals else 1.0
    if not amount > 0:
        raise ValueError(f'"{act}": the number must be above 0')
    return name, amount


def parse_allow(words: Iterable[str], free: Iterable[str] = ()) -> Allowance:
    """Return the allowance of --allow texts (comma separated), and of what is *free*. Raises: ValueError."""
    acts: dict[str, float | None] = {}
    for act in (part for text in words for part in text.split(",") if part.strip()):
        name, amount = split_act(act)
        acts[name] = amount
    return Allowance({**acts, **dict.fromkeys(free, None)})
