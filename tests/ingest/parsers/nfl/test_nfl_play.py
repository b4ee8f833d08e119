"""What one NFL play row says: kind, side, people, clock, points."""

from __future__ import annotations

from typing import Any

import pytest

from scoreboard.model.ids import person_id
from scoreboard.model.side import Side
from scoreboard.model.situation import FootballSituation
from scoreboard.sports.football import FOOTBALL
from tests.ingest.parsers.nfl.nfl_sample import (
    HOME,
    START,
    facts_of,
    parse,
    play,
    row_of,
    stat,
    touchdown,
)


def test_a_pass_says_who_threw_caught_and_tackled():
    facts = facts_of(
        play(
            10,
            playType="PASS",
            playStartTime="2019-12-29T18:02:34Z",
            down=3,
            yardsRemaining=4,
            yardLine="GB 29",
            playIsGoalToGo=True,
            playDescription="(10:00) A.Man pass\nto B.Man.",
            stats=[
                stat(4, ref=None, name=None),
                stat(15),
                stat(111),
                stat(21, ref="00-2", name="B.Man"),
                stat(115, ref="00-2", name="B.Man"),
                stat(79, HOME, "00-3", "C.Man"),
                stat(63, HOME, None, "D.Man"),
            ],
        )
    )
    assert (
        "pass",
        "complete",
        1,
        600_000,
        1577642554000,
        Side.AWAY,
        "(10:00) A.Man pass to B.Man.",
    ) == (
        facts.play_type,
        facts.result,
        facts.period_index,
        facts.clock_ms,
        facts.wallclock_ms,
        facts.side,
        facts.text,
    )
    assert ("first_down", "goal_to_go") == facts.qualifiers
    assert FootballSituation(Side.AWAY, 3, 4, 71, "GB 29") == facts.situation
    assert [
        ("passer", "00-1", Side.AWAY),
        ("receiver", "00-2", Side.AWAY),
        ("tackler", "00-3", Side.HOME),
        ("stat_63", None, Side.HOME),
    ] == [(person.role, person.ref, person.side) for person in facts.participants]
    assert (person_id("nfl_", "gsis", "00-1"), "A.Man", "05") == (
        facts.participants[0].person_id,
        facts.participants[0].name,
        facts.participants[0].jersey,
    )
    assert facts.participants[3].person_id is None


def test_a_target_who_caught_nothing_is_named_as_target():
    facts = facts_of(play(10, playType="PASS", stats=[stat(14), stat(115, ref="00-2")]))
    assert ["passer", "target"] == [person.role for person in facts.participants]


@pytest.mark.parametrize(
    ("members", "kind", "subtype"),
    [
        ({"playType": "KICK_OFF"}, "kickoff", None),
        ({"playType": "FREE_KICK"}, "kickoff", "free_kick"),
        ({"playType": "RUSH", "playDescription": "T.B kneels to GB 3."}, "kneel", None),
        ({"playType": "PASS", "playDescription": "T.B spiked the ball to stop"}, "spike", None),
        (
            {"playType": "TIMEOUT", "playDescription": "Two-Minute Warning"},
            "two_minute_warning",
            None,
        ),
        ({"playType": "TIMEOUT", "prePlayByPlay": "TIMEOUT"}, "timeout", "official"),
        ({"playType": "TIMEOUT", "prePlayByPlay": "TIMEOUT JAC #1"}, "timeout", "team"),
        ({"playType": "TIMEOUT", "stats": [stat(68, HOME)]}, "timeout", "team"),
        ({"playType": "END_QUARTER"}, "period_end", None),
        ({"playType": "END_GAME"}, "game_end", None),
        ({"playType": "COMMENT"}, "comment", None),
        ({"playType": "UNSPECIFIED"}, "unknown", None),
        ({"playType": None, "stats": [stat(29)]}, "punt", None),
        ({"playType": "UNSPECIFIED", "stats": [stat(10), stat(93)]}, "rush", None),
        ({"playType": "RUGBY", "stats": [stat(93)]}, "penalty", None),
    ],
)
def test_a_row_has_a_play_type_of_ours(members, kind, subtype):
    facts = facts_of(play(10, **members))
    assert (kind, subtype) == (facts.play_type, facts.subtype)


def test_a_play_type_that_nobody_knows_is_noted():
    document = parse(play(10, playType="RUGBY"))
    assert ("playId 10: playType RUGBY",) == document.notes
    assert 1 == dict(document.quirks)["unknown play type"]


@pytest.mark.parametrize(
    ("members", "side"),
    [
        ({}, Side.AWAY),
        ({"prePlayByPlay": "JAC  XP  GB 15"}, Side.HOME),
        ({"prePlayByPlay": None, "driveSequence": 4}, Side.HOME),
        ({"prePlayByPlay": None, "driveSequence": 4, "playType": "KICK_OFF"}, Side.AWAY),
        ({"prePlayByPlay": None, "driveSequence": 9}, None),
        ({"prePlayByPlay": None, "driveSequence": 5}, None),
        ({"prePlayByPlay": None}, None),
        ({"prePlayByPlay": "TIMEOUT JAC #1", "playType": "TIMEOUT"}, Side.HOME),
        ({"prePlayByPlay": "TIMEOUT XXX #1", "playType": "TIMEOUT"}, None),
        ({"playType": "END_QUARTER"}, None),
        ({"playType": "TIMEOUT", "playDescription": "Two-Minute Warning"}, None),
    ],
)
def test_the_side_that_acted_has_the_ball_or_asked_for_time(members, side):
    drives = [
        {"sequence": 4, "teamId": HOME},
        {"sequence": 5, "teamId": "else"},
        {"sequence": None, "teamId": HOME},
    ]
    assert side is facts_of(play(10, **members), chart={"drives": drives} | _plays(members)).side


def _plays(members: dict[str, Any]) -> dict[str, Any]:
    return {"plays": [START, play(10, **members)]}


@pytest.mark.parametrize(
    ("line", "yards"),
    [
        ("GB 29", 71),
        ("JAC 29", 29),
        ("50", 50),
        ("GB 60", None),
        ("49", None),
        ("x", None),
        (None, None),
    ],
)
def test_yards_to_the_goal_are_counted_from_the_ball(line, yards):
    assert yards == facts_of(play(10, yardLine=line)).situation.yards_to_goal


def test_a_play_of_nobody_has_no_distance_to_go():
    assert None is facts_of(play(10, prePlayByPlay=None)).situation
    situation = facts_of(play(10, prePlayByPlay=None, yardLine="GB 29", down=0)).situation
    assert FootballSituation(None, None, None, None, "GB 29") == situation


@pytest.mark.parametrize(
    ("clock", "ms"), [("15:00", 900_000), (":07", 7_000), ("00:00", 0), (None, None), ("?", None)]
)
def test_the_clock_is_what_is_left_of_the_quarter(clock, ms):
    assert ms == facts_of(play(10, clockTime=clock)).clock_ms


def test_clocks_that_cannot_be_read_are_noted():
    document = parse(play(10, clockTime="?", playStartTime="noon"))
    assert (
        "playId 10: clockTime '?'",
        "driveChart.plays[1].playStartTime: 'noon' is not an ISO 8601 time",
    ) == document.notes


def test_a_wall_clock_that_steps_back_is_noted_and_kept():
    plays = [
        play(10, playStartTime="2022-09-11T18:14:31Z"),
        play(20, playStartTime="2022-09-11T18:14:30.247Z"),
    ]
    document = parse(*plays)
    assert 1 == dict(document.quirks)["wall clock steps back"]
    assert "playId 20: began 753 ms before the play in front of it" == document.notes[0]
    assert 1662920070247 == row_of(document, "20").facts.wallclock_ms


# Points.


@pytest.mark.parametrize(
    ("kind", "given", "points", "result"),
    [
        ("RUSH", "TOUCHDOWN", 6, "touchdown"),
        ("XP_KICK", "PAT", 1, "good"),
        ("PAT2", "PAT2", 2, "good"),
        ("FIELD_GOAL", "FIELD_GOAL", 3, "good"),
        ("PASS", "SAFETY", 2, "safety"),
    ],
)
def test_points_come_from_the_flags_of_the_row(kind, given, points, result):
    facts = facts_of(touchdown(10, playType=kind, scoringPlayType=given, scoringTeamId=HOME))
    assert (points, Side.HOME, result) == (facts.points, facts.points_to, facts.result)
    assert points in FOOTBALL.play_types[facts.play_type].points


def test_a_try_returned_by_the_defence_gives_it_two():
    play = touchdown(10, playType="XP_KICK", scoringPlayType="PAT2", scoringTeamId=HOME)
    facts = facts_of(play)
    assert (2, Side.AWAY, Side.HOME) == (facts.points, facts.side, facts.points_to)


def test_a_score_without_its_flag_is_none():
    assert 0 == facts_of(touchdown(10, playScored=False)).points


@pytest.mark.parametrize(
    ("stats", "result"),
    [
        ([69], "no_good"),
        ([71], "blocked"),
        ([78], "no_good"),
        ([14, 112], "incomplete"),
        ([19, 25], "intercepted"),
        ([10], None),
    ],
)
def test_a_play_that_did_not_score_says_how_it_came_out(stats, result):
    assert result == facts_of(play(10, stats=[stat(code) for code in stats])).result


@pytest.mark.parametrize(
    ("given", "codes", "points", "note"),
    [
        ("DROP_KICK", [], 0, "playId 10: scoringPlayType DROP_KICK, no points are counted"),
        (None, [], 0, "playId 10: scoringPlayType UNSPECIFIED, no points are counted"),
        ("DEFENSIVE", [404], 2, "playId 10: scoringPlayType DEFENSIVE, its statistics say 2"),
    ],
)
def test_a_kind_of_score_that_nobody_knows_is_noted(given, codes, points, note):
    play = touchdown(
        10, playType="PAT2", scoringPlayType=given, stats=[stat(code) for code in codes]
    )
    document = parse(play)
    assert points == row_of(document, "10").facts.points
    assert note == document.notes[0]


def test_a_score_without_a_team_goes_to_whoever_the_statistics_name():
    document = parse(touchdown(10, scoringTeamId=None, stats=[stat(11, HOME)]))
    assert Side.HOME is row_of(document, "10").facts.points_to
    assert "playId 10: scoringTeamId is neither, the home side by its statistics" in document.notes


def test_a_score_of_nobody_is_worth_nothing():
    document = parse(touchdown(10, scoringTeamId="else"))
    assert (0, None) == (
        row_of(document, "10").facts.points,
        row_of(document, "10").facts.points_to,
    )
    assert "playId 10: scoringTeamId is neither, nobody gets the points" in document.notes


def test_points_that_such_a_play_cannot_score_make_it_unknown():
    document = parse(touchdown(10, playType="XP_KICK"))
    facts = row_of(document, "10").facts
    assert ("unknown", 6) == (facts.play_type, facts.points)
    assert "playId 10: 6 points on a extra_point" in document.notes
