"""A claimed box score is compared with the derived one, figure by figure and person by person."""

from __future__ import annotations

import pytest

from scoreboard.model.boxscore import Difference, StatLine
from scoreboard.model.message import VoidReport
from scoreboard.model.play import Participant
from scoreboard.model.side import Side
from scoreboard.projection.claims import compared, counterpart, differences
from scoreboard.sports.boxes import BOXES
from scoreboard.sports.shares import statistics
from tests.projection.test_boxscore import ABLE, BAKER, shot, started

PERSON = "x0000000001"


def line(side=Side.HOME, person=None, **counts):
    return StatLine(side, person, counts)


def player(**who):
    return Participant("player", **who)


def found(game, *claimed, complete=False):
    """(who, stat, claimed, derived) of each difference."""
    return [
        (one.person.name if one.person else one.side.value, one.stat, one.claimed, one.derived)
        for one in differences(game.state, claimed, complete=complete)
    ]


@pytest.fixture
def game():
    game = started()
    game.hear(shot("1", ABLE))
    game.hear(shot("2", BAKER, side=Side.HOME))
    return game


def test_what_agrees_is_no_difference(game):
    able = line(person=player(name="A. Able", jersey="7"), pts=2, fgm=1, fga=1)
    assert found(game, line(pts=4), line(Side.AWAY, pts=0), able) == []


def test_a_figure_that_is_not_ours_is_told_with_both(game):
    assert found(game, line(pts=5, fgm=2), line(person=ABLE, pts=3)) == [
        ("home", "pts", 5, 4),
        ("A. Able", "pts", 3, 2),
    ]


def test_what_no_play_tells_of_is_null(game):
    stranger = player(name="N. Obody")
    assert found(game, line(person=stranger, pts=2, ast=0), line(Side.AWAY, pts=1)) == [
        ("N. Obody", "pts", 2, None),
        ("away", "pts", 1, None),
    ]


def test_statistics_that_are_not_derived_are_not_compared(game):
    claim = line(person=ABLE, pts=2, minutes=31, plus_minus=-4)
    assert found(game, claim) == []
    assert compared(game.state, [claim, line(pts=4)]) == 2


def test_only_a_complete_claim_speaks_of_those_whom_it_leaves_out(game):
    mine = (line(pts=4), line(person=ABLE, pts=2))
    assert found(game, *mine) == []
    left_out = found(game, *mine, complete=True)
    assert ("B. Baker", "pts", None, 2) in left_out
    assert {who for who, *_ in left_out} == {"B. Baker"}
    # What is known to be none is nothing that was left out.
    game.hear(shot("3", Participant("shooter", name="C. Cole"), points=0))
    assert [rest for who, *rest in found(game, *mine, complete=True) if who == "C. Cole"] == [
        ["fga", None, 1]
    ]


def test_a_correction_mends_the_difference(game):
    claim = line(pts=2)
    assert found(game, claim) == [("home", "pts", 2, 4)]
    game.hear(VoidReport("2"))
    assert found(game, claim) == []
    # A line of which nothing is left is nobody's.
    assert found(game, line(pts=2), line(person=ABLE, pts=2), complete=True) == []


@pytest.mark.parametrize(
    ("claimed", "ours", "same"),
    [
        ({"person_id": PERSON}, {"person_id": PERSON, "name": "Other"}, True),
        (
            {"person_id": PERSON, "name": "Able"},
            {"person_id": "x0000000002", "name": "Able"},
            False,
        ),
        ({"ref": "12"}, {"ref": "12"}, True),
        ({"name": "A. ABLE"}, {"name": "A. Able"}, True),
        ({"name": "Able", "jersey": "7"}, {"name": "Able"}, True),
        ({"name": "Able", "jersey": "7"}, {"name": "Able", "jersey": "8"}, False),
        ({"name": "Able"}, {"name": "Baker"}, False),
        ({"jersey": "7"}, {"jersey": "7", "name": "Able"}, True),
        ({"jersey": "7", "name": "Able"}, {"jersey": "7"}, True),
        ({"jersey": "7", "name": "A. Able"}, {"jersey": "7", "name": "Able"}, False),
        ({"jersey": "7", "person_id": PERSON}, {"jersey": "7", "person_id": "x0000000002"}, False),
        ({"jersey": "7"}, {"jersey": "8"}, False),
        ({}, {"name": "Able"}, False),
    ],
)
def test_who_is_the_same(claimed, ours, same):
    own = line(person=player(**ours))
    other = line(Side.AWAY, person=player(**ours))
    claim = line(person=player(**claimed))
    assert counterpart(claim, [line(), other, own]) is (own if same else None)


def test_the_surest_name_wins():
    by_number, by_ref = line(person=player(jersey="7")), line(person=player(ref="12"))
    assert counterpart(line(person=player(jersey="7", ref="12")), [by_number, by_ref]) is by_ref


def test_a_team_is_no_person():
    own = line()
    assert counterpart(line(), [line(person=player(name="Able")), own]) is own
    assert counterpart(line(), [line(Side.AWAY)]) is None
    assert counterpart(line(person=player(name="Able")), [own]) is None


@pytest.mark.parametrize("ruleset", BOXES)
def test_every_statistic_that_is_counted_can_be_claimed(ruleset):
    box = BOXES[ruleset]
    names = statistics(box)
    assert box.points in names
    assert all(name in names for name in box.shown)
    assert not any(name.endswith("~") for name in names)


def test_a_difference_says_whose_it_is(game):
    claim = line(person=player(name="A. Able", jersey="7"), pts=9)
    assert differences(game.state, [claim], complete=False) == (
        Difference(Side.HOME, claim.person, "pts", 9, 2),
    )


def test_plays_of_no_box_give_nothing_to_differ():
    game = started()
    assert found(game, line(pts=0), line(Side.AWAY, pts=0), complete=True) == []
