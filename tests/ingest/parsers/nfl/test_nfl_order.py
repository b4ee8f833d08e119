"""Where NFL rows stand in the game, and when they came."""

from __future__ import annotations

from scoreboard.model.play import PlayFacts
from tests.ingest.parsers.nfl.nfl_sample import (
    HOME,
    by_arrival,
    gone,
    parse,
    play,
    row_of,
)


def test_rows_stand_by_their_sequence_number():
    document = parse(play(30), play(20), play(25, playSequenceNumber=20.5))
    assert [("1", 1000), ("20", 20_000), ("25", 20_500), ("30", 30_000)] == [
        (row.ref, row.facts.order) for row in document.rows
    ]
    quirks = dict(document.quirks)
    assert (1, 1, 1) == (
        quirks["fractional sequence number"],
        quirks["play id is not the sequence"],
        quirks["play id steps back"],
    )


def test_rows_with_one_number_or_none_still_rise():
    rows = [
        play(20),
        play(20, clockTime="9:00"),
        play(21, playSequenceNumber=20.0),
        play(22, playSequenceNumber=None),
        play(0, playId=None, playSequenceNumber=23.0),
        play(10**12, playSequenceNumber=24.0),
    ]
    document = parse(*rows)
    assert ["1", "20", "20#2", "21", "22", "row-5", "row-6"] == [row.ref for row in document.rows]
    assert [1000, 20_000, 20_001, 20_002, 22_000, 23_000, 24_000] == [
        row.facts.order for row in document.rows
    ]
    quirks = dict(document.quirks)
    assert (2, 1, 1) == (
        quirks["repeated sequence number"],
        quirks["no sequence number"],
        quirks["repeated play id"] - 1,  # the two rows without an id are counted as one
    )


def test_a_deleted_row_stands_by_its_id_and_says_nothing():
    document = parse(
        gone(25, playStartTime="2023-01-03T01:54:58Z"),
        gone(27, playScored=True, scoringPlayType="TOUCHDOWN", scoringTeamId=HOME),
        play(20, quarter=2),
        play(30, quarter=3),
    )
    assert ["1", "20", "25", "27", "30"] == [row.ref for row in document.rows]
    row = row_of(document, "25")
    assert (True, PlayFacts("unknown", 2, wallclock_ms=1672710898000, order=25_000)) == (
        row.deleted,
        row.facts,
    )
    assert 0 == row_of(document, "27").facts.points
    assert 2 == dict(document.quirks)["deleted play"]


def test_a_deleted_row_at_the_front_takes_the_period_behind_it():
    assert 1 == row_of(parse(gone(7)), "7").facts.period_index
    assert 1 == parse(chart={"plays": [gone(7)]}).rows[0].facts.period_index


def test_a_live_row_without_a_quarter_takes_the_one_before():
    document = parse(play(20, quarter=2), play(30, quarter=0), play(40, quarter=1))
    assert 2 == row_of(document, "30").facts.period_index
    quirks = dict(document.quirks)
    assert (1, 1) == (quirks["live row without a quarter"], quirks["quarter steps back"])


def test_a_row_before_a_play_that_was_numbered_in_advance_came_where_it_stands():
    document = parse(play(147), play(167), play(179, playSequenceNumber=157.0), play(199))
    assert ["1", "147", "179", "167", "199"] == by_arrival(document)
    assert all(row.arrival is None for row in document.rows)


def test_a_row_that_was_put_in_later_came_after_the_plays_run_before():
    document = parse(play(20), play(30), play(40), play(47, playSequenceNumber=25.5), play(60))
    assert ["1", "20", "47", "30", "40", "60"] == [row.ref for row in document.rows]
    assert ["1", "20", "30", "40", "47", "60"] == by_arrival(document)


def test_deleted_rows_do_not_make_others_late():
    document = parse(play(20), gone(32), play(40), play(45, playSequenceNumber=30.0))
    assert ["1", "20", "32", "45", "40"] == by_arrival(document)
