"""
What is measured, as values: how often something took how long.

Rule: counted where it happens, read anywhere, never reset; who wants to know of a while
takes the difference of two readings. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import attrs

#: Milliseconds: upper bounds of the classes in which durations are counted.
BOUNDS_MS = (0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 35, 50, 75, 100, 150, 250, 500)


#: Upper bounds of the classes in which sizes are counted, whatever they are sizes of.
BOUNDS = tuple(4**power for power in range(11))


@attrs.define
class Sizes:
    """
    How large something was, each time.

    Attributes:
        counts: how many were up to each of `BOUNDS`, and how many were larger.
    """

    count: int = 0
    total: int = 0
    counts: list[int] = attrs.field(factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, size: int) -> None:
        """Once more."""
        self.count += 1
        self.total += size
        self.counts[bisect_left(BOUNDS, size)] += 1


@attrs.define
class Durations:
    """
    How long something took, each time.

    Attributes:
        longest_ms: of all.
        counts: how many took up to each of `BOUNDS_MS`, and how many took longer.
    """

    count: int = 0
    total_ms: float = 0.0
    longest_ms: float = 0.0
    counts: list[int] = attrs.field(factory=lambda: [0] * (len(BOUNDS_MS) + 1))

    def add(self, took_ms: float) -> None:
        """Once more."""
        self.count += 1
        self.total_ms += took_ms
        self.longest_ms = max(self.longest_ms, took_ms)
        self.counts[bisect_left(BOUNDS_MS, took_ms)] += 1

    def quantile_ms(self, share: float) -> float:
        """
        The time that `share` of them, 0 to 1, did not exceed.

        Returns:
            The upper bound of the class in which it lies, or the longest if that is less.
        """
        left = share * self.count
        for bound, count in zip(BOUNDS_MS, self.counts, strict=False):
            left -= count
            if left <= 0:
                return min(bound, self.longest_ms)
        return self.longest_ms

    def shape(self) -> dict[str, Any]:
        """As plain data; `counts` belong to `bounds_ms`, the last one to what was longer."""
        return {
            "count": self.count,
            "p50_ms": self.quantile_ms(0.5),
            "p99_ms": self.quantile_ms(0.99),
            "longest_ms": round(self.longest_ms, 3),
            "bounds_ms": list(BOUNDS_MS),
            "counts": list(self.counts),
        }
