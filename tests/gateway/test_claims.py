"""Operators ask where claimed box scores differ from the plays as they are now."""

from __future__ import annotations

import pytest

from scoreboard.codec.answer import write_answer
from scoreboard.codec.shape import envelope
from scoreboard.gateway.claims import claim_procedures
from scoreboard.gateway.realm import ANONYMOUS, OPS, Caller, CallError, Principal
from scoreboard.model.boxscore import StatLine
from scoreboard.model.message import BoxScoreReport, StatusReport
from scoreboard.model.play import Participant
from scoreboard.model.side import Side
from scoreboard.model.status import Status, StatusLine
from tests.gateway.node import Node
from tests.support.games import HOME, basket, meta

GAME = meta().game_id
BOSS = Principal("boss", OPS)
ABLE = Participant("player", name="A. Able", jersey="7")
BOX = BoxScoreReport((StatLine(Side.HOME, None, {"pts": 2}), StatLine(Side.HOME, ABLE, {"pts": 2})))


@pytest.fixture
def node():
    made = Node()
    made.send(StatusReport(StatusLine(Status.IN_PROGRESS), 1), basket("1"))
    return made


def listed(node, *args, principal=BOSS, **kwargs):
    calls = claim_procedures(node.keeper.claims, node.games)
    return calls["scoreboard.v1.ops.boxscore.list"](Caller(1, principal), list(args), kwargs)


def test_an_operator_sees_each_claim_with_its_differences_of_now(node):
    assert listed(node, GAME)["claims"] == []
    (answer,) = node.send(BOX)
    able = {
        "team_id": "home",
        "person_id": None,
        "name": "A. Able",
        "jersey": "7",
        "ref": None,
        "stat": "pts",
        "claimed": 2,
        "derived": None,
    }
    assert write_answer(answer)["differences"] == [able]
    said = listed(node, game_id=GAME)
    (claim,) = said["claims"]
    assert (said["game_id"], said["seq"]) == (GAME, 3)
    assert (claim["source"], claim["at_seq"], claim["lines"], claim["figures"]) == (
        "arena",
        3,
        2,
        2,
    )
    assert claim["differences"] == [{**able, "team_id": HOME}]
    told = envelope(next(one for one in node.told if one.kind == "boxscore"))
    assert (told["type"], told["data"]) == ("boxscore", claim)
    node.send(basket("2"))
    (later,) = listed(node, GAME)["claims"]
    assert [(one["stat"], one["derived"]) for one in later["differences"]] == [
        ("pts", 4),
        ("pts", None),
    ]


@pytest.mark.parametrize(
    ("principal", "kwargs", "uri"),
    [
        (ANONYMOUS, {"game_id": GAME}, "wamp.error.not_authorized"),
        (Principal("ann", "official"), {"game_id": GAME}, "wamp.error.not_authorized"),
        (BOSS, {}, "wamp.error.invalid_argument"),
        (BOSS, {"game_id": "g9999999999"}, "scoreboard.error.unknown_game"),
    ],
)
def test_it_is_for_operators_and_for_games_that_there_are(node, principal, kwargs, uri):
    with pytest.raises(CallError) as caught:
        listed(node, principal=principal, **kwargs)
    assert caught.value.uri == uri
