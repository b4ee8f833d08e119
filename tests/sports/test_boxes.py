"""What plays give to the box score of each sport."""

from __future__ import annotations

import pytest

from scoreboard.model.play import Participant, PlayFacts, ShotFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import FootballSituation
from scoreboard.sports.boxes import BOXES
from scoreboard.sports.registry import RULESETS, SPORTS
from scoreboard.sports.shares import TEAM, Share, against, resulted

HOME, AWAY = Side.HOME, Side.AWAY


def who(*roles):
    """Participants by role; "-" in front: of the away side; "?" in front: side not said."""
    sides = {"-": AWAY, "?": None}
    return tuple(
        Participant(role.lstrip("-?"), name=role, side=sides.get(role[0], HOME)) for role in roles
    )


def given(ruleset, kind, *roles, points=0, to=HOME, side=HOME, **facts):
    """What a play gives, shown: whose -> statistics; "home" and "away" are the teams."""
    play = PlayFacts(
        kind,
        1,
        side=side,
        points=points,
        points_to=to if points else None,
        participants=who(*roles),
        **facts,
    )
    box = BOXES[ruleset]
    return {
        of.value if place is None else roles[place]: dict(box.shows(gives))
        for of, place, gives in box.credits(play)
    }


def test_every_ruleset_has_a_box_and_every_kind_in_it_is_one_of_the_sport():
    assert set(BOXES) == set(RULESETS)
    for name, box in BOXES.items():
        assert set(box.shares) <= set(SPORTS[RULESETS[name].sport].play_types)


@pytest.mark.parametrize(
    ("kind", "roles", "facts", "expected"),
    [
        (
            "3pt",
            ("shooter", "assist"),
            {"points": 3},
            {
                "shooter": {"fga": 1, "fgm": 1, "fg3a": 1, "fg3m": 1, "pts": 3},
                "assist": {"ast": 1},
                "home": {"fga": 1, "fgm": 1, "fg3a": 1, "fg3m": 1, "pts": 3, "ast": 1},
            },
        ),
        (
            "2pt",
            ("shooter", "-blocker"),
            {},
            {
                "shooter": {"fga": 1, "fgm": 0, "pts": 0},
                "-blocker": {"blk": 1},
                "home": {"fga": 1, "fgm": 0, "pts": 0},
                "away": {"blk": 1},
            },
        ),
        # Missed and fouled: no attempt. Into the own hoop: the other team's points alone.
        ("2pt", ("shooter",), {"qualifiers": ("fouled",)}, {}),
        ("2pt", ("shooter",), {"points": 2, "to": AWAY}, {"away": {"pts": 2}}),
        ("2pt", (), {"points": 2}, {"home": {"fga": 1, "fgm": 1, "pts": 2}}),
        (
            "freethrow",
            ("shooter",),
            {"points": 1},
            {
                "shooter": {"fta": 1, "ftm": 1, "pts": 1},
                "home": {"fta": 1, "ftm": 1, "pts": 1},
            },
        ),
        (
            "rebound",
            ("rebounder",),
            {"subtype": "offensive"},
            {"rebounder": {"reb": 1, "oreb": 1}, "home": {"reb": 1, "oreb": 1}},
        ),
        ("rebound", (), {"subtype": "defensive"}, {"home": {"reb": 1, "dreb": 1}}),
        ("rebound", (), {"subtype": "offensive deadball"}, {}),
        (
            "turnover",
            ("loser", "-stealer"),
            {},
            {
                "loser": {"to": 1},
                "-stealer": {"stl": 1},
                "home": {"to": 1},
                "away": {"stl": 1},
            },
        ),
        ("foul", ("fouler",), {}, {"fouler": {"pf": 1}, "home": {"pf": 1}}),
        (
            "foul",
            ("fouler",),
            {"subtype": "technical"},
            {"fouler": {"tf": 1}, "home": {"tf": 1}},
        ),
        ("foul", ("fouler",), {"subtype": "defensive 3 seconds"}, {}),
        ("substitution", ("in", "out"), {}, {}),
    ],
)
def test_basketball(kind, roles, facts, expected):
    assert given("nba", kind, *roles, **facts) == expected


def test_a_steal_that_is_told_twice_is_one():
    box = BOXES["nba"]
    assert box.shows({"stl": 1, "stl~": 1}) == {"stl": 1}
    assert box.shows({"stl~": 2}) == {"stl": 2}
    assert box.shows({"stl": 3, "stl~": 2}) == {"stl": 3}


def test_who_is_of_no_side_has_no_line():
    assert given("nba", "foul", "?fouler", side=None) == {}
    assert given("nba", "foul", side=None) == {}


@pytest.mark.parametrize(
    ("kind", "roles", "facts", "expected"),
    [
        (
            "goal",
            ("scorer", "assist", "-goalkeeper"),
            {"points": 1},
            {
                "scorer": {"g": 1, "pts": 1, "sog": 1},
                "assist": {"a": 1, "pts": 1},
                "-goalkeeper": {"sa": 1, "ga": 1, "sv": 0},
                "home": {"g": 1, "sog": 1, "a": 1},
                "away": {"sa": 1, "ga": 1, "sv": 0},
            },
        ),
        (
            "shot",
            ("shooter", "-goalkeeper"),
            {"result": "saved"},
            {
                "shooter": {"sog": 1, "g": 0},
                "home": {"sog": 1, "g": 0},
                "-goalkeeper": {"sa": 1, "sv": 1, "ga": 0},
                "away": {"sa": 1, "sv": 1, "ga": 0},
            },
        ),
        ("shot", ("shooter",), {"result": "goal"}, {}),
        (
            "missed_shot",
            ("shooter",),
            {},
            {"shooter": {"missed": 1}, "home": {"missed": 1}},
        ),
        ("shootout_shot", ("shooter",), {"points": 1, "shootout": True}, {}),
        ("shootout_winner", (), {"points": 1}, {"home": {"g": 1}}),
    ],
)
def test_hockey(kind, roles, facts, expected):
    found = given("nhl", kind, *roles, **facts)
    assert found == expected


@pytest.mark.parametrize(
    ("kind", "roles", "facts", "expected"),
    [
        (
            "goal",
            ("shooter", "assist", "-goalkeeper"),
            {"points": 1, "result": "goal"},
            {
                "shooter": {"g": 1, "shots": 1, "sot": 1},
                "assist": {"a": 1},
                "-goalkeeper": {"ga": 1},
                "home": {"g": 1, "shots": 1, "sot": 1, "a": 1},
                "away": {"ga": 1},
            },
        ),
        # An own goal is never its scorer's.
        (
            "own_goal",
            ("player",),
            {"points": 1, "to": AWAY},
            {"player": {"og": 1}, "home": {"og": 1}, "away": {"g": 1}},
        ),
        ("shot", ("shooter",), {"result": "repeated goal"}, {}),
        (
            "shot",
            ("shooter", "-goalkeeper"),
            {"result": "saved"},
            {
                "shooter": {"shots": 1, "sot": 1, "g": 0},
                "home": {"shots": 1, "sot": 1, "g": 0},
                "-goalkeeper": {"saves": 1},
                "away": {"saves": 1},
            },
        ),
        (
            "free_kick",
            ("player",),
            {"shot": ShotFacts(1, made=False), "result": "accurate"},
            {
                "player": {"shots": 1, "sot": 1, "g": 0},
                "home": {"shots": 1, "sot": 1, "g": 0},
            },
        ),
        ("free_kick", ("player",), {}, {}),
        ("corner", ("player",), {}, {"home": {"corners": 1}}),
        (
            "card",
            ("booked",),
            {"subtype": "second_yellow"},
            {"booked": {"yc": 1, "rc": 1}, "home": {"yc": 1, "rc": 1}},
        ),
        ("save", ("goalkeeper",), {"result": "inaccurate"}, {}),
    ],
)
def test_soccer(kind, roles, facts, expected):
    assert given("soccer_cup", kind, *roles, **facts) == expected


@pytest.mark.parametrize(
    ("kind", "facts", "batter", "pitcher"),
    [
        ("double", {}, {"pa": 1, "ab": 1, "h": 1, "2b": 1}, {"p_bf": 1, "p_h": 1}),
        ("walk", {}, {"pa": 1, "bb": 1}, {"p_bf": 1, "p_bb": 1}),
        (
            "strikeout",
            {"result": "out"},
            {"pa": 1, "ab": 1, "so": 1},
            {"p_bf": 1, "p_so": 1, "p_outs": 1},
        ),
        ("out", {"result": "double_play"}, {"pa": 1, "ab": 1}, {"p_bf": 1, "p_outs": 2}),
        ("out", {"qualifiers": ("sacrifice_fly",)}, {"pa": 1, "sf": 1}, {"p_bf": 1}),
        ("out", {"qualifiers": ("sacrifice_hit",)}, {"pa": 1, "sh": 1}, {"p_bf": 1}),
    ],
)
def test_baseball(kind, facts, batter, pitcher):
    found = given("mlb", kind, "batter", "-pitcher", **facts)
    shown = {who: {k: v for k, v in line.items() if v} for who, line in found.items()}
    assert shown == {"batter": batter, "home": batter, "-pitcher": pitcher, "away": pitcher}


def test_a_run_is_of_who_came_home_and_of_the_team_once():
    found = given("mlb", "single", "batter", "run_scorer", points=1)
    assert found["run_scorer"] == {"r": 1}
    assert (found["home"]["r"], found["batter"]["r"], found["home"]["h"]) == (1, 0, 1)


def test_a_steal_and_being_caught():
    assert given("mlb", "steal", "runner") == {"runner": {"sb": 1}, "home": {"sb": 1}}
    assert given("mlb", "caught_stealing", "runner")["runner"] == {"cs": 1}


def third(down):
    return FootballSituation(down=down)


@pytest.mark.parametrize(
    ("kind", "roles", "facts", "expected"),
    [
        (
            "pass",
            ("passer", "receiver", "-tackler"),
            {"result": "complete", "qualifiers": ("first_down",), "situation": third(3)},
            {
                "passer": {"pass_att": 1, "pass_cmp": 1},
                "receiver": {"tgt": 1, "rec": 1},
                "-tackler": {"tkl": 1},
                "away": {"tkl": 1},
                "home": {
                    "pass_att": 1,
                    "pass_cmp": 1,
                    "tgt": 1,
                    "rec": 1,
                    "first_downs": 1,
                    "third_att": 1,
                    "third_made": 1,
                },
            },
        ),
        (
            "pass",
            ("passer", "receiver"),
            {"points": 6},
            {
                "passer": {"pass_att": 1, "pass_cmp": 1, "pass_td": 1},
                "receiver": {"tgt": 1, "rec": 1, "rec_td": 1, "td": 1, "pts": 6},
                "home": {
                    "pts": 6,
                    "td": 1,
                    "pass_att": 1,
                    "pass_cmp": 1,
                    "pass_td": 1,
                    "tgt": 1,
                    "rec": 1,
                    "rec_td": 1,
                },
            },
        ),
        # Back for six: the thrower's interception, the other side's touchdown.
        (
            "pass",
            ("passer", "-interceptor"),
            {"points": 6, "to": AWAY, "qualifiers": ("intercepted",)},
            {
                "passer": {"pass_att": 1, "pass_int": 1},
                "home": {"pass_att": 1, "pass_int": 1},
                "-interceptor": {"int": 1, "td": 1, "pts": 6},
                "away": {"pts": 6, "td": 1, "int": 1},
            },
        ),
        # Whose it was cannot be told: the team's.
        (
            "rush",
            ("rusher", "recoverer"),
            {"points": 6},
            {
                "rusher": {"rush_att": 1},
                "recoverer": {"td": 1, "pts": 6},
                "home": {"pts": 6, "td": 1, "rush_att": 1},
            },
        ),
        (
            "rush",
            ("rusher", "receiver"),
            {"points": 6},
            {
                "rusher": {"rush_att": 1},
                "home": {"pts": 6, "td": 1, "rush_att": 1},
            },
        ),
        (
            "rush",
            ("rusher", "penalized"),
            {"qualifiers": ("no_play",)},
            {"penalized": {"pen": 1}},
        ),
        (
            "field_goal",
            ("kicker",),
            {"points": 3},
            {
                "kicker": {"fga": 1, "fgm": 1, "pts": 3},
                "home": {"pts": 3, "fga": 1, "fgm": 1},
            },
        ),
        (
            "two_point",
            ("passer", "receiver"),
            {"points": 2},
            {
                "passer": {"two_pt": 1},
                "receiver": {"two_pt": 1, "pts": 2},
                "home": {"pts": 2, "two_att": 1, "two_made": 1},
            },
        ),
        (
            "sack",
            ("sacked", "-sacker", "-sacker"),
            {},
            {
                "sacked": {"sacked": 1},
                "home": {"sacked": 1},
                "-sacker": {"sacks": 0.5},
                "away": {"sacks": 1.0},
            },
        ),
        (
            "sack",
            ("sacked",),
            {},
            {"sacked": {"sacked": 1}, "home": {"sacked": 1}, "away": {"sacks": 1}},
        ),
    ],
)
def test_football(kind, roles, facts, expected):
    found = given("nfl", kind, *roles, **facts)
    assert {who: {k: v for k, v in line.items() if v} for who, line in found.items()} == expected


def test_a_sack_is_a_rush_where_the_ruleset_says_so():
    assert given("ncaa_football", "sack", "sacked")["sacked"] == {
        "sacked": 1,
        "rush_att": 1,
        "rush_td": 0,
    }


def test_points_against_the_side_that_acted_are_not_its_own():
    box = BOXES["nfl"]
    safety = PlayFacts("rush", 1, side=HOME, points=2, points_to=AWAY, participants=who("rusher"))
    gives = {(side, place): dict(amounts) for side, place, amounts in box.credits(safety)}
    assert gives[AWAY, None] == {"pts": 2}
    assert gives[HOME, 0] == {"rush_att": 1}


def test_a_share_of_nobody_is_the_teams():
    assert Share(TEAM, {"corners": 1}, unnamed=True).team
    assert not against(PlayFacts("goal", 1))
    assert resulted(None)(PlayFacts("save", 1))
