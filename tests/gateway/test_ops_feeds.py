"""Operators see and choose a game's feeds; feeds ask for what they are believed."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet.defer import Deferred

from scoreboard.codec.shape_message import write_message
from scoreboard.gateway.ops_feeds import MAX_BEATS, FeedRoom, Leases, feed_procedures
from scoreboard.gateway.realm import Caller, CallError, Principal
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import Message, StatusReport
from scoreboard.model.status import Status, StatusLine
from tests.gateway.fakes import Talk, make_realm
from tests.gateway.node import GAME, Node
from tests.support.deferreds import result
from tests.support.games import SOURCE, basket, meta

OTHER = SourceId("other")


class Room:
    """A game that two feeds tell of, and the calls about it."""

    def __init__(self):
        self.node = Node()
        self.node.send(StatusReport(StatusLine(Status.IN_PROGRESS), 1), basket("1"))
        self.closed = []
        self.leases = Leases(lambda source, game: self.closed.append((source, game)))
        keeper = self.node.keeper
        room = FeedRoom(
            keeper.feed_status, keeper.choose, keeper.submit, lambda who, _: who != "narrow"
        )
        self.calls = feed_procedures(room, self.node.games, self.leases)

    def tell(self, source, *reports):
        raws = [write_message(Message(report), meta()) for report in reports]
        return result(Deferred.fromCoroutine(self.node.keeper.submit(source, GAME, raws)))

    def say(self, call, *args, authid="boss", role="ops", session=1, **kwargs):
        caller = Caller(session, Principal(authid, role))
        said = self.calls[f"scoreboard.v1.{call}"](caller, list(args), kwargs)
        return said if isinstance(said, dict) else result(Deferred.fromCoroutine(said))

    def feed(self, call, *args, authid=SOURCE, **kwargs):
        return self.say(call, *args, authid=authid, role="feed", **kwargs)


@pytest.fixture
def room():
    return Room()


def refused(call, *args, **kwargs):
    with pytest.raises(CallError) as caught:
        call(*args, **kwargs)
    return caught.value.uri


def test_an_operator_sees_every_source_of_a_game(room):
    room.node.clock.advance(1)
    room.tell(OTHER, basket("x", 3))
    (game,) = room.say("ops.feed.list", GAME)["games"]
    sources = {one.pop("source"): one for one in game.pop("sources")}
    assert game == {
        "game_id": GAME,
        "mode": "primary",
        "term": 1,
        "chosen": False,
        "authority": {"plays": SOURCE, "clock": SOURCE, "status": SOURCE},
        "score": {"home": 2, "away": 0},
        "doubts": [],
        "flags": [],
    }
    assert sources[OTHER] == {
        "role": "scoring",
        "rank": None,
        "health": "up",
        "score": {"home": 3, "away": 0},
        "plays": 1,
        "last_heard": "1970-01-01T00:00:01.000Z",
        "lag_ms": None,
        "closed": False,
        "missing": [],
    }
    assert sources[SOURCE]["score"] == {"home": 2, "away": 0}


def test_games_that_are_over_are_shown_only_by_name(room):
    over = attrs.evolve(meta(), game_id=GameId("g0000000002"))
    final = StatusReport(StatusLine(Status.FINAL))
    room.node.send(StatusReport(StatusLine(Status.IN_PROGRESS), 1), final, about=over)
    assert [game["game_id"] for game in room.say("ops.feed.list")["games"]] == [GAME]
    (game,) = room.say("ops.feed.list", game_id=over.game_id)["games"]
    assert game["game_id"] == over.game_id


def test_an_operator_switches(room):
    room.tell(OTHER, basket("x"), basket("y"))
    said = room.say("ops.feed.switch", GAME, to=OTHER, reason="arena is dead")
    assert (said["status"], said["term"], said["score"]) == (
        "accepted",
        2,
        {"home": 4, "away": 0},
    )
    assert room.node.now.authority == OTHER
    again = room.say("ops.feed.switch", GAME, to=OTHER, reason="again")
    assert (again["status"], again["seq"]) == ("duplicate", said["seq"])


def test_an_operator_lets_go_of_his_choice(room):
    room.tell(OTHER, basket("x"), basket("y"))
    room.say("ops.feed.switch", GAME, to=OTHER, reason="arena is dead")
    assert room.say("ops.feed.list", GAME)["games"][0]["chosen"] is True
    said = room.say("ops.feed.switch", GAME, to=OTHER, reason="it lives", hold=False)
    assert (said["status"], said["term"]) == ("accepted", 3)
    assert room.say("ops.feed.list", GAME)["games"][0]["chosen"] is False


@pytest.mark.parametrize(
    ("call", "kwargs", "uri"),
    [
        ("list", {"game_id": "g9999999999"}, "scoreboard.error.unknown_game"),
        ("list", {"game_id": 7}, "wamp.error.invalid_argument"),
        ("switch", {"game_id": GAME, "reason": "x"}, "wamp.error.invalid_argument"),
        ("switch", {"game_id": GAME, "to": "No!", "reason": "x"}, "wamp.error.invalid_argument"),
        ("switch", {"game_id": GAME, "to": OTHER, "reason": 7}, "wamp.error.invalid_argument"),
        ("switch", {"to": OTHER, "reason": "x"}, "wamp.error.invalid_argument"),
        (
            "switch",
            {"game_id": GAME, "to": OTHER, "reason": "x", "hold": "no"},
            "wamp.error.invalid_argument",
        ),
        ("switch", {"game_id": GAME, "to": OTHER}, "scoreboard.error.reason_required"),
        (
            "switch",
            {"game_id": GAME, "to": "nobody", "reason": "x"},
            "scoreboard.error.unknown_source",
        ),
    ],
)
def test_what_is_wrong_with_an_operators_call_is_told(room, call, kwargs, uri):
    assert refused(room.say, f"ops.feed.{call}", **kwargs) == uri


@pytest.mark.parametrize("role", ["viewer", "feed", "scorer", "official"])
@pytest.mark.parametrize("call", ["list", "switch"])
def test_only_operators_see_and_switch(room, call, role):
    said = refused(room.say, f"ops.feed.{call}", GAME, role=role, to=OTHER, reason="x")
    assert said == "wamp.error.not_authorized"


@pytest.mark.parametrize("role", ["viewer", "ops", "scorer", "official"])
@pytest.mark.parametrize("call", ["lease", "heartbeat"])
def test_only_feeds_ask_and_beat(room, call, role):
    assert refused(room.say, f"feed.{call}", GAME, role=role) == "wamp.error.not_authorized"


def test_a_feed_is_told_for_what_it_is_believed(room):
    held = {"term": 1, "authority": SOURCE, "mode": "primary"}
    mine = dict.fromkeys(("plays", "clock", "status"), True)
    assert room.feed("feed.lease", GAME) == {**held, "believed": mine}
    theirs = dict.fromkeys(mine, False)
    assert room.feed("feed.lease", GAME, authid=OTHER) == {**held, "believed": theirs}


def test_a_lease_is_for_games_that_may_be_written(room):
    assert refused(room.feed, "feed.lease", GAME, authid="narrow") == "scoreboard.error.forbidden"
    assert refused(room.feed, "feed.lease", "g9999999999") == "scoreboard.error.unknown_game"


def test_a_feed_beats_for_several_games_at_once(room):
    room.node.clock.advance(5)
    said = room.feed("feed.heartbeat", [GAME, "g9999999999"])["games"]
    assert said[GAME]["believed"]["plays"] is True
    assert said["g9999999999"]["error"] == "scoreboard.error.unknown_game"
    (game,) = room.say("ops.feed.list", GAME)["games"]
    assert game["sources"][0]["last_heard"] == "1970-01-01T00:00:05.000Z"


@pytest.mark.parametrize("games", [None, "g", [], ["g"] * (MAX_BEATS + 1)])
def test_a_heartbeat_names_its_games(room, games):
    assert refused(room.feed, "feed.heartbeat", games=games) == "wamp.error.invalid_argument"


def test_a_source_is_gone_with_the_last_session_that_stood_for_it(room):
    room.feed("feed.lease", GAME, session=1)
    room.feed("feed.lease", GAME, session=2)
    room.leases.left(1)
    room.leases.left(3)
    assert room.closed == []
    room.leases.left(2)
    assert room.closed == [(SOURCE, GAME)]


def test_the_realm_is_told_once_of_a_session_that_has_left():
    left = []
    talk = Talk.joined(attrs.evolve(make_realm(), left=left.append))
    talk.say(6, {}, "wamp.close.normal")
    talk.session.gone()
    assert len(left) == 1


def test_a_session_that_never_joined_leaves_nothing():
    left = []
    talk = Talk(attrs.evolve(make_realm(), left=left.append))
    talk.session.gone()
    assert left == []
