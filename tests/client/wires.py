"""A server of games without a network: a Dial that a test steps by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from scoreboard.client.interest import Match, Topic
from scoreboard.client.interface import CallRefused, IWatcher, IWire, LinkLost
from scoreboard.client.link import Link
from scoreboard.client.reading import Envelope, Snapshot
from tests.client.origin import Origin


@implementer(IWire)
@attrs.define
class FakeWire:
    """A session: answers at once, unless `silent`."""

    server: FakeServer
    gone: Callable[[LinkLost], None]
    topics: dict[Topic, Callable[[Any], None]] = attrs.field(factory=dict)
    calls: list[tuple[str, Any]] = attrs.field(factory=list)
    closed: bool = False

    def subscribe(self, topic, receive):
        if topic.uri in self.server.forbidden:
            return fail(CallRefused("scoreboard.error.not_authorized", topic.uri))
        self.topics[topic] = receive
        return Deferred() if self.server.silent else succeed(None)

    def call(self, procedure, arguments):
        self.calls.append((procedure, arguments))
        if self.server.silent:
            return Deferred()
        return succeed(self.server.answer(procedure, arguments))

    def close(self):
        self.closed = True

    def send(self, event):
        for topic, receive in list(self.topics.items()):
            uri = f"scoreboard.v1.game.{event['game_id']}.{event['type']}"
            if _matches(topic, uri):
                receive(dict(event))

    def names(self):
        return [procedure.removeprefix("scoreboard.v1.") for procedure, _ in self.calls]


def _matches(topic, uri):
    if topic.match is Match.PREFIX:
        return uri.startswith(topic.uri)
    if topic.match is Match.WILDCARD:
        pairs = zip(topic.uri.split("."), uri.split("."), strict=True)
        return all(part in {"", whole} for part, whole in pairs)
    return uri == topic.uri


@attrs.define
class FakeServer:
    """Games, and the sessions that were opened."""

    games: dict[str, Origin] = attrs.field(factory=dict)
    wires: list[FakeWire] = attrs.field(factory=list)
    silent: bool = False
    refuses: LinkLost | None = None
    forbidden: set[str] = attrs.field(factory=set)

    def add(self, origin: Origin) -> Origin:
        self.games[origin.game_id] = origin
        return origin

    def dial(self, gone):
        if self.refuses is not None:
            return fail(self.refuses)
        self.wires.append(FakeWire(self, gone))
        return succeed(self.wires[-1])

    @property
    def wire(self) -> FakeWire:
        return self.wires[-1]

    def hear(self, game_id: str, report: Any) -> None:
        """A report, and what it publishes, to whoever is connected."""
        for event in self.games[game_id].hear(report):
            if not self.wire.closed:
                self.wire.send(event)

    def drop(self, why: str = "gone", retry_ms: int | None = None) -> None:
        """The connection breaks."""
        wire = self.wire
        wire.topics.clear()
        wire.gone(LinkLost(why, retry_ms))

    def answer(self, procedure, arguments):
        if procedure.endswith("slate.get"):
            lines = [origin.line() for origin in self.games.values()]
            league = arguments.get("league")
            return {"games": [line for line in lines if league in {None, line["league"]}]}
        assert procedure.endswith("sync")
        return {
            "games": {
                game_id: self.games[game_id].sync(at)
                if game_id in self.games
                else {"mode": "unknown", "epoch": 0, "seq": 0}
                for game_id, at in arguments["games"].items()
            }
        }


@implementer(IWatcher)
@attrs.define
class Notes:
    """A watcher that writes down what it hears."""

    links: list[Link] = attrs.field(factory=list)
    events: list[Envelope] = attrs.field(factory=list)
    snapshots: list[Snapshot] = attrs.field(factory=list)
    missing: list[str] = attrs.field(factory=list)

    def linked(self, link):
        self.links.append(link)

    def told(self, event):
        self.events.append(event)

    def restored(self, snapshot):
        self.snapshots.append(snapshot)

    def unmatched(self, name):
        self.missing.append(name)

    @property
    def states(self):
        return [link.state.name for link in self.links]
