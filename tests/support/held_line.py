"""A line to a server that can be held: what was sent arrives later, its sender being gone."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint, connectProtocol
from twisted.internet.protocol import Factory, Protocol


class _Far(Protocol):
    """The end at the server."""

    def __init__(self, near: _Near) -> None:
        self._near = near

    def dataReceived(self, data: bytes) -> None:
        if self._near.connected:
            self._near.transport.write(data)


class _Near(Protocol):
    """The end at the client; it stays connected to the server when the client goes."""

    def __init__(self, line: HeldLine) -> None:
        self._line = line
        self._early = b""
        self._far: _Far | None = None

    def connectionMade(self) -> None:
        far = _Far(self)
        self._line.fars.append(far)
        endpoint = TCP4ClientEndpoint(self._line.reactor, "127.0.0.1", self._line.to)
        connectProtocol(endpoint, far).addCallback(self._ready)

    def _ready(self, far: _Far) -> None:
        self._far = far
        far.transport.write(self._early)

    def dataReceived(self, data: bytes) -> None:
        if self._far is None:
            self._early += data
        elif self._line.holds is not None and (self._line.held or self._line.holds in data):
            self._line.held.append((self._far, data))
            if self._line.caught is not None:
                caught, self._line.caught = self._line.caught, None
                caught.callback(None)
        else:
            self._far.transport.write(data)


class HeldLine:
    """
    Forwards connections to a port of loopback.

    Attributes:
        holds: bytes from which on everything is held; None: nothing is.
        held: what is, with where it is to go.
    """

    def __init__(self, reactor: Any, to: int) -> None:
        self.reactor = reactor
        self.to = to
        self.holds: bytes | None = None
        self.held: list[tuple[_Far, bytes]] = []
        self.caught: Deferred[None] | None = None
        self.fars: list[_Far] = []
        self._listening: Any = None

    async def start(self) -> int:
        """The port to connect to."""
        factory = Factory()
        factory.buildProtocol = lambda _: _Near(self)  # type: ignore[method-assign]
        endpoint = TCP4ServerEndpoint(self.reactor, 0, interface="127.0.0.1")
        self._listening = await endpoint.listen(factory)
        port: int = self._listening.getHost().port
        return port

    def hold(self, words: bytes) -> Deferred[None]:
        """From what contains `words` on, hold everything; fires when it has come."""
        self.holds, self.caught = words, Deferred()
        return self.caught

    def let_go(self) -> None:
        """Send on what was held; nothing more is held."""
        self.holds = None
        for far, data in self.held:
            far.transport.write(data)
        self.held = []

    async def stop(self) -> None:
        for far in self.fars:
            if far.transport is not None:
                far.transport.abortConnection()
        await self._listening.stopListening()
