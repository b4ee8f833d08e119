"""
Cohorts: all readers that are owed the same bytes.

Rule: what a cohort is owed is selected, encoded and packed once and the same bytes object
goes to each reader; what a reader is owed over all its streams is put in the order of
publication, so that `seq` never falls within a game. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge

import attrs

from scoreboard.hub.member import Member, WireFormat
from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Subscription

#: A publication and the subscriptions of it, out of those of one reader, that it matches.
Wanted = tuple[Posted, tuple[Subscription, ...]]

#: A publication and all subscriptions that it matches.
Heard = tuple[Posted, tuple[Subscription, ...]]

#: Number of a publication, its events in a wire format, and how many they are.
Unit = tuple[int, bytes, int]


@attrs.define(eq=False)
class Reader:
    """
    A member, and what the hub knows of it.

    Attributes:
        position: everything numbered below, if it is wanted, has been written to it. The
            position is one for all its streams: whoever is written to is written all
            that it is owed.
        parked: could not take what it was owed; stands at `position` until it can. Also
            true of a reader that has gone, so that nothing more is written to it.
        interest: all its subscriptions.
        places: stream -> cohort, for each stream that one of its subscriptions names.
        roaming: its cohort in all other streams; None without wide subscriptions.
    """

    member: Member
    position: int
    parked: bool = False
    interest: frozenset[Subscription] = frozenset()
    places: dict[str, Cohort] = attrs.field(factory=dict)
    roaming: Cohort | None = None

    def wants(self, stream: str) -> frozenset[Subscription]:
        """Its subscriptions that may match in `stream`; perhaps more than those."""
        cohort = self.places.get(stream, self.roaming)
        return frozenset() if cohort is None else cohort.wants


@attrs.define(eq=False)
class Cohort:
    """Readers with the same wire format that want the same in a stream."""

    wants: frozenset[Subscription]
    wire: WireFormat
    readers: dict[Reader, None] = attrs.field(factory=dict)


class Audience:
    """The cohorts of a stream."""

    def __init__(self) -> None:
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
            cohort = self._cohorts[wants, wire] = Cohort(wants, wire)
        cohort.readers[reader] = None
        return cohort

    def leave(self, reader: Reader, cohort: Cohort) -> None:
        """`reader` is in `cohort` no longer."""
        del cohort.readers[reader]
        if not cohort.readers:
            del self._cohorts[cohort.wants, cohort.wire]


class Press:
    """Encodes, each publication once per wire format and set of subscriptions."""

    def __init__(self) -> None:
        self._printed: dict[tuple[WireFormat, int, tuple[Subscription, ...]], Unit] = {}

    def unit(self, wire: WireFormat, wanted: Wanted) -> Unit:
        """The events of one publication."""
        posted, subscriptions = wanted
        key = (wire, posted.number, subscriptions)
        unit = self._printed.get(key)
        if unit is None:
            data = wire.event(posted, subscriptions)
            unit = self._printed[key] = (posted.number, data, len(subscriptions))
        return unit


@attrs.frozen(eq=False)
class Piece:
    """
    What a cohort is owed of its stream.

    Attributes:
        alone: this piece and no other; one tuple for all readers that are owed only it.
    """

    units: tuple[Unit, ...]
    wire: WireFormat
    alone: tuple[Piece] = attrs.field(
        init=False, default=attrs.Factory(lambda self: (self,), takes_self=True)
    )


@attrs.frozen
class Chunk:
    """
    What is written at once.

    Attributes:
        end: the position of a reader that has taken it.
        events: how many it holds.
        full: it holds as much as may be written at once; more may follow.
    """

    end: int
    data: bytes
    events: int
    full: bool


def select(heard: Iterable[Heard], wants: frozenset[Subscription]) -> Iterator[Wanted]:
    """What of `heard` somebody who has the subscriptions `wants` wants."""
    for posted, subscriptions in heard:
        mine = tuple(s for s in subscriptions if s in wants)
        if mine:
            yield posted, mine


def in_order(streams: Iterable[Iterable[Wanted]]) -> Iterator[Wanted]:
    """What is wanted of several streams, each in order, in the order of publication."""
    return merge(*streams, key=lambda wanted: wanted[0].number)


def joined(pieces: tuple[Piece, ...]) -> Iterable[Unit]:
    """The units of pieces of different streams in the order of publication."""
    if len(pieces) == 1:
        return pieces[0].units
    return sorted(unit for piece in pieces for unit in piece.units)


def chunked(wire: WireFormat, units: Iterable[Unit], tip: int, limit: int) -> Iterator[Chunk]:
    """
    `units` in parts that may be written at once, made as they are asked for.

    Args:
        tip: position after all of them.
        limit: bytes; a part is closed by the unit that reaches it.
    """
    events: list[bytes] = []
    size = count = 0
    for number, data, several in units:
        events.append(data)
        size += len(data)
        count += several
        if size >= limit:
            yield Chunk(number + 1, wire.pack(events), count, full=True)
            events, size, count = [], 0, 0
    if events:
        yield Chunk(tip, wire.pack(events), count, full=False)
