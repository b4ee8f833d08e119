"""Box scores of recorded games against those that their providers published."""

from __future__ import annotations

import gzip
import json

import pytest

from scoreboard.codec.shape_box import box_score
from scoreboard.projection.boxscore import box_score_of
from scoreboard.tools.datasets import find, load
from scoreboard.tools.recorded_fold import fold_recorded
from tests.support.recorded import needs_recorded, recorded

pytestmark = needs_recorded

_NBA = {
    "pts": "points",
    "fgm": "fieldGoalsMade",
    "fga": "fieldGoalsAttempted",
    "fg3m": "threePointersMade",
    "fg3a": "threePointersAttempted",
    "ftm": "freeThrowsMade",
    "fta": "freeThrowsAttempted",
    "oreb": "reboundsOffensive",
    "dreb": "reboundsDefensive",
    "ast": "assists",
    "stl": "steals",
    "blk": "blocks",
    "to": "turnovers",
    "pf": "foulsPersonal",
}
_SKATER = {
    "g": "goals",
    "a": "assists",
    "pts": "points",
    "sog": "shots",
    "hits": "hits",
    "blk": "blockedShots",
    "fow": "faceoffWins",
}
_GOALIE = {"sa": "shotsAgainst", "sv": "saves", "ga": "goalsAgainst"}


def ours(path):
    """The provider's number of a person -> what we show of them."""
    (game,) = find([path]).games
    box = box_score(box_score_of(fold_recorded(load(game)).state))
    return {line["ref"]: line["set"] for line in box["lines"] if "ref" in line}


def plain(path):
    return json.loads(gzip.decompress(path.read_bytes()))


def taken(lines, ref, names):
    line = lines.get(str(ref), {})
    return {name: line.get(name, 0) for name in names}


def test_an_nba_game_has_the_box_score_of_the_league():
    lines = ours(recorded("feed-samples", "nba-live-playbyplay-0022000001.json.gz"))
    game = plain(recorded("feed-samples", "nba-live-boxscore-0022000001.json.gz"))["game"]
    players = [*game["homeTeam"]["players"], *game["awayTeam"]["players"]]
    assert len(players) > 20
    for player in players:
        theirs = {name: player["statistics"][other] for name, other in _NBA.items()}
        assert taken(lines, player["personId"], _NBA) == theirs, player["name"]


@pytest.mark.parametrize("number", [199, 267, 268, 269, 270])
def test_a_hockey_game_has_the_box_score_of_the_league(number):
    path = recorded("hockey-pwhl-2026-01-28", f"{number}.json.gz")
    lines = ours(path)
    summary = plain(path)["summary_raw"]
    for team in ("homeTeam", "visitingTeam"):
        for group, names in (("skaters", _SKATER), ("goalies", _GOALIE)):
            for player in summary[team][group]:
                theirs = {name: int(player["stats"][other]) for name, other in names.items()}
                assert taken(lines, player["info"]["id"], names) == theirs, player["info"]
