"""A source that was away comes back where nobody else has told what happened meanwhile."""

from __future__ import annotations

from scoreboard.model.message import ScoreReport
from scoreboard.model.side import Score
from scoreboard.model.status import Confidence
from tests.ingest.authority.telling import AWAY, HOME, B, Desk, P, play

FOULS = (30, 60, 90)


def away(desk: Desk, fouls=FOULS) -> Desk:
    """The primary is away while the backup tells fouls, and is believed when that has died."""
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b1", "2pt", 2, HOME, 10))
    desk.switch(B)
    for at in fouls:
        desk.hear(B, play(f"b{at}", "foul", at=at))
    desk.switch(P)
    return desk


def test_what_happened_between_two_that_do_not_meet_may_be_missing():
    desk = away(Desk())
    assert () == desk.doubts
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200))
    assert ("hole",) == desk.doubts
    assert Confidence.UNCERTAIN is desk.state.confidence
    assert (2, 3) == desk.score
    desk.hear(P, play("p3", "3pt", 3, AWAY, 240))
    assert ("hole",) == desk.doubts


def test_two_that_reach_into_each_other_leave_nothing_unseen():
    desk = Desk()
    away(desk)
    desk.hear(P, play("p90", "foul", at=90), play("p2", "3pt", 3, AWAY, 200))
    assert () == desk.doubts


def test_a_source_that_shows_the_score_has_seen_it():
    desk = away(Desk())
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200, after=(2, 3)))
    assert () == desk.doubts


def test_a_running_score_ends_the_doubt():
    desk = away(Desk())
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200))
    desk.hear(P, play("p3", "2pt", 2, AWAY, 260, after=(2, 5)))
    assert () == desk.doubts


def test_a_running_score_that_is_not_ours_ends_no_doubt():
    desk = away(Desk())
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200))
    desk.hear(P, play("p3", "2pt", 2, AWAY, 260, after=(4, 5)))
    assert "hole" in desk.doubts


def test_a_score_by_itself_ends_the_doubt_once_plays_show_it():
    desk = away(Desk())
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200), ScoreReport(Score(2, 3)))
    assert ("hole",) == desk.doubts


def test_a_source_that_has_forgotten_a_play_or_two_was_not_away():
    desk = away(Desk(), FOULS[:2])
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200))
    assert () == desk.doubts


def test_a_score_that_was_passed_over_says_more_than_many_plays():
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b1", "2pt", 2, HOME, 10))
    desk.switch(B)
    desk.hear(B, play("b2", "2pt", 2, AWAY, 60))
    desk.switch(P)
    desk.hear(P, play("p3", "3pt", 3, HOME, 200))
    assert "hole" in desk.doubts


def test_plays_at_the_same_time_are_not_passed_over():
    desk = away(Desk(), (196, 197, 198))
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200))
    assert () == desk.doubts


def test_what_frames_a_game_is_not_passed_over():
    desk = away(Desk(), ())
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200))
    assert () == desk.doubts
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b1", "2pt", 2, HOME, 10))
    desk.switch(B)
    for at in FOULS:
        desk.hear(B, play(f"b{at}", "substitution", at=at))
    desk.switch(P)
    desk.hear(P, play("p2", "3pt", 3, AWAY, 200))
    assert () == desk.doubts


def test_a_source_that_begins_in_mid_game_has_passed_over_nothing():
    desk = Desk()
    for at in FOULS:
        desk.hear(P, play(f"p{at}", "foul", at=at))
    desk.switch(B)
    desk.hear(B, play("b1", "3pt", 3, AWAY, 200))
    assert () == desk.doubts


def test_a_play_that_comes_late_tells_of_no_hole():
    desk = away(Desk())
    desk.hear(P, play("p90", "foul", at=90))
    desk.hear(B, play("bx", "foul", at=95))
    desk.hear(P, play("p95", "2pt", 2, AWAY, 94, order=1))
    assert "hole" not in desk.doubts


def test_a_try_without_its_touchdown_says_that_points_are_missing():
    desk = Desk("football")
    desk.hear(P, play("p1", "rush", 0, HOME, 10), play("p2", "field_goal", 3, AWAY, 60))
    desk.hear(B, play("b1", "rush", 0, HOME, 10), play("b2", "field_goal", 3, AWAY, 60))
    desk.switch(B)
    desk.hear(B, play("b3", "rush", 0, HOME, 100))
    desk.switch(P)
    desk.hear(P, play("p4", "extra_point", 1, HOME, 200))
    assert "hole" in desk.doubts


def test_equal_scores_are_no_proof_where_one_play_was_taken_for_another():
    desk = Desk("baseball")
    inning = {"half": "bottom", "clock_ms": None}
    desk.hear(P, play("p1", "single", 1, HOME, 10, **inning))
    desk.hear(B, play("b1", "single", 1, HOME, 10, **inning))
    desk.switch(B)
    desk.hear(B, play("b2", "double", 1, HOME, 100, **inning))
    desk.switch(P)
    assert ("level",) == desk.doubts
    desk.hear(P, play("p3", "single", 1, HOME, 260, **inning))
    assert [1, 1] == desk.worth()
    assert ("level",) == desk.doubts


def test_equal_scores_are_proof_where_the_play_is_the_same():
    desk = Desk("baseball")
    inning = {"half": "bottom", "clock_ms": None}
    desk.hear(P, play("p1", "single", 1, HOME, 10, **inning))
    desk.hear(B, play("b1", "single", 1, HOME, 10, **inning))
    desk.switch(B)
    desk.hear(B, play("b2", "double", 1, HOME, 100, **inning))
    desk.switch(P)
    desk.hear(P, play("p2", "double", 1, HOME, 102, **inning))
    assert () == desk.doubts
