"""
Alignment: which plays of one feed are which of another's.

Rule: order-preserving, at the least cost, scoring plays first since their keys are nearly
certain, the others between them; plays of one second have no order. A run of scoring plays
may be one play of the other feed (a touchdown with its try, runs summed up), never through
plays that were taken back. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import attrs

from scoreboard.ingest.authority.likeness import (
    KEYED_MS,
    Measure,
    Told,
    clocks_meet,
    cost,
    keyed,
    skew,
    wall_apart,
)

#: What it costs to leave a play alone.
GAP = 0.6
#: What it costs to take a run of plays for one.
_COMPOSITE = 0.05
#: The longest run that is one play: four runs that come home on one hit.
_RUN = 4

Span = tuple[int, int]  #: indexes from (included) to (excluded)


@attrs.frozen
class Pair:
    """
    Plays of both feeds that are the same.

    Attributes:
        ours, theirs: one play each, or a run of plays on one of the sides.
    """

    ours: tuple[Told, ...]
    theirs: tuple[Told, ...]
    cost: float

    @property
    def is_part(self) -> bool:
        """Whether one feed tells as one play what the other tells as several."""
        return len(self.ours) != len(self.theirs)


@attrs.frozen
class Alignment:
    """
    What is the same in two feeds.

    Attributes:
        ours_only, theirs_only: plays that are in one feed only.
        cost: of all pairs and of all plays that were left alone.
        skew_ms: their time of day less ours.
    """

    pairs: tuple[Pair, ...]
    ours_only: tuple[Told, ...]
    theirs_only: tuple[Told, ...]
    cost: float
    skew_ms: int

    @property
    def rate(self) -> float:
        """Share of their plays that are ours too; 1.0 if they have told none."""
        matched = sum(len(pair.theirs) for pair in self.pairs)
        total = matched + len(self.theirs_only)
        return matched / total if total else 1.0


def align(ours: Sequence[Told], theirs: Sequence[Told], by: Measure) -> Alignment:
    """
    Align two feeds' plays, each in its game's order.

    Args:
        by: its skew is where the search starts; what was found is in the answer.
    """
    mine = [i for i, one in enumerate(ours) if one.scores]
    other = [i for i, one in enumerate(theirs) if one.scores]
    found = _scoring(ours, theirs, mine, other, by)
    shift = skew([(ours[a[0]].facts, theirs[b[0]].facts) for a, b, _ in found], by.skew_ms)
    by = attrs.evolve(by, skew_ms=shift)
    found += _between(ours, theirs, found, by)
    found += _crossed(ours, theirs, found, by)
    found.sort()
    return _alignment(ours, theirs, found, by)


_Found = list[tuple[tuple[int, ...], tuple[int, ...], float]]


def _alignment(
    ours: Sequence[Told], theirs: Sequence[Told], found: _Found, by: Measure
) -> Alignment:
    mine = {i for a, _, _ in found for i in a}
    other = {j for _, b, _ in found for j in b}
    ours_only = tuple(one for i, one in enumerate(ours) if i not in mine)
    theirs_only = tuple(one for j, one in enumerate(theirs) if j not in other)
    pairs = tuple(
        Pair(tuple(ours[i] for i in a), tuple(theirs[j] for j in b), spent) for a, b, spent in found
    )
    return Alignment(
        pairs=pairs,
        ours_only=ours_only,
        theirs_only=theirs_only,
        cost=sum(pair.cost for pair in pairs) + GAP * (len(ours_only) + len(theirs_only)),
        skew_ms=skew(
            [(pair.ours[0].facts, pair.theirs[0].facts) for pair in pairs if not pair.is_part],
            by.skew_ms,
        ),
    )


def _scoring(
    ours: Sequence[Told],
    theirs: Sequence[Told],
    mine: list[int],
    other: list[int],
    by: Measure,
) -> _Found:
    """Scoring plays: those told alike from the start are paired without a search."""
    a, b = [ours[i] for i in mine], [theirs[j] for j in other]
    by = attrs.evolve(by, skew_ms=_first_skew(a, b, by))
    same = 0
    while same < min(len(a), len(b)) and _sure(a[same], b[same], by):
        same += 1
    steps = _search(a[same:], b[same:], by, composites=True)
    found: _Found = [((mine[i],), (other[i],), 0.0) for i in range(same)]
    for (i, i_to), (j, j_to), spent in steps:
        found.append(
            (tuple(mine[same + i : same + i_to]), tuple(other[same + j : same + j_to]), spent)
        )
    return found


def _sure(ours: Told, theirs: Told, by: Measure) -> bool:
    """Whether two plays at the start of both feeds are one without a doubt."""
    live = ours.play.state.counts and theirs.play.state.counts
    return live and keyed(ours, theirs) and cost(ours, theirs, by) is not None


def _first_skew(a: Sequence[Told], b: Sequence[Told], by: Measure) -> int:
    """
    The skew over scoring plays after which both feeds show one score, if most are such.

    A feed with a hole has totals that were ours long ago; its few meetings say nothing.
    """
    mine = {_key(one): one.facts for one in a}
    known = [
        (mine[_key(one)], one.facts)
        for one in b
        if _key(one) in mine and clocks_meet(mine[_key(one)], one.facts, by)
    ]
    return skew(known, by.skew_ms) if 2 * len(known) >= min(len(a), len(b)) else by.skew_ms


def _key(one: Told) -> tuple[object, ...]:
    return one.facts.period_index, one.side, one.after


def _between(ours: Sequence[Told], theirs: Sequence[Told], anchors: _Found, by: Measure) -> _Found:
    """All other plays, segment by segment between the scoring plays that are known."""
    found: _Found = []
    bounds = [(-1, -1, -1, -1)]
    bounds += [(min(a), max(a), min(b), max(b)) for a, b, _ in sorted(anchors)]
    bounds.append((len(ours), len(ours), len(theirs), len(theirs)))
    for (_, from_a, _, from_b), (to_a, _, to_b, _) in pairwise(bounds):
        mine = [i for i in range(from_a + 1, to_a) if not ours[i].scores]
        other = [j for j in range(from_b + 1, to_b) if not theirs[j].scores]
        steps = _search([ours[i] for i in mine], [theirs[j] for j in other], by)
        found += [((mine[i],), (other[j],), spent) for (i, _), (j, _), spent in steps]
    return found


def _search(
    a: Sequence[Told], b: Sequence[Told], by: Measure, *, composites: bool = False
) -> list[tuple[Span, Span, float]]:
    """The pairs of least cost that keep the order of both."""
    if not a or not b:
        return []
    least = [[GAP * (i + j) for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    step: dict[Span, Span] = {}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            least[i][j], step[i, j] = min(
                (least[i - di][j - dj] + spent, (di, dj))
                for (di, dj), spent in _steps(a[:i], b[:j], by, composites=composites)
            )
    found = []
    i, j = len(a), len(b)
    while i and j:
        di, dj = step[i, j]
        if di and dj:
            found.append(((i - di, i), (j - dj, j), least[i][j] - least[i - di][j - dj]))
        i, j = i - di, j - dj
    return found[::-1]


def _steps(
    a: Sequence[Told], b: Sequence[Told], by: Measure, *, composites: bool
) -> list[tuple[Span, float]]:
    """How the last plays of both can be dealt with: (how many of ours, of theirs), cost."""
    steps: list[tuple[Span, float]] = [((1, 0), GAP), ((0, 1), GAP)]
    spent = cost(a[-1], b[-1], by)
    if spent is not None:
        steps.append(((1, 1), spent))
    if composites and keyed(a[-1], b[-1]) and a[-1].facts.points != b[-1].facts.points:
        more = a if a[-1].facts.points < b[-1].facts.points else b
        one = b[-1] if more is a else a[-1]
        run = run_of(more, one, by)
        if run:
            steps.append((((run, 1) if more is a else (1, run)), _COMPOSITE))
    return steps


def run_of(plays: Sequence[Told], one: Told, by: Measure) -> int:
    """How many of the last of `plays`, all live and of one side, make up `one`; 0: they do not."""
    points = 0
    if not one.play.state.counts:
        return 0
    for length, part in enumerate(reversed(plays[-_RUN:]), start=1):
        if not _is_part(part, one, by):
            return 0
        points += part.facts.points
        if points == one.facts.points:
            return length
    return 0


def _is_part(part: Told, one: Told, by: Measure) -> bool:
    apart = wall_apart(part.facts, one.facts, by)
    return (
        part.play.state.counts
        and part.side is one.side
        and part.facts.period_index == one.facts.period_index
        and part.facts.half == one.facts.half
        and (apart is None or apart <= 2 * KEYED_MS)
    )


def _crossed(ours: Sequence[Told], theirs: Sequence[Told], found: _Found, by: Measure) -> _Found:
    """Plays that an order-preserving search had to leave, though they stand in one second."""
    partner = {i: b[0] for a, b, _ in found for i in a}
    back = {j: a[0] for a, b, _ in found for j in b}
    offers = []
    for i in (i for i in range(len(ours)) if i not in partner):
        for j in (j for j in range(len(theirs)) if j not in back):
            spent = cost(ours[i], theirs[j], by)
            if spent is None:
                continue
            if _meets(ours, i, partner, j) or _meets(theirs, j, back, i):
                offers.append((spent, i, j))
    more: _Found = []
    for spent, i, j in sorted(offers):
        if i not in partner and j not in back:
            partner[i], back[j] = j, i
            more.append(((i,), (j,), spent))
    return more


def _meets(plays: Sequence[Told], at: int, partner: dict[int, int], other: int) -> bool:
    """Whether the play's cluster, taken as a whole, stands where the other feed has `other`."""
    first, last = at, at
    while first and _at_once(plays[first - 1], plays[at]):
        first -= 1
    while last + 1 < len(plays) and _at_once(plays[last + 1], plays[at]):
        last += 1
    known = sorted(partner)
    low, high = bisect_left(known, first), bisect_left(known, last + 1)
    before = partner[known[low - 1]] if low else -1
    after = partner[known[high]] if high < len(known) else None
    return last > first and before < other and (after is None or other < after)


def _at_once(a: Told, b: Told) -> bool:
    return a.facts.clock_ms is not None and (a.facts.period_index, a.facts.clock_ms) == (
        b.facts.period_index,
        b.facts.clock_ms,
    )
