"""STATS tables of college basketball."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.ingest.parsers.college import espn_csv, stats
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.totals import bad, moves, plays, survives_damage, total
from tests.support.recorded import needs_recorded, recorded

COLUMNS = (
    "season",
    "date",
    "game_id",
    "play_id",
    "neutral",
    "half",
    "home",
    "away",
    "home_name",
    "away_name",
    "home_score",
    "away_score",
    "team_id",
    "event_team",
    "half_secs_remaining",
    "desc",
    "shot_outcome",
    "free_throw",
    "three_pt",
    "shot_desc",
    "loc_x",
    "loc_y",
    "shooter_id",
    "shooter",
    "assist",
)

FIXED = {
    "season": "2022-23",
    "date": "2023-04-03",
    "game_id": "77",
    "neutral": "1",
    "half": "1",
    "home": "UConn",
    "away": "State, San Diego",
    "home_name": "Huskies",
    "away_name": "Aztecs",
    "free_throw": "FALSE",
    "three_pt": "FALSE",
}


def table(*rows, columns=COLUMNS) -> bytes:
    """A file of `rows`; what a row does not say is NA."""
    lines = [",".join(columns)]
    for row in rows:
        cells = {**FIXED, **{name: str(value) for name, value in row.items()}}
        lines.append(",".join(f'"{cells.get(name, "NA")}"' for name in columns))
    return ("\n".join(lines) + "\n").encode()


def line(play, clock, home, away, desc, team="UConn", **more):
    number = {"UConn": 1363, "State, San Diego": 1592}.get(team, "NA")
    return {
        "play_id": play,
        "half_secs_remaining": clock,
        "home_score": home,
        "away_score": away,
        "desc": desc,
        "event_team": team,
        "team_id": number,
        **more,
    }


GAME = table(
    line(1, "NA", 0, 0, "Starting Lineup - Jordan Hawkins"),
    line(1, "NA", 0, 0, "Starting Lineup - Lamont Butler", "State, San Diego"),
    line(2, 1200, 0, 0, "Start of the 1st Half", "NA"),
    line(
        3,
        1174.0,
        3,
        0,
        "Jordan Hawkins makes a 3-point jump shot from 25 feet out. A. Sanogo with the assist.",
        shot_outcome="made",
        three_pt="TRUE",
        shot_desc="Jump Shot",
        loc_x=2,
        loc_y=3.25,
        shooter_id="55.0",
        shooter="Jordan Hawkins",
        assist="A. Sanogo",
    ),
    line(4, 1160, 3, 0, "Jordan Hawkins steals the ball from Lamont Butler.", "State, San Diego"),
    line(
        5,
        1150,
        3,
        0,
        "Lamont Butler blocks a Jordan Hawkins layup.",
        shot_outcome="missed",
        shot_desc="Layup Shot",
        loc_x=26,
        loc_y=6.25,
        shooter_id=55,
        shooter="Jordan Hawkins",
    ),
    line(6, 1150, 3, 0, "Huskies with a turnover: Shot Clock Turnover"),
    line(8, 1140, 3, 0, "Shooting foul committed by Jordan Hawkins."),
    line(
        9,
        1140,
        3,
        1,
        "Lamont Butler makes free throw 1 of 2.",
        "State, San Diego",
        shot_outcome="made",
        free_throw="TRUE",
    ),
    line(
        10,
        1140,
        3,
        1,
        "Lamont Butler misses free throw 2 of 2.",
        "State, San Diego",
        shot_outcome="missed",
        free_throw="TRUE",
    ),
    line(11, 1139, 3, 1, "Jordan Hawkins with a defensive rebound."),
    line(12, 0, 3, 1, "End of the 1st Half", "NA"),
    line(13, 1200, 3, 1, "Start of the 2nd Half", "NA", half=2),
    line(14, 900, 3, 1, "Substitution: A. Karaban in for Jordan Hawkins.", half=2),
    line(15, 800, 3, 1, "Aztecs take a 30-second timeout.", "State, San Diego", half=2),
    line(16, 700, 3, 1, "A bird flies across the court", "NA", half=2),
    line(17, 0, 3, 1, "End of the Game", "NA", half=2),
)

SCHEDULE = (
    b"start_time,game_date,game_id,home,away,home_abbr,home_id,home_total,home_record,away_abbr,"
    b"away_id,away_total,away_record,home_ap_ranking,away_ap_ranking\n"
    b'9:20 PM ET,2023-04-03,77,UConn,"State, San Diego",UConn,1363,4,31-8,SDSU,1592,1,32-7,10,NA\n'
    b"TBA,2023-04-03,78,A,B,A,1,NA,0-0,B,2,NA,0-0,NA,NA\n"
)


def game():
    return stats.parse(GAME, {})


def facts(ref):
    return next(row.facts for row in plays(game()) if row.ref == ref)


def test_the_format_is_told_by_its_columns():
    assert stats.looks_like("anything.txt", GAME[:1000])
    assert not stats.looks_like("stats.csv", SCHEDULE)
    assert not stats.looks_like("x.csv", b"\x1f\x8b\x00")
    assert not espn_csv.looks_like("x.csv", GAME[:1000])


def test_the_score_is_the_one_on_the_last_row():
    assert Score(3, 1) == total(game())
    assert (("last row", Score(3, 1)),) == game().claims
    assert game().header is None
    assert StatusLine(Status.FINAL, "REG") == game().status
    assert 17 == game().rows_read


def test_the_oddities_are_counted():
    assert {
        "derived period end": 1,
        "id gap": 1,
        "no clock": 2,
        "repeated id": 1,
        "unknown play": 1,
    } == dict(game().quirks)


def test_the_kinds_of_play_are_told():
    assert [
        ("lineup", None),
        ("lineup", None),
        ("period_start", None),
        ("3pt", "jump shot"),
        ("turnover", "steal"),
        ("2pt", "layup shot"),
        ("turnover", "shot clock turnover"),
        ("foul", "shooting"),
        ("freethrow", "1 of 2"),
        ("freethrow", "2 of 2"),
        ("rebound", "defensive"),
        ("period_end", None),
        ("period_start", None),
        ("substitution", None),
        ("timeout", "30-second"),
        ("unknown", None),
        ("period_end", None),
        ("game_end", None),
    ] == [(row.facts.play_type, row.facts.subtype) for row in plays(game())]


def test_a_made_three_has_all_that_the_row_says():
    shot = facts("3")
    assert (Side.HOME, 3, Side.HOME, "made", 1, 1_174_000) == (
        shot.side,
        shot.points,
        shot.points_to,
        shot.result,
        shot.period_index,
        shot.clock_ms,
    )
    assert (3, True, 25.0) == (shot.shot.value, shot.shot.made, shot.shot.distance_ft)
    assert (96.543, 4.0) == (shot.place.x, shot.place.y)
    assert [("shooter", "Jordan Hawkins", "55"), ("assist", "A. Sanogo", None)] == [
        (person.role, person.name, person.ref) for person in shot.participants
    ]


def test_a_lay_up_without_a_distance_in_its_text_gets_it_from_its_place():
    assert 1.4 == facts("5").shot.distance_ft


def test_who_blocks_and_who_steals_is_of_the_other_side():
    assert [("shooter", Side.HOME), ("blocker", Side.AWAY)] == [
        (person.role, person.side) for person in facts("5").participants
    ]
    assert Side.AWAY is facts("4").side
    assert [("loser", Side.AWAY), ("stealer", Side.HOME)] == [
        (person.role, person.side) for person in facts("4").participants
    ]


def test_a_player_is_the_same_person_in_rows_that_have_only_the_name():
    ids = {facts(ref).participants[0].person_id for ref in ("1", "3", "8", "11")}
    assert 1 == len(ids)
    assert None not in ids


def test_a_team_is_no_participant():
    assert () == facts("6").participants


def test_the_schedule_gives_the_header_and_the_start():
    document = stats.parse(GAME, {"schedule": SCHEDULE})
    meta = document.meta
    assert Score(4, 1) == document.header
    assert ("the header says 4-1, the last row 3-1 (home-away)",) == document.notes
    assert 1_680_571_200_000 == meta.scheduled_start_ms  # 2023-04-04 01:20 UTC
    assert ("2023-04-03", "2022-23", True) == (meta.official_date, meta.season, meta.neutral_site)
    assert ("SDSU", "32-7", None, (("stats", "1592"),)) == (
        meta.away.abbrev,
        meta.away.record,
        meta.away.rank,
        meta.away.provider_refs,
    )
    assert 10 == meta.home.rank


def test_without_the_schedule_the_teams_have_their_names_and_numbers():
    meta = game().meta
    assert ("State, San Diego", (("stats", "1592"),)) == (meta.away.name, meta.away.provider_refs)
    assert meta.scheduled_start_ms is None
    assert (
        meta.home == stats.parse(GAME, {"schedule": SCHEDULE.replace(b",77,", b",79,")}).meta.home
    )


def test_columns_are_read_by_name_in_whatever_order():
    assert game() == stats.parse(
        table(*[dict(zip(COLUMNS, row, strict=True)) for row in read(GAME)], columns=COLUMNS[::-1]),
        {},
    )


def read(data):
    return list(csv.reader(io.StringIO(data.decode())))[1:]


def test_shots_without_names_as_in_older_seasons_have_the_shooters_number():
    data = table(
        line("17.5", 1000, 2, 0, " dunks.", shot_outcome="made", shooter_id=55),
        line(18, 990, 2, 0, " with a defensive rebound."),
    )
    document = stats.parse(data, {})
    dunk, rebound = plays(document)
    assert ("17.5", "2pt", "made") == (dunk.ref, dunk.facts.play_type, dunk.facts.result)
    assert [("shooter", None, "55")] == [(p.role, p.name, p.ref) for p in dunk.facts.participants]
    assert ("rebound", ()) == (rebound.facts.play_type, rebound.facts.participants)
    assert document.status is None


def test_a_file_without_nicknames_takes_them_for_names():
    data = table(line(1, 9, 0, 0, "Huskies with a defensive rebound.", home_name="NA"))
    assert ["Huskies"] == [p.name for p in plays(stats.parse(data, {}))[0].facts.participants]


def test_missing_rows_are_a_move_of_the_score():
    data = table(
        line(1, 148, 29, 21, "A with a defensive rebound."),
        line(2, 14, 34, 24, "Substitution: A in for B."),
    )
    rows = moves(stats.parse(data, {}))
    assert [(Score(29, 21), False), (Score(34, 24), False)] == [
        (row.score, row.correction) for row in rows
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "row 2: no plays, so nothing says which game this is"),
        ([line(1, "x", 0, 0, "")], "row 2, column half_secs_remaining: 'x' is not a number"),
        ([line(1, 1, "1.5", 0, "")], "row 2, column home_score: '1.5' is not a whole number"),
        ([line(1, 1, -2, 0, "")], "row 2, column home_score: '-2' is not in 0-999"),
        ([line(1, 1, 0, 0, "", half=99)], "row 2, column half: '99' is not in 1-60"),
        ([line("NA", 1, 0, 0, "")], "row 2, column play_id: 'NA' must not be empty"),
        (
            [line(1, 1, 0, 0, ""), line(2, 1, 0, 0, "", game_id="78")],
            "row 3, column game_id: '78' is another game than 77",
        ),
    ],
)
def test_what_no_game_has_is_refused_with_row_and_column(rows, why):
    assert why == bad(lambda: stats.parse(table(*rows), {}))


def test_a_file_without_a_needed_column_is_refused():
    assert "row 1: no column desc" == bad(lambda: stats.parse(GAME.replace(b",desc,", b",x,"), {}))


def test_a_broken_schedule_is_named():
    assert bad(lambda: stats.parse(GAME, {"schedule": b"x"})).startswith("schedule: row 1: no col")


def test_a_clock_that_the_period_cannot_have_is_none_and_counted():
    document = stats.parse(table(line(1, 1300, 0, 0, "x makes a layup.")), {})
    assert plays(document)[0].facts.clock_ms is None
    assert 1 == dict(document.quirks)["bad clock"]


def test_a_shot_off_the_court_has_no_place():
    shot = {"shot_outcome": "missed", "loc_x": 25, "loc_y": 400}
    document = stats.parse(table(line(1, 1, 0, 0, "A misses a layup.", **shot)), {})
    assert plays(document)[0].facts.place is None
    assert 1 == dict(document.quirks)["bad location"]


def test_flags_that_are_absent_are_told_from_the_text():
    bare = {"free_throw": "NA", "three_pt": "NA"}
    rows = [
        line(1, 9, 0, 0, "Start of the 1st Half", "NA"),
        line(2, 8, 3, 0, "A makes a 3-point jump shot from 24 feet out.", **bare),
        line(3, 7, 4, 0, "A makes free throw 1 of 1.", **bare),
        line(4, 6, 4, 0, "A misses a layup.", **bare),
        line(5, 5, "NA", "NA", "B dunks.", "State, San Diego", **bare),
    ]
    document = stats.parse(table(*rows), {})
    assert Score(4, 2) == total(document)
    assert [None, "made", "made", "missed", "made"] == [r.facts.result for r in plays(document)]


@given(st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_read_and_never_crash(position, byte):
    survives_damage(lambda data: stats.parse(data, {}), GAME, position, byte)


TOURNAMENT = "ncaam-2023-tournament"
PAIRS = "ncaam-2018-03-15-two-providers"


def finals(folder):
    return json.loads(recorded(folder, "finals.json").read_text())["games"]


@needs_recorded
def test_every_game_of_the_tournament_ends_as_its_rows_say():
    schedule = recorded(TOURNAMENT, "schedule.csv").read_bytes()
    quirks = Counter()
    for known in finals(TOURNAMENT):
        data = gzip.decompress(recorded(TOURNAMENT, known["file"]).read_bytes())
        document = stats.parse(data, {"schedule": schedule})
        assert Score(known["home_score"], known["away_score"]) == total(document), known["file"]
        away, home = known["schedule_header_score"]
        assert Score(home, away) == document.header
        assert known["rows"] == document.rows_read
        assert Status.FINAL is document.status.status
        quirks.update(dict(document.quirks))
    # The first four are the counts that come with the collection.
    assert {
        "repeated id": 603,
        "no clock": 670,
        "id gap": 775,
        "no location": 2,
        "missing rows": 3,
        "header disagrees": 1,
        "repeated row": 4,
    } == quirks


@needs_recorded
def test_the_recorded_hole_of_the_semifinal_is_three_moves_of_the_score():
    document = stats.parse(gzip.decompress(recorded(TOURNAMENT, "2547377.csv.gz").read_bytes()), {})
    assert [Score(26, 19), Score(27, 21), Score(34, 24)] == [r.score for r in moves(document)]


@needs_recorded
def test_the_other_providers_games_of_2018_end_as_they_should():
    for known in finals(PAIRS):
        if known["stats_file"]:
            data = gzip.decompress(recorded(PAIRS, known["stats_file"]).read_bytes())
            away, home = known["stats_final_away_home"]
            assert Score(home, away) == total(stats.parse(data, {})), known["stats_file"]
