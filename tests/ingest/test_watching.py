"""The looks at all games: regular ones, and what is due between them."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from scoreboard.ingest.watching import MOST_LOOKS, Watching

EVERY_S = 1.0
STEP_S = 1 / 64


class Bench:
    """
    A clock, and looks that are counted.

    Attributes:
        due_s: what a look tells is due.
        looks: when there was one.
        held: a look waits for this.
    """

    def __init__(self):
        self.clock = Clock()
        self.due_s = None
        self.looks = []
        self.held = None
        self.watching = Watching(self.clock, self._tick, EVERY_S)

    async def _tick(self):
        self.looks.append(self.clock.seconds())
        if self.held is not None:
            await self.held
        if isinstance(self.due_s, Exception):
            raise self.due_s
        return self.due_s

    def pass_time(self, seconds):
        self.clock.pump([STEP_S] * round(seconds / STEP_S))


@pytest.fixture
def bench():
    return Bench()


def test_it_looks_again_and_again(bench):
    bench.watching.start()
    bench.pass_time(3.5)
    assert bench.looks == pytest.approx([1, 2, 3])


def test_what_is_due_between_two_looks_is_looked_at_when_it_is_due(bench):
    bench.watching.start()
    bench.due_s = 0.3
    bench.pass_time(1.0)
    bench.due_s = None
    bench.pass_time(1.6)
    assert bench.looks == pytest.approx([1, 1.3, 2.3], abs=2 * STEP_S)


def test_what_is_due_later_does_not_delay_the_next_look(bench):
    bench.watching.start()
    bench.due_s = 14.0
    bench.pass_time(2.5)
    assert bench.looks == pytest.approx([1, 2])


def test_many_that_are_due_one_after_the_other_do_not_make_it_look_all_the_time(bench):
    bench.watching.start()
    bench.due_s = 0.0
    bench.pass_time(2.0)
    assert len(bench.looks) <= MOST_LOOKS + 1


def test_one_look_is_over_before_the_next_begins(bench):
    bench.watching.start()
    bench.held = Deferred()
    bench.pass_time(5.0)
    assert len(bench.looks) == 1
    held, bench.held = bench.held, None
    held.callback(None)
    bench.pass_time(1.0)
    assert len(bench.looks) == 2


def test_a_look_that_fails_is_told_and_the_next_one_comes(bench):
    events = []
    globalLogPublisher.addObserver(events.append)
    bench.watching.start()
    bench.due_s = ValueError("no")
    bench.pass_time(2.5)
    globalLogPublisher.removeObserver(events.append)
    assert len(bench.looks) == 2
    assert ["a look at the games failed"] * 2 == [event["log_format"] for event in events]


def test_who_stops_it_hears_when_the_look_that_is_on_has_ended(bench):
    bench.watching.start()
    bench.held = Deferred()
    bench.pass_time(1.0)
    stopped = bench.watching.stop()
    assert stopped is not None
    assert not stopped.called
    bench.held.callback(None)
    assert stopped.called
    bench.pass_time(3.0)
    assert len(bench.looks) == 1


def test_stopped_before_its_first_look_it_never_looks(bench):
    assert bench.watching.stop() is None
    bench.watching.start()
    assert bench.watching.stop() is None
    bench.pass_time(3.0)
    assert bench.looks == []
