"""Whatever a feed sends is answered, and what the log then holds can be folded, shown and read."""

from __future__ import annotations

from typing import Any

import cbor2
import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.internet.task import Clock

from scoreboard.codec import shape
from scoreboard.codec.cbor import decode_entry, encode_entry
from scoreboard.codec.json_text import NotJson, read_json
from scoreboard.codec.shape_message import write_message
from scoreboard.gateway.serializers import CBOR, JSON, MSGPACK, Undecodable
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.memory import MemoryLog
from scoreboard.model.answer import Answer
from scoreboard.model.ids import SourceId
from scoreboard.model.side import Score
from scoreboard.projection.fold import fold
from scoreboard.projection.view import snapshot_of
from scoreboard.simulator.day import Slate, fixtures, played
from tests.support.deferreds import result, started
from tests.support.hostile import BOMBS, PLAY, json_like, mutated, text_of

ARENA, OTHER = SourceId("arena"), SourceId("other")
#: Messages of a good game that come first.
_BEFORE = 30
SPORTS = ("football", "soccer", "basketball", "hockey", "baseball")
_GAMES = {sport: played(fixtures(3, 1_800_000_000_000, Slate(**{sport: 1}))[0]) for sport in SPORTS}


_FOUL = {"play_type": "foul", "period_index": 1, "team_id": "home"}


class Desk:
    """A scorekeeper of one game that has begun well, and what it has published."""

    def __init__(self, sport: str = "basketball") -> None:
        game = _GAMES[sport]
        self.game = game.meta.game_id
        self.told: list[Any] = []
        self.log = MemoryLog(lambda: 7)
        self.log.start()
        self.keeper = Scorekeeper(Clock(), self.log, self.told.extend)
        result(started(self.keeper.put_meta(ARENA, game.meta)))
        self.send(*(write_message(timed.message, game.meta) for timed in game.reports[:_BEFORE]))

    def send(self, *messages: Any, source: SourceId = ARENA) -> list[Answer]:
        return result(started(self.keeper.submit(source, self.game, messages)))

    def check(self) -> None:
        """The log is whole, its fold is what is shown, and all of it can be said."""
        entries = result(self.log.read(self.game, 0, 1_000_000))
        state = self.keeper.states[self.game]
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert [decode_entry(encode_entry(entry)) for entry in entries] == list(entries)
        assert fold(entries, 7) == state
        plays = sum((play.score for play in state.plays), Score())
        adjusted = sum((adjustment.change for adjustment in state.adjustments), Score())
        assert plays + adjusted == state.score
        assert sum(state.periods, Score()) == state.score
        places = [play.place_in_game for play in state.plays]
        assert sorted(places) == places
        for said in [shape.snapshot(snapshot_of(state)), *map(shape.envelope, self.told)]:
            for serializer in (JSON, MSGPACK, CBOR):
                assert serializer.loads(serializer.dumps(said)) == said


def through(door: str, value: Any) -> list[Any]:
    """What comes in when `value` is sent; nothing if the door refuses it."""
    try:
        match door:
            case "http":
                return [read_json(text_of(value))]
            case "json":
                return [JSON.loads(text_of(value))]
            case "msgpack":
                return [MSGPACK.loads(msgpack.packb(value))]
            case _:
                return [CBOR.loads(cbor2.dumps(value))]
    except (NotJson, Undecodable):
        return []
    except (OverflowError, ValueError, TypeError):
        return []  # the format has no word for it


DOORS = st.sampled_from(("http", "json", "msgpack", "cbor"))
LONG = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LONG
@given(st.sampled_from(SPORTS), st.lists(st.tuples(DOORS, mutated()), min_size=1, max_size=8))
def test_a_message_that_is_nearly_good_is_answered_and_breaks_nothing(sport, sent):
    desk = Desk(sport)
    for door, value in sent:
        messages = through(door, value)
        answers = desk.send(*messages)
        assert [type(answer) for answer in answers] == [Answer] * len(messages)
        assert "unavailable" not in {answer.code for answer in answers}
    desk.check()


@LONG
@given(st.lists(st.tuples(DOORS, json_like), min_size=1, max_size=8))
def test_anything_is_answered_and_breaks_nothing(sent):
    desk = Desk()
    messages = [message for door, value in sent for message in through(door, value)]
    before = desk.keeper.states[desk.game].seq
    answers = desk.send(*messages)
    assert {answer.outcome.value for answer in answers} <= {"rejected"}
    assert desk.keeper.states[desk.game].seq == before


def test_an_order_at_the_edge_leaves_room_for_the_plays_that_come():
    desk = Desk()
    last = {**PLAY, "play": {**PLAY["play"], "order": 2**53 - 1}}
    (refused,) = desk.send(last)
    (answer,) = desk.send({"type": "play", "provider_play_id": "next", "play": _FOUL})
    assert (refused.code, answer.outcome.value) == ("malformed", "accepted")
    desk.check()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_or_answered(name):
    desk = Desk()
    try:
        message = read_json(BOMBS[name])
    except NotJson:
        return
    (answer,) = desk.send(message)
    assert isinstance(answer, Answer)
    assert answer.code != "unavailable"
    desk.check()
