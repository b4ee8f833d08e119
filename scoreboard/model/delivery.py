"""
Publications and how they must be delivered.

Rule: what is critical is never skipped, merged or reordered; what may be merged
is named here by its class and its key. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs

from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.payload import Payload

#: Where something is published: stream and topic.
Place = tuple[str, str]


class DeliveryClass(Enum):
    """What a subscriber that is behind is owed."""

    CRITICAL = "critical"  #: every one, in order
    LATEST = "latest"  #: the newest per key; the number merged is said
    TICK = "tick"  #: the newest only, and only while younger than its period


@attrs.frozen
class Publication:
    """
    An event, on one topic or on several.

    Attributes:
        stream: the stream that orders it: "game.g...", "league.nba_", "team.t...".
        topic: the whole URI.
        kind: last component of the topic; the `type` in the envelope.
        key: what a newer publication of the same topic replaces (LATEST and TICK).
        seq: position in the log of `game_id`.
        prev: `seq` of the previous publication of this game on this topic; 0 at the start.
        retained: whether a new subscriber may ask for it at once (whole states).
        also: stream and topic of each further place where it is published, in this order.
    """

    stream: str
    topic: str
    kind: str
    delivery: DeliveryClass
    game_id: GameId
    epoch: int
    seq: int
    prev: int
    ts_ms: int
    source: SourceId
    term: int
    body: Payload
    key: str = ""
    retained: bool = False
    also: tuple[Place, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Stream and topic of each place where it is published, in this order."""
        return ((self.stream, self.topic), *self.also)
