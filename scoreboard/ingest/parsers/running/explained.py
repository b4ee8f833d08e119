"""
Which plays explain the rises of one side's running score.

Rule: a play explains at most once and at most what it is worth; the points that plays
explain and the points that are left over are together exactly the rises. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

#: Rows of one moment stand together; no recorded moment has more rows than twice this.
_SAME_MOMENT_WITHIN = 8


@attrs.frozen
class Moment:
    """When a row happened: period and clock (milliseconds), None if it has no clock."""

    period_index: int
    clock_ms: int | None

    def same_as(self, other: Moment) -> bool:
        """Whether both are known to be at one reading of the clock."""
        return self.clock_ms is not None and self == other


@attrs.frozen
class Explained:
    """
    Attributes:
        counted: by row, the points of its play that a rise bears out.
        left: by row, the points of its rise that no play explains.
        moved: rows whose points another row's score shows.
    """

    counted: list[int]
    left: list[int]
    moved: frozenset[int]


@attrs.frozen
class Reach:
    """
    How far from a rise its play may stand.

    Attributes:
        moments: of each row.
        repeats: rows that say what another row has said; asked last.
        spans: by row whose claim is believed again, the first of the rows before it whose
            claims are not: their plays show here.
        segments: by row, how many corrections have gone before; no play is looked
            for across a correction.
    """

    moments: Sequence[Moment]
    repeats: Sequence[bool]
    spans: Sequence[int]
    segments: Sequence[int]

    def around(self, rise: int) -> Iterator[int]:
        """The other rows that may explain a rise on row `rise`, nearest first, earlier first."""
        start = min(rise - _SAME_MOMENT_WITHIN, self.spans[rise])
        places = range(max(0, start), min(len(self.moments), rise + _SAME_MOMENT_WITHIN + 1))
        for place in sorted(places, key=lambda place: (abs(place - rise), place)):
            if place != rise and self._joined(rise, place):
                yield place

    def _joined(self, rise: int, place: int) -> bool:
        here, there = self.moments[rise], self.moments[place]
        if self.segments[rise] != self.segments[place]:
            return False
        if self.spans[rise] <= place < rise or here.same_as(there):
            return True
        return abs(place - rise) == 1 and here.period_index == there.period_index


def explain(rises: Sequence[int], worth: Sequence[int], reach: Reach) -> Explained:
    """
    Which plays explain which rises.

    Args:
        rises: by row, how much the score is above the row before it; from 0.
        worth: by row, what its own play says that it is worth; 0 if nothing.

    An exact fit goes before one that leaves something over, and the row's own play
    before others: a score that moves a row late must not be taken for the next basket.
    """
    counted = [0] * len(rises)
    left = list(rises)
    moved = set()

    def take(rise: int, play: int) -> None:
        counted[play] = worth[play]
        left[rise] -= worth[play]

    for exact in (True, False):
        for rise in range(len(left)):
            if not counted[rise] and _fits(left[rise], worth[rise], exact):
                take(rise, rise)
        for rise in range(len(left)):
            for play in reach.around(rise) if left[rise] else ():
                if counted[play] or (exact and reach.repeats[play]):
                    continue
                if _fits(left[rise], worth[play], exact):
                    take(rise, play)
                    moved.add(play)
    return Explained(counted, left, frozenset(moved))


def _fits(points: int, worth: int, exact: bool) -> bool:
    return 0 < worth <= points and (worth == points or not exact)
