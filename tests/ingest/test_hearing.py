"""What becomes of the messages of a game that several sources tell of."""

from __future__ import annotations

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.message import Heartbeat
from scoreboard.model.side import Score
from tests.ingest.test_choosing import LIVE, A, B, Bench
from tests.support.deferreds import result, started
from tests.support.games import basket


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
