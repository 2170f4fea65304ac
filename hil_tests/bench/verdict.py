"""Figures with limits."""

import msgspec


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a report; value None: it could not be read."""

    name: str
    value: float | None
    unit: str
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the figure is there and within its limits (NaN is not)."""
        return self.value is not None and self.low <= self.value <= self.high

    def to_json(self) -> str:
        """Return it as JSON text."""
        return msgspec.json.encode(self).decode()
