"""
The hub: publications go in, followers come and go, and each gets what it follows.

Rule: a publisher never waits for a follower, and what is published is written only by
`turn` and `flush`, so that what comes together goes out together. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scoreboard.hub.census import StreamCensus, census
from scoreboard.hub.fanout import Fanout
from scoreboard.hub.followers import Followers
from scoreboard.hub.lagging import Need
from scoreboard.hub.member import Member
from scoreboard.hub.recovery import Recovery
from scoreboard.hub.retained import Retained
from scoreboard.hub.ring import Posted, RingLimits
from scoreboard.hub.sampling import Sampling
from scoreboard.hub.standings import Report
from scoreboard.hub.subscription import Policy, Subscription
from scoreboard.hub.tally import Tally
from scoreboard.hub.topic import TopicTree
from scoreboard.model.delivery import Publication

#: Topics that only those see who name them.
PRIVATE = "scoreboard.v1.ops"

#: Bytes that are written to a member before asking again whether it can take more. Equal
#: to the buffer above which Twisted's transports pause their producer.
WRITE_BYTES = 65_536

#: Milliseconds that a member may take nothing before it is given up.
PATIENCE_MS = 60_000


def _timeless() -> int:
    return 0


class Hub:
    """
    Fan-out of one node.

    Args:
        limits: of each stream's ring.
        report: is told of exceptions that cost a member; must not raise.
        private: scope of topics that only URIs in that scope match.
        write_bytes: size at which what a member is owed is cut into several writes.
        now_ms: the time, UTC; without it no tick is ever too old, and nobody too slow.
        patience_ms: that a member may take nothing before it is given up.
        changed: is called when somebody follows something else than before; may be often.
    """

    def __init__(
        self,
        limits: RingLimits,
        report: Report,
        *,
        private: str = PRIVATE,
        write_bytes: int = WRITE_BYTES,
        now_ms: Callable[[], int] = _timeless,
        patience_ms: int = PATIENCE_MS,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._followers = Followers(limits, private, changed)
        self._retained = Retained()
        self._retained_private = Retained()
        self._fanout = Fanout(
            self._followers, self._newest, report, now_ms, write_bytes, patience_ms
        )
        self._recovery = Recovery(self._fanout, self._followers, now_ms)

    @property
    def tree(self) -> TopicTree:
        """All subscriptions; to be read only."""
        return self._followers.tree

    @property
    def followed(self) -> frozenset[str]:
        """The streams that somebody named in a subscription."""
        return self._followers.named

    @property
    def is_roamed(self) -> bool:
        """Whether somebody follows a pattern that names no stream."""
        return self._followers.roam

    @property
    def tip(self) -> int:
        """The number of the next publication."""
        return self._fanout.tip

    @property
    def tally(self) -> Tally:
        """What has been done; to be read only."""
        return self._fanout.tally

    @property
    def sampling(self) -> Sampling:
        """How long publications take on their way out."""
        return self._fanout.sampling

    @property
    def flushed(self) -> int:
        """Everything numbered below was given to all who keep up."""
        return self._fanout.flushed

    @property
    def cohorts(self) -> int:
        """How many groups of members there are that are owed the same, over all streams."""
        return self._followers.cohorts

    @property
    def streams(self) -> int:
        """How many streams there are."""
        return len(self._followers.streams)

    def has_stream(self, name: str) -> bool:
        """Whether anything was published in the stream of that name."""
        known = self._followers.streams.get(name)
        return known is not None and known.ring.tip > 0

    def __len__(self) -> int:
        """How many members have subscribed and not left."""
        return len(self._followers.readers)

    def publish(self, publications: Sequence[Publication]) -> None:
        """
        Take publications in; `flush` writes them.

        A burst that is longer than a ring is flushed in parts.

        Raises:
            LocalError: a topic does not belong to the stream it is published in.
        """
        for publication in publications:
            self._publish(publication, publication.stream, publication.topic)
            for name, topic in publication.also:
                self._publish(publication, name, topic)

    def _publish(self, publication: Publication, name: str, topic: str) -> None:
        fanout, stream = self._fanout, self._followers.streams.get(name)
        if stream is None:
            stream = self._followers.stream(name)
        kept = stream.topics.get(topic)
        if kept is None:
            kept = stream.admit(topic, self._retained_of(topic))
        ring = stream.ring
        if ring.is_full and ring.is_full_of(fanout.flushed_of(stream)):
            fanout.finish(stream)
        posted = ring.append(publication, topic, fanout.tip, marked=bool(fanout.stalled))
        fanout.posted(stream)
        if publication.retained:
            kept[publication.key] = posted

    def turn(self, seconds: Callable[[], float], until: float) -> bool:
        """
        Write to members that can take it what they are owed, in fair turns.

        Args:
            seconds: the clock.
            until: time from which on no more is begun, on that clock.

        Returns:
            Whether something is left to write now.
        """
        return self._fanout.turn(seconds, until)

    def wait(self, now: float) -> float | None:
        """
        Seconds until a `turn` would write something; not above 0: at once; None: nothing waits.

        Followers of several streams have a rest after each round, see Note [Rests].

        Args:
            now: on the clock of `turn`.
        """
        return self._fanout.wait(now)

    @property
    def is_awaited(self) -> bool:
        """Whether there is a stream with something to write, and nobody's turn has come."""
        return self._fanout.is_awaited

    def flush(self) -> None:
        """Write to each member that can take it all that it is owed, at once."""
        self._fanout.flush()

    def resume(self, member: Member) -> None:
        """`member` can take more: what it could not take before, as far as it goes."""
        reader = self._followers.readers.get(member)
        if reader is not None:
            self._recovery.drained(reader)

    @property
    def stalled(self) -> int:
        """How many members do not keep up."""
        return len(self._fanout.stalled)

    @property
    def slow(self) -> list[Member]:
        """The members that do not keep up."""
        return [reader.member for reader in self._fanout.stalled]

    def census(self) -> list[StreamCensus]:
        """Every stream: what it keeps, and how many follow it."""
        return census(self._followers, self._fanout.stalled)

    def subscriptions(self, member: Member) -> int:
        """How many `member` has."""
        reader = self._followers.readers.get(member)
        return 0 if reader is None else len(reader.interest)

    def needs(self) -> list[Need]:
        """
        What must be read from the logs of games so that lagging members can go on.

        Each is to be answered by `restore` or `abandon`, one after the other, and then asked
        again. Until then those members are sent nothing, and afterwards they go on exactly
        behind what they have. See Note [Refilling].
        """
        return self._recovery.needs()

    def restore(self, need: Need, publications: Sequence[Publication]) -> None:
        """
        `publications` of a game are those of the entries from the needed one on, of some.

        Those who needed them are written to as far as it goes.
        """
        self._recovery.restore(need, publications)

    def abandon(self, need: Need) -> None:
        """What is needed is not to be had: members that need it are given up."""
        self._recovery.abandon(need)

    def sweep(self) -> None:
        """Give up members that have taken nothing for too long; to be called now and then."""
        self._recovery.sweep()

    def flush_member(self, member: Member) -> None:
        """
        Write to one member all that it is owed until now, whether it can take it or not.

        What is written to it next then follows everything that was published before.
        """
        reader = self._followers.readers.get(member)
        if reader is not None:
            self._fanout.bring(reader, force=True)

    def subscribe(self, member: Member, uri: str, policy: Policy) -> Subscription | None:
        """
        From here on `member` gets what (uri, policy) matches; nothing published before.

        What it was owed until now is written first.

        Returns:
            The subscription that all subscribers of (uri, policy) share, the same again
            if the member has it already; None if the member had to be given up.
        """
        reader = self._followers.reader(member, self._fanout.tip)
        known = self.tree.lookup(uri, policy)
        if known is not None and known in reader.interest:
            return known
        if not self._fanout.bring(reader, force=True):
            return None
        return self._followers.add(reader, uri, policy)

    def follow_from(
        self, member: Member, number: int, wanted: Sequence[tuple[str, Policy]]
    ) -> None:
        """
        A member that has no subscriptions yet gets what `wanted` match, from `number` on.

        What of that is past it gets as one that has drained does, from `resume` on.

        Args:
            number: nothing numbered so or above may be forgotten in a stream that is wanted.
        """
        reader = self._followers.reader(member, number)
        for uri, policy in wanted:
            self._followers.add(reader, uri, policy)
        self._recovery.arrived(reader)

    def unsubscribe(self, member: Member, subscription_id: int) -> bool:
        """
        End a subscription, after writing what `member` was owed until now.

        Returns:
            Whether the member had it, and still can be written to.
        """
        reader = self._followers.readers.get(member)
        subscription = self.tree.by_id(subscription_id)
        if reader is None or subscription is None or subscription not in reader.interest:
            return False
        if not self._fanout.bring(reader, force=True):
            return False
        self._followers.remove(reader, subscription)
        return True

    def leave(self, member: Member) -> None:
        """`member` is gone: nothing more is written to it. Unknown members are ignored."""
        reader = self._followers.readers.get(member)
        if reader is not None:
            self._fanout.standings.leave(reader)

    def retained(self, uri: str, policy: Policy, limit: int) -> list[Posted]:
        """
        The newest retained publications of the topics that (uri, policy) matches.

        Args:
            limit: stop looking when so many were found.
        """
        return self._retained_of(uri).find(uri, policy, limit)

    def since(self, stream: str, epoch: int, seq: int) -> tuple[Publication, ...] | None:
        """
        What the stream of a game has after a position of the game's log.

        Returns:
            None if its ring does not reach back that far.
        """
        known = self._followers.streams.get(stream)
        return None if known is None else known.ring.after(epoch, seq)

    def behind(self, stream: str, epoch: int, seq: int) -> Sequence[Posted] | None:
        """As `since`, with their numbers."""
        known = self._followers.streams.get(stream)
        return None if known is None else known.ring.behind(epoch, seq)

    def beyond(self, stream: str, number: int) -> Sequence[Posted] | None:
        """
        What the stream has that is numbered above `number`.

        Returns:
            None if its ring has forgotten some of it.
        """
        known = self._followers.streams.get(stream)
        return () if known is None else known.ring.beyond(number)

    def newest_in(self, stream: str) -> int:
        """The number of the newest publication in a stream; -1: it has none."""
        known = self._followers.streams.get(stream)
        return -1 if known is None else known.ring.tip - 1

    def _newest(self, topic: str, key: str) -> Posted | None:
        return self._retained_of(topic).newest(topic, key)

    def _retained_of(self, uri: str) -> Retained:
        return self._retained_private if self.tree.is_private(uri) else self._retained
