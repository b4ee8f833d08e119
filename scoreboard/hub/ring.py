"""
The ring: the recent publications of one stream, in order.

Rule: a ring forgets only from its old end and says up to where it has; what was not yet
offered to the stream's readers is never forgotten. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import Any

import attrs

from scoreboard.model.delivery import Publication

_NUMBER = attrgetter("number")


@attrs.frozen
class RingLimits:
    """
    How much one stream keeps.

    Attributes:
        max_publications: that are kept.
        max_bytes: of what is kept in encoded form; publications that nobody follows in
            any wire format have none.
    """

    max_publications: int = 4_096
    max_bytes: int = 8 * 1024 * 1024


class Posted:
    """
    A publication that was handed to the hub.

    Attributes:
        number: its place among all publications of this process, over all streams.
    """

    __slots__ = ("_forms", "_ring", "number", "publication", "size")

    def __init__(self, publication: Publication, number: int, ring: Ring) -> None:
        self.publication = publication
        self.number = number
        self.size = 0
        self._forms: dict[Hashable, Any] = {}
        self._ring: Ring | None = ring

    def form(self, family: Hashable, make: Callable[[Publication], tuple[bytes, ...]]) -> Any:
        """
        What `make` has made of the publication, once per `family`.

        Kept for as long as the publication itself: while the ring has it, and for the
        newest retained one beyond that.
        """
        form = self._forms.get(family)
        if form is None:
            form = self._forms[family] = make(self.publication)
            self._weigh(sum(map(len, form)))
        return form

    def _weigh(self, size: int) -> None:
        self.size += size
        if self._ring is not None:
            self._ring.size += size

    def forgotten(self) -> None:
        """The ring has it no longer and does not count it any more."""
        self._ring = None


class Ring:
    """
    Recent publications of one stream.

    Attributes:
        size: bytes of them that are kept in encoded form.
        lost: everything numbered below is not in the ring (any more).
    """

    def __init__(self, limits: RingLimits) -> None:
        self._limits = limits
        self._entries: list[Posted] = []
        self._gap: tuple[int, int] | None = None
        self.size = 0
        self.lost = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def tip(self) -> int:
        """The number that follows its newest publication; 0 if it has none."""
        return self._entries[-1].number + 1 if self._entries else 0

    def is_full_of(self, number: int) -> bool:
        """Whether one more may push out a publication numbered `number` or above."""
        limits = self._limits
        full = len(self._entries) >= limits.max_publications or self.size > limits.max_bytes
        return full and self._entries[0].number >= number

    def append(self, publication: Publication, number: int) -> Posted:
        """Keep `publication`, forgetting old ones if there are too many."""
        posted = Posted(publication, number, self)
        self._entries.append(posted)
        limits = self._limits
        while len(self._entries) > limits.max_publications or (
            self.size > limits.max_bytes and len(self._entries) > 1
        ):
            self._forget_oldest()
        return posted

    def _forget_oldest(self) -> None:
        oldest = self._entries.pop(0)
        oldest.forgotten()
        self.size -= oldest.size
        self.lost = oldest.number + 1
        self._gap = (oldest.publication.epoch, oldest.publication.seq)

    def since(self, number: int) -> list[Posted]:
        """Those numbered `number` or above, in order."""
        entries = self._entries
        if not entries or entries[-1].number < number:
            return []
        return entries[bisect_left(entries, number, key=_NUMBER) :]

    def after(self, epoch: int, seq: int) -> tuple[Publication, ...] | None:
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
        found: list[Publication] = []
        for posted in reversed(self._entries):
            publication = posted.publication
            if publication.epoch != epoch:
                break
            if publication.seq <= seq:
                return tuple(reversed(found))
            found.append(publication)
        known_from = found[-1].seq
        if self._gap is not None and self._gap[0] == epoch:
            known_from = self._gap[1] + 1
        return tuple(reversed(found)) if known_from <= seq + 1 else None
