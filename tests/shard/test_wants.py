"""Which games a node must hear of."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.model.ids import GameId, League
from scoreboard.shard.wants import Followed, wanted
from tests.support.games import meta

HERE = meta()
THERE = attrs.evolve(meta(), game_id=GameId("g0000000009"), league=League("nhl_"))
BOTH = (HERE, THERE)


@pytest.mark.parametrize(
    ("followed", "games"),
    [
        (Followed(), set()),
        (Followed(frozenset({f"game.{HERE.game_id}"})), {HERE.game_id}),
        (Followed(frozenset({"game.g0000000007"})), {"g0000000007"}),
        (Followed(frozenset({"league.nhl_"})), {THERE.game_id}),
        (Followed(frozenset({f"team.{HERE.home.team_id}"})), {HERE.game_id, THERE.game_id}),
        (Followed(frozenset({"league.mlb_"})), set()),
        (Followed(everything=True), {HERE.game_id, THERE.game_id}),
    ],
)
def test_what_is_followed_is_wanted(followed, games):
    assert wanted(followed, BOTH, {}, 0.0) == games


def test_what_was_asked_for_is_wanted_for_a_while():
    asked = {HERE.game_id: 60.0}
    assert wanted(Followed(), BOTH, asked, 59.0) == {HERE.game_id}
    assert wanted(Followed(), BOTH, asked, 60.0) == set()
