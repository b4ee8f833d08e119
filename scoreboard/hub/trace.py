"""
The trace: what a ring has forgotten, without its bodies.

Rule: a mark says everything by which it is decided whether a reader is owed a publication;
only the publication itself is missing, and is put back from the log when it is owed. Pure.

# Note [Refilling]

A reader that the ring has passed is not brought back by other means than one that it has
not: its position stays a number in the one row of all publications, the trace knows what
stood at the forgotten numbers, and what it is still owed of that (all that is critical,
the newest of the rest) gets its body back from the log. So order, merging, counting, and
going on from the tip are the same as for everybody, and all readers share what was read.
Rejected: to answer each such reader with a list made from the log. It would have to be held
per reader while that drains, be cut at the same instant in all of its streams, and
be kept free of repetitions by other means than a number.

Marks are made only while somebody is stalled and are dropped when nobody stands before
them; a ring has no more than `max_marks`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

import attrs

from scoreboard.model.delivery import DeliveryClass, Publication
from scoreboard.model.ids import GameId

if TYPE_CHECKING:
    from scoreboard.hub.ring import Posted

_NUMBER = attrgetter("number")

#: Publications that were put back and are kept for each stream.
_RESTORED = 4_096


@attrs.frozen
class Mark:
    """Where a publication stood that the ring has forgotten."""

    number: int
    game_id: GameId
    epoch: int
    seq: int
    topic: str
    key: str
    delivery: DeliveryClass
    ts_ms: int

    @property
    def about(self) -> Mark:
        """What is said of it; the mark itself."""
        return self

    @classmethod
    def of(cls, posted: Posted) -> Mark:
        """The mark of what stood there."""
        it, of = posted, posted.publication
        return cls(it.number, of.game_id, of.epoch, of.seq, it.topic, of.key, of.delivery, of.ts_ms)


class Trace:
    """
    Marks of one ring.

    Attributes:
        known: everything that the ring has forgotten from this number on is marked.
    """

    def __init__(self, max_marks: int) -> None:
        self.known = 0
        self._most = max_marks
        self._marks: list[Mark] = []
        self._restored: dict[int, Posted] = {}

    def __len__(self) -> int:
        return len(self._marks)

    def add(self, posted: Posted, *, is_wanted: bool) -> None:
        """The ring forgets `posted`, its oldest; `is_wanted`: somebody may come for it."""
        if is_wanted:
            self._marks.append(Mark.of(posted))
        else:
            self.drop_below(posted.number + 1)
            self.known = posted.number + 1
        if len(self._marks) > self._most:
            self.known = self._marks.pop(0).number + 1

    def drop_below(self, number: int) -> None:
        """Nobody will ask for what is numbered below."""
        if not self._marks:
            return
        count = bisect_left(self._marks, number, key=_NUMBER)
        if count:
            self.known = self._marks[count - 1].number + 1
            del self._marks[:count]
        for restored in [one for one in self._restored if one < number]:
            del self._restored[restored]

    def first(self, number: int) -> int | None:
        """The number of the first mark at `number` or above."""
        at = bisect_left(self._marks, number, key=_NUMBER)
        return self._marks[at].number if at < len(self._marks) else None

    def since(self, number: int) -> list[Posted | Mark]:
        """What the ring has forgotten from `number` on, with a body where there is one."""
        marks = self._marks[bisect_left(self._marks, number, key=_NUMBER) :]
        restored = self._restored
        return [restored.get(mark.number, mark) for mark in marks] if restored else list(marks)

    def find(self, publications: Iterable[Publication]) -> Iterable[tuple[Mark, Publication]]:
        """Those of `publications` that stood here, with their marks."""
        names = {
            (p.game_id, p.epoch, p.seq, topic): p for p in publications for _, topic in p.places
        }
        for mark in self._marks:
            found = names.get((mark.game_id, mark.epoch, mark.seq, mark.topic))
            if found is not None:
                yield mark, found

    def restore(self, posted: Posted) -> None:
        """`posted` has its body back; what was put back first goes if it is too much."""
        self._restored.pop(posted.number, None)
        self._restored[posted.number] = posted
        if len(self._restored) > _RESTORED:
            del self._restored[next(iter(self._restored))]
