"""
The hub: publications go in, followers come and go, and each gets what it follows.

Rule: a publisher never waits for a follower, and what is published is written only by
`flush`, so that what comes together goes out together. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.hub.fanout import Fanout, Report
from scoreboard.hub.followers import Followers
from scoreboard.hub.member import Member
from scoreboard.hub.retained import Retained
from scoreboard.hub.ring import Posted, RingLimits
from scoreboard.hub.subscription import Policy, Subscription
from scoreboard.hub.tally import Tally
from scoreboard.hub.topic import TopicTree
from scoreboard.model.delivery import Publication

#: Topics that only those see who name them.
PRIVATE = "scoreboard.v1.ops"

#: Bytes that are written to a member before asking again whether it can take more. Equal
#: to the buffer above which Twisted's transports pause their producer.
WRITE_BYTES = 65_536


class Hub:
    """
    Fan-out of one node.

    Args:
        limits: of each stream's ring.
        report: is told of exceptions that cost a member; must not raise.
        private: scope of topics that only URIs in that scope match.
        write_bytes: size at which what a member is owed is cut into several writes.
    """

    def __init__(
        self,
        limits: RingLimits,
        report: Report,
        *,
        private: str = PRIVATE,
        write_bytes: int = WRITE_BYTES,
    ) -> None:
        self._followers = Followers(limits, private)
        self._fanout = Fanout(self._followers, report, write_bytes)
        self._retained = Retained()
        self._retained_private = Retained()

    @property
    def tree(self) -> TopicTree:
        """All subscriptions; to be read only."""
        return self._followers.tree

    @property
    def tally(self) -> Tally:
        """What has been done; to be read only."""
        return self._fanout.tally

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
            stream = self._followers.stream(publication.stream)
            stream.admit(publication.topic)
            if stream.ring.is_full_of(self._fanout.flushed):
                self._fanout.flush()
            posted = stream.ring.append(publication, self._fanout.tip)
            self._fanout.posted(stream)
            if publication.retained:
                self._retained_of(publication.topic).keep(posted)

    def flush(self) -> None:
        """Write to each member that can take it all that it is owed, at once."""
        self._fanout.flush()

    def resume(self, member: Member) -> None:
        """`member` can take more: what it could not take before, as far as it goes."""
        reader = self._followers.readers.get(member)
        if reader is not None and reader.parked:
            self._fanout.bring(reader, force=False)

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
        self._followers.forget(member)

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

    def _retained_of(self, uri: str) -> Retained:
        return self._retained_private if self.tree.is_private(uri) else self._retained
