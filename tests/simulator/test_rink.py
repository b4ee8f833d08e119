"""Penalties, empty nets, shoot-outs."""

from __future__ import annotations

import pytest

from scoreboard.model.side import Score, Side
from scoreboard.model.situation import HockeySituation
from scoreboard.simulator.hockey import _is_won
from scoreboard.simulator.rink import Penalty, Strength


def short(*penalties):
    strength = Strength()
    for penalty in penalties:
        strength.add(penalty)
    return strength


def test_a_penalty_takes_a_skater_until_its_time_is_up():
    strength = short(Penalty(Side.HOME, 120_000, minor=True))
    assert strength.situation() == HockeySituation(4, 5)
    assert strength.next_return_ms() == 120_000
    strength.expire(120_000)
    assert strength.situation() == HockeySituation(5, 5)
    assert strength.next_return_ms() is None


def test_a_goal_ends_a_minor_penalty_and_no_major_one():
    strength = short(Penalty(Side.HOME, 300_000, minor=False))
    strength.goal_against(Side.HOME)
    assert strength.skaters(Side.HOME) == 4
    strength = short(Penalty(Side.HOME, 120_000, minor=True))
    strength.goal_against(Side.HOME)
    assert strength.skaters(Side.HOME) == 5


def test_a_goal_ends_no_penalty_when_both_sides_are_short():
    both = (Penalty(Side.HOME, 9, minor=True), Penalty(Side.AWAY, 9, minor=True))
    strength = short(*both)
    strength.goal_against(Side.HOME)
    assert strength.situation() == HockeySituation(4, 4)


def test_a_side_keeps_three_skaters_whatever_it_does():
    strength = short(*[Penalty(Side.AWAY, 9, minor=True)] * 4)
    assert strength.skaters(Side.AWAY) == 3


def test_in_overtime_a_penalty_gives_the_other_side_one_more():
    strength = short(Penalty(Side.HOME, 9, minor=True))
    strength.overtime()
    assert strength.situation() == HockeySituation(3, 4)


def test_an_empty_net_means_one_skater_more():
    strength = Strength()
    strength.pull(Side.AWAY)
    assert strength.situation() == HockeySituation(5, 6)
    assert strength.pulled is Side.AWAY


@pytest.mark.parametrize(
    ("home", "away", "home_taken", "away_taken", "won"),
    [
        (0, 0, 3, 3, False),
        (1, 0, 3, 3, True),
        (1, 0, 3, 2, False),
        (2, 0, 2, 2, True),
        (2, 0, 2, 1, False),
        (0, 1, 3, 2, True),
        (1, 0, 4, 3, False),
        (1, 0, 4, 4, True),
    ],
)
def test_a_shootout_is_won_when_the_other_side_cannot_draw_level(
    home, away, home_taken, away_taken, won
):
    taken = {Side.HOME: home_taken, Side.AWAY: away_taken}
    assert _is_won(Score(home, away), taken) is won
