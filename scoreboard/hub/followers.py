"""
Followers: which member is in which cohort of which stream.

Rule: a subscription that names a stream puts its subscriber there even before the stream
exists. One that does not is *wide*: its subscribers roam, in cohorts that belong to all
streams at once, so that a new stream costs nothing for each of them. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from scoreboard.hub.choice import Heard
from scoreboard.hub.cohort import Audience, Cohort, Reader
from scoreboard.hub.lagging import Input
from scoreboard.hub.member import Member
from scoreboard.hub.ring import Ring, RingLimits
from scoreboard.hub.stream import Stream
from scoreboard.hub.subscription import Policy, Subscription, covers
from scoreboard.hub.topic import TopicTree


class Followers:
    """
    Members, their subscriptions, and the streams.

    Args:
        limits: of each stream's ring.
        private: scope of topics that only URIs in that scope match.
        changed: is called when somebody follows something else than before.
    """

    def __init__(
        self, limits: RingLimits, private: str, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._changed = changed
        self.tree = TopicTree(private)
        self.streams: dict[str, Stream] = {}
        self.readers: dict[Member, Reader] = {}
        self._limits = limits
        self._roaming = Audience()

    @property
    def cohorts(self) -> int:
        """How many there are, over all streams."""
        own = sum(len(stream.audience) for stream in self.streams.values())
        return own + len(self._roaming)

    @property
    def wide(self) -> list[Cohort]:
        """The cohorts of those who roam."""
        return list(self._roaming)

    def stream(self, name: str) -> Stream:
        """The stream of that name, new if need be."""
        stream = self.streams.get(name)
        if stream is None:
            stream = self.streams[name] = Stream(name, Ring(self._limits))
        return stream

    def reader(self, member: Member, position: int) -> Reader:
        """What is known of `member`; if nothing is, it starts at `position`."""
        reader = self.readers.get(member)
        if reader is None:
            reader = self.readers[member] = Reader(member, position)
        return reader

    def add(self, reader: Reader, uri: str, policy: Policy) -> Subscription:
        """`reader` subscribes, to something that it has not."""
        subscription = self.tree.add(uri, policy)
        self._settle(reader, reader.interest | {subscription}, subscription)
        return subscription

    def remove(self, reader: Reader, subscription: Subscription) -> None:
        """`reader` does not want `subscription` any more."""
        self._settle(reader, reader.interest - {subscription}, subscription)
        self.tree.remove(subscription)

    def forget(self, member: Member) -> None:
        """`member` is gone; unknown ones are ignored."""
        reader = self.readers.pop(member, None)
        if reader is None:
            return
        reader.move(Input.LEAVE)
        for name in list(reader.places):
            self._displace(reader, name)
        self._roam(reader, frozenset())
        for subscription in reader.interest:
            self.tree.remove(subscription)
        self._changed()

    @property
    def named(self) -> frozenset[str]:
        """The streams that somebody named in a subscription."""
        return frozenset(name for name, stream in self.streams.items() if stream.audience)

    @property
    def roam(self) -> bool:
        """Whether anybody has a wide subscription."""
        return len(self._roaming) > 0

    def listening(
        self, stream: Stream, heard: list[Heard], *, several: bool
    ) -> Iterator[tuple[Cohort, Collection[Reader]]]:
        """Cohorts that want something of what was `heard`, and who of either sort is in them."""
        wanted = {subscription for _, subscriptions in heard for subscription in subscriptions}
        for cohort in stream.audience:
            if not wanted.isdisjoint(cohort.wants):
                yield cohort, cohort.several if several else cohort.single
        if not several:
            return
        for cohort in self._roaming:
            if not wanted.isdisjoint(cohort.wants):
                yield cohort, [r for r in cohort.several if stream.name not in r.places]

    def streams_of(self, reader: Reader) -> Iterable[Stream]:
        """The streams in which `reader` may be owed something."""
        if reader.roaming is not None:
            return self.streams.values()
        return [self.streams[name] for name in reader.places]

    def _settle(
        self, reader: Reader, interest: frozenset[Subscription], changed: Subscription
    ) -> None:
        """Put `reader` where its new interest belongs."""
        reader.interest = interest
        if changed.stream is not None:
            self._place(reader, changed.stream)
        else:
            self._roam(reader, frozenset(s for s in interest if s.stream is None))
            for name in list(reader.places):
                self._place(reader, name)
        self._sort(reader)
        self._changed()

    def _sort(self, reader: Reader) -> None:
        """Followers of one stream apart from those of several, in all its cohorts."""
        if len(reader.places) <= 2:
            for name, cohort in reader.places.items():
                self.streams[name].audience.sort(reader, cohort)

    def _roam(self, reader: Reader, wide: frozenset[Subscription]) -> None:
        if reader.roaming is not None:
            self._roaming.leave(reader, reader.roaming)
        reader.roaming = self._roaming.join(reader, wide) if wide else None

    def _place(self, reader: Reader, name: str) -> None:
        if name in reader.places:
            self._displace(reader, name)
        if any(s.stream == name for s in reader.interest):
            wants = frozenset(s for s in reader.interest if covers(s, name))
            reader.places[name] = self.stream(name).audience.join(reader, wants)

    def _displace(self, reader: Reader, name: str) -> None:
        stream = self.streams[name]
        stream.audience.leave(reader, reader.places.pop(name))
        if stream.is_idle:
            del self.streams[name]
