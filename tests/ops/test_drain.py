"""Who is told to stop sends everybody away, one after the other, and nobody twice."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import attrs
import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from scoreboard.ops.drain import Departure, Drain, Steps, Times, departures


@attrs.define
class House:
    """A server with followers, and what was done to it when."""

    clock: Clock = attrs.field(factory=Clock)
    done: list[tuple[float, str]] = attrs.field(factory=list)
    left: dict[int, tuple[float, int, str]] = attrs.field(factory=dict)
    sent: list[tuple[float, int, str]] = attrs.field(factory=list)
    writing: Deferred[None] = attrs.field(factory=Deferred)
    lingering: int = 0
    over: bool = False

    def say(self, what: str) -> None:
        self.done.append((round(self.clock.seconds(), 3), what))

    async def stop_accepting(self) -> None:
        self.say("deaf")

    async def finish(self) -> None:
        await self.writing
        self.say("written")

    def leaves(self, number: int):
        def leave(retry_ms: int, where: str) -> None:
            assert number not in self.left
            self.left[number] = (round(self.clock.seconds(), 3), retry_ms, where)

        return leave

    def sends_away(self, retry_ms: int, where: str) -> None:
        self.sent.append((round(self.clock.seconds(), 3), retry_ms, where))

    def drain(self, followers: int, times: Times) -> None:
        steps = Steps(
            self.stop_accepting,
            lambda: self.say("refuses"),
            self.finish,
            lambda: [self.sends_away, self.sends_away],
            lambda: [self.leaves(number) for number in range(followers)],
            lambda: self.lingering,
        )
        running = Deferred.fromCoroutine(Drain(self.clock, times, steps, Random(1)).run())
        running.addCallback(lambda _: setattr(self, "over", True))


def test_few_need_not_take_the_whole_time():
    assert list(departures(2, Times())) == [Departure(0.0, 1_040), Departure(0.02, 3_520)]
    assert list(departures(0, Times())) == []


def test_many_leave_evenly_and_come_back_in_the_same_order_after_the_last():
    times = Times(spread_s=20.0)
    leaving = list(departures(10_000, times))
    assert [one.at_s for one in leaving[::2_500]] == [0.0, 5.0, 10.0, 15.0]
    back = [one.at_s + one.retry_ms / 1_000 for one in leaving]
    assert all(later - earlier > -0.002 for earlier, later in pairwise(back))
    assert (min(back), max(back)) == pytest.approx((21.0, 26.0), abs=0.01)


def test_who_goes_elsewhere_need_not_wait_for_us():
    times = Times(spread_s=20.0, elsewhere="wss://b.example/ws")
    waits = [one.retry_ms for one in departures(10_000, times)]
    assert (waits[0], waits[5_000], waits[-1]) == (0, 2_500, 4_999)


def test_the_order_of_a_drain():
    house = House()
    house.drain(100, Times(accept_s=2.0, spread_s=1.0, elsewhere="b"))
    house.clock.pump([0.5] * 3)
    assert house.done == []
    house.clock.pump([0.5])
    assert house.done == [(2.0, "deaf"), (2.0, "refuses")]
    house.clock.advance(1.0)
    assert house.left == {}
    house.writing.callback(None)
    house.clock.pump([0.01] * 101)
    assert house.done[-1] == (3.0, "written")
    assert house.sent == [(3.0, 0, "b")] * 2
    assert house.over
    times = [at for at, _, _ in house.left.values()]
    assert times == sorted(times)
    assert (times[0], len(times)) == (3.0, 100)
    assert times[-1] == pytest.approx(3.99, abs=0.011)
    assert list(house.left) != sorted(house.left)
    assert {where for _, _, where in house.left.values()} == {"b"}


def test_those_who_were_told_have_a_moment_to_go():
    house = House(lingering=1)
    house.writing.callback(None)
    house.drain(1, Times(accept_s=0))
    house.clock.advance(0)
    house.clock.pump([0.05] * 10)
    assert not house.over
    house.lingering = 0
    house.clock.advance(0.05)
    assert house.over


def test_who_has_brought_something_comes_back_after_a_restart():
    house = House()
    house.writing.callback(None)
    house.drain(0, Times(accept_s=0))
    house.clock.advance(0)
    assert house.sent == [(0.0, 1_000, "")] * 2


def test_who_does_not_go_does_not_hold_us_up():
    house = House(lingering=1)
    house.writing.callback(None)
    house.drain(1, Times(accept_s=0))
    house.clock.advance(0)
    house.clock.pump([0.05] * 102)
    assert house.over
