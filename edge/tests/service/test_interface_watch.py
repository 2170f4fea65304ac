"""The worker's view of its line's interface: what is told, what a test's failure is blamed on."""

from msgspec import Struct

from edge.config.model import Line
from edge.measure.failures import failure
from edge.measure.result import Rtt
from edge.net.presence import Presence
from edge.service.failed import blamed, failed
from edge.service.interface_watch import InterfaceWatch
from edge.service.messages import InterfaceSeen

HERE, GONE = Presence(3, ""), Presence(0, "there is no network interface wwan0")
UNSET, AGAIN = Presence(4, "wwan0 has no default route by 192.168.8.1"), Presence(4, "")


class Kernel:
    """Says one presence after another."""

    def __init__(self, *seen):
        self._seen = list(seen)

    def __call__(self, interface, gateway):
        assert (interface, gateway) == ("wwan0", "192.168.8.1")
        return self._seen.pop(0) if len(self._seen) > 1 else self._seen[0]


def watch(*seen, interface="wwan0"):
    told: list[Struct] = []
    line = Line(slot="1-1.2", at_port="", interface=interface)
    return InterfaceWatch(line, None, told.append, look=Kernel(*seen)), told


def test_going_and_coming_is_told_once_each():
    watching, told = watch(HERE, HERE, GONE, GONE, UNSET, AGAIN, AGAIN)
    causes = [watching.away() for _ in range(7)]
    assert [cause.code if cause else None for cause in causes] == [None, None, *["line.away"] * 3, None, None]
    away = failure("line.away", where="1-1.2", detail="there is no network interface wwan0")
    assert told == [InterfaceSeen(away), InterfaceSeen(None)]
    assert "1-1.2 is away: there is no network interface wwan0" in away.text


def test_a_test_is_blamed_on_the_interface_only_if_it_went_since():
    watching, _ = watch(HERE, HERE, GONE, AGAIN)
    assert watching.away() is None
    before = watching.losses
    assert watching.lost_since(before) is None
    assert "no network interface" in watching.lost_since(before).text
    assert "it went during the test" in watching.lost_since(before).text  # back already
    assert watching.lost_since(watching.losses) is None


def test_a_namespace_of_others_is_not_looked_at():
    watching, told = watch(GONE, interface="")
    assert watching.away() is None
    assert told == []


def test_a_failed_result_has_its_cause_and_no_figure():
    away = failure("line.away", where="1-1.2", detail="it went during the test")
    none = failed("rtt", away, server="s", nonce="n", start_ns=5)
    assert (none.ok, none.outcome, none.server, none.nonce, none.start_ns) == (False, "box", "s", "n", 5)
    half = Rtt(kind="rtt", outcome="undetermined", server="s", nonce="n", start_ns=5, lost=3)
    told = blamed(half, away)
    assert isinstance(told, Rtt)
    assert (told.outcome, told.err, told.lost, told.nv["lost"]) == ("box", away, None, "void: line.away")
