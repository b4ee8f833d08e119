"""
What a hub has done: counters, for those who watch it.

Rule: counted where it happens, read anywhere, never reset. Pure.
"""

from __future__ import annotations

from bisect import bisect_left

import attrs

#: Milliseconds: upper bounds of the classes in which slices are counted.
BOUNDS_MS = (0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 35, 50, 75, 100, 150, 250, 500)


@attrs.define
class Slices:
    """
    How long the reactor was held at a time.

    Attributes:
        longest_ms: of all.
        counts: how many took up to each of `BOUNDS_MS`, and how many took longer.
    """

    count: int = 0
    total_ms: float = 0.0
    longest_ms: float = 0.0
    counts: list[int] = attrs.field(factory=lambda: [0] * (len(BOUNDS_MS) + 1))

    def add(self, took_ms: float) -> None:
        """One slice more."""
        self.count += 1
        self.total_ms += took_ms
        self.longest_ms = max(self.longest_ms, took_ms)
        self.counts[bisect_left(BOUNDS_MS, took_ms)] += 1

    def quantile_ms(self, share: float) -> float:
        """
        The time that `share` of the slices, 0 to 1, did not exceed.

        Returns:
            The upper bound of the class in which it lies, or the longest if that is less.
        """
        left = share * self.count
        for bound, count in zip(BOUNDS_MS, self.counts, strict=False):
            left -= count
            if left <= 0:
                return min(bound, self.longest_ms)
        return self.longest_ms


@attrs.define
class Tally:
    """
    What a hub has done since it began.

    Attributes:
        publications: that were published.
        events: that were written, one per subscription and member.
        writes: each one `deliver`.
        octets: that were written.
        merged: publications that a newer one stood for, one per write.
        expired: ticks that were too old, one per choice.
        parked: times that a member could not take what it was owed.
        lagging: times that a member came for what the ring had forgotten.
        restored: publications that were read from the log for those.
        slow: members that were given up because they took nothing for too long, or what
            they needed was nowhere.
        failed: members that were given up because of an exception.
        slices: of reactor time that were spent writing.
    """

    publications: int = 0
    events: int = 0
    writes: int = 0
    octets: int = 0
    merged: int = 0
    expired: int = 0
    parked: int = 0
    lagging: int = 0
    restored: int = 0
    slow: int = 0
    failed: int = 0
    slices: Slices = attrs.field(factory=Slices)
