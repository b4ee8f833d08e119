"""What is due when, in a replay of several games at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest.parsers.telling.timeline import Arrival
from scoreboard.model.message import Message, PlayReport, StatusReport
from scoreboard.model.play import PlayFacts
from scoreboard.model.status import StatusLine
from scoreboard.tools.replay_schedule import Pace, batch, due, plan

STATUS = Message(StatusReport(StatusLine()))
PLAY = Message(PlayReport("x", PlayFacts("2pt", 1)))


def game(*times):
    """A status at the first time, plays at the others."""
    return [Arrival(time, PLAY if place else STATUS) for place, time in enumerate(times)]


def test_recorded_time_starts_with_the_earliest_message_of_all_games():
    laid = plan([game(5_000, 6_000), game(4_000, 9_000)], align=False)
    assert (laid.start_ms, laid.offsets) == (4_000, ((1_000, 2_000), (0, 5_000)))


def test_aligned_games_have_their_first_plays_at_the_same_time():
    laid = plan([game(5_000, 6_000, 7_000), game(100_000, 200_000, 200_500)], align=True)
    assert laid.offsets == ((99_000, 100_000, 101_000), (0, 100_000, 100_500))


def test_a_game_without_plays_is_not_shifted():
    laid = plan([game(5_000), game(1_000, 2_000)], align=True)
    assert laid.offsets == ((4_000,), (0, 1_000))
    assert plan([game(5_000)], align=True).offsets == ((0,),)


def test_no_games_are_a_plan_too():
    laid = plan([], align=True)
    assert (laid.offsets, laid.length_ms, laid.longest_silence_ms) == ((), 0, 0)
    assert plan([[]], align=False).length_ms == 0


def test_the_longest_silence_is_one_of_all_games_together():
    laid = plan([game(0, 10_000), game(4_000, 50_000)], align=False)
    assert (laid.longest_silence_ms, laid.length_ms) == (40_000, 50_000)


@pytest.mark.parametrize(
    ("sent", "position", "number"),
    [(0, -1, 0), (0, 0, 1), (0, 999, 1), (0, 1_000, 3), (1, 1_000, 2), (3, 5_000, 1), (4, 9e9, 0)],
)
def test_a_message_is_due_when_its_time_has_come(sent, position, number):
    assert due((0, 1_000, 1_000, 5_000), sent, position) == number


def test_at_a_speed_recorded_time_runs_faster():
    pace = Pace(60.0)
    assert pace.position_ms(2.0) == 120_000
    assert pace.wait_s(120_000, 0.5) == 1.5
    assert pace.wait_s(120_000, 5.0) == 0.0


def test_without_a_speed_everything_is_due_at_once():
    pace = Pace(None)
    assert pace.position_ms(0.0) == float("inf")
    assert pace.wait_s(120_000, 0.0) == 0.0


@pytest.mark.parametrize(
    ("sizes", "start", "number", "taken"),
    [
        ([10, 10, 10], 0, 3, 3),
        ([10, 10, 10], 0, 2, 2),
        ([10, 10, 10], 2, 1, 1),
        ([10] * 9, 0, 9, 5),
        ([60, 50, 1], 0, 3, 1),
        ([500, 1], 0, 2, 1),
        ([1, 500], 0, 2, 1),
    ],
)
def test_a_request_is_bounded_in_messages_and_bytes(sizes, start, number, taken):
    assert batch(sizes, start, number, most=5, most_bytes=100) == taken


@given(st.lists(st.integers(1, 120), min_size=1, max_size=30), st.integers(1, 7))
def test_batches_send_everything_once(sizes, most):
    sent, taken = 0, 0
    while sent < len(sizes):
        taken = batch(sizes, sent, len(sizes) - sent, most, 100)
        assert 1 <= taken <= most
        assert taken == 1 or sum(sizes[sent : sent + taken]) <= 100
        sent += taken
    assert sent == len(sizes)
