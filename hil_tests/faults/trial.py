"""One fault tried twice: with it the effect must be seen, without it the same look must not find it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from hil_tests.bench.errors import DeadlineMissed
from hil_tests.bench.waiting import await_that

SOON_S = 1.0


class EffectNotSeen(AssertionError):
    """The observer does not see what the fault does."""


class EffectWithoutFault(AssertionError):
    """The observer sees the effect although the fault is off: it would see it always."""


def see(holds: bool, what: str) -> None:
    """Raises: EffectNotSeen, naming *what*, if it does not hold."""
    if not holds:
        raise EffectNotSeen(what)


@dataclass(frozen=True, slots=True)
class Trial:
    """on: the fault is injected; else everything is done but that."""

    on: bool

    def patience_s(self, wait_s: float) -> float:
        """Return how long to wait for what the fault prevents; without the fault it may take *wait_s*."""
        return SOON_S if self.on else wait_s

    def injected(self, cause: AbstractContextManager[object]) -> AbstractContextManager[object]:
        """Return *cause*, or nothing where the fault is off."""
        return cause if self.on else nullcontext()

    @contextmanager
    def effect(self) -> Iterator[None]:
        """What is looked at within must be seen, or, where the fault is off, must not be.

        Raises: EffectNotSeen; EffectWithoutFault.
        """
        try:
            yield
        except EffectNotSeen:
            if self.on:
                raise
            return
        if not self.on:
            raise EffectWithoutFault("the effect is there without the fault: the observer proves nothing")

    def see_soon(self, what: str, holds: Callable[[], bool], *, deadline_s: float) -> None:
        """See *holds* within *deadline_s*, without the fault within SOON_S. Raises: EffectNotSeen."""
        try:
            await_that(what, holds, deadline_s=deadline_s if self.on else SOON_S)
        except DeadlineMissed as exc:
            raise EffectNotSeen(what) from exc
