"""What is held: who may see it, who rules about it, and what becomes of it."""

from __future__ import annotations

import pytest

from scoreboard.gateway.quarantine import Holds, quarantine_procedures
from scoreboard.gateway.realm import OPS, Caller, CallError, Principal
from scoreboard.model.message import ScoreReport, VoidReport
from scoreboard.model.side import Score
from tests.gateway.node import GAME, Node
from tests.support.deferreds import result, started
from tests.support.games import basket

ANN = Caller(1, Principal("ann", "official"))
BOB = Caller(2, Principal("bob", "official"))
DESK = Caller(3, Principal("desk", OPS))


class Room:
    """A game with an official at it."""

    def __init__(self, leagues=("nba_",)):
        self.node = Node()
        self.node.send(basket("1"))
        keeper = self.node.keeper
        holds = Holds(
            keeper.held, keeper.rule, lambda _name, league: league in leagues, lambda: 10**15
        )
        self.calls = quarantine_procedures(holds, self.node.games)

    def hold(self, report):
        (answer,) = self.node.send(report)
        assert answer.outcome.value == "quarantined"
        return answer.quarantine_id

    def ask(self, call, caller=ANN, **kwargs):
        said = self.calls[f"scoreboard.v1.quarantine.{call}"](caller, [], kwargs)
        return said if isinstance(said, dict) else result(started(said))

    def refused(self, *args, **kwargs):
        with pytest.raises(CallError) as caught:
            self.ask(*args, **kwargs)
        return caught.value.uri

    @property
    def score(self):
        return self.node.now.score


def test_what_is_held_is_seen_by_those_who_rule_about_it():
    room = Room()
    name = room.hold(ScoreReport(Score(40, 0)))
    for caller in (ANN, DESK):
        listed = room.ask("list", caller, game_id=GAME)
        (one,) = listed["held"]
        assert (one["quarantine_id"], one["rule"], one["expired"]) == (name, "S4", True)
    assert room.score == Score(2, 0)


def test_an_official_lets_a_message_in():
    room = Room()
    name = room.hold(ScoreReport(Score(40, 0)))
    answer = room.ask("release", game_id=GAME, quarantine_id=name, reason="seen")
    assert (answer["status"], answer["score"]) == ("accepted", {"home": 40, "away": 0})
    assert room.ask("list", game_id=GAME)["held"] == []
    assert room.refused("release", game_id=GAME, quarantine_id=name, reason="again") == (
        "scoreboard.error.not_held"
    )


def test_an_operator_throws_a_message_away():
    room = Room()
    name = room.hold(ScoreReport(Score(40, 0)))
    room.ask("drop", DESK, game_id=GAME, quarantine_id=name, reason="nonsense")
    assert room.ask("list", game_id=GAME)["held"] == []
    assert room.score == Score(2, 0)


def test_what_nothing_can_be_decided_about_stays_held():
    room = Room()
    name = room.hold(VoidReport("never told"))
    uri = room.refused("release", game_id=GAME, quarantine_id=name, reason="please")
    assert uri == "scoreboard.error.not_held"
    assert len(room.ask("list", game_id=GAME)["held"]) == 1


@pytest.mark.parametrize("role", ["viewer", "feed", "scorer"])
@pytest.mark.parametrize("call", ["list", "release", "drop"])
def test_nobody_else_is_told(role, call):
    caller = Caller(9, Principal("eve", role))
    said = {"game_id": GAME, "quarantine_id": "qabcdefghij", "reason": "x"}
    assert Room().refused(call, caller, **said) == "wamp.error.not_authorized"


def test_a_wrong_call_is_named():
    room = Room()
    assert room.refused("list") == "wamp.error.invalid_argument"
    assert room.refused("list", game_id="g9999999999") == "scoreboard.error.unknown_game"
    assert room.refused("drop", game_id=GAME) == "wamp.error.invalid_argument"
    assert Room(leagues=()).refused("list", game_id=GAME) == "scoreboard.error.forbidden"
