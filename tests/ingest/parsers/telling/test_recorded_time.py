"""When the rows of a recorded game came."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest.parsers.telling.recorded_time import kick_off_ms, moments
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.rows import CUP, MLB, NBA, NFL, play, score
from tests.support.games import meta

MINUTE = 60_000
START = 1_599_999_960_000


def at(about):
    return attrs.evolve(about, scheduled_start_ms=START)


def minutes(rows, about=NBA):
    """When the rows come, in minutes after the scheduled start."""
    return [round((time - START) / MINUTE, 1) for time in moments(rows, at(about))]


def clocked(*clocks, period=1, **fields):
    return [
        play(str(n), order=n, period=period, clock_ms=clock * MINUTE, **fields)
        for n, clock in enumerate(clocks)
    ]


def walled(*times):
    return [
        play(str(n), order=n, wallclock_ms=None if time is None else START + time * 1000)
        for n, time in enumerate(times)
    ]


def seconds(rows):
    return [(time - START) // 1000 for time in moments(rows, at(NBA))]


def test_rows_stand_at_their_wall_clock():
    assert seconds(walled(10, 20, 31)) == [10, 20, 31]


def test_a_row_without_a_wall_clock_stands_between_its_neighbours():
    assert seconds(walled(10, None, None, 40)) == [10, 20, 30, 40]


def test_the_game_clock_says_where_between_its_neighbours_a_row_stands():
    rows = [
        play("a", order=1, clock_ms=10 * MINUTE, wallclock_ms=START),
        play("b", order=2, clock_ms=9 * MINUTE),
        play("c", order=3, clock_ms=6 * MINUTE, wallclock_ms=START + 40_000),
    ]
    assert seconds(rows) == [0, 10, 40]


def test_a_single_wrong_wall_clock_moves_no_other_row():
    times = seconds(walled(10, 999_999, 30, 40))
    assert (times[0], times[2], times[3]) == (10, 30, 40)
    assert 10 <= times[1] <= 30


def test_rows_that_know_only_their_minute_are_spread_over_it():
    assert seconds(walled(0, 0, 0, 60)) == [0, 20, 40, 60]
    assert seconds(walled(0, None, 0, 60)) == [0, 15, 30, 60]


def test_a_row_that_says_that_play_goes_on_stands_with_the_next_one():
    rows = [
        *walled(0),
        play("d", "comment", order=1, status=StatusLine(Status.DELAYED)),
        play("r", "comment", order=2, status=StatusLine(Status.IN_PROGRESS)),
        play("n", order=3, wallclock_ms=START + 7_200_123),
    ]
    assert moments(rows, at(NBA))[2:] == [START + 7_200_123] * 2


def test_without_a_wall_clock_the_game_clock_is_stretched_from_the_kick_off():
    assert minutes(clocked(12, 6, 0)) == [0.0, 14.4, 28.8]


def test_breaks_lie_between_the_periods():
    rows = [
        *clocked(12, 0),
        *clocked(12, 0, period=2),
        *clocked(12, period=3),
    ]
    assert minutes(rows) == [0.0, 28.8, 31.3, 60.1, 75.1]


def test_an_overtime_comes_after_a_short_break():
    rows = [*clocked(0, period=4), *clocked(5, period=5)]
    before, after = minutes(rows)
    assert round(after - before, 1) == 3.0


def test_stoppage_time_moves_the_second_half():
    rows = [*clocked(45, 52), *clocked(0, 45, period=2)]
    assert minutes(rows, CUP) == [45.0, 52.0, 67.0, 112.0]


def test_a_row_without_any_clock_stands_with_the_row_before_it():
    rows = [*clocked(12, 6), play("x", order=9), score("s", 10, 1, 1)]
    assert minutes(rows) == [0.0, 14.4, 14.4, 14.4]


def test_kicks_of_a_shoot_out_come_one_after_the_other():
    rows = [
        *clocked(30, period=4),
        *[play(f"k{n}", "shootout_kick", order=50 + n, period=5, shootout=True) for n in range(3)],
    ]
    first, second, third = moments(rows, at(CUP))[1:]
    assert (second - first, third - second) == (45_000, 45_000)


def test_a_sport_without_a_clock_is_paced_by_plays_and_half_innings():
    rows = [
        play("1", "out", order=1, half="top"),
        play("2", "substitution", order=2, half="top"),
        play("3", "out", order=3, half="top"),
        play("4", "out", order=4, half="bottom"),
        score("5", 5, 1, 0),
    ]
    assert minutes(rows, MLB) == [0.0, 0.0, 1.9, 5.8, 5.8]


def test_rows_around_the_known_wall_clocks_are_told_by_the_game_clock():
    rows = clocked(12, 6, 0)
    rows[1] = attrs.evolve(
        rows[1], facts=attrs.evolve(rows[1].facts, wallclock_ms=START + 60 * MINUTE)
    )
    assert minutes(rows) == [45.6, 60.0, 74.4]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scheduled_start_ms": 5}, 5),
        ({"official_date": "2019-12-29"}, 1_577_642_400_000),
        ({"official_date": "soon"}, 946_749_600_000),
        ({}, 946_749_600_000),
    ],
)
def test_a_game_begins_when_it_says_or_at_a_plausible_hour(fields, expected):
    assert expected == kick_off_ms(attrs.evolve(meta(), **fields))


_CLOCKS = st.none() | st.integers(0, 60 * MINUTE)


@given(
    about=st.sampled_from([NBA, NFL, CUP, MLB]),
    rows=st.lists(
        st.tuples(st.integers(1, 6), _CLOCKS, _CLOCKS, st.sampled_from(["top", "bottom", None])),
        max_size=12,
    ),
)
def test_times_never_fall_whatever_the_clocks_say(about, rows):
    made = [
        play(str(n), order=n, period=period, clock_ms=clock, wallclock_ms=wall, half=half)
        for n, (period, clock, wall, half) in enumerate(rows)
    ]
    times = moments(made, at(about))
    assert times == sorted(times)
