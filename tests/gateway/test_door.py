"""Everybody who comes in by the one door gets to whom he wants."""

from __future__ import annotations

import pytest
from twisted.internet.interfaces import IProtocol
from twisted.internet.task import Clock
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.web.resource import IResource, Resource
from twisted.web.server import Site
from twisted.web.static import Data
from zope.interface.verify import verifyObject

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.door import Entrance, SocketResource
from scoreboard.gateway.inbound import TEXT
from scoreboard.gateway.websocket import Channel, ChannelFactory, SocketSettings
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

    def __init__(self) -> None:
        self.clock = Clock()
        self.conversation = FakeConversation()
        self.sockets = ChannelFactory(
            Beats(self.clock), ["wamp.2.json"], lambda *_: self.conversation, SocketSettings()
        )
        root = Resource()
        root.putChild(b"page", Data(b"a page", "text/plain"))
        root.putChild(b"ws", SocketResource(self.sockets))
        self.entrance = Entrance(b"/ws", self.sockets, Site(root, reactor=self.clock))

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
