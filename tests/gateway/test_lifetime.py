"""How long an answer may be kept: never over the beginning of a game."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.gateway.lifetime import LIVE, lifetime
from scoreboard.model.status import Status, StatusLine
from tests.gateway.test_queries import GAME, Node

NOW = 1_700_000_000_000


def at(status, start_ms=None):
    node = Node()
    node.send()
    state = node.games.state(GAME)
    meta = attrs.evolve(state.meta, scheduled_start_ms=start_ms)
    return state.evolved(meta=meta, line=StatusLine(status))


@pytest.mark.parametrize(
    ("status", "start_ms", "age"),
    [
        (Status.IN_PROGRESS, None, LIVE),
        (Status.FINAL, None, b"public, max-age=300"),
        (Status.SCHEDULED, None, LIVE),
        (Status.SCHEDULED, NOW + 3_600_000, b"public, max-age=60"),
        (Status.SCHEDULED, NOW + 30_000, b"public, max-age=30"),
        (Status.SCHEDULED, NOW + 1_500, LIVE),
        (Status.SCHEDULED, NOW - 30_000, LIVE),
    ],
)
def test_an_answer_is_kept_as_long_as_its_game_cannot_move(status, start_ms, age):
    assert lifetime(at(status, start_ms), NOW) == age
