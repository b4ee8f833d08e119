"""Golden places: a corner three and a lay-up in each frame of the NBA."""

from __future__ import annotations

import pytest

from scoreboard.ingest.parsers.nba import court as nba_court


def test_the_left_corner_three_of_the_live_feed_is_at_the_attacker_s_left():
    # A. Wiggins, 0022000001 action 347: "left" half, x 7.835 y 96.883 percent, 23.53 ft.
    legacy = nba_court.from_legacy(-234, 21)
    live = nba_court.from_percent(7.835085413929041, 96.8826593137255, "left")
    assert (92.181, 3.2) == (legacy.x, legacy.y)
    assert (92.165, 3.117) == (live.x, live.y)
    assert 23.5 == nba_court.distance_ft(legacy)


def test_the_shot_from_the_top_of_the_live_feed_is_in_the_middle():
    # K. Irving, 0022000001 action 12: "right" half, x 71.041 y 49.579 percent, 21.97 ft.
    legacy = nba_court.from_legacy(-2, 220)
    live = nba_court.from_percent(71.04139290407359, 49.57873774509804, "right")
    assert (71.011, 49.6) == (legacy.x, legacy.y)
    assert (71.041, 49.579) == (live.x, live.y)
    assert 22.0 == nba_court.distance_ft(legacy)


def test_the_right_corner_three_is_at_the_attacker_s_right_in_both_tables():
    # "Right Corner 3": OG Anunoby in a shot chart; the sign of x is the other one in NBA_Shots.
    chart = nba_court.from_legacy(231, -16)
    table = nba_court.from_feet(-23.1, 3.65)
    assert (96.117, 96.2) == (chart.x, chart.y) == (table.x, table.y)
    assert ("nba_legacy", "nba_shots_feet") == (chart.raw.frame, table.raw.frame)
    assert (231, -16) == (chart.raw.x, chart.raw.y)


def test_a_lay_up_is_in_front_of_the_hoop():
    # Pascal Siakam's putback, 0021900001 event 77: 0.6 ft behind the middle of the hoop.
    chart = nba_court.from_legacy(0, -6)
    table = nba_court.from_feet(0, 4.65)
    assert (95.053, 50.0) == (chart.x, chart.y) == (table.x, table.y)
    assert 0.6 == nba_court.distance_ft(chart)


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_middle_of_the_court_is_the_middle_from_either_side(side):
    place = nba_court.from_percent(50, 50, side)
    assert (50, 50) == (place.x, place.y)


def test_a_heave_from_the_far_end_is_near_the_own_hoop():
    assert (13.83, 50.0) == (nba_court.from_feet(0, 81).x, nba_court.from_feet(0, 81).y)
