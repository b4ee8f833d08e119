"""Play-by-play of stats.nba.com as a document, in both of its forms."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re

import pytest

from scoreboard.ingest.parsers.document import BadDocument, PlayRow, ScoreRow
from scoreboard.ingest.parsers.nba import stats as nba_stats
from scoreboard.model.ids import game_id, team_id
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.basketball import BASKETBALL
from tests.support.recorded import needs_recorded, recorded

HOME, AWAY = Side.HOME, Side.AWAY
COLUMNS = [
    *["GAME_ID", "EVENTNUM", "EVENTMSGTYPE", "EVENTMSGACTIONTYPE", "PERIOD"],
    *["WCTIMESTRING", "PCTIMESTRING", "HOMEDESCRIPTION", "NEUTRALDESCRIPTION"],
    *["VISITORDESCRIPTION", "SCORE", "SCOREMARGIN"],
]
for n in (1, 2, 3):
    COLUMNS += [f"PERSON{n}TYPE", f"PLAYER{n}_ID", f"PLAYER{n}_NAME", f"PLAYER{n}_TEAM_ID"]
    COLUMNS += [f"PLAYER{n}_TEAM_{name}" for name in ("CITY", "NICKNAME", "ABBREVIATION")]
SHOT_COLUMNS = [
    *["PLAYER_ID", "GAME_DATE", "GAME_ID", "EVENT_TYPE", "SHOT_TYPE", "BASIC_ZONE"],
    *["LOC_X", "LOC_Y", "QUARTER", "MINS_LEFT", "SECS_LEFT"],
]
CHART_COLUMNS = [
    *["GAME_EVENT_ID", "PLAYER_ID", "EVENT_TYPE", "SHOT_TYPE", "SHOT_ZONE_BASIC"],
    *["LOC_X", "LOC_Y", "GAME_DATE"],
]


def player(place, side, number, name):
    team = ("1610612751.0", "Brooklyn", "Nets", "BKN")
    if side is AWAY:
        team = ("1610612742.0", "Dallas", "Mavericks", "DAL")
    names = ("ID", "NAME", "TEAM_ID", "TEAM_CITY", "TEAM_NICKNAME", "TEAM_ABBREVIATION")
    cells = {
        f"PLAYER{place}_{name}": cell
        for name, cell in zip(names, (str(number), name, *team), strict=True)
    }
    return cells | {f"PERSON{place}TYPE": "4.0" if side is HOME else "5.0"}


def event(number, kind, home="", visitor="", score="", clock="11:40", **cells):
    return {
        "GAME_ID": "0021500428",
        "EVENTNUM": str(number),
        "EVENTMSGTYPE": str(kind),
        "EVENTMSGACTIONTYPE": "0",
        "PERIOD": "1",
        "WCTIMESTRING": "7:42 PM",
        "PCTIMESTRING": clock,
        "HOMEDESCRIPTION": home,
        "VISITORDESCRIPTION": visitor,
        "SCORE": score,
        "PLAYER1_ID": "0",
    } | cells


def lopez(number, kind, text, score="", **cells):
    return event(number, kind, text, score=score, **player(1, HOME, 7, "Brook Lopez"), **cells)


def barea(number, kind, text, score="", **cells):
    return event(number, kind, "", text, score, **player(1, AWAY, 8, "J.J. Barea"), **cells)


def shot(player, x, y, left, made="Made Shot", kind="2PT Field Goal"):
    return {
        "PLAYER_ID": player,
        "GAME_DATE": "12-23-2015",
        "EVENT_TYPE": made,
        "SHOT_TYPE": kind,
        "BASIC_ZONE": "Mid-Range",
        "LOC_X": x,
        "LOC_Y": y,
        "QUARTER": 1,
        "MINS_LEFT": left // 60,
        "SECS_LEFT": left % 60,
    }


def table(rows, columns):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def result_sets(**sets):
    return json.dumps(
        {
            "parameters": {"GameID": "0021500428"},
            "resultSets": [
                {
                    "name": name,
                    "headers": list(columns),
                    "rowSet": [[row.get(column) for column in columns] for row in rows],
                }
                for name, (rows, columns) in sets.items()
            ],
        }
    ).encode()


def parsed(*events, shots=None, **companions):
    if shots is not None:
        companions["shots"] = table(shots, SHOT_COLUMNS)
    return nba_stats.parse(table(events, COLUMNS), companions)


def plays(document):
    return [row for row in document.rows if isinstance(row, PlayRow)]


def fold(document):
    score = Score()
    for row in document.rows:
        score = row.score if isinstance(row, ScoreRow) else score + row.facts.score
    return score


SUMMARY = {
    "GameSummary": (
        [
            {
                "GAME_DATE_EST": "2015-12-23T00:00:00",
                "GAME_STATUS_ID": 3,
                "HOME_TEAM_ID": 1610612751,
                "VISITOR_TEAM_ID": 1610612742,
            }
        ],
        ["GAME_DATE_EST", "GAME_STATUS_ID", "HOME_TEAM_ID", "VISITOR_TEAM_ID"],
    ),
    "LineScore": (
        [
            {"TEAM_ID": 1610612742, "TEAM_ABBREVIATION": "DAL", "PTS": 119},
            {
                "TEAM_ID": 1610612751,
                "TEAM_ABBREVIATION": "BKN",
                "TEAM_CITY_NAME": "Brooklyn",
                "TEAM_NICKNAME": "Nets",
                "TEAM_WINS_LOSSES": "8-21",
                "PTS": 118,
            },
            {"TEAM_ID": 5},
        ],
        [
            "TEAM_ID",
            "TEAM_ABBREVIATION",
            "TEAM_CITY_NAME",
            "TEAM_NICKNAME",
            "TEAM_WINS_LOSSES",
            "PTS",
        ],
    ),
}


def test_a_made_shot_counts_and_names_who_took_part():
    made = lopez(2, 1, "Lopez 16' Fadeaway Jumper (2 PTS) (Jack 1 AST)", "0 - 2")
    document = parsed(made | player(2, HOME, 9, "Jarrett Jack"))
    facts = document.rows[0].facts
    assert ("2pt", "fadeaway jumper", "made") == (facts.play_type, facts.subtype, facts.result)
    assert (2, HOME, HOME, 700_000, 1024) == (
        facts.points,
        facts.points_to,
        facts.side,
        facts.clock_ms,
        facts.order,
    )
    assert (2, True, 16.0) == (facts.shot.value, facts.shot.made, facts.shot.distance_ft)
    assert [("shooter", "Brook Lopez", HOME, "7"), ("assist", "Jarrett Jack", HOME, "9")] == [
        (p.role, p.name, p.side, p.ref) for p in facts.participants
    ]
    assert Score(home=2, away=0) == document.rows[0].score_after
    assert (None, None) == (facts.wallclock_ms, facts.place)


def test_a_block_is_part_of_the_shot_and_stands_in_its_text():
    missed = lopez(2, 2, "MISS Lopez 3' Layup", VISITORDESCRIPTION="Barea BLOCK (1 BLK)")
    facts = parsed(missed | player(3, AWAY, 8, "J.J. Barea")).rows[0].facts
    assert (HOME, 0, "missed") == (facts.side, facts.points, facts.result)
    assert ["shooter", "blocker"] == [person.role for person in facts.participants]
    assert "MISS Lopez 3' Layup; Barea BLOCK (1 BLK)" == facts.text


def test_the_teams_are_told_by_the_players():
    meta = parsed(event(1, 12), barea(2, 5, "Turnover"), lopez(3, 6, "FOUL")).meta
    assert ("Brooklyn Nets", "Dallas Mavericks") == (meta.home.name, meta.away.name)
    assert team_id("nba_", "DAL") == meta.away.team_id
    assert (("nba", "1610612742"),) == meta.away.provider_refs
    assert game_id("nba_", "nba", "0021500428") == meta.game_id


def test_leading_zeros_do_not_make_another_game():
    assert (
        parsed(event(1, 12)).meta.game_id == parsed(event(1, 12, GAME_ID="21500428")).meta.game_id
    )


def test_a_team_s_number_in_a_player_s_column_is_nobody():
    facts = parsed(event(1, 4, "NETS Rebound", PERSON1TYPE="2.0", PLAYER1_ID="1610612751")).rows[0]
    assert ("rebound", HOME, ()) == (
        facts.facts.play_type,
        facts.facts.side,
        facts.facts.participants,
    )


def test_without_a_person_the_description_tells_the_side():
    rows = parsed(
        event(1, 9, "NETS Timeout", EVENTMSGACTIONTYPE="1"),
        event(2, 9, "", "MAVERICKS Timeout"),
        event(3, 9, EVENTMSGACTIONTYPE="4"),
        event(4, 18, "both", "of them", NEUTRALDESCRIPTION="Replay"),
    ).rows
    assert [HOME, AWAY, None, None] == [row.facts.side for row in rows]
    assert ["regular", None, "official", None] == [row.facts.subtype for row in rows]
    assert "both; Replay; of them" == rows[3].facts.text


def test_two_fouls_at_once_have_two_foulers():
    cells = player(2, AWAY, 8, "J.J. Barea")
    rows = parsed(
        lopez(1, 6, "FOUL", EVENTMSGACTIONTYPE="2") | cells,
        lopez(2, 6, "FOUL", EVENTMSGACTIONTYPE="16") | cells,
    ).rows
    assert [["fouler", "fouled"], ["fouler", "fouler"]] == [
        [person.role for person in row.facts.participants] for row in rows
    ]
    assert ["shooting", "double technical"] == [row.facts.subtype for row in rows]


def test_an_unknown_type_is_counted():
    document = parsed(event(1, 77, PERSON1TYPE="", PLAYER1_ID="5", PLAYER1_NAME="Somebody"))
    facts = document.rows[0].facts
    assert ("unknown", "player") == (facts.play_type, facts.participants[0].role)
    assert {"unknown type": 1} == dict(document.quirks)


def test_a_free_throw_that_says_nothing_counts_nothing():
    document = parsed(
        lopez(1, 3, "Lopez Free Throw 1 of 2 (1 PTS)", "0 - 1"),
        lopez(2, 3, "Free Throw 2 of 2"),
        barea(3, 1, "Barea  Dunk (2 PTS)", "2 - 1", clock="11:20"),
    )
    assert [(1, True), (0, None), (2, True)] == [
        (row.facts.points, row.facts.shot and row.facts.shot.made) for row in document.rows
    ]
    assert {"free throw without a result": 1} == dict(document.quirks)
    assert (
        "EVENTNUM 2: 'Free Throw 2 of 2' says neither made nor missed: counts nothing",
    ) == document.notes


def test_missing_rows_are_a_move_of_the_score():
    document = parsed(
        lopez(1, 1, "Lopez  Dunk (2 PTS)", "0 - 2"),
        lopez(2, 1, "Lopez  Dunk (6 PTS)", "3 - 6", clock="10:00"),
    )
    assert Score(home=6, away=3) == fold(document)
    assert Score(home=4, away=3) == document.rows[1].score


def test_a_rebound_says_whose_shot_it_was_by_the_player_s_count():
    rows = parsed(
        lopez(1, 4, "Lopez REBOUND (Off:1 Def:0)"), lopez(2, 4, "Lopez REBOUND (Off:1 Def:1)")
    ).rows
    assert ["offensive", "defensive"] == [row.facts.subtype for row in rows]


def test_a_late_row_stands_in_its_place_and_arrives_late():
    document = parsed(event(1, 12), lopez(9, 5, "Turnover"), lopez(2, 6, "FOUL"))
    assert [1024, 3072.25, 3072] == [row.arrival for row in document.rows]
    assert {"id steps back": 1, "late row": 1} == dict(document.quirks)


def test_a_row_outside_its_period_is_put_into_it():
    document = parsed(
        event(1, 13, clock="0:00", score="2 - 0"),
        event(2, 18, clock="0:00"),
        event(3, 12, PERIOD="2"),
        barea(4, 1, "Barea  Dunk", "2 - 0"),
    )
    assert ["2", "4", "1", "3"] == [row.ref for row in plays(document)]
    quirks = dict(document.quirks)
    assert (1, 1) == (quirks["period steps back"], quirks["row after the end of its period"])


def test_a_repeated_number_is_made_unique():
    document = parsed(event(1, 12), event(1, 18, clock="", WCTIMESTRING=""))
    assert ["1", "1#2"] == [row.ref for row in document.rows]
    assert {"no clock": 1, "no wall clock": 1, "repeated id": 1} == dict(document.quirks)


@pytest.mark.parametrize(
    ("last", "period", "expected"),
    [
        (12, 1, StatusLine(Status.IN_PROGRESS)),
        (13, 1, StatusLine(Status.END_PERIOD)),
        (13, 2, StatusLine(Status.HALFTIME)),
        (13, 4, StatusLine(Status.FINAL, "REG")),
        (13, 8, StatusLine(Status.FINAL, "4OT")),
    ],
)
def test_the_last_row_tells_the_status(last, period, expected):
    ahead = lopez(1, 1, "Lopez  Dunk", "0 - 2", PERIOD=str(period))
    assert expected == parsed(ahead, event(2, last, PERIOD=str(period))).status


def test_a_tied_fourth_quarter_is_not_the_end():
    document = parsed(event(1, 13, PERIOD="4"))
    assert StatusLine(Status.END_PERIOD) == document.status
    assert () == document.claims


def test_shots_are_joined_on_player_period_and_second():
    document = parsed(
        lopez(1, 2, "MISS Lopez 1' Tip", clock="10:00"),
        lopez(2, 1, "Lopez 1' Tip (2 PTS)", "0 - 2", clock="10:00"),
        lopez(3, 2, "MISS Lopez 9' Jump Shot", clock="9:00"),
        lopez(4, 2, "MISS Lopez 9' Jump Shot", clock="8:00"),
        lopez(5, 2, "", clock="7:00"),
        shots=[
            shot(7, 1, 6, 600),
            shot(7, 2, 7, 600, "Missed Shot"),
            shot(7, 0, 14.25, 540),
            shot(7, 0, 14.25, 30),
            shot(7, -23.1, 3.65, 420, "Missed Shot", "3PT Field Goal"),
        ],
    )
    raw = [
        row.facts.place and (row.facts.place.raw.x, row.facts.place.raw.y) for row in document.rows
    ]
    assert [(2, 7), (1, 6), (0, 14.25), None, (-23.1, 3.65)] == raw
    assert {"place without a shot": 1, "shot without a place": 1} == dict(document.quirks)
    nameless = document.rows[4].facts
    assert ("3pt", 23.2, "Mid-Range") == (
        nameless.play_type,
        nameless.shot.distance_ft,
        nameless.shot.zone,
    )


def test_a_shot_chart_names_its_event():
    row = {"GAME_EVENT_ID": 2, "PLAYER_ID": 7, "EVENT_TYPE": "Made Shot", "GAME_DATE": "20151223"}
    chart = result_sets(
        Shot_Chart_Detail=([row | {"LOC_X": -5.5, "LOC_Y": 12}], CHART_COLUMNS), Other=([], [])
    )
    made = lopez(2, 1, "Lopez 1' Tip (2 PTS)", "0 - 2")
    document = nba_stats.parse(
        result_sets(AvailableVideo=([], []), PlayByPlay=([made], COLUMNS)), {"shots.home": chart}
    )
    facts = document.rows[0].facts
    assert (-5.5, 12, "nba_legacy") == (
        facts.place.raw.x,
        facts.place.raw.y,
        facts.place.raw.frame,
    )
    # 7:42 PM in New York, on the day that the shot chart gives.
    assert 1450917720000 == facts.wallclock_ms
    assert "2015-12-23" == document.meta.official_date


def test_the_summary_gives_header_teams_status_and_date():
    document = parsed(event(1, 12), summary=result_sets(**SUMMARY))
    assert Score(home=118, away=119) == document.header
    assert StatusLine(Status.FINAL, "REG") == document.status
    assert ("Brooklyn Nets", "8-21", "DAL") == (
        document.meta.home.name,
        document.meta.home.record,
        document.meta.away.abbrev,
    )
    assert "2015-12-23" == document.meta.official_date


def test_a_summary_without_scores_or_teams_says_nothing():
    assert parsed(event(1, 12), summary=b"{}").header is None
    for lines in (([], []), ([{"TEAM_ID": 1610612742}], ["TEAM_ID"])):
        sets = SUMMARY | {"LineScore": lines}
        assert parsed(event(1, 12), summary=result_sets(**sets)).header is None
    nobody = SUMMARY | {"GameSummary": ([{}], SUMMARY["GameSummary"][1])}
    document = parsed(event(1, 12), summary=result_sets(**nobody))
    assert (None, "HOME") == (document.header, document.meta.home.abbrev)


def test_before_the_first_row_the_request_names_the_game():
    document = nba_stats.parse(result_sets(PlayByPlay=([], COLUMNS)), {})
    assert StatusLine(Status.SCHEDULED) == document.status
    assert (("nba", "0021500428"),) == document.meta.provider_refs
    with pytest.raises(BadDocument, match="row 2: there is no row"):
        parsed()


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"PCTIMESTRING": "noon"}, "row 2, column PCTIMESTRING: 'noon' is not a clock"),
        ({"SCORE": "2:0"}, "row 2, column SCORE: '2:0' is not a score"),
        ({"EVENTNUM": ""}, "row 2, column EVENTNUM: '' must be a whole number"),
        ({"PERIOD": "x"}, "row 2, column PERIOD: 'x' is not a number"),
        ({"GAME_ID": "BOS"}, "row 2: 'BOS' is not an NBA game id"),
    ],
)
def test_a_wrong_cell_is_refused_with_row_and_column(cells, fault):
    with pytest.raises(BadDocument, match=re.escape(fault)):
        parsed(event(1, 12) | cells)


@pytest.mark.parametrize(
    ("companions", "fault"),
    [
        ({"shots": b"a,b\n1,2\n"}, "shots: row 1: no column PLAYER_ID"),
        ({"shots.home": b"{}"}, "has no table Shot_Chart_Detail"),
        ({"shots.home": result_sets(Shot_Chart_Detail=([], ["LOC_X"]))}, "has no GAME_EVENT_ID"),
        ({"summary": b"no"}, "summary: not JSON"),
        (
            {"shots": table([shot(7, "", 1, 60)], SHOT_COLUMNS)},
            "shots: row 2, column LOC_X: '' must be a number",
        ),
        (
            {"shots": table([shot(7, 1, "", 60)], SHOT_COLUMNS)},
            "shots: row 2, column LOC_Y: '' must be a number",
        ),
    ],
)
def test_a_wrong_companion_is_refused(companions, fault):
    with pytest.raises(BadDocument, match=re.escape(fault)):
        nba_stats.parse(table([event(1, 12)], COLUMNS), companions)


def test_a_row_of_another_length_is_refused():
    data = b'{"resultSets": [{"name": "PlayByPlay", "headers": ["GAME_ID"], "rowSet": [[1, 2]]}]}'
    with pytest.raises(BadDocument, match="has no EVENTNUM"):
        nba_stats.parse(data, {})
    wrong = json.loads(result_sets(PlayByPlay=([event(1, 12)], COLUMNS)))
    wrong["resultSets"][0]["rowSet"][0].append(1)
    with pytest.raises(BadDocument, match="has 34 cells, not 33"):
        nba_stats.parse(json.dumps(wrong).encode(), {})


def test_the_format_is_told_by_its_content():
    assert nba_stats.looks_like("x", table([], COLUMNS))
    assert nba_stats.looks_like("x", result_sets(PlayByPlay=([], COLUMNS)))
    assert not nba_stats.looks_like("x", table([], SHOT_COLUMNS))
    assert not nba_stats.looks_like("x", result_sets(Shot_Chart_Detail=([], CHART_COLUMNS)))


def opened(*parts):
    return gzip.decompress(recorded(*parts).read_bytes())


def recorded_games():
    for night in ("nba-2015-12-23", "nba-edge-4ot"):
        finals = recorded(night, "finals.json")
        if finals.exists():
            for game in json.loads(finals.read_text())["games"]:
                yield pytest.param(night, game, id=game["game_id"])


@needs_recorded
@pytest.mark.parametrize(("night", "game"), recorded_games())
def test_a_recorded_game_agrees_with_its_final(night, game):
    document = nba_stats.parse(
        opened(night, game["events_file"]), {"shots": opened(night, game["shots_file"])}
    )
    rows = plays(document)
    assert Score(home=game["home_score"], away=game["away_score"]) == fold(document)
    assert (("last SCORE", fold(document)),) == document.claims
    assert (game["home"], game["away"]) == (document.meta.home.abbrev, document.meta.away.abbrev)
    assert (game["plays"], game["date_et"]) == (document.rows_read, document.meta.official_date)
    assert game["shots"] == sum(row.facts.place is not None for row in rows)
    assert game["quirks"]["eventnum_back"] == dict(document.quirks)["id steps back"]
    assert Status.FINAL is document.status.status
    walls = [row.facts.wallclock_ms for row in rows]
    assert walls == sorted(walls)
    assert all(
        row.facts.points in BASKETBALL.play_types[row.facts.play_type].points for row in rows
    )
    assert len(rows) == len({row.ref for row in rows}) == len(document.rows)


@needs_recorded
def test_the_recorded_table_form_agrees_with_its_header():
    files = {
        role: opened("feed-samples", f"nba-stats-{name}-0021900001.json.gz")
        for role, name in (
            ("plays", "playbyplay"),
            ("shots.home", "shots-home"),
            ("shots.away", "shots-away"),
            ("summary", "summary"),
        )
    }
    document = nba_stats.parse(files.pop("plays"), files)
    assert Score(home=130, away=122) == document.header == fold(document)
    assert StatusLine(Status.FINAL, "OT") == document.status
    assert 205 == sum(row.facts.place is not None for row in document.rows)
    assert {"id steps back": 4, "late row": 4} == dict(document.quirks)
    # 8:04 PM in New York in October, when summer time still holds.
    assert 1571789040000 == document.rows[0].facts.wallclock_ms
