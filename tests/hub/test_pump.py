"""What is published goes out at the next turn, all of it at once."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from scoreboard.hub.hub import Hub
from scoreboard.hub.pump import LONG_SLICE_S, SLICE_S, FaultLog, Pump
from scoreboard.hub.ring import RingLimits
from scoreboard.hub.sampling import Sampling
from scoreboard.hub.tally import Tally
from tests.hub.fakes import EXACT, GAME, OTHER_GAME, PREFIX, FakeMember, TextWire, score

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
    hub.turn, turn = lambda *_: 1 / 0, hub.turn
    pump.publish([score(1)])
    clock.advance(0)
    assert [event["log_format"] for event in logged] == ["a slice failed"]
    hub.turn = turn
    pump.publish([score(2)])
    clock.advance(0)
    assert member.seqs == [1, 2]


class BusyClock(Clock):
    """A clock that goes on whenever somebody looks at it."""

    step = 0.0

    def seconds(self):
        self.rightNow += self.step
        return super().seconds()

    def turn(self):
        """What was due before, and nothing that is asked for meanwhile."""
        calls, self.calls = self.calls, []
        for call in calls:
            call.called = 1
            call.func(*call.args, **call.kw)


def test_a_long_flush_is_cut_into_slices_between_which_the_reactor_has_its_turn(hub):
    clock = BusyClock()
    wire = TextWire()
    members = [FakeMember(wire) for _ in range(100)]
    for one in members:
        hub.subscribe(one, SCORE, EXACT)
    pump = Pump(clock, hub)
    pump.publish([score(1)])
    clock.step = 0.003
    turns = 0
    while clock.getDelayedCalls():
        before = sum(len(one.writes) for one in members)
        clock.turn()
        turns += 1
        assert sum(len(one.writes) for one in members) - before <= 2 * 32
    assert all(one.seqs == [1] for one in members)
    assert turns == 3
    slices = hub.tally.slices
    assert turns == slices.count
    assert slices.longest_ms < 15
    assert slices.quantile_ms(0.99) == slices.longest_ms


def a_hot_game_and_a_cold_one(hub):
    """A thousand who follow one game, and somebody who follows another."""
    wire = TextWire()
    hot = [FakeMember(wire) for _ in range(1_000)]
    for one in hot:
        hub.subscribe(one, SCORE, EXACT)
    cold = FakeMember(TextWire())
    hub.subscribe(cold, f"scoreboard.v1.game.{OTHER_GAME}.score", EXACT)
    return hot, cold


def test_a_cold_stream_is_written_between_the_slices_of_a_hot_one(hub):
    clock, (hot, cold) = BusyClock(), a_hot_game_and_a_cold_one(hub)
    pump = Pump(clock, hub)
    pump.publish([score(1)])
    clock.step = 0.003
    clock.turn()
    pump.publish([score(2, OTHER_GAME)])
    pump.publish([score(3)])
    for _ in range(2):
        clock.turn()
    assert cold.seqs == [2]
    assert sum(bool(one.writes) for one in hot) < 200
    while clock.getDelayedCalls():
        clock.turn()
    assert all(one.seqs == [1, 3] for one in hot)
    assert len(hot[0].writes) == 2
    assert len(hot[-1].writes) == 1, "what came meanwhile joined what it was owed"


def test_between_slices_that_are_spread_others_are_written_to_at_once(hub):
    clock, (hot, cold) = BusyClock(), a_hot_game_and_a_cold_one(hub)
    pump = Pump(clock, hub, spread_s=0.5)
    pump.publish([score(1)])
    clock.step = 0.001
    clock.turn()
    (call,) = clock.getDelayedCalls()
    assert call.getTime() > clock.rightNow
    written = sum(bool(one.writes) for one in hot)
    pump.publish([score(2, OTHER_GAME)])
    while not cold.seqs:
        (call,) = clock.getDelayedCalls()
        assert call.getTime() <= clock.rightNow
        clock.turn()
    # A game may write 64 KiB before others have their turn: some fifty short writes.
    assert sum(bool(one.writes) for one in hot) <= written + 2 * 32
    (call,) = clock.getDelayedCalls()
    assert call.getTime() > clock.rightNow
    while clock.getDelayedCalls():
        clock.rightNow = clock.getDelayedCalls()[0].getTime()
        clock.turn()
    assert all(one.seqs == [1] for one in hot)


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


@pytest.mark.parametrize(("away_s", "slice_s"), [(0.0, SLICE_S), (0.01, 0.01), (1.0, LONG_SLICE_S)])
def test_a_slice_is_as_long_as_the_reactor_was_away(away_s, slice_s):
    asked = []

    class TwoSlices:
        tally = Tally()
        sampling = Sampling(tally)
        is_awaited = False

        def publish(self, _publications) -> None: ...

        def turn(self, seconds, until) -> bool:
            asked.append(until - seconds())
            return len(asked) < 2

        def wait(self, _now) -> None:
            return None

    class HeldClock(Clock):
        def hold(self) -> None:
            self.rightNow += away_s

    clock = HeldClock()
    pump = Pump(clock, TwoSlices())
    pump.publish([])
    clock.callLater(0, clock.hold)
    clock.advance(0)
    assert asked == pytest.approx([SLICE_S, slice_s])


def test_a_publication_is_timed_on_its_way_out(clock, hub, member):
    pump = Pump(clock, hub)
    pump.publish([score(1)])
    pump.publish([score(2)])
    clock.advance(0)
    tally = hub.tally
    assert (tally.first_sends.count, tally.last_sends.count) == (1, 1)
    pump.publish([score(3)])
    clock.advance(0)
    assert (tally.first_sends.count, tally.last_sends.count) == (2, 2)


def test_a_publication_is_timed_that_goes_out_with_another_stream(clock, hub, member):
    hub.subscribe(member, f"scoreboard.v1.game.{OTHER_GAME}.score", EXACT)
    pump = Pump(clock, hub)
    hub.publish([score(1, OTHER_GAME)])
    pump.publish([score(1)])
    clock.advance(0)
    assert len(member.writes) == 1
    assert (hub.tally.first_sends.count, hub.tally.last_sends.count) == (1, 1)


def test_what_comes_after_the_cut_of_a_round_is_timed_when_it_goes_out(clock, hub, member):
    hub.subscribe(member, f"scoreboard.v1.game.{OTHER_GAME}.score", EXACT)
    hub.publish([score(1), score(1, OTHER_GAME)])
    hub.turn(lambda: 1.0, 0.0)  # the round has begun and nothing is written yet
    hub.publish([score(2)])
    hub.sampling.begin({f"game.{GAME}"}, hub.tip - 1, clock.seconds)
    while not member.writes:
        hub.turn(lambda: 1.0, 0.0)
    assert member.seqs == [1, 1]
    assert hub.tally.first_sends.count == 0
    hub.flush()
    assert member.seqs == [1, 1, 2]
    assert hub.tally.first_sends.count == 1


def test_what_nobody_is_sent_is_not_timed(clock, hub, member):
    pump = Pump(clock, hub)
    pump.publish([score(1, OTHER_GAME)])
    clock.advance(0)
    assert (hub.tally.first_sends.count, hub.tally.last_sends.count) == (0, 0)


def test_a_hub_knows_how_much_there_is_of_it(clock, hub, member):
    wire = member.wire
    for uri in (SCORE, f"scoreboard.v1.game.{OTHER_GAME}.score"):
        hub.subscribe(FakeMember(wire), uri, EXACT)
    hub.subscribe(FakeMember(wire), "scoreboard.v1", PREFIX)
    assert (hub.streams, hub.cohorts, len(hub.tree), hub.tree.total) == (2, 3, 3, 4)
    assert hub.flushed == hub.tip
    hub.publish([score(1)])
    assert hub.flushed < hub.tip


def test_while_readers_rest_the_pump_comes_back_when_it_is_over_or_there_is_something_to_write():
    class Resting:
        tally = Tally()
        sampling = Sampling(tally)
        is_awaited = False
        turns = 0
        left: float | None = 0.05

        def publish(self, _publications) -> None: ...

        def turn(self, _seconds, _until) -> bool:
            self.turns += 1
            return False

        def wait(self, _now) -> float | None:
            return self.left

    clock, hub = Clock(), Resting()
    pump = Pump(clock, hub)
    pump.publish([])
    clock.advance(0)
    pump.publish([])
    clock.advance(0)
    assert hub.turns == 1
    hub.left = 0.0
    pump.publish([])
    hub.left = 0.05
    clock.advance(0)
    assert hub.turns == 2
    hub.left = None
    clock.advance(0.05)
    assert hub.turns == 3
    assert clock.getDelayedCalls() == []
