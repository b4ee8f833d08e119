"""What becomes of a message whatever the rules say of it."""

from __future__ import annotations

from scoreboard.codec.reports import Received
from scoreboard.ingest.intake import insist
from scoreboard.model.event import PlayAdded, PlayVoided
from scoreboard.model.message import Message, VoidReport
from tests.support.games import NOW_MS, SOURCE, Game, basket


def insisted(game, report):
    entry = insist(game.state, Received(Message(report)), SOURCE, NOW_MS)
    return None if entry is None else type(entry.event)


def test_whoever_insists_is_recorded_unless_there_is_nothing_to_record():
    game = Game()
    game.hear(basket("1"))
    assert insisted(game, basket("2", period=3)) is PlayAdded
    assert insisted(game, VoidReport("1")) is PlayVoided
    assert insisted(game, VoidReport("2")) is None
