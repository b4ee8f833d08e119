"""A shadow out of its side log."""

from __future__ import annotations

import pytest

from scoreboard.ingest.desk import shadow_of
from scoreboard.model.errors import LocalError
from scoreboard.model.event import ShadowBegun
from tests.support.games import Game, basket, entry, new_game


def test_a_shadow_goes_on_from_where_it_began():
    game = Game()
    game.hear(basket("1"))
    shadow = shadow_of(new_game(), [entry(1, ShadowBegun(1)), *game.log])
    assert (shadow.state.score, shadow.seq) == (game.state.score, 2)


def test_a_side_log_without_its_beginning_is_a_fault_of_ours():
    for entries in ([], Game().log, [entry(1, ShadowBegun(1))][1:]):
        with pytest.raises(LocalError, match="does not begin with its base"):
            shadow_of(new_game(), entries)
    game = Game()
    game.hear(basket("1"))
    with pytest.raises(LocalError, match="does not begin with its base"):
        shadow_of(new_game(), game.log)
