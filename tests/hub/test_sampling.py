"""How long publications take on their way out is measured on one at a time."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from scoreboard.hub.sampling import Sampling
from scoreboard.hub.tally import Tally


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def sampling(tally) -> Sampling:
    return Sampling(tally)


def sent(tally: Tally) -> list[list[float]]:
    return [[round(one.total_ms), one.count] for one in (tally.first_sends, tally.last_sends)]


def test_the_first_and_the_last_send_are_timed_from_the_publication(sampling, tally, clock):
    sampling.begin({"game.g1"}, 7, clock.seconds)
    clock.advance(0.004)
    sampling.served()
    clock.advance(0.006)
    sampling.settled(7)
    assert sampling.is_on
    clock.advance(0.010)
    sampling.settled(8)
    assert not sampling.is_on
    assert sent(tally) == [[4, 1], [20, 1]]


def test_what_nobody_follows_is_not_counted(sampling, tally, clock):
    sampling.begin({"game.g1"}, 7, clock.seconds)
    sampling.settled(8)
    assert not sampling.is_on
    assert sent(tally) == [[0, 0], [0, 0]]


def test_nothing_is_counted_where_nothing_is_sampled(sampling, tally):
    sampling.served()
    sampling.settled(9)
    assert sent(tally) == [[0, 0], [0, 0]]
