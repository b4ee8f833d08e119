"""A session over an in-memory connection, against Autobahn's own server side."""

from __future__ import annotations

from typing import Any

import pytest
from autobahn.twisted.websocket import WampWebSocketServerFactory
from autobahn.wamp import message, serializer
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from twisted.test import iosim

from scoreboard.client.address import parse_address
from scoreboard.client.interest import Match, Topic
from scoreboard.client.interface import CallRefused, LinkLost
from scoreboard.client.session import dialer
from tests.support.deferreds import result, waits

TOPIC = Topic("scoreboard.v1.game.g0000000001", Match.PREFIX)


class Router:
    """The server's side of one connection: answers as a test says."""

    _session_id = None
    _authid = None
    _transport: Any = None

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.denies = False
        self.answers: dict[str, Any] = {}
        self.closed = False

    def onOpen(self, transport):
        self._transport = transport

    def onMessage(self, said):
        self.heard.append(said)
        match said:
            case message.Hello() if self.denies:
                self._transport.send(message.Abort("wamp.error.no_such_realm", "retry_ms=700"))
            case message.Hello():
                roles = {"broker": {"features": {}}, "dealer": {"features": {}}}
                self._transport.send(message.Welcome(1, _roles(roles), realm="scoreboard"))
            case message.Subscribe():
                self._transport.send(message.Subscribed(said.request, 7))
            case message.Call():
                self._answer(said)

    def _answer(self, said):
        answer = self.answers.get(said.procedure)
        if isinstance(answer, dict):
            self._transport.send(message.Result(said.request, args=[], kwargs=answer))
        elif answer is not None:
            reply = message.Error(message.Call.MESSAGE_TYPE, said.request, answer, args=["no"])
            self._transport.send(reply)

    def onClose(self, wasClean):
        self.closed = True

    def event(self, **payload):
        self._transport.send(message.Event(7, 1, args=[], kwargs=payload))


def _roles(roles):
    from autobahn.wamp import role

    return {
        "broker": role.RoleBrokerFeatures(**roles["broker"]["features"]),
        "dealer": role.RoleDealerFeatures(**roles["dealer"]["features"]),
    }


class Link:
    """A follower's side and a server's side, joined by a pump."""

    def __init__(self, wire_format="cbor", *, denies=False):
        self.reactor = MemoryReactorClock()
        self.router = Router()
        self.router.denies = denies
        self.gone: list[LinkLost] = []
        address = parse_address("ws://127.0.0.1:8080/ws")
        self.opened = dialer(self.reactor, address, wire_format)(self.gone.append)
        self.reactor.advance(0.1)

    def connect(self):
        _, _, factory, _, _ = self.reactor.tcpClients[0]
        client = factory.buildProtocol(None)
        formats = [
            serializer.CBORSerializer(),
            serializer.MsgPackSerializer(),
            serializer.JsonSerializer(),
        ]
        there = WampWebSocketServerFactory(
            lambda: self.router, url="ws://127.0.0.1:8080/ws", serializers=formats
        )
        there.reactor = self.reactor
        self.server = there.buildProtocol(None)
        self.pump = iosim.connect(
            self.server,
            iosim.FakeTransport(self.server, isServer=True),
            client,
            iosim.FakeTransport(client, isServer=False),
        )
        self.pump.flush()
        return self


@pytest.fixture(params=["cbor", "msgpack", "json"])
def link(request):
    return Link(request.param).connect()


def test_a_session_is_opened_in_every_wire_format(link):
    wire = result(link.opened)
    assert wire is not None
    assert link.router.heard[0].realm == "scoreboard"


def test_events_come_as_they_were_sent(link):
    wire, events = result(link.opened), []
    confirmed = wire.subscribe(TOPIC, events.append)
    link.pump.flush()
    assert result(confirmed) is None
    asked = link.router.heard[-1]
    assert (asked.topic, asked.match) == (TOPIC.uri, "prefix")
    link.router.event(seq=4, type="score", data={"home": 1})
    link.pump.flush()
    assert events == [{"seq": 4, "type": "score", "data": {"home": 1}}]


def test_a_call_gives_named_results(link):
    link.router.answers["scoreboard.v1.sync"] = {"games": {}}
    called = result(link.opened).call("scoreboard.v1.sync", {"games": {"g": [1, 2]}})
    link.pump.flush()
    assert result(called) == {"games": {}}
    assert link.router.heard[-1].kwargs == {"games": {"g": [1, 2]}}


def test_a_refused_call_costs_nothing_else(link):
    link.router.answers["scoreboard.v1.sync"] = "scoreboard.error.unknown_game"
    called = result(link.opened).call("scoreboard.v1.sync", {})
    link.pump.flush()
    with pytest.raises(CallRefused, match="no") as caught:
        result(called)
    assert caught.value.code == "scoreboard.error.unknown_game"
    assert link.gone == []


def test_a_server_that_says_good_bye_is_quoted(link):
    wire = result(link.opened)
    called = wire.call("scoreboard.v1.sync", {})
    link.router._transport.send(message.Goodbye("wamp.close.system_shutdown", "retry_ms=1500"))
    link.pump.flush()
    with pytest.raises(LinkLost, match="system_shutdown"):
        result(called)
    (lost,) = link.gone
    assert "system_shutdown" in str(lost)
    assert lost.retry_ms == 1500


def test_a_connection_that_breaks_ends_calls_and_is_told_once(link):
    wire = result(link.opened)
    called = wire.call("scoreboard.v1.sync", {})
    link.server.transport.abortConnection()
    link.pump.flush()
    with pytest.raises(LinkLost, match="lost"):
        result(called)
    assert [str(lost) for lost in link.gone] == ["the connection was lost"]
    with pytest.raises(LinkLost):
        result(wire.call("scoreboard.v1.sync", {}))
    with pytest.raises(LinkLost):
        result(wire.subscribe(TOPIC, print))


def test_a_follower_that_hangs_up_hears_nothing_more(link):
    wire, events = result(link.opened), []
    wire.subscribe(TOPIC, events.append)
    link.pump.flush()
    wire.close()
    wire.close()
    link.router.event(seq=4)
    link.pump.flush()
    assert (events, link.gone, link.router.closed) == ([], [], True)


def test_a_server_that_refuses_the_session_says_how_long_to_wait():
    link = Link(denies=True).connect()
    with pytest.raises(LinkLost, match="no_such_realm") as caught:
        result(link.opened)
    assert caught.value.retry_ms == 700
    assert link.gone == []


def test_a_server_that_is_not_there_is_told():
    link = Link()
    _, _, factory, _, _ = link.reactor.tcpClients[0]
    factory.clientConnectionFailed(None, Failure(Refused()))
    link.reactor.advance(1)
    with pytest.raises(LinkLost, match="refused"):
        result(link.opened)


def test_an_attempt_can_be_given_up():
    link = Link()
    assert waits(link.opened)
    link.opened.addErrback(lambda failure: None)
    link.opened.cancel()
    assert link.reactor.connectors[0].stoppedConnecting


def test_a_session_that_is_given_up_while_it_opens_is_hung_up():
    link = Link()
    link.opened.addErrback(lambda failure: None)
    link.router.onMessage = lambda said: None
    link.connect()
    link.opened.cancel()
    link.pump.flush()
    assert link.router.closed
    assert link.gone == []


def test_a_secure_address_is_dialled_with_tls():
    reactor = MemoryReactorClock()
    dialer(reactor, parse_address("wss://127.0.0.1/ws"), "cbor")(print).addErrback(print)
    reactor.advance(0.1)
    assert reactor.tcpClients[0][1] == 443
