"""A follower that fell off the ring gets from the log what it would have been sent."""

from __future__ import annotations

import pytest

from scoreboard.hub.catchup import CatchUp
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.model.delivery import DeliveryClass
from scoreboard.wiring import pages
from tests.gateway.fakes import FakePort
from tests.gateway.node import GAME, STREAM, Node, shot
from tests.hub.fakes import EXACT, PREFIX


class Stadium(Node):
    """A node with a small ring that keeps a trace."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Exception] = []
        self.hub = Hub(
            RingLimits(40, max_marks=10_000),
            self.faults.append,
            now_ms=lambda: int(self.clock.seconds() * 1_000),
        )
        self.catch_up = CatchUp(self.clock, self.hub, pages(self.games), self.faults.append)
        self.catch_up.start()

    def play_on(self, first: int, last: int) -> None:
        """Shots, ten a second."""
        for number in range(first, last + 1):
            self.clock.advance(0.1)
            self.send(shot(number))


@pytest.fixture
def stadium():
    stadium = Stadium()
    yield stadium
    stadium.catch_up.stop()
    assert stadium.faults == []


def follower(stadium):
    port = FakePort()
    stadium.hub.subscribe(port, f"scoreboard.v1.{STREAM}", PREFIX)
    stadium.hub.subscribe(port, "scoreboard.v1.league.nba_.slate", EXACT)
    return port


def named(port):
    """(seq, type, merged) of what it heard."""
    bodies = [message[5] for message in port.said]
    return [(body["seq"], body["type"], body.get("merged", 0)) for body in bodies]


def test_everything_critical_comes_back_in_order_and_states_say_what_they_stand_for(stadium):
    slow, quick = follower(stadium), follower(stadium)
    stadium.play_on(1, 3)
    slow.writable = False
    stadium.play_on(4, 300)
    assert stadium.hub.stalled == 1
    slow.writable = True
    stadium.hub.resume(slow)
    stadium.clock.advance(0.25)
    assert stadium.hub.stalled == 0
    assert slow.closed is None
    stadium.play_on(301, 302)

    critical = {
        publication.kind
        for publication in stadium.told
        if publication.delivery is DeliveryClass.CRITICAL
    }
    slow_got, quick_got = named(slow), named(quick)
    assert [one for one in quick_got if one[1] in critical] == [
        one for one in slow_got if one[1] in critical
    ]
    assert [seq for seq, _, _ in slow_got] == sorted(seq for seq, _, _ in slow_got)
    assert len(quick_got) == len(slow_got) + sum(merged for _, _, merged in slow_got)
    assert max(merged for _, _, merged in slow_got) == 296
    assert stadium.hub.tally.restored >= 500


def test_a_gap_in_a_game_of_another_epoch_is_not_filled(stadium):
    slow = follower(stadium)
    slow.writable = False
    stadium.play_on(1, 50)
    slow.writable = True
    stadium.hub.resume(slow)
    (need,) = stadium.hub.needs()
    assert need.game_id == GAME
    reading = pages(stadium.games)(type(need)(need.game_id, need.epoch + 1, need.seq))
    with pytest.raises(Exception, match="another epoch"):
        reading.send(None)
    stadium.hub.abandon(need)
    assert slow.closed == (4008, "slow; retry_ms=1000")
