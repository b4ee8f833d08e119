"""
What scoreboard is compared with: a broadcast server of stock Autobahn, in a process of its own.

Rule: Autobahn as it comes, used as its documentation advises: each event is prepared once
and sent to every subscriber with `sendPreparedMessage`. It has no log, no rules, no state,
no resume; its events come as lines over TCP. Shell.

# Note [One event a turn]

An event is sent in a turn of the reactor of its own, as if each had come by itself. Were all
that one read brings sent at once, Twisted would join their writes, since none goes out before
the turn ends: at more than it can do, that server delivers several times as much, each event
seconds late and in heaps. The comparison is with one message an event; docs/benchmarks says so.

    python -m scoreboard.tools.bench_stock
"""

from __future__ import annotations

import itertools
import sys
from collections import deque
from functools import partial
from typing import Any

from autobahn.twisted.websocket import WampWebSocketServerFactory
from autobahn.wamp import message, role
from autobahn.wamp.serializer import JsonSerializer
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory
from twisted.internet.task import react
from twisted.protocols.basic import LineReceiver

from scoreboard.tools.load_limits import raise_descriptor_limit


class Topics:
    """Who subscribes to what, and the events that wait for their turn."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._ids: dict[str, int] = {}
        self._subscribers: dict[str, dict[Any, None]] = {}
        self._waiting: deque[tuple[str, int]] = deque()

    def subscribe(self, transport: Any, topic: str) -> int:
        """Its subscription's id, the same for every subscriber."""
        self._subscribers.setdefault(topic, {})[transport] = None
        return self._ids.setdefault(topic, len(self._ids) + 1)

    def leave(self, transport: Any, topics: list[str]) -> None:
        """It is gone."""
        for topic in topics:
            self._subscribers[topic].pop(transport, None)

    def publish(self, game: str, seq: int) -> None:
        """Send an event when it is its turn. See Note [One event a turn]."""
        self._waiting.append((game, seq))
        if len(self._waiting) == 1:
            self._reactor.callLater(0, self._turn)

    def _turn(self) -> None:
        game, seq = self._waiting[0]
        topic = f"scoreboard.v1.game.{game}.score"
        event = (
            f'[36,{self._ids.get(topic, 0)},{seq},{{}},[],{{"game_id":"{game}","epoch":1,'
            f'"seq":{seq},"prev":{seq - 1},"type":"score","home":72,"away":68}}]'
        )
        subscribers = self._subscribers.get(topic, {})
        for first in itertools.islice(subscribers, 1):
            prepared = first.factory.prepareMessage(event.encode())
            for transport in subscribers:
                transport.sendPreparedMessage(prepared)
        self._waiting.popleft()
        if self._waiting:
            self._reactor.callLater(0, self._turn)


class Minimal:
    """A session that says WELCOME and SUBSCRIBED, and nothing else."""

    _numbers = itertools.count(1)

    #: Autobahn reads both when it logs.
    _authid = _session_id = None

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._transport: Any = None
        self._mine: list[str] = []

    def onOpen(self, transport: Any) -> None:
        """The WebSocket is there."""
        self._transport = transport

    def onMessage(self, said: Any) -> None:
        """HELLO or SUBSCRIBE."""
        if isinstance(said, message.Hello):
            roles = {"broker": role.RoleBrokerFeatures(), "dealer": role.RoleDealerFeatures()}
            self._transport.send(message.Welcome(next(self._numbers), roles, realm="scoreboard"))
        elif isinstance(said, message.Subscribe):
            self._mine.append(said.topic)
            number = self._topics.subscribe(self._transport, said.topic)
            self._transport.send(message.Subscribed(said.request, number))

    def onClose(self, wasClean: bool) -> None:
        """It is gone."""
        del wasClean
        self._topics.leave(self._transport, self._mine)


class Lines(LineReceiver):
    """The feed: "GAME SEQ" a line."""

    delimiter = b"\n"

    def __init__(self, topics: Topics) -> None:
        self._topics = topics

    def lineReceived(self, line: bytes) -> None:
        """An event."""
        game, _, seq = line.decode().partition(" ")
        self._topics.publish(game, int(seq))


def serve(reactor: Any) -> Deferred[None]:
    """Listen, say where, and serve; fires never: a signal ends it."""
    raise_descriptor_limit(0)
    topics = Topics(reactor)
    minimal = partial(Minimal, topics)
    factory = WampWebSocketServerFactory(minimal, serializers=[JsonSerializer()])
    factory.setProtocolOptions(openHandshakeTimeout=60)
    feed = Factory.forProtocol(partial(Lines, topics))
    sockets = reactor.listenTCP(0, factory, backlog=4096, interface="127.0.0.1")
    lines = reactor.listenTCP(0, feed, interface="127.0.0.1")
    print(f"ready {sockets.getHost().port} {lines.getHost().port}")
    sys.stdout.flush()
    return Deferred()


if __name__ == "__main__":
    react(serve)
