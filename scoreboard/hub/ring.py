"""
The ring: the recent publications of one stream, in order.

Rule: a ring forgets only from its old end and says up to where it has; what was not yet
offered to the stream's readers is never forgotten. Of what is forgotten while somebody
may still come for it a trace is kept. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import Any

import attrs

from scoreboard.hub.trace import Mark, Trace
from scoreboard.model.delivery import Publication

_NUMBER = attrgetter("number")

#: Forgotten publications are taken out of the list so many at a time, since all that are
#: behind them have to move.
_AT_ONCE = 64


@attrs.frozen
class RingLimits:
    """
    How much one stream keeps.

    Attributes:
        max_publications: that are kept.
        max_bytes: of what is kept in encoded form; publications that nobody follows in
            any wire format have none.
        max_marks: that are kept of what was forgotten while a reader was stalled, about
            150 bytes each. 0: who falls off the ring cannot be brought back.
    """

    max_publications: int = 4_096
    max_bytes: int = 8 * 1024 * 1024
    max_marks: int = 0


class Posted:
    """
    A publication in one of the streams in which it is published.

    Attributes:
        number: its place among all of this process, over all streams.
        topic: of this stream.
    """

    __slots__ = ("_forms", "_ring", "number", "publication", "size", "topic")

    def __init__(
        self, publication: Publication, topic: str, number: int, ring: Ring | None
    ) -> None:
        self.publication = publication
        self.topic = topic
        self.number = number
        self.size = 0
        # Most are never written to anybody.
        self._forms: dict[Hashable, Any] | None = None
        self._ring = ring

    @property
    def about(self) -> Publication:
        """What is said of it."""
        return self.publication

    def form(self, family: Hashable, make: Callable[[Posted], tuple[bytes, ...]]) -> Any:
        """
        What `make` has made of it, once per `family`.

        Kept for as long as the publication itself: while the ring has it, and for the
        newest retained one beyond that.
        """
        if self._forms is None:
            self._forms = {}
        form = self._forms.get(family)
        if form is None:
            form = self._forms[family] = make(self)
            self._weigh(sum(map(len, form)))
        return form

    def _weigh(self, size: int) -> None:
        self.size += size
        if self._ring is not None:
            self._ring.size += size

    def forgotten(self) -> None:
        """The ring has it no longer and does not count it any more."""
        self._ring = None


def _below(marks: list[Posted | Mark], number: int) -> list[Posted | Mark]:
    return marks[: bisect_left(marks, number, key=_NUMBER)]


class Ring:
    """
    Recent publications of one stream.

    Attributes:
        size: bytes of them that are kept in encoded form.
        lost: everything numbered below is not in the ring (any more).
        tip: the number that follows its newest publication; 0 if it has none.
        version: changes with what the ring can give.
    """

    def __init__(self, limits: RingLimits) -> None:
        self._limits = limits
        # The first `_gone` of them are forgotten.
        self._entries: list[Posted] = []
        self._gone = 0
        self._gap: tuple[int, int] | None = None
        self._trace = Trace(limits.max_marks)
        self.size = 0
        self.lost = 0
        self.tip = 0
        self.version = 0

    def __len__(self) -> int:
        return len(self._entries) - self._gone

    @property
    def known(self) -> int:
        """Everything from this number on is in the ring or in its trace."""
        return self._trace.known

    @property
    def marks(self) -> int:
        """How many forgotten publications have a mark."""
        return len(self._trace)

    @property
    def is_full(self) -> bool:
        """Whether one more may push out another."""
        limits = self._limits
        return len(self) >= limits.max_publications or self.size > limits.max_bytes

    def is_full_of(self, number: int) -> bool:
        """Whether one more may push out a publication numbered `number` or above."""
        return self.is_full and self._entries[self._gone].number >= number

    def append(
        self, publication: Publication, topic: str, number: int, *, marked: bool = False
    ) -> Posted:
        """
        Keep `publication`, forgetting old ones if there are too many.

        Args:
            topic: of this stream.
            marked: whether a reader may come for what is forgotten now.
        """
        posted = Posted(publication, topic, number, self)
        self._entries.append(posted)
        self.tip = number + 1
        self.version += 1
        limits = self._limits
        left = len(self)
        while left > limits.max_publications or (self.size > limits.max_bytes and left > 1):
            self._forget_oldest(marked)
            left -= 1
        return posted

    def _forget_oldest(self, marked: bool) -> None:
        oldest = self._entries[self._gone]
        self._gone += 1
        if self._gone == _AT_ONCE:
            del self._entries[:_AT_ONCE]
            self._gone = 0
        oldest.forgotten()
        self.size -= oldest.size
        self.lost = oldest.number + 1
        self._gap = (oldest.publication.epoch, oldest.publication.seq)
        self._trace.add(oldest, is_wanted=marked)

    def first(self, number: int) -> int:
        """
        The number of the first publication at `number` or above, here or in the trace.

        Args:
            number: below `tip`.
        """
        entries = self._entries
        if number < self.lost:
            marked = self._trace.first(number)
            if marked is not None:
                return marked
        return entries[bisect_left(entries, number, self._gone, key=_NUMBER)].number

    def since(self, number: int, until: int | None = None) -> Sequence[Posted | Mark]:
        """
        Those numbered `number` or above, in order; marks of those without a body.

        Args:
            until: only those numbered below.
        """
        entries = self._entries
        if not entries or entries[-1].number < number:
            return []
        end = len(entries)
        if until is not None and until <= entries[-1].number:
            end = bisect_left(entries, until, self._gone, key=_NUMBER)
        if number < self.lost:
            marks = self._trace.since(number)
            return [*(marks if until is None else _below(marks, until)), *entries[self._gone : end]]
        return entries[bisect_left(entries, number, self._gone, key=_NUMBER) : end]

    def restore(self, publications: Sequence[Publication]) -> None:
        """Those of `publications` that stood here once have their bodies back."""
        for mark, publication in self._trace.find(publications):
            self._trace.restore(Posted(publication, mark.topic, mark.number, None))
        self.version += 1

    def drop_marks_below(self, number: int) -> None:
        """No reader stands below `number`."""
        self._trace.drop_below(number)

    def after(self, epoch: int, seq: int) -> tuple[Publication, ...] | None:
        """As `behind`, without the numbers."""
        posted = self.behind(epoch, seq)
        return None if posted is None else tuple([one.publication for one in posted])

    def behind(self, epoch: int, seq: int) -> list[Posted] | None:
        """
        What a game's stream has after a position of the game's log.

        Returns:
            None if the ring does not reach back that far, is of another epoch, or has
            never come as far as that.
        """
        if not self._entries:
            return None
        newest = self._entries[-1].publication
        if newest.epoch != epoch or seq > newest.seq:
            return None
        found: list[Posted] = []
        for posted in reversed(self._entries[self._gone :]):
            publication = posted.publication
            if publication.epoch != epoch:
                break
            if publication.seq <= seq:
                return found[::-1]
            found.append(posted)
        known_from = found[-1].publication.seq
        if self._gap is not None and self._gap[0] == epoch:
            known_from = self._gap[1] + 1
        return found[::-1] if known_from <= seq + 1 else None

    def beyond(self, number: int) -> Sequence[Posted] | None:
        """Those numbered above `number`; None if it has forgotten one of them."""
        if number + 1 < self.lost:
            return None
        return self._entries[bisect_left(self._entries, number + 1, self._gone, key=_NUMBER) :]
