"""The formats that can be read, and how to tell them apart."""

from __future__ import annotations

import pytest

from scoreboard.ingest.parsers.formats import FORMATS, HEAD, recognise
from scoreboard.tools.datasets import find, read
from tests.support.recorded import needs_recorded, recorded


def test_every_provider_stands_once():
    providers = [form.provider for form in FORMATS]
    assert len(providers) == len(set(providers))


@pytest.mark.parametrize("head", [b"", b"{}", b"[]", b"a,b,c\n1,2,3\n", b"\x00\xff" * 50, b"{"])
def test_what_is_no_game_is_in_no_format(head):
    assert recognise("x.json", head) is None


def test_companions_are_named_after_the_game_they_belong_to():
    rules = {form.provider: form.companions for form in FORMATS}
    assert rules["nfl"]("a.json") == {}
    assert rules["stats"]("2547375.csv") == {"schedule": "schedule.csv"}
    assert rules["wyscout"]("2500089.json") == {"matches": "matches.json"}
    assert rules["retrosheet"]("ANA201909290.txt") == {"roster.": "rosters/*.ROS"}
    assert rules["nba_stats"]("0021500423.csv") == {"shots": "../shots/0021500423.csv"}
    assert rules["nba_stats"]("nba-stats-playbyplay-1.json") == {
        "shots.home": "nba-stats-shots-home-1.json",
        "shots.away": "nba-stats-shots-away-1.json",
        "summary": "nba-stats-summary-1.json",
    }
    assert rules["nba_live"]("nba-live-playbyplay-1.json") == {
        "boxscore": "nba-live-boxscore-1.json"
    }
    assert rules["nba_live"]("game.json") == {}


@needs_recorded
def test_every_recorded_game_is_in_exactly_one_format():
    games = find([recorded()]).games
    assert len(games) > 180
    for game in games:
        head = read(game.path)[:HEAD]
        fitting = [form.provider for form in FORMATS if form.looks_like(game.path.name, head)]
        assert fitting == [game.provider], game.path
