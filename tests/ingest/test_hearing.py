"""What becomes of the messages of a game that several sources tell of."""

from __future__ import annotations

import attrs

from scoreboard.codec.commands import read_command
from scoreboard.model.answer import Outcome
from scoreboard.model.command import Role
from scoreboard.model.feed import FeedMode
from scoreboard.model.message import Heartbeat, VoidReport
from scoreboard.model.side import Score, Side
from tests.ingest.test_choosing import ANN, GAME, LIVE, A, B, Bench
from tests.support.deferreds import result, started
from tests.support.games import basket, meta


def shared():
    """A game that two feeds tell of, the first being believed."""
    bench = Bench()
    bench.tell(B, LIVE, basket("b1"))
    return bench


def later(bench, seconds):
    """Seconds in which both feeds give signs of life."""
    for _ in range(seconds):
        bench.clock.advance(1)
        for source in (A, B):
            bench.tell(source, Heartbeat())
        result(started(bench.keeper.tick()))


def test_what_cannot_be_right_is_rejected_whoever_says_it():
    bench = shared()
    for source in (A, B):
        (answer,) = bench.tell(source, basket("x", period=99))
        assert (answer.outcome, answer.code) == (Outcome.REJECTED, "bad_period")


def test_what_the_believed_source_contradicts_itself_with_is_held():
    bench = shared()
    report = basket("a2")
    wrong = attrs.evolve(report, facts=attrs.evolve(report.facts, points=3))
    for source in (A, B):
        (answer,) = bench.tell(source, wrong)
        assert (answer.outcome, answer.code) == (Outcome.QUARANTINED, "illegal_points")
    assert bench.state.score == Score(2, 0)


def test_points_that_no_play_explains_are_taken_over_after_a_while():
    bench = shared()
    bench.tell(A, basket("a3", score_after=Score(7, 0)))
    later(bench, 5)
    # More of the kind does not put it off, nor do heartbeats.
    bench.tell(A, basket("a4", score_after=Score(9, 0)))
    later(bench, 4)
    assert bench.state.score == Score(6, 0)
    later(bench, 1)
    assert bench.state.score == Score(9, 0)


def test_points_that_a_late_play_explains_are_not_taken_over():
    bench = shared()
    bench.tell(A, basket("a3", score_after=Score(7, 0)))
    later(bench, 5)
    bench.tell(A, basket("a2", 3, order=1536))
    later(bench, 20)
    assert bench.state.score == Score(7, 0)
    assert bench.state.adjustments == ()


def official(bench, call, **data):
    command = read_command(call, data, meta())
    return result(started(bench.keeper.command(ANN, Role.OFFICIAL, GAME, command)))


def test_a_play_that_an_official_has_recorded_and_its_source_tells_later_counts_once():
    bench = shared()
    shot = {"play_type": "2pt", "period_index": 1, "team_id": "away", "points": 2}
    official(bench, "record", play={**shot, "result": "made", "clock_ms": 600_000})
    told = basket("a2", side=Side.AWAY, clock_ms=600_000)
    (answer,) = bench.tell(A, told)
    assert (answer.outcome, bench.state.score) == (Outcome.ACCEPTED, Score(2, 2))
    bench.tell(A, basket("a3", side=Side.AWAY, clock_ms=500_000))
    assert bench.state.score == Score(2, 4)


def test_a_lock_whose_time_is_over_is_released():
    bench = shared()
    official(bench, "lock", aspects=["plays"], ttl_ms=10_000, reason="mending")
    later(bench, 5)
    assert (bench.state.mode, len(bench.state.locks)) == (FeedMode.MANUAL, 1)
    later(bench, 6)
    assert (bench.state.mode, bench.state.locks) == (FeedMode.PRIMARY, ())


def test_of_a_lone_source_that_was_chosen_nothing_is_left_to_take_over():
    bench = Bench()
    official(bench, "lock", aspects=["clock"], reason="mending")
    bench.chosen(A)
    for _ in range(12):
        bench.clock.advance(1)
        result(started(bench.keeper.tick()))
    assert (bench.state.score, bench.state.doubts) == (Score(2, 0), ())


def test_other_circumstances_are_those_of_every_source():
    bench = shared()
    moved = attrs.evolve(meta(), venue="Elsewhere")
    result(started(bench.keeper.put_meta(A, moved)))
    (answer,) = bench.tell(B, basket("b2"))
    assert (answer.outcome, bench.state.meta.venue) == (Outcome.SHADOW, "Elsewhere")


def test_a_source_cannot_take_back_what_it_never_told_even_where_that_is_only_heard():
    bench = shared()
    (answer,) = bench.tell(B, VoidReport("nope"))
    assert (answer.outcome, answer.code) == (Outcome.QUARANTINED, "unknown_target")
