"""A simulated day looks like a real one: rates, scores, lengths."""

from __future__ import annotations

from collections import Counter
from statistics import mean

import pytest

from scoreboard.model.message import StatusReport
from scoreboard.model.side import Side
from scoreboard.model.status import Status
from tests.simulator.days import SPORTS, games, live_plays

#: sport -> lowest and highest mean of the points of both sides.
POINTS = {
    "football": (38, 55),
    "soccer": (2.0, 3.6),
    "basketball": (192, 225),
    "hockey": (4.2, 7.0),
    "baseball": (6.5, 11.0),
}

#: sport -> lowest and highest mean of live plays. Recorded: 178, (1,640 of all kinds), 449,
#: 180 without stoppages, 79 and the frame of nine innings.
PLAYS = {
    "football": (170, 200),
    "soccer": (180, 250),
    "basketball": (420, 480),
    "hockey": (210, 270),
    "baseball": (95, 115),
}

#: sport -> lowest and highest mean length, minutes. Recorded: 187, 111, 131, 145 to 168, 183.
LENGTHS = {
    "football": (170, 205),
    "soccer": (105, 118),
    "basketball": (118, 140),
    "hockey": (140, 170),
    "baseball": (165, 200),
}

#: (sport, kind of play) -> what one recorded game has.
KINDS = {
    ("football", "pass"): 70.0,
    ("football", "rush"): 52.4,
    ("football", "sack"): 4.1,
    ("football", "punt"): 7.8,
    ("football", "field_goal"): 4.3,
    ("football", "kickoff"): 10.7,
    ("football", "penalty"): 7.6,
    ("basketball", "2pt"): 128.1,
    ("basketball", "3pt"): 46.4,
    ("basketball", "freethrow"): 40.0,
    ("basketball", "rebound"): 103.1,
    ("basketball", "turnover"): 29.1,
    ("basketball", "foul"): 37.7,
    ("basketball", "substitution"): 42.7,
    ("basketball", "timeout"): 13.2,
    ("soccer", "shot"): 20.9,
    ("soccer", "corner"): 9.8,
    ("soccer", "foul"): 19.8,
    ("soccer", "offside"): 4.1,
    ("soccer", "throw_in"): 39.4,
    ("soccer", "goal_kick"): 14.7,
    ("soccer", "clearance"): 29.4,
    ("soccer", "substitution"): 5.9,
    ("hockey", "shot"): 52.8,
    ("hockey", "blocked_shot"): 18.8,
    ("hockey", "hit"): 24.5,
    ("hockey", "faceoff"): 60.0,
    ("hockey", "penalty"): 6.3,
    ("baseball", "strikeout"): 18.5,
    ("baseball", "single"): 10.5,
    ("baseball", "walk"): 5.9,
    ("baseball", "out"): 33.3,
    ("baseball", "home_run"): 2.7,
}


def length_min(game):
    moments = {
        timed.message.report.line.status: timed.at_ms
        for timed in reversed(game.reports)
        if isinstance(timed.message.report, StatusReport)
    }
    return (moments[Status.FINAL] - moments[Status.IN_PROGRESS]) / 60_000


@pytest.mark.parametrize("sport", SPORTS)
def test_points_are_those_of_a_real_game(sport):
    low, high = POINTS[sport]
    assert low < mean(game.final.home + game.final.away for game in games(sport)) < high


@pytest.mark.parametrize("sport", SPORTS)
def test_there_are_as_many_plays_as_in_a_real_game(sport):
    low, high = PLAYS[sport]
    assert low < mean(len(live_plays(game)) for game in games(sport)) < high


@pytest.mark.parametrize("sport", SPORTS)
def test_a_game_takes_as_long_as_a_real_one(sport):
    low, high = LENGTHS[sport]
    assert low < mean(length_min(game) for game in games(sport)) < high


@pytest.mark.parametrize(("sport", "kind"), KINDS)
def test_each_kind_of_play_is_as_frequent_as_recorded(sport, kind):
    found = Counter(facts.play_type for game in games(sport) for facts in live_plays(game).values())
    per_game = found[kind] / len(games(sport))
    assert per_game == pytest.approx(KINDS[sport, kind], rel=0.25, abs=0.9)


def test_three_point_shots_are_taken_from_behind_the_line():
    for game in games("basketball"):
        for facts in live_plays(game).values():
            if facts.place is None:
                continue
            across = abs(facts.place.y - 50) * 0.5
            out = (100 - facts.place.x) * 0.94 - 5.25
            behind = across >= 21.95 or (across**2 + out**2) ** 0.5 >= 23.7
            assert behind == (facts.play_type == "3pt")
            assert facts.shot.distance_ft == pytest.approx((across**2 + out**2) ** 0.5, abs=0.2)


def test_shots_go_in_as_often_as_recorded():
    made: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for game in games("basketball"):
        for facts in live_plays(game).values():
            if facts.shot is not None:
                tried[facts.play_type] += 1
                made[facts.play_type] += facts.shot.made
    # Recorded: 62.2 of 128.1, 16.0 of 46.4, 29.2 of 40.0 a game.
    assert made["2pt"] / tried["2pt"] == pytest.approx(0.486, abs=0.03)
    assert made["3pt"] / tried["3pt"] == pytest.approx(0.345, abs=0.03)
    assert made["freethrow"] / tried["freethrow"] == pytest.approx(0.73, abs=0.03)


def test_the_home_side_wins_more_often_than_not():
    won = Counter(game.final.leader for sport in SPORTS for game in games(sport))
    assert won[Side.HOME] > won[Side.AWAY]
