"""The NBA's live feed as a document."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from scoreboard.ingest.parsers.document import BadDocument, PlayRow, ScoreRow
from scoreboard.ingest.parsers.nba import live as nba_live
from scoreboard.model.ids import game_id, team_id
from scoreboard.model.play import RawPlace
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.basketball import BASKETBALL
from tests.support.recorded import needs_recorded, recorded

HOME, AWAY = Side.HOME, Side.AWAY
BKN, GSW = 1610612751, 1610612744
BOX = {
    "gameId": "0022000001",
    "gameStatus": 2,
    "gameStatusText": "Q1 5:00",
    "gameEt": "2020-12-22T19:00:00-05:00",
    "gameTimeUTC": "2020-12-23T00:00:00Z",
    "arena": {"arenaName": "Barclays Center"},
    "homeTeam": {
        "teamId": BKN,
        "teamCity": "Brooklyn",
        "teamName": "Nets",
        "teamTricode": "BKN",
        "score": 5,
        "players": [{"personId": 202681, "name": "Kyrie Irving", "jerseyNum": "11"}, {}],
    },
    "awayTeam": {"teamId": GSW, "teamTricode": "GSW", "score": 1},
}


def action(number, kind, team=None, score="0-0", **members):
    """An action; the score is "home-away"."""
    home, away = score.split("-") if score else (None, None)
    found = {
        "actionNumber": number,
        "orderNumber": number * 10_000,
        "clock": "PT11M50.00S",
        "timeActual": "2020-12-23T00:06:46.0Z",
        "edited": "2020-12-23T00:06:54Z",
        "period": 1,
        "actionType": kind,
        "personId": 0,
        "scoreHome": home,
        "scoreAway": away,
        "qualifiers": [],
    }
    if team:
        found |= {"teamId": team, "teamTricode": {BKN: "BKN", GSW: "GSW"}[team]}
    return found | members


def made(number, kind, team, score, **members):
    return action(number, kind, team, score, shotResult="Made", personId=202681, **members)


def parsed(*actions, box=None, game="0022000001"):
    data = json.dumps({"game": {"gameId": game, "actions": actions}}).encode()
    companions = {} if box is None else {"boxscore": json.dumps({"game": box}).encode()}
    return nba_live.parse(data, companions)


def fold(document):
    score = Score()
    for row in document.rows:
        score = row.score if isinstance(row, ScoreRow) else score + row.facts.score
    return score


def plays(document):
    return [row for row in document.rows if isinstance(row, PlayRow)]


def test_a_made_shot_counts_for_its_team_and_names_who_took_part():
    document = parsed(
        made(
            12,
            "2pt",
            BKN,
            "2-0",
            subType="Jump Shot",
            descriptor="pullup",
            qualifiers=["fastbreak"],
            playerNameI="K. Irving",
            assistPersonId=201142,
            assistPlayerNameInitial="K. Durant",
            xLegacy=-2,
            yLegacy=220,
            shotDistance=21.97,
            area="Mid-Range",
            description="K. Irving 21' pullup Jump Shot",
        ),
        box=BOX,
    )
    facts = plays(document)[0].facts
    assert ("2pt", "jump shot", "made") == (facts.play_type, facts.subtype, facts.result)
    assert ("pullup", "fastbreak") == facts.qualifiers
    assert (2, HOME, HOME) == (facts.points, facts.points_to, facts.side)
    assert (710_000, 1608682006000, 120_000) == (facts.clock_ms, facts.wallclock_ms, facts.order)
    assert [
        ("shooter", "Kyrie Irving", "11", HOME, "202681"),
        ("assist", "K. Durant", None, HOME, "201142"),
    ] == [(p.role, p.name, p.jersey, p.side, p.ref) for p in facts.participants]
    assert (2, True, 21.97, "Mid-Range") == (
        facts.shot.value,
        facts.shot.made,
        facts.shot.distance_ft,
        facts.shot.zone,
    )
    assert RawPlace(-2, 220, "nba_legacy") == facts.place.raw


def test_opponents_in_a_play_are_of_the_other_side():
    document = parsed(
        action(1, "turnover", BKN, personId=1, stealPersonId=2, foulDrawnPersonId=0),
        action(2, "jumpball", BKN, jumpBallWonPersonId=1, jumpBallRecoverdPersonId=3),
        action(3, "2pt", None, shotResult="Missed", personId=1, blockPersonId=2),
        box=BOX,
    )
    people = [[(p.role, p.side) for p in row.facts.participants] for row in plays(document)]
    assert [
        [("loser", HOME), ("stealer", AWAY)],
        [("jumpball_won", None), ("jumpball_recovered", None)],
        [("shooter", None), ("blocker", None)],
    ] == people


@pytest.mark.parametrize(
    ("kind", "subtype", "expected"),
    [
        ("period", "start", "period_start"),
        ("period", "end", "period_end"),
        ("game", "end", "game_end"),
        ("instantreplay", "request", "review"),
        ("substitution", "in", "substitution"),
        ("stoppage", None, "stoppage"),
        ("period", "pause", "unknown"),
        ("laser", "show", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_an_action_type_is_given_our_name(kind, subtype, expected):
    facts = plays(parsed(action(1, kind, BKN, personId=7, subType=subtype), box=BOX))[0].facts
    assert expected == facts.play_type
    assert ("in" if subtype == "in" else "player") == facts.participants[0].role


def test_the_sides_are_told_from_whose_score_rises():
    document = parsed(
        action(1, "foul", GSW),
        made(2, "freethrow", GSW, "0-1"),
        action(3, "timeout", BKN, "0-1"),
        action(4, "stoppage", None, None),
    )
    assert ("BKN", "GSW") == (document.meta.home.abbrev, document.meta.away.abbrev)
    assert [AWAY, AWAY, HOME, None] == [row.facts.side for row in plays(document)]
    assert team_id("nba_", "BKN") == document.meta.home.team_id


def test_both_teams_are_told_once_both_have_scored():
    document = parsed(made(1, "3pt", BKN, "3-0"), made(2, "2pt", GSW, "3-2"))
    assert ("BKN", "GSW") == (document.meta.home.abbrev, document.meta.away.abbrev)


def test_a_point_in_the_wrong_column_does_not_turn_the_sides():
    document = parsed(
        made(1, "3pt", BKN, "3-0"), made(2, "2pt", BKN, "5-0"), made(3, "2pt", BKN, "5-2")
    )
    assert ("BKN", "AWAY") == (document.meta.home.abbrev, document.meta.away.abbrev)


def test_before_the_first_score_the_sides_are_unknown():
    document = parsed(action(1, "foul", GSW), action(2, "foul", BKN))
    assert ("HOME", "AWAY") == (document.meta.home.abbrev, document.meta.away.abbrev)
    assert document.meta.home.team_id != document.meta.away.team_id
    assert [None, None] == [row.facts.side for row in plays(document)]


def test_the_box_score_gives_teams_header_and_start():
    document = parsed(made(1, "freethrow", GSW, "0-1"), box=BOX)
    meta = document.meta
    assert ("Brooklyn Nets", "GSW") == (meta.home.name, meta.away.name)
    assert (Score(5, 1), Status.IN_PROGRESS) == (document.header, document.status.status)
    assert ("2020-12-22", 1608681600000) == (meta.official_date, meta.scheduled_start_ms)
    assert ("Barclays Center", "2020-21", "regular") == (meta.venue, meta.season, meta.season_type)
    assert game_id("nba_", "nba", "0022000001") == meta.game_id
    assert (("last running score", Score(0, 1)),) == document.claims


@pytest.mark.parametrize(
    ("actions", "box", "expected"),
    [
        ([], {}, StatusLine(Status.SCHEDULED)),
        ([], {"gameStatus": 1, "gameStatusText": "PPD"}, StatusLine(Status.POSTPONED)),
        ([action(1, "foul", BKN)], {}, StatusLine(Status.IN_PROGRESS)),
        ([action(1, "period", subType="end")], {}, StatusLine(Status.END_PERIOD)),
        ([action(1, "period", subType="end", period=2)], {}, StatusLine(Status.HALFTIME)),
        ([action(1, "game", subType="end", period=4)], {}, StatusLine(Status.FINAL, "REG")),
        ([action(1, "foul", period=5)], {"gameStatus": 3}, StatusLine(Status.FINAL, "OT")),
        ([action(1, "foul", period=6)], {"gameStatus": 3}, StatusLine(Status.FINAL, "2OT")),
    ],
)
def test_the_status_is_the_box_score_s_or_that_of_the_last_action(actions, box, expected):
    assert expected == parsed(*actions, box=box).status


def test_a_header_before_the_game_is_no_score():
    assert parsed(box=BOX | {"gameStatus": 1}).header is None
    assert parsed(box={}).header is None


def test_a_late_action_stands_in_its_place_and_arrives_late():
    document = parsed(
        action(1, "foul"),
        action(9, "block", orderNumber=15_000),
        action(2, "foul"),
        action(10, "foul"),
    )
    assert ["1", "9", "2", "10"] == [row.ref for row in document.rows]
    assert [10_000, 20_000.25, 20_000, 100_000] == [row.arrival for row in document.rows]
    assert {"id steps back": 1, "late row": 1} == dict(document.quirks)


def test_numbers_that_are_missing_or_repeated_are_counted_and_made_unique():
    document = parsed(
        action(3, "foul", orderNumber=None, clock=None, timeActual=None),
        action(3, "foul", orderNumber=30_000),
        action(4, "laser", orderNumber=30_000, edited="2020-12-23T01:14:35Z"),
        action(5, "foul", orderNumber=20_000, timeActual="2020-12-23T00:06:40Z"),
        made(6, "2pt", None, None),
    )
    assert ["3", "5", "3#2", "4", "6"] == [row.ref for row in document.rows]
    assert [1, 20_000, 30_000, 30_001, 60_000] == [row.facts.order for row in document.rows]
    assert {
        "edited later than a minute": 1,
        "id steps back": 1,
        "late row": 1,
        "no clock": 1,
        "no order": 1,
        "no wall clock": 1,
        "order steps back": 1,
        "points for nobody": 1,
        "repeated id": 1,
        "repeated order": 1,
        "unknown type": 1,
    } == dict(document.quirks)


def test_a_wall_clock_that_steps_back_is_counted():
    document = parsed(
        action(1, "foul"), action(2, "foul", timeActual="2020-12-23T00:06:45Z"), box=BOX
    )
    assert {"wall clock steps back": 1} == dict(document.quirks)


def test_a_score_that_no_action_explains_is_a_row_of_its_own():
    document = parsed(
        made(1, "2pt", BKN, "2-0"), action(2, "foul", BKN, "5-0"), made(3, "2pt", GSW, "5-2")
    )
    assert [PlayRow, ScoreRow, PlayRow, PlayRow] == [type(row) for row in document.rows]
    assert (Score(5, 0), False) == (document.rows[1].score, document.rows[1].correction)
    assert 10_000 < document.rows[1].order < 20_000
    assert Score(5, 2) == fold(document)
    assert len(document.notes) == 1


def test_a_made_shot_that_the_score_does_not_know_counts_nothing():
    document = parsed(
        made(1, "2pt", BKN, "2-0"),
        made(2, "2pt", BKN, "2-0", clock="PT09M00.00S"),
        made(3, "2pt", GSW, "2-2", clock="PT08M00.00S"),
    )
    assert [2, 0, 2] == [row.facts.points for row in plays(document)]
    assert Score(2, 2) == fold(document)


def test_a_place_is_taken_from_the_percentages_if_it_is_nowhere_else():
    document = parsed(
        action(1, "2pt", BKN, shotResult="Missed", x=10, y=50, side="left"),
        action(2, "2pt", BKN, shotResult="Missed", x=10, y=50),
        action(3, "2pt", BKN, shotResult="Pending"),
    )
    assert [90, None, None] == [row.facts.place and row.facts.place.x for row in plays(document)]
    assert [False, False, None] == [r.facts.shot and r.facts.shot.made for r in plays(document)]


def test_the_wnba_is_a_league_of_its_own_with_ten_minute_quarters():
    meta = parsed(game="1022000001").meta
    assert ("wnba", "fiba", "2020") == (meta.league, meta.ruleset, meta.season)


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"clock": "11:50"}, "game.actions[0].clock: '11:50' is not a duration"),
        ({"clock": "PT"}, "game.actions[0].clock: 'PT' is not a duration"),
        ({"actionNumber": None}, "game.actions[0].actionNumber: None must be a whole number"),
        ({"scoreHome": "x"}, "game.actions[0].scoreHome: 'x' is not a number"),
        ({"timeActual": "soon"}, "game.actions[0].timeActual: 'soon' is not an ISO 8601 time"),
    ],
)
def test_a_wrong_member_is_refused_with_its_path(members, fault):
    with pytest.raises(BadDocument, match=re.escape(fault)):
        parsed(action(1, "foul", BKN) | members)


def test_a_document_without_a_game_id_is_refused():
    with pytest.raises(BadDocument, match=re.escape("game.gameId: '' is not an NBA game id")):
        nba_live.parse(b"{}", {})


def test_a_clock_may_have_hours():
    assert 3_661_500 == plays(parsed(action(1, "foul", clock="PT1H1M1.5S")))[0].facts.clock_ms


def test_the_format_is_told_by_its_content():
    head = b'{"meta": {}, "game": {"gameId": "0022000001", "actions": [{"orderNumber": 1'
    assert nba_live.looks_like("x", head)
    assert nba_live.looks_like("x", b'{"game": {"gameId": "0022000001", "actions" : [ ]}}')
    assert not nba_live.looks_like("nba-live-boxscore.json", b'{"game": {"gameId": "0022000001"')
    assert not nba_live.looks_like("nba-live-playbyplay.csv", b"gameId,orderNumber")


def live():
    return {
        role: gzip.decompress(
            recorded("feed-samples", f"nba-live-{role}-0022000001.json.gz").read_bytes()
        )
        for role in ("playbyplay", "boxscore")
    }


@needs_recorded
@pytest.mark.parametrize("with_box", [True, False])
def test_the_recorded_game_adds_up_to_its_header(with_box):
    files = live()
    document = nba_live.parse(files.pop("playbyplay"), files if with_box else {})
    rows = plays(document)
    assert Score(125, 99) == fold(document)
    assert (Score(125, 99) if with_box else None) == document.header
    assert StatusLine(Status.FINAL, "REG") == document.status
    assert (610, 610, 191) == (
        document.rows_read,
        len(rows),
        sum(row.facts.place is not None for row in rows),
    )
    assert {
        "edited later than a minute": 107,
        "id steps back": 11,
        "late row": 18,
        "wall clock steps back": 3,
    } == dict(document.quirks)
    assert all(
        row.facts.points in BASKETBALL.play_types[row.facts.play_type].points for row in rows
    )
    assert () == document.notes


@needs_recorded
def test_the_recorded_places_agree_in_both_frames():
    from_legacy = nba_live.parse(live()["playbyplay"], {})
    document = json.loads(live()["playbyplay"])
    for item in document["game"]["actions"]:
        item["xLegacy"] = None
    from_percent = nba_live.parse(json.dumps(document).encode(), {})
    places = [
        (a.facts.place, b.facts.place)
        for a, b in zip(plays(from_legacy), plays(from_percent), strict=True)
        if a.facts.place
    ]
    # A heave's `side` is where it was thrown from, so the percentages alone would mirror it.
    apart = [(a, b) for a, b in places if abs(a.x - b.x) > 1 or abs(a.y - b.y) > 1]
    assert (191, []) == (len(places), apart)


@needs_recorded
@pytest.mark.parametrize("length", [1, 40, 200, 433, 609])
def test_a_game_that_is_still_on_has_the_score_of_its_last_action(length):
    document = json.loads(live()["playbyplay"])
    document["game"]["actions"] = document["game"]["actions"][:length]
    document = nba_live.parse(json.dumps(document).encode(), {})
    assert document.claims == (("last running score", fold(document)),)
    assert document.status.status is not Status.FINAL
