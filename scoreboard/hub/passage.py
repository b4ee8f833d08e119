"""
A pass: one round over the readers of a stream that are owed what was published in it.

Rule: a pass can be left after any reader and taken up later; what is published meanwhile
is for those whose turn comes later, and for the rest in the pass that follows. Pure.
"""

from __future__ import annotations

from scoreboard.hub.cohort import Cohort, Reader
from scoreboard.hub.followers import Followers
from scoreboard.hub.stream import Stream

#: Readers that are served without asking for the time in between.
BATCH = 32


class Pass:
    """
    One stream's, over those of its readers that follow it only, or over the others.

    Args:
        several: whether over those that follow several streams.

    Attributes:
        start: everything numbered below was given to all readers of the stream that keep up.
        until: from here on nothing is promised by this pass.
        is_begun: whether anybody's turn has come.
    """

    def __init__(self, stream: Stream, start: int, *, several: bool) -> None:
        self.stream = stream
        self.several = several
        self.start = start
        self.until = start
        self.is_begun = False
        self._left: list[tuple[Cohort, list[Reader]]] = []

    def begin(self, followers: Followers) -> None:
        """Go round once more, over all that want something of what came since `start`."""
        stream = self.stream
        self.start = self.until
        self.until = stream.ring.tip
        self.is_begun = True
        heard = stream.heard(followers.tree, self.start)
        listening = followers.listening(stream, heard, several=self.several)
        self._left = [(cohort, list(readers)[::-1]) for cohort, readers in listening]
        self._left.reverse()

    def take(self) -> tuple[Cohort, list[Reader]] | None:
        """Readers whose turn it is, all of one cohort; None: the round is over."""
        while self._left:
            cohort, readers = self._left[-1]
            batch = readers[-BATCH:]
            del readers[-BATCH:]
            if not readers:
                self._left.pop()
            if batch:
                batch.reverse()
                return cohort, batch
        return None

    @property
    def is_over(self) -> bool:
        """Whether everybody was given everything; to be asked when a round is over."""
        return self.until == self.stream.ring.tip
