"""HockeyTech games as documents."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from scoreboard.ingest.parsers.document import BadDocument
from scoreboard.ingest.parsers.hockeytech import parser as hockeytech
from scoreboard.model.ids import game_id, team_id
from scoreboard.model.play import RawPlace
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.hockey import HOCKEY
from tests.support.recorded import needs_recorded, recorded

HOME, AWAY = Side.HOME, Side.AWAY
BOS, NY = 1, 4


def person(number, first="Abby", last="Newhook"):
    return {"id": number, "firstName": first, "lastName": last, "jerseyNumber": 19}


def event(kind, period="1", time="9:45", **details):
    found = {"period": {"id": period}, "time": time} | details
    return {"event": kind, "details": found}


def shot(team, x, y=150, *, goal=False, shooter=259, **details):
    return event(
        "shot",
        shooterTeamId=str(team),
        shooter=person(shooter),
        goalie=person(228, "Kayle", "Osborne"),
        isGoal=goal,
        shotType="Tip",
        shotQuality="Quality goal",
        xLocation=x,
        yLocation=y,
        **details,
    )


def goal(number, team=BOS, scorer=259, **details):
    return event(
        "goal",
        game_goal_id=str(number),
        team={"id": team},
        scoredBy=person(scorer),
        assists=[person(15, "Alina", "Müller"), {"id": 0}],
        properties={"isPowerPlay": "1", "isEmptyNet": "0"},
        **details,
    )


def attempt(team, shooter, *, goal=False):
    return {
        "event": "shootout",
        "details": {"shooter": {"id": shooter}, "isGoal": goal, "shooterTeam": {"id": team}},
    }


def summary(status="Final", goals=(1, 0), **members):
    """A summary; goals of home and visitors."""
    teams = {
        name: {
            "info": {"id": number, "name": town, "abbreviation": abbrev},
            "stats": {"goals": count},
            "seasonStats": {"teamRecord": {"formattedRecord": "10-2-0-2"}},
        }
        for name, number, town, abbrev, count in (
            ("homeTeam", BOS, "Boston Fleet", "BOS", goals[0]),
            ("visitingTeam", NY, "New York Sirens", "NY", goals[1]),
        )
    }
    details = {
        "id": 269,
        "venue": "Tsongas Center | Lowell",
        "status": status,
        "final": "1" if "Final" in status else "0",
        "started": "0",
        "GameDateISO8601": "2026-01-28T19:00:00-05:00",
    }
    return {"details": details} | teams | members


def parsed(*events, summary_raw=None):
    document = {"pbp_raw": list(events), "summary_raw": summary_raw or summary()}
    return hockeytech.parse(json.dumps(document).encode(), {})


def fold(document):
    return sum((row.facts.score for row in document.rows), Score())


def refs(document):
    return [row.ref for row in document.rows]


def test_a_goal_counts_once_although_it_is_told_as_a_shot_too():
    document = parsed(shot(BOS, 51, 147, goal=True), goal(1325))
    facts = document.rows[0].facts
    assert ["goal-1325", "derived-end-1"] == refs(document)
    assert {"goal repeated as a shot": 1} == dict(document.quirks)
    assert ("goal", "tip", 1, HOME, 585_000) == (
        facts.play_type,
        facts.subtype,
        facts.points,
        facts.points_to,
        facts.clock_ms,
    )
    assert ("quality goal", "power play") == facts.qualifiers
    assert [
        ("scorer", "Abby Newhook", "19", HOME),
        ("assist", "Alina Müller", "19", HOME),
        ("goalkeeper", "Kayle Osborne", "19", AWAY),
    ] == [(p.role, p.name, p.jersey, p.side) for p in facts.participants]
    assert RawPlace(51, 147, "hockeytech") == facts.place.raw
    assert (True, 6.1) == (facts.shot.made, facts.shot.distance_ft)


def test_two_goals_at_one_clock_are_told_apart_by_the_scorer():
    document = parsed(
        shot(BOS, 60, goal=True, shooter=2),
        shot(BOS, 90, goal=True, shooter=1),
        goal(10, scorer=1),
        goal(11, scorer=3),
    )
    assert [90, 60] == [row.facts.place.raw.x for row in document.rows[:2]]


def test_a_shot_that_says_goal_without_a_goal_counts_nothing():
    document = parsed(shot(BOS, 51, goal=True))
    assert ("shot", 0, "goal") == (
        document.rows[0].facts.play_type,
        document.rows[0].facts.points,
        document.rows[0].facts.result,
    )
    assert {"goal only as a shot": 1} == dict(document.quirks)


def test_a_goal_without_a_shot_has_its_own_place_or_none():
    rows = parsed(goal(1, xLocation=66, yLocation=150), goal(2)).rows
    assert [89.0, None] == [row.facts.place and row.facts.place.x for row in rows[:2]]
    assert rows[0].facts.subtype is None


def test_home_attacks_the_left_of_the_picture_and_sees_it_turned_round():
    # Golden: a left defender's shot from the blue line, one of each side.
    document = parsed(shot(BOS, 200, 250), shot(NY, 400, 50), shot(NY, 500), shot(NY, 500))
    places = [row.facts.place for row in document.rows]
    assert (66.667, 16.667) == (places[0].x, places[0].y) == (places[1].x, places[1].y)


def test_the_ends_are_told_by_the_shots_of_each_period():
    document = parsed(
        *[shot(BOS, 550) for _ in range(3)],
        shot(BOS, 30, period="2"),
        *[shot(NY, 550, period="3") for _ in range(4)],
        event("hit", "4", teamId=str(BOS), player=person(1), xLocation=0, yLocation=0),
        summary_raw=summary("In Progress"),
    )
    xs = [row.facts.place.x for row in document.rows if row.facts.place]
    # One shot in period 2 does not overrule the game, in which home shoots to the left 5 to 3.
    assert [91.667] * 3 + [95] + [91.667] * 4 + [100] == xs


def test_without_shots_home_attacks_the_left():
    hit = event("hit", teamId=str(BOS), player=person(1), xLocation=600, yLocation=0)
    place = parsed(hit).rows[0].facts.place
    assert (0, 100) == (place.x, place.y)


def test_overtime_has_one_index_however_it_is_called():
    blocked = event("blocked_shot", "OT1", "1:00", shooterTeamId="4", blocker=person(9))
    document = parsed(
        event("hit", "4", "0:50", teamId="1"),
        blocked,
        event("hit", "OT", "1:10", teamId="1"),
        event("hit", "OT2", "0:10", teamId="1"),
        summary_raw=summary("Final OT2"),
    )
    assert [4, 4, 4, 4, 5, 5] == [row.facts.period_index for row in document.rows]
    assert ("blocked_shot", AWAY, "blocked") == (
        document.rows[1].facts.play_type,
        document.rows[1].facts.side,
        document.rows[1].facts.result,
    )
    assert "blocked_shot-4-1:00-1" == document.rows[1].ref
    assert [("blocker", HOME)] == [(p.role, p.side) for p in document.rows[1].facts.participants]


def test_every_period_that_is_over_has_a_derived_end():
    document = parsed(
        event("hit", "1", teamId="1"),
        event("hit", "3", teamId="1"),
        event("hit", "4", "2:00", teamId="1"),
        summary_raw=summary("Final OT"),
    )
    ends = [row.facts for row in document.rows if row.facts.play_type == "period_end"]
    assert [(1, 1_200_000), (3, 1_200_000), (4, 120_000)] == [
        (facts.period_index, facts.clock_ms) for facts in ends
    ]
    assert {("derived",)} == {facts.qualifiers for facts in ends}
    assert [1024 * place for place in range(1, 7)] == [row.facts.order for row in document.rows]


def test_a_game_that_is_still_on_has_no_end():
    document = parsed(event("hit", teamId="1"), summary_raw=summary("In Progress"))
    assert ["hit-1-9:45-1"] == refs(document)
    assert Status.IN_PROGRESS is document.status.status


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Final", StatusLine(Status.FINAL, "REG")),
        ("Unofficial Final", StatusLine(Status.FINAL, "REG")),
        ("Final OT", StatusLine(Status.FINAL, "OT")),
        ("Final OT1", StatusLine(Status.FINAL, "OT")),
        ("Final OT4", StatusLine(Status.FINAL, "4OT")),
        ("Final/SO", StatusLine(Status.FINAL, "SO")),
        ("Postponed", StatusLine(Status.POSTPONED, reason="Postponed")),
        ("Not Started", StatusLine(Status.SCHEDULED)),
    ],
)
def test_the_summary_s_words_are_the_status(status, expected):
    assert expected == parsed(summary_raw=summary(status)).status


def test_a_flag_is_the_status_where_there_are_no_words():
    ended, begun = summary(""), summary("")
    ended["details"]["final"] = "1"
    begun["details"]["started"] = "1"
    assert StatusLine(Status.FINAL) == parsed(summary_raw=ended).status
    assert StatusLine(Status.IN_PROGRESS) == parsed(summary_raw=begun).status


def test_the_header_is_the_summary_s_and_none_before_the_game():
    assert Score(1, 0) == parsed().header
    assert parsed(summary_raw=summary("Not Started")).header is None
    assert parsed(summary_raw=summary(goals=(None, 1))).header is None


def test_the_summary_names_game_teams_and_start():
    periods = [{"stats": {"homeGoals": "1", "visitingGoals": "2"}}, {"stats": {}}]
    document = parsed(summary_raw=summary(periods=periods))
    meta = document.meta
    assert game_id("pwhl", "hockeytech", "269") == meta.game_id
    assert team_id("pwhl", "NY") == meta.away.team_id
    assert ("Boston Fleet", "10-2-0-2", "2026-01-28", 1769644800000) == (
        meta.home.name,
        meta.home.record,
        meta.official_date,
        meta.scheduled_start_ms,
    )
    assert (("goals by period", Score(1, 2)),) == document.claims


def test_a_game_without_teams_gets_stand_ins():
    document = parsed(goal(1), summary_raw={"details": {"id": "7"}})
    assert ("HOME", "AWAY") == (document.meta.home.abbrev, document.meta.away.abbrev)
    assert (None, 0) == (document.rows[0].facts.side, document.rows[0].facts.points)


@pytest.mark.parametrize(
    ("events", "status", "expected"),
    [
        ([event("hit", "4", "5:00", teamId="1")], "Final OT", "pwhl"),
        ([event("hit", "4", "5:01", teamId="1")], "In Progress", "pwhl_playoffs"),
        ([event("hit", "5", "0:01", teamId="1")], "In Progress", "pwhl_playoffs"),
        ([attempt(BOS, 1)], "Final SO", "pwhl"),
        ([], "Final OT4", "pwhl_playoffs"),
    ],
)
def test_a_long_or_a_second_overtime_is_a_playoff_s(events, status, expected):
    assert expected == parsed(*events, summary_raw=summary(status)).meta.ruleset


def test_a_shoot_out_may_name_its_period():
    rows = parsed(attempt(BOS, 1), event("hit", "SO", None)).rows
    assert [5, 5] == [row.facts.period_index for row in rows[:2]]


def test_the_winner_of_the_shoot_out_gets_one_goal():
    document = parsed(
        event("hit", "4", "1:00", teamId="1"),
        attempt(BOS, 1, goal=True),
        attempt(NY, 245),
        summary_raw=summary("Final SO"),
    )
    assert [
        "hit-4-1:00-1",
        "derived-end-4",
        "shootout-5-1",
        "shootout-5-2",
        "derived-shootout-winner",
        "derived-end-5",
    ] == refs(document)
    assert [300_000, None, None, None, None] == [r.facts.clock_ms for r in document.rows[1:]]
    assert (Score(1, 0), Score(1, 0)) == (document.shootout, fold(document))
    assert document.rows[2].facts.shootout
    assert not document.rows[4].facts.shootout


def lists(home, away, winner=None):
    def listed(shots):
        return [{"shooter": {"id": number}, "isGoal": made} for number, made in shots]

    return {
        "homeTeamShots": listed(home),
        "visitingTeamShots": listed(away),
        "winningTeam": {"id": winner},
    }


def test_an_attempt_that_reads_like_another_is_one_if_the_summary_lists_both():
    details = lists([(1, False), (1, False)], [(5, True)])
    document = parsed(
        attempt(BOS, 1),
        attempt(BOS, 1),
        attempt(BOS, 1),
        attempt(NY, 5, goal=True),
        summary_raw=summary("Final SO", (0, 1), shootoutDetails=details),
    )
    assert 3 == sum(row.facts.shootout for row in document.rows)
    quirks = dict(document.quirks)
    assert (1, 1) == (quirks["identical shoot-out attempts"], quirks["repeated row"])
    assert (Score(0, 1), Score(0, 1)) == (document.shootout, fold(document))


@pytest.mark.parametrize(
    ("details", "goals", "expected"),
    [
        (lists([], [], BOS), (3, 4), Score(1, 0)),
        (None, (3, 4), Score(0, 1)),
        (None, (None, 4), Score()),
    ],
)
def test_without_a_tally_the_summary_names_the_winner(details, goals, expected):
    raw = summary("Final SO", goals, shootoutDetails=details)
    assert expected == fold(parsed(attempt(BOS, 1), summary_raw=raw))


def test_a_penalty_shot_counts_unless_its_goal_is_told_too():
    penalty = event(
        "penaltyshot", shooter=person(243), goalie=person(6), shooter_team={"id": 1}, isGoal=True
    )
    assert 1 == parsed(penalty).rows[0].facts.points
    document = parsed(penalty, goal(1))
    assert Score(1, 0) == fold(document)
    assert {"goal repeated as a penalty shot": 1} == dict(document.quirks)


def test_a_penalty_keeps_its_length_and_names_a_server_once():
    details = {
        "game_penalty_id": 1710,
        "againstTeam": {"id": 4},
        "minutes": "2.00",
        "description": "Hooking",
        "takenBy": person(97),
        "servedBy": person(97),
        "isPowerPlay": True,
        "isBench": True,
    }
    rows = parsed(
        event("penalty", **details),
        event("penalty", **(details | {"servedBy": person(98), "description": None})),
        event("penalty", **(details | {"game_penalty_id": None, "minutes": None})),
    ).rows
    assert ["penalty-1710", "penalty-1710-2", "penalty-1-9:45-1"] == [row.ref for row in rows[:3]]
    assert ["Hooking, 2 min", "Penalty, 2 min", "Hooking"] == [row.facts.text for row in rows[:3]]
    assert [1, 2, 1] == [len(row.facts.participants) for row in rows[:3]]
    assert ("hooking", ("power play", "bench"), AWAY) == (
        rows[0].facts.subtype,
        rows[0].facts.qualifiers,
        rows[0].facts.side,
    )


@pytest.mark.parametrize(
    ("won", "side", "roles"),
    [
        ("1", HOME, [("faceoff_winner", "1"), ("faceoff_loser", "2")]),
        ("0", AWAY, [("faceoff_winner", "2"), ("faceoff_loser", "1")]),
        (None, None, [("faceoff", "1"), ("faceoff", "2")]),
    ],
)
def test_a_face_off_belongs_to_who_won_it(won, side, roles):
    facts = (
        parsed(event("faceoff", homePlayer=person(1), visitingPlayer=person(2), homeWin=won))
        .rows[0]
        .facts
    )
    assert side is facts.side
    assert roles == [(p.role, p.ref) for p in facts.participants]


def test_what_is_unknown_or_has_no_team_is_kept_and_counted():
    document = parsed(event("laser"), event("hit"), event("hit", None, None), event("shot", x=1))
    assert ["unknown", "hit", "hit", "shot"] == [r.facts.play_type for r in document.rows[:4]]
    assert ["hit-1-9:45-1", "hit-1-1"] == refs(document)[1:3]
    assert {"no clock": 1, "unknown type": 1} == dict(document.quirks)


def test_a_row_of_an_earlier_period_stands_with_that_period():
    document = parsed(
        event("hit", "2", "1:00", teamId="1"),
        event("hit", "1", "2:00", teamId="1"),
        event("hit", "2", "0:30", teamId="1"),
    )
    assert ["hit-1-2:00-1", "derived-end-1", "hit-2-1:00-1"] == refs(document)[:3]
    assert {"clock steps back": 0, "period steps back": 1} | dict(document.quirks) == {
        "clock steps back": 0,
        "period steps back": 1,
    }


def test_a_clock_that_steps_back_is_counted():
    document = parsed(event("hit", time="1:00"), event("hit", time="0:59"))
    assert {"clock steps back": 1} == dict(document.quirks)


@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ({"time": "noon"}, "pbp_raw[0].details.time: 'noon' is not a clock"),
        ({"period": {"id": "X"}}, "pbp_raw[0].details.period.id: 'X' is not a number"),
        ({"period": {"id": "0"}}, "pbp_raw[0].details.period.id: '0' is not a period"),
        (
            {"xLocation": "left", "shooterTeamId": 1},
            "pbp_raw[0].details.xLocation: 'left' is not a number",
        ),
    ],
)
def test_a_wrong_member_is_refused_with_its_path(details, fault):
    with pytest.raises(BadDocument, match=re.escape(fault)):
        parsed({"event": "shot", "details": {"yLocation": 1} | details})


def test_a_document_without_a_game_id_is_refused():
    with pytest.raises(BadDocument, match=re.escape("summary_raw.details.id: None must be")):
        hockeytech.parse(b"{}", {})


def test_the_format_is_told_by_its_content():
    assert hockeytech.looks_like("x", b'{"pbp_raw": [')
    assert hockeytech.looks_like("x", b'{"summary_raw": {')
    assert not hockeytech.looks_like("269.json", b'{"plays": [')
    assert not hockeytech.looks_like("269.json", b"pbp_raw")


def recorded_games():
    finals = recorded("hockey-pwhl-2026-01-28", "finals.json")
    if finals.exists():
        for game in json.loads(finals.read_text())["games"]:
            yield pytest.param(game, id=str(game["game_id"]))


@needs_recorded
@pytest.mark.parametrize("game", recorded_games())
def test_a_recorded_game_agrees_with_its_final(game):
    packed = recorded("hockey-pwhl-2026-01-28", game["file"]).read_bytes()
    document = hockeytech.parse(gzip.decompress(packed), {})
    rows, quirks = document.rows, dict(document.quirks)
    assert Score(home=game["home_score"], away=game["away_score"]) == document.header
    assert document.header == fold(document)
    assert (game["home"], game["away"]) == (document.meta.home.abbrev, document.meta.away.abbrev)
    assert game["plays"] == document.rows_read
    assert Status.FINAL is document.status.status
    assert (Score(3, 2) if game["shootout"] else None) == document.shootout
    assert sum(game["goals_in_play_by_play"]) == quirks["goal repeated as a shot"]
    assert game["quirks"].get("identical_rows", 0) == quirks.get("identical shoot-out attempts", 0)
    assert game["quirks"].get("no_time", 0) == quirks.get("no clock", 0)
    assert len(rows) == len({row.ref for row in rows})
    assert all(row.facts.points in HOCKEY.play_types[row.facts.play_type].points for row in rows)
    shots = [row.facts.place.x for row in rows if row.facts.shot and row.facts.place]
    assert sum(x > 50 for x in shots) > 0.95 * len(shots)
    four = game["game_id"] == 199
    assert ("pwhl_playoffs" if four else "pwhl") == document.meta.ruleset
    assert (7 if four else 5 if game["shootout"] else 3) == rows[-1].facts.period_index
