"""A node that event streams are followed from, over transports in memory."""

from __future__ import annotations

from urllib.parse import urlencode

import attrs
from twisted.web.resource import Resource

from scoreboard.codec.shape import envelope
from scoreboard.gateway.beats import Beats
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.sse import Events, EventSettings, EventStreams
from scoreboard.gateway.sse_start import Beginnings
from scoreboard.gateway.sse_wire import EventWire
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId
from tests.gateway.node import Node
from tests.gateway.small_site import small_site
from tests.gateway.test_sse_wire import Event, Reader
from tests.gateway.test_websocket import Transport
from tests.support.games import meta

#: Of the first process; the next has the next letter.
INCARNATION = "a"


def game(number: int) -> GameMeta:
    """One of several games of the same league and teams."""
    return attrs.evolve(meta(), game_id=GameId(f"g{number:010d}"))


class Street:
    """
    A node and its event streams.

    Args:
        ring: publications that a ring keeps.
    """

    def __init__(
        self,
        ring: int = 4_096,
        settings: EventSettings | None = None,
        incarnation: str = INCARNATION,
    ) -> None:
        self.node = Node(ring)
        self.incarnation = incarnation
        plain = Wires(envelope).wire("wamp.2.json", b"")
        self.one, self.several = EventWire(plain), EventWire(plain, incarnation)
        self.beginnings = Beginnings(
            self.node.hub, self.node.games, self.one, self.several, incarnation
        )
        self.beats = Beats(self.node.clock)
        self.streams = EventStreams(
            self.node.hub, self.beats, self.beginnings, settings or EventSettings()
        )
        root, below = Resource(), Resource()
        root.putChild(b"v1", below)
        below.putChild(b"events", Events(self.streams))
        self.site = small_site(self.node.clock, self.beats, root)
        self.site.doStart()

    def ask(
        self,
        query: str,
        method: str = "GET",
        version: str = "1.1",
        room: int | None = None,
        **fields: str,
    ) -> tuple[Wire, bytes]:
        """A request to `/v1/events` over a connection with that room, and its answer's head."""
        lines = [f"{method} /v1/events?{query} HTTP/{version}", "Host: a"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        wire = Wire(self, room)
        wire.protocol.dataReceived("\r\n".join([*lines, "", ""]).encode())
        head, _, body = wire.value().partition(b"\r\n\r\n")
        wire.clear()
        wire.said = body
        return wire, head

    def follow(
        self, reader: Reader | None = None, room: int | None = None, **query: str
    ) -> Follower:
        """A follower, who comes back if `reader` has an id."""
        return Follower(self, reader or Reader(), query, room)

    def wait(self, seconds: float) -> None:
        self.node.clock.pump([0.25] * int(seconds / 0.25))


class Wire(Transport):
    """
    A connection from outside.

    Attributes:
        said: the body so far, if any of it came with the head.
        room: bytes that it takes before it is full; None: any number.
    """

    said = b""

    def __init__(self, street: Street, room: int | None = None) -> None:
        super().__init__()
        self.room = room
        self.protocol = street.site.buildProtocol(None)
        self.protocol.makeConnection(self)

    def write(self, data: bytes) -> None:
        super().write(data)
        if self.room is not None and self.room > 0:
            self.room -= len(data)
            if self.room <= 0 and self.producer is not None:
                self.producer.pauseProducing()

    def open(self, room: int | None) -> None:
        """It takes so many bytes more."""
        self.room = room
        if self.producer is not None:
            self.producer.resumeProducing()

    def took(self) -> bytes:
        """What was written since this was last asked."""
        written, self.said = self.said + self.value(), b""
        self.clear()
        return written

    def lose(self) -> None:
        self.protocol.connectionLost(None)


class Follower:
    """Who reads an event stream."""

    def __init__(
        self, street: Street, reader: Reader, query: dict[str, str], room: int | None
    ) -> None:
        self.reader = reader
        fields = {"Last_Event_ID": reader.last_id} if reader.last_id else {}
        self.wire, self.head = street.ask(urlencode(query), room=room, **fields)
        assert self.head.startswith(b"HTTP/1.1 200 OK"), self.head

    @property
    def stream(self):
        return self.wire.protocol

    def heard(self, data: bytes | None = None) -> list[Event]:
        """The events that came since this was last asked."""
        return self.reader.read(self.wire.took() if data is None else data)
