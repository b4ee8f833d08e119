"""What is published goes out at the next turn, all of it at once."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from scoreboard.hub.hub import Hub
from scoreboard.hub.pump import FaultLog, Pump
from scoreboard.hub.ring import RingLimits
from tests.hub.fakes import EXACT, GAME, FakeMember, TextWire, score

SCORE = f"scoreboard.v1.game.{GAME}.score"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hub():
    return Hub(RingLimits(), lambda fault: None)


@pytest.fixture
def member(hub):
    member = FakeMember(TextWire())
    hub.subscribe(member, SCORE, EXACT)
    return member


@pytest.fixture
def logged():
    """Events that were logged during the test."""
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


def test_several_publishers_in_one_turn_make_one_write(clock, hub, member):
    pump = Pump(clock, hub)
    pump.publish([score(1)])
    pump.publish([score(2)])
    assert member.writes == []
    assert len(clock.getDelayedCalls()) == 1
    clock.advance(0)
    assert len(member.writes) == 1
    assert member.seqs == [1, 2]
    assert clock.getDelayedCalls() == []
    pump.publish([score(3)])
    clock.advance(0)
    assert member.seqs == [1, 2, 3]


def test_what_is_pending_when_the_pump_stops_is_written(clock, hub, member):
    pump = Pump(clock, hub)
    pump.publish([score(1)])
    pump.stop()
    assert member.seqs == [1]
    assert clock.getDelayedCalls() == []
    pump.stop()


def test_a_flush_that_fails_is_logged_and_the_next_one_goes_on(clock, hub, member, logged):
    pump = Pump(clock, hub)
    hub.flush, flush = lambda: 1 / 0, hub.flush
    pump.publish([score(1)])
    clock.advance(0)
    assert [event["log_format"] for event in logged] == ["a flush failed"]
    hub.flush = flush
    pump.publish([score(2)])
    clock.advance(0)
    assert member.seqs == [1, 2]


def test_faults_that_strangers_cause_cannot_fill_the_log(clock, logged):
    faults = FaultLog(clock, most=2)
    for _ in range(5):
        faults.report(ValueError("theirs"))
    faults.report(KeyError("another kind"))
    assert [event["kind"] for event in logged] == ["ValueError", "ValueError", "KeyError"]
    logged.clear()
    clock.advance(1)
    faults.report(ValueError("later"))
    assert [event.get("n") for event in logged] == [3, None]
    assert logged[1]["log_failure"].check(ValueError)
    logged.clear()
    clock.advance(1)
    faults.report(ValueError("again"))
    assert [event["fault"] for event in logged] == ["again"]
