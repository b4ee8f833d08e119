"""Downs, distances and overtimes."""

from __future__ import annotations

import pytest

from scoreboard.model.side import Side
from scoreboard.simulator.chance import chance
from scoreboard.simulator.gridiron import Gridiron
from scoreboard.simulator.playbook import Call, Moment, call

ABBREVS = {Side.HOME: "ALB", Side.AWAY: "DUN"}


def at(to_goal, down=1, distance=10):
    return Gridiron(ABBREVS, Side.HOME, to_goal, down, distance)


def called(field, period=2, lead=0, left_s=600.0, stops=3):
    return call(Moment(field, period, lead, left_s, stops), chance("call"))


def test_yard_lines_are_written_as_feeds_write_them():
    assert [at(71).line(), at(50).line(), at(29).line()] == ["ALB 29", "50", "DUN 29"]


def test_ten_yards_give_a_first_down():
    field = at(60, down=3, distance=4)
    assert field.advance(4)
    assert (field.to_goal, field.down, field.distance) == (56, 1, 10)


def test_near_the_goal_line_the_distance_is_the_goal_line():
    field = at(60)
    field.advance(54)
    assert (field.to_goal, field.distance) == (6, 6)


def test_a_fourth_down_that_fails_gives_the_ball_to_the_other_side_where_it_lies():
    field = at(40, down=4, distance=2)
    assert not field.advance(1)
    field.lose_on_downs()
    assert (field.ball, field.to_goal, field.down) == (Side.AWAY, 61, 1)


def test_a_penalty_repeats_the_down():
    field = at(60, down=2, distance=7)
    assert field.penalise(-10, automatic=False) == 10
    assert (field.to_goal, field.down, field.distance) == (70, 2, 17)


def test_a_penalty_near_a_goal_line_is_half_the_distance_to_it():
    assert at(8).penalise(15, automatic=True) == 4
    assert at(96).penalise(-10, automatic=False) == 2


def test_a_penalty_cannot_be_walked_over_a_goal_line():
    field = at(1)
    assert field.penalise(5, automatic=False) == 0
    assert field.to_goal == 1


def test_an_automatic_penalty_gives_a_first_down():
    field = at(60, down=3, distance=20)
    field.penalise(5, automatic=True)
    assert (field.down, field.distance) == (1, 10)


@pytest.mark.parametrize(
    ("field", "moment", "expected"),
    [
        (at(80, down=4), {}, Call.PUNT),
        (at(25, down=4), {}, Call.FIELD_GOAL),
        (at(25, down=1), {"left_s": 5.0}, Call.FIELD_GOAL),
        (at(80, down=2), {}, Call.SNAP),
        (at(80, down=4), {"period": 4, "lead": -5, "left_s": 100.0}, Call.SNAP),
        (at(25, down=4), {"period": 4, "lead": -2, "left_s": 100.0}, Call.FIELD_GOAL),
        (at(80, down=1), {"period": 4, "lead": 3, "left_s": 100.0, "stops": 0}, Call.KNEEL),
        (at(80, down=1), {"period": 4, "lead": 3, "left_s": 100.0, "stops": 3}, Call.SNAP),
        (at(98, down=1), {"period": 4, "lead": 3, "left_s": 100.0, "stops": 0}, Call.SNAP),
    ],
)
def test_a_side_calls_what_the_moment_asks_for(field, moment, expected):
    assert called(field, **moment) is expected
