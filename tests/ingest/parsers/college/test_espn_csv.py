"""ESPN tables of college basketball."""

from __future__ import annotations

import gzip
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.ingest.parsers.college import espn_csv
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.totals import bad, moves, plays, survives_damage, total
from tests.support.recorded import needs_recorded, recorded

HEAD = (
    '"play_id","half","time_remaining_half","secs_remaining","description","home_score",'
    '"away_score","away","home","home_favored_by","game_id","date"\n'
)


def table(*rows, date="March 15, 2018") -> bytes:
    """A file of rows (half, clock, text, home score, away score)."""
    game = f'"Loyola (Chi)","Miami",1.5,"4010","{date}"'
    lines = [
        f'{number},{half},"{clock}",0,"{text}",{home},{away},{game}\n'
        for number, (half, clock, text, home, away) in enumerate(rows, 1)
    ]
    return (HEAD + "".join(lines)).encode()


GAME = table(
    (1, "20:00", "PLAY", 0, 0),
    (1, "20:00", "Jump Ball won by Miami", 0, 0),
    (1, "19:46", "Ann Lee made Jumper. Assisted by Bo Ray.", 2, 0),
    (1, "19:20", "Cy Dee made Three Point Jumper.", 2, 3),
    (1, "19:01", "Foul on Bo Ray.", 2, 3),
    (1, "19:01", "Cy Dee missed Free Throw.", 2, 3),
    (1, "19:01", "Cy Dee missed Free Throw.", 2, 3),
    (1, "19:01", "Ann Lee Defensive Rebound.", 2, 3),
    (1, "18:50", "Official TV Timeout", 2, 0),
    (1, "18:40", "Nobody Known Turnover.", 2, 3),
    (1, "18:40", "Loyola (Chi)  Timeout", 2, 3),
    (1, "0:00", "End of 1st half", 2, 3),
    (2, "20:00", "PLAY", 2, 3),
    (2, "10:00", "Ann Lee made Free Throw.", 3, 3),
    (2, "9:00", "A strange thing", 3, 3),
    (2, "8:00", "NA", 3, 3),
    (3, "4:00", "Bo Ray made Dunk.", 5, 3),
    (3, "0:00", "End of Game", 5, 3),
)


def game():
    return espn_csv.parse(GAME, {})


def facts(ref):
    return next(row.facts for row in plays(game()) if row.ref == ref)


def test_the_format_is_told_by_its_columns():
    assert espn_csv.looks_like("anything", GAME[:500])
    assert not espn_csv.looks_like("espn.csv", b"play_id,half\n1,1\n")


def test_the_score_is_the_one_on_the_rows_and_there_is_no_header():
    document = game()
    assert Score(5, 3) == total(document)
    assert document.header is None
    assert (("last row", Score(5, 3)),) == document.claims
    assert StatusLine(Status.FINAL, "OT") == document.status


def test_the_oddities_are_counted_and_headings_left_out():
    assert {
        "derived period end": 2,
        "heading": 2,
        "no text": 1,
        "repeated row": 1,
        "stale score": 1,
        "unknown play": 1,
    } == dict(game().quirks)
    assert 18 == game().rows_read
    assert "1" not in [row.ref for row in plays(game())]


def test_the_kinds_of_play_are_told_and_ends_derived():
    assert [
        "jumpball",
        "2pt",
        "3pt",
        "foul",
        "freethrow",
        "freethrow",
        "rebound",
        "timeout",
        "turnover",
        "timeout",
        "period_end",
        "freethrow",
        "unknown",
        "comment",
        "period_end",
        "2pt",
        "period_end",
        "game_end",
    ] == [row.facts.play_type for row in plays(game())]
    assert [] == moves(game())


def test_a_basket_is_the_side_whose_score_rises():
    assert (Side.HOME, 2, Side.HOME) == (facts("3").side, facts("3").points, facts("3").points_to)
    assert (Side.AWAY, 3, Side.AWAY) == (facts("4").side, facts("4").points, facts("4").points_to)


def test_a_player_who_scored_or_assisted_has_a_side_in_every_row():
    assert Side.HOME is facts("5").side
    assert Side.AWAY is facts("6").side
    assert facts("10").side is None
    assert Side.AWAY is facts("11").side
    assert [("shooter", "Ann Lee"), ("assist", "Bo Ray")] == [
        (person.role, person.name) for person in facts("3").participants
    ]
    assert () == facts("2").participants


def test_two_missed_free_throws_of_one_trip_are_two_plays():
    assert ["missed", "missed"] == [facts("6").result, facts("7").result]


def test_a_stale_score_is_not_shown():
    row = next(row for row in plays(game()) if row.ref == "9")
    assert row.score_after is None
    assert ("row 10: stale score 2-0 (home-away)",) == game().notes


def test_the_game_is_named_and_dated():
    meta = game().meta
    assert ("2018-03-15", "2017-18", (("espn", "4010"),)) == (
        meta.official_date,
        meta.season,
        meta.provider_refs,
    )
    assert ("Miami", "Miami", "LOYO") == (meta.home.name, meta.home.abbrev, meta.away.abbrev)


@pytest.mark.parametrize(
    ("date", "official"),
    [("2018-03-15", "2018-03-15"), ("March 35, 2018", None), ("soon", None), ("NA", None)],
)
def test_dates_are_read_in_two_forms(date, official):
    document = espn_csv.parse(table((1, "1:00", "x", 0, 0), date=date), {})
    assert official == document.meta.official_date


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Miami", "Miami"),
        ("South Dakota St", "SDS"),
        ("Villanova", "VILL"),
        ("Nc State", "Nc State"),
    ],
)
def test_a_school_has_a_short_name(name, short):
    data = GAME.replace(b'"Miami"', f'"{name}"'.encode())
    assert short == espn_csv.parse(data, {}).meta.home.abbrev


def test_clocks_may_have_tenths_or_be_absent():
    rows = [(1, "45.3", "A missed Layup.", 0, 0), (1, "NA", "B missed Layup.", 0, 0)]
    document = espn_csv.parse(table(*rows), {})
    assert [45_300, None] == [row.facts.clock_ms for row in plays(document)]
    assert 1 == dict(document.quirks)["no clock"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ((1, "soon", "x", 0, 0), "row 2, column time_remaining_half: 'soon' is no clock"),
        ((1, "1:00", "x", 0, 9999), "row 2, column away_score: '9999' is not in 0-999"),
        ((0, "1:00", "x", 0, 0), "row 2, column half: '0' is not in 1-60"),
    ],
)
def test_what_no_game_has_is_refused_with_row_and_column(row, why):
    assert bad(lambda: espn_csv.parse(table(row), {})).startswith(why)


def test_a_file_of_two_games_or_of_none_is_refused():
    two = GAME + GAME[len(HEAD) :].replace(b"4010", b"4011")
    assert "row 20, column game_id: '4011' is another game than row 2" == bad(
        lambda: espn_csv.parse(two, {})
    )
    assert bad(lambda: espn_csv.parse(HEAD.encode(), {})).startswith("row 2: no plays")


def test_a_file_of_headings_only_is_a_game_without_plays():
    document = espn_csv.parse(table((1, "20:00", "PLAY", 0, 0)), {})
    assert ((), None, ()) == (document.rows, document.status, document.claims)


def test_scores_that_are_absent_leave_the_points_to_the_texts():
    rows = [(1, "9:00", "A made Layup.", 2, 0), (1, "8:00", "A made Layup.", "NA", "NA")]
    assert Score(4, 0) == total(espn_csv.parse(table(*rows), {}))


@given(st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_read_and_never_crash(position, byte):
    survives_damage(lambda data: espn_csv.parse(data, {}), GAME, position, byte)


PAIRS = "ncaam-2018-03-15-two-providers"


@needs_recorded
def test_every_recorded_game_ends_as_it_should():
    quirks = Counter()
    for known in json.loads(recorded(PAIRS, "finals.json").read_text())["games"]:
        data = gzip.decompress(recorded(PAIRS, known["espn_file"]).read_bytes())
        document = espn_csv.parse(data, {})
        assert Score(known["home_score"], known["away_score"]) == total(document)
        assert [] == moves(document)
        assert known["plays"] == document.rows_read
        assert Status.FINAL is document.status.status
        quirks.update(dict(document.quirks))
    assert {
        "heading": 33,
        "repeated row": 31,
        "stale score": 1,
        "derived period end": 16,
    } == quirks
