"""
The door: one port for WebSocket and HTTP.

Rule: who comes for WebSocket never meets HTTP's objects, so that none of them is kept for
the life of the connection; everybody else is HTTP's. Nobody comes past the crowd's limits, and
who finds the house full hears when to come back. Shell.

Source: security page, L2 to L4.
"""

from __future__ import annotations

import secrets
from typing import Any

from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure
from twisted.web.server import NOT_DONE_YET, Request, Site
from zope.interface import implementer

from scoreboard.gateway.crowd import Crowd, Place
from scoreboard.gateway.last import Last
from scoreboard.gateway.problem import CONTENT_TYPE, Problem
from scoreboard.gateway.rejected import Reason
from scoreboard.gateway.sockets import finish, hand_over, send
from scoreboard.gateway.sorry import sorry
from scoreboard.gateway.websocket import ChannelFactory

#: Seconds that somebody who is told to come back later has to ask, and to hear it.
_COURTESY_S = 2.0


@implementer(IProtocol)
class _Visitor:
    """
    A connection whose first words have not come yet.

    Args:
        place: `IN` or `LATER`.
    """

    __slots__ = ("_address", "_entrance", "_place", "_said", "slot", "transport")

    def __init__(self, entrance: Entrance, address: Any, place: Place) -> None:
        self.slot = 0
        self.transport: Any = None
        self._entrance = entrance
        self._address = address
        self._place = place
        self._said = b""

    def makeConnection(self, transport: Any) -> None:
        """The transport is there."""
        self.transport = transport
        self.connectionMade()

    def connectionMade(self) -> None:
        """The time to say something begins."""
        self._entrance.expect(self, self._place)

    def dataReceived(self, data: bytes) -> None:
        """Shown in as soon as it is clear what it wants."""
        self._said += data
        protocol = self._entrance.choose(self._said, self._address, self._place)
        if protocol is not None:
            transport, self.transport = self.transport, None
            self._entrance.forget(self)
            hand_over(transport, protocol, self._said)

    def look(self, _now: float) -> None:
        """It has said too little for too long."""
        self._entrance.crowd.reject(Reason.HEAD_TIME)
        self.transport.abortConnection()

    def connectionLost(self, _reason: Failure | None = None) -> None:
        """It has left."""
        self._entrance.forget(self)
        self.transport = None


@implementer(IProtocol)
class _Full:
    """Answers whatever is asked over HTTP with when to come back."""

    def __init__(self, entrance: Entrance) -> None:
        self.slot = 0
        self.transport: Any = None
        self._entrance = entrance

    def makeConnection(self, transport: Any) -> None:
        """The transport is there."""
        self.transport = transport
        self.connectionMade()

    def connectionMade(self) -> None:
        """Say it, and close behind it."""
        send(self.transport, _come_back(self._entrance.retry_ms()))
        self._entrance.expect(self, Place.LATER)
        finish(self.transport)

    def dataReceived(self, _data: bytes) -> None:
        """It means nothing."""

    def look(self, _now: float) -> None:
        """It has had the time to hear it."""
        self.transport.abortConnection()

    def connectionLost(self, _reason: Failure | None = None) -> None:
        """It has left."""
        self._entrance.forget(self)
        self.transport = None


def _come_back(retry_ms: int) -> bytes:
    problem = Problem("busy", "as many are connected as may be", f"come back in {retry_ms} ms")
    body = problem.body()
    head = (
        b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: %d\r\n"
        b"Content-Type: %b\r\nContent-Length: %d\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
    )
    return head % (-(-retry_ms // 1_000), CONTENT_TYPE, len(body)) + body


class Entrance(Factory):
    """
    Listens for both.

    Args:
        path: of requests that are for `sockets`, whatever query follows.
        site: has all others.

    Attributes:
        crowd: who is in the house. Who listens tells it who `leaves`.
    """

    noisy = False

    def __init__(self, path: bytes, sockets: ChannelFactory, site: Site, crowd: Crowd) -> None:
        self.crowd = crowd
        self._sockets = sockets
        self._sorry = sorry(sockets, self.retry_ms)
        self._site = site
        self._starts = (b"GET %b " % path, b"GET %b?" % path)

    def startFactory(self) -> None:
        """The port listens."""
        self._site.doStart()

    def stopFactory(self) -> None:
        """The port is closed."""
        self._site.doStop()

    def buildProtocol(self, addr: Any) -> IProtocol | None:  # type: ignore[override]
        """Somebody comes; without a protocol the connection is closed."""
        place = self.crowd.arrives(getattr(addr, "host", ""), self._sockets.beats.seconds())
        return None if place is Place.OUT else _Visitor(self, addr, place)

    def expect(self, visitor: _Visitor | _Full, place: Place) -> None:
        """`visitor` has as long to say what it wants as for the whole handshake."""
        is_in = place is Place.IN
        delay = self._sockets.settings.handshake_timeout_s if is_in else _COURTESY_S
        self._sockets.beats.put(visitor, delay)

    def forget(self, visitor: _Visitor | _Full) -> None:
        """`visitor` has said what it wants, or has left."""
        self._sockets.beats.drop(visitor)

    def retry_ms(self) -> int:
        """How long somebody who finds the house full should stay away."""
        chance = secrets.randbelow(1_000) / 1_000
        return self.crowd.retry_ms(chance, self._sockets.beats.seconds())

    def choose(self, said: bytes, address: Any, place: Place) -> IProtocol | None:
        """Who serves somebody who begins like that; None: not clear yet."""
        is_in = place is Place.IN
        if said.startswith(self._starts):
            return (self._sockets if is_in else self._sorry).buildProtocol(address)
        if any(start.startswith(said) for start in self._starts):
            return None
        if not is_in:
            return _Full(self)
        protocol: IProtocol | None = self._site.buildProtocol(address)
        return protocol


class SocketResource(Last):
    """
    Lets requests for WebSocket through that come over a connection of HTTP's.

    That happens where a proxy uses its connections again.
    """

    def __init__(self, sockets: ChannelFactory) -> None:
        self._sockets = sockets

    def render(self, request: Request) -> int:
        """Take the connection away from HTTP, and begin again with the same request."""
        channel: Any = request.channel
        transport, channel.transport = channel.transport, None
        head = [b"%b %b HTTP/1.1" % (request.method, request.uri)]
        for name, values in request.requestHeaders.getAllRawHeaders():
            head += [b"%b: %b" % (name, value) for value in values]
        # HTTP has registered itself as the producer, and stopped reading for the request.
        transport.unregisterProducer()
        hand_over(transport, self._sockets.buildProtocol(), b"\r\n".join([*head, b"", b""]))
        transport.resumeProducing()
        return NOT_DONE_YET
