"""
How late a server's loop was during a while: the difference of two readings of `/healthz`.

Rule: a server that does not tell is not guessed about. Pure.

Source: docs/protocol.md, reading.
"""

from __future__ import annotations

from typing import Any

import attrs


@attrs.frozen
class Stall:
    """
    How often the loop was how late, since the server began.

    Attributes:
        bounds_ms: upper bounds of the classes.
        counts: one more than bounds: the last is of what was later than all of them.
        longest_ms: of all.
    """

    bounds_ms: tuple[float, ...]
    counts: tuple[int, ...]
    longest_ms: float

    @classmethod
    def read(cls, health: Any) -> Stall | None:
        """What stands in the answer of `/healthz`; None if it does not tell."""
        try:
            told = health["stall"]
            found = cls(tuple(told["bounds_ms"]), tuple(told["counts"]), told["longest_ms"])
        except (KeyError, TypeError):
            return None
        return found if len(found.counts) == len(found.bounds_ms) + 1 else None

    def since(self, earlier: Stall | None) -> Stall:
        """What has happened after `earlier`."""
        if earlier is None or earlier.bounds_ms != self.bounds_ms:
            return self
        counts = tuple(new - old for new, old in zip(self.counts, earlier.counts, strict=True))
        return attrs.evolve(self, counts=counts)

    def quantile_ms(self, share: float) -> float:
        """Upper bound of the class in which `share`, 0 to 1, ends; at most the longest ever."""
        left = share * sum(self.counts)
        for bound, count in zip(self.bounds_ms, self.counts, strict=False):
            left -= count
            if left <= 0:
                return min(bound, self.longest_ms)
        return self.longest_ms
