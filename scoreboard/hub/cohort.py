"""
Cohorts: all readers that are owed the same bytes.

Rule: readers with the same wire format that want the same of a stream are in one cohort of
it; which of them stand at the same place is seen from their positions. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from scoreboard.hub.choice import NOTHING, Carry
from scoreboard.hub.lagging import TRANSITIONS, Input, Standing
from scoreboard.hub.member import Member, WireFormat
from scoreboard.hub.subscription import Subscription
from scoreboard.model.errors import LocalError

if TYPE_CHECKING:
    from scoreboard.hub.stream import Stream


@attrs.define(eq=False)
class Reader:
    """
    A member, and what the hub knows of it.

    Attributes:
        position: everything numbered below, if it is wanted, has been written to it. The
            position is one for all its streams: whoever is written to is written all
            that it is owed.
        standing: of those that are not live, see `hub.lagging`.
        carry: of the cut at which it stopped; see Note [Carry].
        interest: all its subscriptions.
        places: stream -> cohort, for each stream that one of its subscriptions names.
        roaming: its cohort in all other streams; None without wide subscriptions.
    """

    member: Member
    position: int
    standing: Standing = Standing.LIVE
    carry: Carry = NOTHING
    interest: frozenset[Subscription] = frozenset()
    places: dict[str, Cohort] = attrs.field(factory=dict)
    roaming: Cohort | None = None

    def move(self, happened: Input) -> None:
        """Change its standing. Raises: LocalError: that may not happen to it now."""
        standing = TRANSITIONS.get((self.standing, happened))
        if standing is None:
            raise LocalError(f"{happened.name} may not happen to a {self.standing.name} reader")
        self.standing = standing

    @property
    def follows_one(self) -> bool:
        """Whether it may be owed something in one stream only."""
        return self.roaming is None and len(self.places) == 1

    def cohort_in(self, stream: str) -> Cohort | None:
        """Its cohort in `stream`, if any of its subscriptions may match there."""
        return self.places.get(stream, self.roaming)


@attrs.define(eq=False)
class Cohort:
    """
    Readers with the same wire format that want the same in a stream.

    Attributes:
        home: the stream; None: they want it of all that they do not name.
        single: readers that may be owed something in this stream only.
        several: the others.
    """

    wants: frozenset[Subscription]
    wire: WireFormat
    home: Stream | None = None
    single: dict[Reader, None] = attrs.field(factory=dict)
    several: dict[Reader, None] = attrs.field(factory=dict)

    @property
    def readers(self) -> list[Reader]:
        """All of them."""
        return [*self.single, *self.several]


class Audience:
    """
    The cohorts of a stream.

    Args:
        home: the stream; None for those of all streams.

    Attributes:
        single, several: how many readers of either sort are in its cohorts.
    """

    def __init__(self, home: Stream | None = None) -> None:
        self._home = home
        self.single = self.several = 0
        self._cohorts: dict[tuple[frozenset[Subscription], WireFormat], Cohort] = {}

    def __len__(self) -> int:
        return len(self._cohorts)

    def __iter__(self) -> Iterator[Cohort]:
        """As they are now; readers that fail on the way may leave meanwhile."""
        return iter(tuple(self._cohorts.values()))

    def join(self, reader: Reader, wants: frozenset[Subscription]) -> Cohort:
        """The cohort of those that want `wants`, with `reader` in it."""
        wire = reader.member.wire
        cohort = self._cohorts.get((wants, wire))
        if cohort is None:
            cohort = self._cohorts[wants, wire] = Cohort(wants, wire, self._home)
        cohort.several[reader] = None
        self.several += 1
        return cohort

    def sort(self, reader: Reader, cohort: Cohort) -> None:
        """`reader` may follow more, or less, than it did; it is in `cohort`."""
        if reader.follows_one and reader in cohort.several:
            del cohort.several[reader]
            cohort.single[reader] = None
            self.several -= 1
            self.single += 1
        elif not reader.follows_one and reader in cohort.single:
            del cohort.single[reader]
            cohort.several[reader] = None
            self.single -= 1
            self.several += 1

    def leave(self, reader: Reader, cohort: Cohort) -> None:
        """`reader` is in `cohort` no longer."""
        if reader in cohort.single:
            del cohort.single[reader]
            self.single -= 1
        else:
            del cohort.several[reader]
            self.several -= 1
        if not cohort.single and not cohort.several:
            del self._cohorts[cohort.wants, cohort.wire]
