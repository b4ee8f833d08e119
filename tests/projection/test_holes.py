"""What a source's running score has beyond the plays that it told."""

from __future__ import annotations

from scoreboard.model.event import Entry, ScoreSet
from scoreboard.model.message import ScoreReport, VoidReport
from scoreboard.model.side import Score, Side
from scoreboard.projection.fold import apply
from scoreboard.projection.trust import gap
from tests.support.games import NOW_MS, SOURCE, Game, basket


def heard(*reports):
    game = Game()
    for report in reports:
        game.hear(report)
    return game


def test_a_source_that_shows_no_running_score_has_no_known_holes():
    assert heard(basket("1")).state.holes is None


def test_a_running_score_that_is_the_sum_of_the_plays_has_no_hole():
    assert () == heard(basket("1", score_after=Score(2, 0))).state.holes


def test_a_running_score_beyond_the_plays_shows_a_hole():
    game = heard(basket("1", score_after=Score(5, 0)), basket("2", score_after=Score(7, 0)))
    assert Score(3, 0) == gap(game.state)
    assert 1 == len(game.state.holes)


def test_a_late_play_fills_the_hole_behind_it_and_no_other():
    game = heard(
        basket("1", order=10, score_after=Score(2, 0)),
        basket("2", order=30, score_after=Score(7, 0)),
    )
    game.hear(basket("3", order=20))
    assert Score(1, 0) == gap(game.state)
    game.hear(basket("4", order=5, side=Side.AWAY))
    assert Score(1, 0) == gap(game.state)


def test_a_void_that_the_running_score_knew_before_fills_the_hole():
    game = heard(
        basket("1", score_after=Score(2, 0)), basket("2", side=Side.AWAY, score_after=Score(0, 2))
    )
    assert Score(-2, 0) == gap(game.state)
    game.hear(VoidReport("1"))
    assert Score(0, 0) == gap(game.state)
    game.hear(VoidReport("2"))
    assert Score(0, 0) == gap(game.state)


def test_a_score_said_outright_fills_all_holes():
    game = heard(basket("1", score_after=Score(4, 0)), ScoreReport(Score(4, 0)))
    assert Score() == gap(game.state)
    assert Score(4, 0) == game.state.score


def test_an_officials_score_pins_what_the_source_shows():
    state = heard(basket("1", score_after=Score(2, 0))).state
    event = ScoreSet(Score(4, 0), Score(2, 0), 1, True, "missed")
    state = apply(state, Entry(state.seq + 1, NOW_MS + 99_000, SOURCE, 1, event, official=True))
    game = Game(state=state)
    game.hear(basket("2", score_after=Score(4, 0)))
    assert Score() == gap(game.state)
    assert Score(6, 0) == game.state.score
