"""Who may make which of the scorer's calls, and what they are answered."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from scoreboard.codec.commands import CALLS
from scoreboard.gateway.realm import Caller, CallError, Principal
from scoreboard.gateway.scorer import MAY, Officials, scorer_procedures
from scoreboard.model.command import Role
from scoreboard.model.message import StatusReport
from scoreboard.model.status import Status, StatusLine
from tests.gateway.node import GAME, Node
from tests.support.deferreds import result
from tests.support.games import basket

TWO = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": 2}

#: Arguments with which each call is in order.
DATA = {
    "record": {"play": TWO},
    "amend": {"play_id": "p3", "play": {"text": "x"}},
    "void": {"play_id": "p3"},
    "undo": {"whose": "game"},
    "reorder": {"play_id": "p3", "order": 5},
    "set_clock": {"value_ms": 5},
    "set_period": {"period_index": 2},
    "set_status": {"status": "delayed"},
    "override": {"score": {"home": 5, "away": 5}},
    "hold": {},
    "release": {},
    "lock": {"aspects": ["plays"]},
    "unlock": {},
    "score_query": {},
    "review": {"play_id": "p3", "state": "upheld"},
    "confirm_period": {"score": {"home": 2, "away": 0}},
    "finalize": {},
    "reopen": {"reason": "x"},
}

#: The calls of each role; whoever is not here may make none.
ALLOWED = {
    "scorer": {"record", "amend", "void", "undo", "score_query", "confirm_period"},
    "official": set(DATA),
    "ops": {"hold", "release", "lock", "unlock"},
    "feed": set(),
    "viewer": set(),
}

#: Of those, the calls that a game in its first period does not answer with `accepted`.
OTHERWISE = {
    "record": "flagged",
    "release": "duplicate",
    "unlock": "duplicate",
    "finalize": "scoreboard.error.bad_transition",
    "reopen": "scoreboard.error.bad_transition",
}


class Desk:
    """A game with a basket, and the calls about it."""

    def __init__(self) -> None:
        self.node = Node()
        self.node.send(StatusReport(StatusLine(Status.IN_PROGRESS), 1), basket("1"))
        officials = Officials(lambda _: None, lambda who, _: who != "narrow", self.command)
        self.procedures = scorer_procedures(officials, self.node.games)
        self.asked = []

    def command(self, official, role, game_id, command):
        self.asked.append((official, role, game_id))
        return self.node.keeper.command(official, role, game_id, command)

    def say(self, call, *args, role="official", authid="jo", **kwargs):
        procedure = self.procedures[f"scoreboard.v1.scorer.{call}"]
        caller = Caller(1, Principal(authid, role))
        try:
            return result(Deferred.fromCoroutine(procedure(caller, list(args), kwargs)))
        except CallError as error:
            return {**error.kwargs, "status": error.uri}


def test_every_call_is_tried():
    assert set(DATA) == set(CALLS)
    assert {role: set(calls) for role, calls in MAY.items()} == {
        role: calls for role, calls in ALLOWED.items() if calls
    }


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("call", DATA)
def test_a_role_makes_its_calls_and_no_others(role, call):
    desk = Desk()
    said = desk.say(call, role=role, game_id=GAME, **DATA[call])
    if call in ALLOWED[role]:
        assert said["status"] == OTHERWISE.get(call, "accepted")
        assert desk.asked == [("jo", Role(role), GAME)]
    else:
        assert said["status"] == "wamp.error.not_authorized"
        assert desk.asked == []


def test_a_league_of_others_is_forbidden():
    said = Desk().say("record", game_id=GAME, authid="narrow", play=TWO)
    assert said["status"] == "scoreboard.error.forbidden"


def test_the_game_is_named_in_either_way():
    assert Desk().say("hold", GAME)["seq"] == 4
    assert Desk().say("hold")["status"] == "wamp.error.invalid_argument"
    assert Desk().say("hold", game_id="g9")["status"] == "scoreboard.error.unknown_game"


@pytest.mark.parametrize("data", [{"typo": 1}, {"by": "?"}])
def test_a_slip_is_an_error_that_names_it(data):
    said = Desk().say("unlock", game_id=GAME, **data)
    assert (said["status"], said["rule"]) == ("scoreboard.error.malformed", "E1")
    assert said["hint"]


def test_an_answer_is_told_with_what_changed():
    said = Desk().say("record", game_id=GAME, play=TWO)
    assert said == {
        "status": "flagged",
        "flags": ["inconsistent_possession"],
        "play_id": "p4",
        "rev": 0,
        "seq": 4,
        "score": {"home": 4, "away": 0},
        "period_index": 1,
        "changes": [
            {"path": "/score", "from": {"home": 2, "away": 0}, "to": {"home": 4, "away": 0}}
        ],
    }
