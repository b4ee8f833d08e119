"""Recorded NFL games, against their finals and their known quirks."""

from __future__ import annotations

import gzip
import json

import pytest

from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.nfl import parser as nfl
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.football import FOOTBALL
from tests.ingest.parsers.nfl.nfl_sample import by_arrival
from tests.support.recorded import needs_recorded, recorded

SETS = ("nfl-2019-12-29-sunday", "nfl-2024-01-07-sunday", "nfl-edge-games")

#: Our name of a quirk by its name in finals.json.
QUIRKS = {
    "deleted": "deleted play",
    "noclock": "no clock",
    "nowall": "no wall clock",
    "id!=seq": "play id is not the sequence",
    "dupseq": "repeated sequence number",
    "fileorder_id_back": "play id steps back",
}


def _recorded(folder: str, file: str) -> Document:
    return nfl.parse(gzip.decompress(recorded(folder, file).read_bytes()), {})


@needs_recorded
@pytest.mark.parametrize("folder", SETS)
def test_recorded_games_end_as_they_did(folder):
    for game in json.loads(recorded(folder, "finals.json").read_text())["games"]:
        document = _recorded(folder, game["file"])
        name = game["game_id"]
        claims = dict(document.claims)
        assert Score(game["home_score"], game["away_score"]) == document.header, name
        assert game["score_from_play_flags"] == [
            claims["play flags"].away,
            claims["play flags"].home,
        ], name
        assert game["score_from_scoring_summaries"] == [
            claims["scoring summaries"].away,
            claims["scoring summaries"].home,
        ], name
        if game["agree"]:
            assert document.header == claims["play flags"], name
        assert (game["away"], game["home"]) == (
            document.meta.away.abbrev,
            document.meta.home.abbrev,
        ), name
        assert game["plays"] == document.rows_read == len(document.rows), name


@needs_recorded
@pytest.mark.parametrize("folder", SETS)
def test_quirks_of_recorded_games_are_counted_as_others_count_them(folder):
    for game in json.loads(recorded(folder, "finals.json").read_text())["games"]:
        quirks = dict(_recorded(folder, game["file"]).quirks)
        assert {name: game["quirks"][name] for name in QUIRKS} == {
            name: quirks.get(kind, 0) for name, kind in QUIRKS.items()
        }, game["game_id"]


@needs_recorded
@pytest.mark.parametrize("folder", SETS)
def test_every_live_play_of_recorded_games_is_legal_and_has_a_side(folder):
    for path in sorted(recorded(folder).glob("2*.json.gz")):
        for row in _recorded(folder, path.name).rows:
            facts = row.facts
            nobody = row.deleted or FOOTBALL.play_types[facts.play_type].group in ("admin", "clock")
            assert facts.points in FOOTBALL.play_types[facts.play_type].points
            assert nobody or facts.side is not None, (path.name, row.ref)


@needs_recorded
def test_a_safety_that_was_taken_back_is_in_the_summaries_only():
    document = _recorded("nfl-2019-12-29-sunday", "2019_17_NO_CAR.json.gz")
    assert Score(10, 42) == document.header == dict(document.claims)["play flags"]
    assert Score(12, 42) == dict(document.claims)["scoring summaries"]
    assert (
        "playId 4138: summary says SAFETY for the home side, the play is not marked as a score",
    ) == document.notes


@needs_recorded
def test_a_game_that_was_called_off_is_cancelled_with_its_plays_gone():
    document = _recorded("nfl-edge-games", "2022_17_BUF_CIN.json.gz")
    assert StatusLine(Status.CANCELLED) == document.status
    assert 28 == sum(row.deleted for row in document.rows)
    assert (Score(7, 3), Score()) == (document.header, dict(document.claims)["play flags"])


@needs_recorded
def test_a_game_may_end_level_after_overtime():
    document = _recorded("nfl-edge-games", "2022_01_IND_HOU.json.gz")
    assert (StatusLine(Status.FINAL, "OT"), Score(20, 20)) == (document.status, document.header)


@needs_recorded
def test_lightning_delays_are_said_by_the_rows_that_tell_of_them():
    document = _recorded("nfl-edge-games", "2018_01_TEN_MIA.json.gz")
    told = [row.status.status for row in document.rows if row.status]
    assert [Status.DELAYED, Status.IN_PROGRESS] * 2 == told


@needs_recorded
def test_late_rows_of_recorded_games_come_late():
    document = _recorded("nfl-2019-12-29-sunday", "2019_17_ATL_TB.json.gz")
    came = by_arrival(document)
    # A time-out of 02:32 left, put in when the next 16 rows had been opened.
    assert "4263" == came[came.index("4280") - 1]
