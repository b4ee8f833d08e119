"""
The door: one port for WebSocket and HTTP.

Rule: who comes for WebSocket never meets HTTP's objects, so that none of them is kept for
the life of the connection; everybody else is HTTP's. Shell.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure
from twisted.web.resource import IResource
from twisted.web.server import NOT_DONE_YET, Request, Site
from zope.interface import implementer

from scoreboard.gateway.sockets import hand_over
from scoreboard.gateway.websocket import ChannelFactory


@implementer(IProtocol)
class _Visitor:
    """A connection whose first words have not come yet."""

    __slots__ = ("_address", "_entrance", "_said", "slot", "transport")

    def __init__(self, entrance: Entrance, address: Any) -> None:
        self.slot = 0
        self.transport: Any = None
        self._entrance = entrance
        self._address = address
        self._said = b""

    def makeConnection(self, transport: Any) -> None:
        """The transport is there."""
        self.transport = transport
        self.connectionMade()

    def connectionMade(self) -> None:
        """The time to say something begins."""
        self._entrance.expect(self)

    def dataReceived(self, data: bytes) -> None:
        """Shown in as soon as it is clear what it wants."""
        self._said += data
        protocol = self._entrance.choose(self._said, self._address)
        if protocol is not None:
            transport, self.transport = self.transport, None
            self._entrance.forget(self)
            hand_over(transport, protocol, self._said)

    def look(self, _now: float) -> None:
        """It has said too little for too long."""
        self.transport.abortConnection()

    def connectionLost(self, _reason: Failure | None = None) -> None:
        """It has left."""
        self._entrance.forget(self)
        self.transport = None


class Entrance(Factory):
    """
    Listens for both.

    Args:
        path: of requests that are for `sockets`, whatever query follows.
        site: has all others.
    """

    noisy = False

    def __init__(self, path: bytes, sockets: ChannelFactory, site: Site) -> None:
        self._sockets = sockets
        self._site = site
        self._starts = (b"GET %b " % path, b"GET %b?" % path)

    def startFactory(self) -> None:
        """The port listens."""
        self._site.doStart()

    def stopFactory(self) -> None:
        """The port is closed."""
        self._site.doStop()

    def buildProtocol(self, addr: Any) -> IProtocol:  # type: ignore[override]
        """Somebody comes."""
        return _Visitor(self, addr)

    def expect(self, visitor: _Visitor) -> None:
        """`visitor` has as long to say what it wants as for the whole handshake."""
        self._sockets.beats.put(visitor, self._sockets.settings.handshake_timeout_s)

    def forget(self, visitor: _Visitor) -> None:
        """`visitor` has said what it wants, or has left."""
        self._sockets.beats.drop(visitor)

    def choose(self, said: bytes, address: Any) -> IProtocol | None:
        """Who serves somebody who begins like that; None: not clear yet."""
        if said.startswith(self._starts):
            return self._sockets.buildProtocol(address)
        if any(start.startswith(said) for start in self._starts):
            return None
        protocol: IProtocol | None = self._site.buildProtocol(address)
        return protocol


@implementer(IResource)
class SocketResource:
    """
    Lets requests for WebSocket through that come over a connection of HTTP's.

    That happens where a proxy uses its connections again.
    """

    isLeaf = True

    def __init__(self, sockets: ChannelFactory) -> None:
        self._sockets = sockets

    def getChildWithDefault(self, name: bytes, request: Request) -> IResource:
        """Not asked: a leaf answers for all that is below it."""
        del name, request
        return self

    def putChild(self, path: bytes, child: IResource) -> None:
        """Not possible: the tree is fixed."""
        raise NotImplementedError

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
