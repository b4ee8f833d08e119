"""The words: ids, scores, periods, statuses."""

from __future__ import annotations

import pytest

from scoreboard.model import ids
from scoreboard.model.ids import BadId
from scoreboard.model.ruleset import ordinal
from scoreboard.model.side import Score, Side
from scoreboard.model.status import TRANSITIONS, State, Status
from scoreboard.sports.registry import RULESETS


def test_hashed_ids_have_their_form_and_stay():
    game = ids.game_id("nfl_", "nfl", "10012019-1229")
    team = ids.team_id("nfl_", "GB")
    person = ids.person_id("nfl_", "gsis", "00-0025580")
    assert ids.parse_game_id(game) == game
    assert ids.parse_team_id(team) == team
    assert ids.parse_person_id(person) == person
    assert (game, team) == ("gnj4lchjrfz", "t7vif5ukdks")


def test_a_play_is_named_by_its_position():
    assert ids.play_id(91) == "p91"


@pytest.mark.parametrize(
    ("parse", "good", "bad"),
    [
        (ids.parse_game_id, "g0000000001", ["g1", "G0000000001", "g00000000011", "t0000000001", 3]),
        (ids.parse_team_id, "t0000000001", ["t1", "g0000000001", None]),
        (ids.parse_person_id, "x0000000001", ["x", ""]),
        (ids.parse_source_id, "arena_2", ["2arena", "", "Arena", "a" * 33]),
        (ids.parse_league, "nfl_", ["nfl", "nfl__", "_nfl", "NFL_"]),
    ],
)
def test_an_id_that_is_none_is_refused(parse, good, bad):
    assert parse(good) == good
    for text in bad:
        with pytest.raises(BadId):
            parse(text)


def test_scores_add_up():
    assert Score(1, 2) + Score(3, 4) == Score(4, 6)
    assert Score(1, 2) - Score(3, 4) == Score(-2, -2)
    assert -Score(1, 2) == Score(-1, -2)
    assert Score().plus(Side.HOME, 3).plus(Side.AWAY, 2) == Score(3, 2)
    assert [Score(*pair).leader for pair in ((1, 0), (0, 1), (1, 1))] == [
        Side.HOME,
        Side.AWAY,
        None,
    ]


@pytest.mark.parametrize(
    ("ruleset", "labels"),
    [
        ("nfl", {1: "Q1", 4: "Q4", 5: "OT", 6: "OT2"}),
        ("ncaa_mens_basketball", {1: "1st half", 3: "OT", 8: "OT6"}),
        ("nhl", {3: "3rd", 4: "OT", 5: "SO"}),
        ("nhl_playoffs", {4: "OT", 7: "OT4"}),
        ("soccer_cup", {2: "2nd half", 3: "ET", 4: "ET2", 5: "SO"}),
        ("soccer_league", {2: "2nd half"}),
        ("mlb", {1: "1st", 9: "9th", 10: "10th", 11: "11th", 21: "21st"}),
    ],
)
def test_a_period_is_called_what_a_scoreboard_calls_it(ruleset, labels):
    rules = RULESETS[ruleset]
    assert {index: rules.label(index) for index in labels} == labels


def test_ordinals_are_english():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th")
    ]


def test_a_period_has_its_length():
    assert RULESETS["nba"].length_ms(1) == 720_000
    assert RULESETS["nba"].length_ms(5) == 300_000
    assert RULESETS["nhl"].length_ms(5) == 0


def test_every_status_has_its_state_and_its_followers():
    assert {status.state for status in Status} == set(State)
    assert set(TRANSITIONS) == set(Status)
    for status, followers in TRANSITIONS.items():
        assert status not in followers
