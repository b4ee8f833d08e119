"""What an event stream may be asked for, and what is refused."""

from __future__ import annotations

import pytest

from scoreboard.gateway.sse_query import Wanted, read_wanted
from scoreboard.hub.subscription import Policy
from scoreboard.model.errors import RemoteError

GAME, OTHER = "g000000000a", "g000000000b"
TEAM, LEAGUE = "t000000000a", "nba_"


def wanted(most: int = 128, **query: str) -> Wanted:
    return read_wanted({name: [value] for name, value in query.items()}, most)


def test_names_are_each_taken_once_and_in_one_order():
    found = read_wanted({"game": [f"{OTHER},{GAME}", f",{OTHER}"], "team": [TEAM]}, 128)
    assert found == Wanted(games=(GAME, OTHER), teams=(TEAM,))
    assert found.streams == [f"game.{GAME}", f"game.{OTHER}", f"team.{TEAM}"]


def test_without_kinds_all_of_a_name_is_wanted():
    found = wanted(game=GAME, league=LEAGUE)
    assert found.topics == [
        (f"scoreboard.v1.game.{GAME}", Policy.PREFIX),
        (f"scoreboard.v1.league.{LEAGUE}", Policy.PREFIX),
    ]
    assert found.wants("clock")


def test_kinds_are_subscribed_to_one_by_one_where_there_are_such():
    found = wanted(game=GAME, team=TEAM, kinds="slate,score,play")
    assert found.topics == [
        (f"scoreboard.v1.game.{GAME}.play", Policy.EXACT),
        (f"scoreboard.v1.game.{GAME}.score", Policy.EXACT),
        (f"scoreboard.v1.team.{TEAM}.slate", Policy.EXACT),
    ]
    assert found.wants("score")
    assert not found.wants("clock")


@pytest.mark.parametrize(
    ("query", "only"),
    [
        ({"game": GAME}, GAME),
        ({"game": f"{GAME},{OTHER}"}, None),
        ({"game": GAME, "team": TEAM}, None),
        ({"game": GAME, "league": LEAGUE}, None),
        ({"league": LEAGUE}, None),
    ],
)
def test_a_stream_may_be_of_one_game_only(query, only):
    assert wanted(**query).only == only


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({}, "name a game"),
        ({"game": ","}, "name a game"),
        ({"kinds": "score"}, "name a game"),
        ({"games": GAME}, "'games' is no parameter"),
        ({"game": "x"}, "game id"),
        ({"game": "scoreboard.v1.ops"}, "game id"),
        ({"team": GAME}, "team id"),
        ({"league": "NBA"}, "four of 0-9a-z_"),
        ({"game": GAME, "kinds": "dance"}, "'dance' is no kind"),
        ({"league": LEAGUE, "kinds": "score"}, "slate and alert only"),
        ({"game": GAME, "kinds": "slate"}, "games have no slate"),
    ],
)
def test_what_could_bring_nothing_is_refused(query, why):
    with pytest.raises(RemoteError, match=why):
        wanted(**query)


def test_names_times_kinds_are_bounded():
    assert len(wanted(4, game=f"{GAME},{OTHER}", kinds="score,play").topics) == 4
    with pytest.raises(RemoteError, match="over 3"):
        wanted(3, game=f"{GAME},{OTHER}", kinds="score,play")
