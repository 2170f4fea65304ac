"""A GNSS receiver and the board's crystal, made up with errors: truth is known here and nowhere else.

By judgement, from no source: crystal +-30 ppm and up to 0.2 ppm a kelvin; interrupts 3 us late and more, one
in 500 by up to 50 ms (flash being written); pulses missing, extra, unaligned without a fix; talk that comes
40 to 410 ms behind its second.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

BEGIN = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
METRES_PER_DEGREE = 111_320.0


def sentence(body: str) -> bytes:
    """Return *body* with its checksum, as a receiver says it."""
    total = 0
    for octet in body.encode():
        total ^= octet
    return f"${body}*{total:02X}\r\n".encode()


def angle(degrees: float, width: int) -> str:
    """Return |degrees| as dddmm.mmmmm."""
    minutes = round(abs(degrees) * 60, 5)
    return f"{int(minutes // 60):0{width}d}{minutes % 60:08.5f}"


def talk(utc: datetime, lat: float, lon: float, *, valid: bool = True, hdop: float = 0.9) -> bytes:
    """Return RMC and GGA of one epoch; without a fix RMC may still tell the time of a clock."""
    clock = f"{utc:%H%M%S}.{utc.microsecond // 10_000:02d}"
    sides = "S" if lat < 0 else "N", "E" if lon >= 0 else "W"
    place = f"{angle(lat, 2)},{sides[0]},{angle(lon, 3)},{sides[1]}"
    if not valid:
        return sentence(f"GNRMC,{clock},V,,,,,,,{utc:%d%m%y},,,N,V") + sentence(
            f"GNGGA,{clock},,,,,0,00,99.99,,,,,,"
        )
    return sentence(f"GNGGA,{clock},{place},1,11,{hdop:.2f},9.0,M,18.0,M,,") + sentence(
        f"GNRMC,{clock},A,{place},0.021,,{utc:%d%m%y},,,A,V"
    )


class Crystal:
    """The board's microseconds over true seconds; ask with rising time."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._ppm = rng.uniform(-30, 30)
        self._sensitivity = rng.uniform(-0.2, 0.2)
        self._swing_k, self._period_s = rng.uniform(0, 10), rng.uniform(1200, 14_400)
        self._step_s, self._step_k = rng.uniform(0, 7200), rng.uniform(-5, 5)
        self._walk_ppm = 0.0
        self._second = 0
        self._us = float(rng.randrange(2**30))

    def _rate(self, t_s: float) -> float:
        warm_k = self._swing_k * math.sin(2 * math.pi * t_s / self._period_s)
        if t_s > self._step_s:
            warm_k += self._step_k * (1 - math.exp((self._step_s - t_s) / 300))
        return 1 + 1e-6 * (self._ppm + self._sensitivity * warm_k + self._walk_ppm)

    def ticks_us(self, t_s: float) -> int:
        """Return the board's microseconds at the true second *t_s*."""
        while self._second + 1 <= t_s:
            self._us += self._rate(self._second + 0.5) * 1e6
            self._second += 1
            self._walk_ppm += self._rng.gauss(0, 0.0003)
        return int(self._us + (t_s - self._second) * self._rate(self._second + 0.5) * 1e6) & 0x3FFFFFFF


class Wander:
    """A still receiver's error in metres: slow (Gauss-Markov), white, and reflections now and then."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._tau_s = rng.uniform(100, 600)
        self._sigma_m = rng.uniform(1.0, 3.0)
        self._north, self._east = rng.gauss(0, self._sigma_m), rng.gauss(0, self._sigma_m)
        self._reflected_s, self._reflection = 0, (0.0, 0.0)

    def step(self) -> tuple[float, float]:
        """Return (north, east) one second later."""
        rng, keep = self._rng, math.exp(-1 / self._tau_s)
        fresh = self._sigma_m * math.sqrt(1 - keep * keep)
        self._north = keep * self._north + rng.gauss(0, fresh)
        self._east = keep * self._east + rng.gauss(0, fresh)
        self._reflected_s -= 1
        if self._reflected_s < 0:
            self._reflection = (0.0, 0.0)
            if rng.random() < 0.002:
                self._reflected_s = rng.randrange(10, 60)
                self._reflection = (rng.uniform(-12, 12), rng.uniform(-12, 12))
        north, east = self._reflection
        return self._north + north + rng.gauss(0, 0.3), self._east + east + rng.gauss(0, 0.3)


class Attack(NamedTuple):
    """What is done to the receiver from second *begin_s* on."""

    kind: str  # jump, drag, time-jump, time-drag
    begin_s: int
    amount: float  # metres, metres a second, seconds, milliseconds a second
    bearing: float = 0.0


def draw_attack(rng: Random, kind: str) -> Attack:
    """Return an attack of *kind*, small and large ones alike."""
    sign = rng.choice((-1, 1))
    if kind == "jump":
        amount = 10 ** rng.uniform(math.log10(60), 5)
    elif kind == "drag":
        amount = 10 ** rng.uniform(-1.3, 0.3)
    elif kind == "time-jump":
        amount = sign * rng.choice((1, 2, 18, 3600, 86_400, 619_315_200))
    else:
        amount = sign * 10 ** rng.uniform(0, 2)
    return Attack(kind, rng.randrange(200, 600), amount, rng.uniform(0, 2 * math.pi))


def displaced(attack: Attack | None, second: int) -> tuple[float, float, float]:
    """Return (north m, east m, seconds of time) that *attack* puts on the truth."""
    if attack is None or second < attack.begin_s:
        return 0.0, 0.0, 0.0
    since_s = second - attack.begin_s
    if attack.kind == "time-jump":
        return 0.0, 0.0, attack.amount
    if attack.kind == "time-drag":
        return 0.0, 0.0, attack.amount * since_s / 1000
    metres = attack.amount if attack.kind == "jump" else attack.amount * since_s
    return metres * math.cos(attack.bearing), metres * math.sin(attack.bearing), 0.0


def track(rng: Random, seconds: int, attack: Attack | None) -> Iterator[tuple[float, bytes]]:
    """Yield (true second at which it has come, what the receiver says) of a box that stands still."""
    lat, lon = rng.uniform(-11, 6), rng.uniform(95, 141)  # Indonesia
    wander, base_s = Wander(rng), rng.uniform(0.04, 0.35)
    lost_s = 0
    for second in range(seconds):
        error = wander.step()
        north, east, late_s = displaced(attack, second)
        lost_s = lost_s - 1 if lost_s > 0 else rng.randrange(2, 90) if rng.random() < 0.001 else 0
        said_lat = lat + (north + error[0]) / METRES_PER_DEGREE
        said_lon = lon + (east + error[1]) / METRES_PER_DEGREE / math.cos(math.radians(lat))
        utc = BEGIN + timedelta(seconds=second + round(late_s, 2))
        words = talk(utc, said_lat, said_lon, valid=not lost_s, hdop=rng.uniform(0.7, 2.0))
        yield second + base_s + rng.uniform(0, 0.06), words
