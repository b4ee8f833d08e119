"""Members without sockets and a wire format that a test can read."""

from __future__ import annotations

import attrs

from scoreboard.hub.ring import Posted, Ring
from scoreboard.hub.subscription import Policy, Subscription
from scoreboard.model.clock import Clock, ClockCause, Direction
from scoreboard.model.delivery import DeliveryClass, Publication
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.payload import ClockPayload

GAME = "g000000000a"
OTHER_GAME = "g000000000b"
TEAM = "t000000000a"

#: What a faulty member raises.
BROKEN = OSError("the socket broke")


def published(topic: str, seq: int, *, retained: bool = False, **changes: object) -> Publication:
    """A publication on `topic` (without the root), in the stream that its name gives."""
    kind, name, *rest = topic.split(".")
    publication = Publication(
        stream=f"{kind}.{name}" if kind != "ops" else "ops",
        topic=f"scoreboard.v1.{topic}",
        kind=rest[-1] if rest else name,
        delivery=DeliveryClass.CRITICAL,
        game_id=GameId(GAME),
        epoch=1,
        seq=seq,
        prev=0,
        ts_ms=1_700_000_000_000 + seq,
        source=SourceId("test"),
        term=1,
        body=ClockPayload(Clock(1, seq), Direction.DOWN, ClockCause.SET),
        retained=retained,
    )
    return attrs.evolve(publication, **changes)


def posted(publication: Publication, number: int) -> Posted:
    """`publication` in its first stream, without a ring."""
    return Posted(publication, publication.topic, number, None)


def kept_in(ring: Ring, publication: Publication, number: int, *, marked: bool = False) -> Posted:
    """`publication` in the ring of its first stream."""
    return ring.append(publication, publication.topic, number, marked=marked)


def score(seq: int, game: str = GAME, **changes: object) -> Publication:
    return published(f"game.{game}.score", seq, **changes)


@attrs.frozen(eq=False)
class TextWire:
    """Events as `name` subscription `:` seq `;`; counts how often it was asked."""

    name: str = "a"
    asked: list[int] = attrs.field(factory=list)
    in_order: bool = False

    def event(
        self, posted: Posted, subscriptions: tuple[Subscription, ...], merged: int = 0
    ) -> bytes:
        self.asked.append(posted.publication.seq)
        return b"".join(
            b"%b%d:%d;" % (self.name.encode(), s.id, posted.publication.seq) for s in subscriptions
        )

    def pack(self, events: list[bytes]) -> bytes:
        return b"".join(events)


class FakeMember:
    """
    Takes what it is given, until its patience is over.

    Attributes:
        patience: writes after which it cannot take more; None: never.
    """

    def __init__(self, wire: TextWire, patience: int | None = None) -> None:
        self.wire = wire
        self.writable = True
        self.patience = patience
        self.broken = False
        self.writes: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def deliver(self, data: bytes) -> None:
        if self.broken:
            raise BROKEN
        assert self.closed is None, "written to after it was closed"
        self.writes.append(data)
        if self.patience is not None:
            self.patience -= 1
            self.writable = self.patience > 0

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)
        if self.broken:
            raise BROKEN

    @property
    def received(self) -> list[tuple[int, int]]:
        """(subscription, seq) of everything it got."""
        pairs = b"".join(self.writes).decode().replace(self.wire.name, "").split(";")[:-1]
        return [(int(a), int(b)) for a, b in (pair.split(":") for pair in pairs)]

    @property
    def seqs(self) -> list[int]:
        return [seq for _, seq in self.received]


EXACT, PREFIX, WILDCARD = Policy.EXACT, Policy.PREFIX, Policy.WILDCARD
