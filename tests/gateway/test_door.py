"""Everybody who comes in by the one door gets to whom he wants."""

from __future__ import annotations

import json

import pytest
from twisted.internet.interfaces import IProtocol
from twisted.internet.task import Clock
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.web.resource import IResource, Resource
from twisted.web.server import Site
from twisted.web.static import Data
from zope.interface.verify import verifyObject

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.crowd import COURTESY, Crowd, CrowdLimits
from scoreboard.gateway.door import Entrance, SocketResource
from scoreboard.gateway.inbound import TEXT
from scoreboard.gateway.rejected import Reason, Rejected
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.websocket import TRY_AGAIN, Channel, ChannelFactory
from tests.gateway.test_inbound import sent
from tests.gateway.test_upgrade import head
from tests.gateway.test_websocket import FakeConversation, Transport

REQUEST = head() + b"\r\n\r\n"
PAGE = b"GET /page HTTP/1.1\r\nHost: a\r\n\r\n"


class Wire(Transport):
    """A transport that hands what comes to its protocol."""

    protocol: IProtocol

    def say(self, data: bytes) -> bytes:
        self.protocol.dataReceived(data)
        written = self.value()
        self.clear()
        return written


class House:
    """An entrance with a page and WebSocket behind it."""

    def __init__(self, limits: CrowdLimits | None = None) -> None:
        self.clock = Clock()
        self.conversation = FakeConversation()
        self.rejected = Rejected()
        self.crowd = Crowd(limits or CrowdLimits(), self.rejected)
        self.sockets = ChannelFactory(
            Beats(self.clock), ["wamp.2.json"], lambda *_: self.conversation, SocketSettings()
        )
        root = Resource()
        root.putChild(b"page", Data(b"a page", "text/plain"))
        root.putChild(b"ws", SocketResource(self.sockets))
        self.entrance = Entrance(b"/ws", self.sockets, Site(root, reactor=self.clock), self.crowd)

    def visit(self) -> Wire:
        wire = Wire()
        wire.protocol = self.entrance.buildProtocol(None)
        wire.protocol.makeConnection(wire)
        return wire


@pytest.fixture
def house():
    house = House()
    house.entrance.doStart()
    yield house
    house.entrance.doStop()


def test_the_door_has_the_interfaces_of_what_it_stands_for(house):
    assert verifyObject(IProtocol, house.entrance.buildProtocol(None))
    resource = SocketResource(house.sockets)
    assert verifyObject(IResource, resource)
    assert resource.getChildWithDefault(b"x", None) is resource
    with pytest.raises(NotImplementedError):
        resource.putChild(b"x", resource)


@pytest.mark.parametrize("step", [1, 7, 1_000])
def test_who_comes_for_websocket_never_meets_http(house, step):
    wire = house.visit()
    said = b"".join(wire.say(REQUEST[at : at + step]) for at in range(0, len(REQUEST), step))
    assert said.startswith(b"HTTP/1.1 101 ")
    assert type(wire.protocol) is Channel


@pytest.mark.parametrize("step", [1, 1_000])
def test_who_comes_for_a_page_gets_it(house, step):
    wire = house.visit()
    said = b"".join(wire.say(PAGE[at : at + step]) for at in range(0, len(PAGE), step))
    assert said.startswith(b"HTTP/1.1 200 OK")
    assert said.endswith(b"a page")


@pytest.mark.parametrize("path", [b"/wsx", b"/w", b"/"])
def test_what_only_begins_like_the_path_is_for_http(house, path):
    wire = house.visit()
    assert b" 404 " in wire.say(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)


def test_the_path_may_have_a_query(house):
    assert b" 101 " in house.visit().say(REQUEST.replace(b"/ws", b"/ws?a=b"))


def test_a_connection_that_http_has_used_may_turn_to_websocket(house):
    wire = house.visit()
    assert wire.say(PAGE).endswith(b"a page")
    assert wire.say(REQUEST).startswith(b"HTTP/1.1 101 ")
    wire.say(sent(TEXT, b"hello"))
    assert house.conversation.heard == [(b"hello", False)]
    assert wire.producer is house.conversation


def test_a_request_that_is_no_upgrade_is_refused_below_http_too(house):
    wire = house.visit()
    wire.say(PAGE)
    said = wire.say(b"GET /ws HTTP/1.1\r\nHost: a\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 426 ")


def test_who_says_nothing_is_sent_away(house):
    wire = house.visit()
    wire.say(b"GET /w")
    house.clock.pump([0.25] * 42)
    assert wire.ended == "aborted"


def test_who_leaves_before_he_has_said_anything_is_forgotten(house):
    wire = house.visit()
    wire.protocol.connectionLost()
    house.clock.pump([0.25] * 42)
    assert wire.ended == ""


def test_behind_a_wrapper_the_wrapper_stays(house):
    wrapping = WrappingFactory(house.entrance)
    wire = Wire()
    wire.protocol = wrapping.buildProtocol(None)
    wire.protocol.makeConnection(wire)
    assert b" 101 " in wire.say(REQUEST)
    assert isinstance(wire.protocol, ProtocolWrapper)
    assert type(wire.protocol.wrappedProtocol) is Channel


@pytest.mark.parametrize("path", [b"/page", b"/v1/events", b"/"])
def test_who_finds_the_house_full_is_told_over_http_when_to_come_back(path):
    house = House(CrowdLimits(connections=0))
    house.entrance.doStart()
    wire = house.visit()
    said = wire.say(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: " in said
    assert b'"busy"' in said
    assert wire.ended == "closed"
    assert wire.say(b"GET / HTTP/1.1\r\n\r\n") == b""
    house.clock.pump([0.25] * 10)
    assert wire.ended == "aborted"
    assert house.rejected == {Reason.CONNECTIONS: 1}
    house.entrance.doStop()


def test_who_finds_the_house_full_is_told_over_websocket_when_to_come_back():
    house = House(CrowdLimits(connections=0))
    wire = house.visit()
    assert wire.say(REQUEST + sent(TEXT, b"[1]")).startswith(b"HTTP/1.1 101 ")
    house.clock.advance(0)
    close = wire.value()
    code, why = int.from_bytes(close[2:4]), json.loads(close[4:])
    assert (close[0], code) == (0x88, TRY_AGAIN)
    assert 1_000 <= why["retry_ms"] <= 2_000
    assert house.conversation.heard == []
    wire.clear()
    assert wire.say(sent(TEXT, b"again")) == b""
    house.clock.pump([0.25] * 10)
    assert wire.ended == "aborted"


def test_who_is_told_to_come_back_and_leaves_is_forgotten():
    house = House(CrowdLimits(connections=0))
    for words in (REQUEST, PAGE, b"GET /w"):
        wire = house.visit()
        wire.say(words)
        wire.protocol.connectionLost()
        house.clock.pump([0.25] * 42)
        assert wire.ended in {"", "closed"}


def test_who_comes_far_too_late_gets_no_word():
    house = House(CrowdLimits(connections=0))
    for _ in range(COURTESY):
        assert house.entrance.buildProtocol(None) is not None
    assert house.entrance.buildProtocol(None) is None


def test_who_is_told_to_come_back_has_little_time_to_ask():
    house = House(CrowdLimits(connections=0))
    wire = house.visit()
    house.clock.pump([0.25] * 10)
    assert wire.ended == "aborted"


def test_who_does_not_say_what_he_wants_is_counted(house):
    wire = house.visit()
    house.clock.pump([0.25] * 42)
    assert wire.ended == "aborted"
    assert house.rejected == {Reason.HEAD_TIME: 1}
