"""
A stream: one game, one team or one league; its ring and its cohorts.

Rule: the topics of a stream are those that its name stands in, so that what a URI can
reach is known before anything was published. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.hub.choice import Heard
from scoreboard.hub.cohort import Audience
from scoreboard.hub.retained import Kept, Retained
from scoreboard.hub.ring import Ring
from scoreboard.hub.subscription import Policy, stream_of
from scoreboard.hub.topic import TopicTree
from scoreboard.model.errors import LocalError


@attrs.define(eq=False)
class Stream:
    """
    What is published in one order.

    Attributes:
        audience: the readers that named this stream in a subscription; those who have it
            only through a wide pattern are not here but in the hub's roaming audience.
        topics: those that were published here -> what is retained of each.
    """

    name: str
    ring: Ring
    audience: Audience = attrs.field(init=False, default=attrs.Factory(Audience, takes_self=True))
    topics: dict[str, Kept] = attrs.field(factory=dict)

    def admit(self, topic: str, retained: Retained) -> Kept:
        """
        `topic` is published here, for the first time.

        Args:
            retained: where what is retained of it is kept.

        Returns:
            What is retained of it.

        Raises:
            LocalError: it belongs to another stream, so that its subscribers would not
                be found.
        """
        home = stream_of(topic, Policy.EXACT)
        if home != self.name:
            raise LocalError(f"topic {topic} belongs to stream {home}, not {self.name}")
        kept = self.topics[topic] = retained.of(topic)
        return kept

    def heard(self, tree: TopicTree, position: int, until: int | None = None) -> list[Heard]:
        """What was published here since `position`, below `until`, and who wants it at all."""
        match = tree.match
        return [(posted, match(posted.topic)) for posted in self.ring.since(position, until)]

    @property
    def is_idle(self) -> bool:
        """Whether nobody named it and nothing was published in it."""
        return not self.audience and not self.ring.tip
