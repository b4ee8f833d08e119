"""Places on a half court in feet: a corner shot and a lay-up in both frames."""

from __future__ import annotations

from scoreboard.ingest.parsers.college import court as college_court
from scoreboard.model.play import Place, RawPlace

#: The hoop, 5.25 feet from the attacked baseline, in the middle.
HOOP = (94.415, 50.0)


def test_a_lay_up_is_at_the_hoop_in_both_frames():
    stats, espn = college_court.from_baseline(25, 5.25), college_court.from_hoop(25, 0)
    assert Place(*HOOP, RawPlace(25, 5.25, "stats_halfcourt")) == stats
    assert Place(*HOOP, RawPlace(25, 0, "espn_halfcourt")) == espn
    assert 0.0 == college_court.distance_ft(stats)


def test_a_shot_from_the_left_corner_is_at_the_left_in_both_frames():
    stats, espn = college_court.from_baseline(2, 3.25), college_court.from_hoop(2, -2)
    assert (96.543, 4.0) == (stats.x, stats.y) == (espn.x, espn.y)
    assert 23.1 == college_court.distance_ft(espn)


def test_a_shot_from_the_right_corner_is_at_the_right():
    assert 96.0 == college_court.from_hoop(48, -1).y


def test_a_shot_from_the_far_end_is_far_from_the_attacked_one():
    assert 8.511 == college_court.from_baseline(25, 86).x


def test_a_place_off_the_court_is_none():
    assert college_court.from_baseline(25, 200) is None
    assert college_court.from_hoop(-30, 5) is None
    assert college_court.from_hoop(-1, 5) is not None
