"""Lagging members are brought back from the log by themselves."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from scoreboard.hub.catchup import CatchUp
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.hub.standings import LAGGING
from tests.hub.fakes import EXACT, GAME, FakeMember, TextWire, score

SCORE = f"scoreboard.v1.game.{GAME}.score"


class House:
    """A hub with a small ring, a log, and a member that has fallen off the ring."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.faults: list[Exception] = []
        self.asked: list[tuple] = []
        self.hub = Hub(
            RingLimits(4, max_marks=100),
            self.faults.append,
            now_ms=lambda: int(self.clock.seconds() * 1_000),
        )
        self.catch_up = CatchUp(self.clock, self.hub, self.read, self.faults.append)
        self.log = [score(seq) for seq in range(1, 10)]
        self.member = FakeMember(TextWire())
        self.hub.subscribe(self.member, SCORE, EXACT)
        self.member.writable = False
        for publication in self.log:
            self.hub.publish([publication])
            self.hub.flush()

    def read(self, need):
        answer: Deferred = Deferred()
        self.asked.append((need, answer))
        return answer

    def resume(self):
        self.member.writable = True
        self.hub.resume(self.member)


@pytest.fixture
def house():
    house = House()
    house.catch_up.start()
    yield house
    house.catch_up.stop()
    assert house.clock.getDelayedCalls() == []


def test_pages_are_read_one_after_the_other_until_the_member_is_back(house):
    house.resume()
    house.clock.advance(0.25)
    house.clock.advance(0.25)
    assert [need.seq for need, _ in house.asked] == [1]
    house.asked[0][1].callback(house.log[:3])
    assert [need.seq for need, _ in house.asked] == [1, 4]
    house.asked[1][1].callback(house.log[3:])
    house.clock.advance(0.25)
    assert len(house.asked) == 2
    assert list(range(1, 10)) == house.member.seqs


def test_a_page_that_cannot_be_read_costs_who_needs_it(house):
    house.resume()
    house.clock.advance(0.25)
    fault = OSError("the disk is gone")
    house.asked[0][1].errback(fault)
    assert house.member.closed == (LAGGING, "slow; retry_ms=1000")
    assert house.faults == [fault]


def test_who_takes_nothing_for_too_long_is_given_up(house):
    house.clock.pump([0.25] * 4 * 61)
    assert house.member.closed == (LAGGING, "slow; retry_ms=1000")


def test_what_is_being_read_when_it_stops_is_dropped():
    house = House()
    house.catch_up.start()
    house.resume()
    house.clock.advance(0.25)
    house.catch_up.stop()
    house.catch_up.stop()
    assert house.asked[0][1].called
    assert house.member.seqs == []
    assert house.faults == []
    assert house.clock.getDelayedCalls() == []


def test_a_fault_of_ours_is_logged_and_tried_again(house, monkeypatch):
    house.resume()
    house.hub.restore, restore = lambda *_: 1 / 0, house.hub.restore
    house.clock.advance(0.25)
    house.asked[0][1].callback(house.log)
    house.hub.restore = restore
    house.clock.advance(0.25)
    house.asked[1][1].callback(house.log)
    assert list(range(1, 10)) == house.member.seqs
