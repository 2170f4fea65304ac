"""The byte budget: rules one by one, and ten thousand plans in a modelled world with crashes."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from edge.schedule.budget import (
    LEAST_BULK_BYTES,
    Book,
    BudgetSpent,
    Limit,
    Reading,
    free,
    hold,
    left_bytes,
    needs,
    payload_bytes,
    period_of,
    recovered,
    seen,
)

LIMIT = Limit(bytes=10_000_000, period="month", test_bytes=4_000_000)
NOV = "2026-11"


def at(count, device="boot:3"):
    return Reading(device, count)


def test_what_the_counter_grew_by_is_spent():
    book = seen(seen(Book(), at(5_000), NOV), at(12_000), NOV)
    assert (book.spent_bytes, left_bytes(book, LIMIT)) == (7_000, 9_993_000)


def test_the_first_reading_charges_nothing():
    assert seen(Book(), at(2**40), NOV).spent_bytes == 0


def test_a_hold_is_not_there_for_others():
    book = hold(seen(Book(), at(0), NOV), LIMIT, "a", 4_000_000, 1)
    assert left_bytes(book, LIMIT) == 6_000_000
    book = hold(book, LIMIT, "b", 8_000_000, 1)
    assert (book.holds["b"], left_bytes(book, LIMIT)) == (6_000_000, 0)
    with pytest.raises(BudgetSpent, match="0 of 10000000 bytes are left in 2026-11, the test needs 1"):
        hold(book, LIMIT, "c", 5, 1)


def test_a_test_that_took_less_gives_the_rest_back():
    book = hold(seen(Book(), at(0), NOV), LIMIT, "a", 4_000_000, 1)
    book = free(seen(book, at(1_000_000), NOV), "a")
    assert left_bytes(book, LIMIT) == 9_000_000


def test_after_a_crash_the_counter_says_what_the_test_took():
    book = hold(seen(Book(), at(100), NOV), LIMIT, "a", 4_000_000, 1)
    assert left_bytes(recovered(book, at(1_500_100), NOV), LIMIT) == 8_500_000


@pytest.mark.parametrize("reading", [at(700, "boot:4"), at(700)], ids=["another device", "below the last"])
def test_where_the_counter_began_anew_the_whole_hold_is_spent(reading):
    book = hold(seen(Book(), at(900), NOV), LIMIT, "a", 4_000_000, 1)
    book = recovered(book, reading, NOV)
    assert (book.spent_bytes, book.holds) == (4_000_700, {})


def test_a_new_period_begins_with_what_grew_over_its_beginning():
    book = seen(seen(Book(), at(0), NOV), at(5_000_000), NOV)
    book = seen(book, at(5_000_300), "2026-12")
    assert (book.period, book.spent_bytes) == ("2026-12", 300)


@pytest.mark.parametrize("period", [None, "2026-10"], ids=["clock not believed", "clock set back"])
def test_no_budget_is_given_again(period):
    book = seen(seen(Book(), at(0), NOV), at(5_000_000), NOV)
    assert seen(book, at(5_000_000), period).spent_bytes == 5_000_000


@pytest.mark.parametrize(
    ("period", "utc", "name"),
    [
        ("day", datetime(2026, 11, 25, 16, 59, tzinfo=UTC), "2026-11-25"),
        ("day", datetime(2026, 11, 25, 17, 0, tzinfo=UTC), "2026-11-26"),  # midnight in Jakarta, UTC+7
        ("month", datetime(2026, 11, 30, 17, 0, tzinfo=UTC), "2026-12"),
    ],
)
def test_days_and_months_end_at_midnight_in_jakarta(period, utc, name):
    assert period_of(Limit(bytes=1, period=period), utc) == name


def test_midnight_is_elsewhere_at_another_hour():
    papua = Limit(bytes=1, period="day", utc_offset=timedelta(hours=9))
    assert period_of(papua, datetime(2026, 11, 25, 15, 0, tzinfo=UTC)) == "2026-11-26"


def test_probes_are_held_to_the_last_frame_and_rates_by_their_cap():
    assert needs("rtt", LIMIT, 100) == (101 * 2 * 174 + 8192, 101 * 2 * 174 + 8192)
    assert needs("tcp-down", LIMIT, 100) == (4_000_000, LEAST_BULK_BYTES)


@pytest.mark.parametrize(("held", "payload"), [(4_000_000, 3_592_627), (8_192, 0), (0, 0)])
def test_a_sender_is_told_less_than_is_held(held, payload):
    assert payload_bytes(held) == payload


@dataclass
class World:
    """What really happens: a SIM whose bytes are counted by itself, and a box that knows readings only."""

    rng: random.Random
    limit: Limit
    book: Book = field(default_factory=Book)
    counter: int = 0
    device: int = 1
    truly: int = 0
    running: dict[str, int] = field(default_factory=dict)
    up: bool = True

    def traffic(self, size):
        self.counter += size
        self.truly += size

    def read(self):
        return Reading(f"boot:{self.device}", self.counter)

    def begin(self):
        nonce = str(self.rng.random())
        want = self.rng.randrange(1, self.limit.bytes // 2)
        book = seen(self.book, self.read(), NOV)
        try:
            self.book = hold(book, self.limit, nonce, want, self.rng.choice((1, want)))
        except BudgetSpent:
            self.book = book
            return
        self.running[nonce] = self.book.holds[nonce]

    def go_on(self):
        for nonce, may in self.running.items():
            size = self.rng.randint(0, may)
            self.traffic(size)
            self.running[nonce] = may - size

    def end(self):
        for nonce in list(self.running)[:1]:
            del self.running[nonce]
            self.book = free(seen(self.book, self.read(), NOV), nonce)

    def kill(self):
        self.go_on()
        self.running.clear()
        self.book = recovered(self.book, self.read(), self.rng.choice((NOV, None, "2026-01")))

    def replug(self):
        """The modem is gone and back with a counter from 0; its tests die, what they took nobody read."""
        self.go_on()
        self.running.clear()
        below = self.book.last is not None and self.book.last.bytes > 0
        self.counter, self.device = 0, self.device + (self.rng.choice((0, 1)) if below else 1)
        if self.rng.random() < 0.5:
            self.book = seen(self.book, self.read(), NOV)
        else:
            self.book = recovered(self.book, self.read(), NOV)


def test_ten_thousand_plans_never_use_more_than_the_budget():
    seed = random.SystemRandom().randrange(2**32)
    rng = random.Random(seed)
    used = 0
    for _ in range(10_000):
        world = World(rng, Limit(bytes=rng.randrange(1_000, 10**9)))
        world.book = seen(world.book, world.read(), NOV)
        acts = (world.begin, world.begin, world.go_on, world.end, world.kill, world.replug)
        for _ in range(rng.randrange(4, 16)):
            rng.choices(acts, (4, 4, 4, 4, 1, 1))[0]()
            charged = world.book.spent_bytes + world.book.held_bytes
            assert world.truly <= min(charged, world.limit.bytes), f"seed {seed}"
        used += world.truly > world.limit.bytes // 2
    assert used > 1_000, "most plans use next to nothing: they show little"
