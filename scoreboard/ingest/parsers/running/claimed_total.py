"""
One side's claimed running score: which claims to believe, and what explains them.

Rule: a claim is believed or set aside as a whole; what is believed falls only where
a correction is the better reading. See Note [Whom to believe] in `running_score`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import attrs

from scoreboard.ingest.parsers.running.explained import Explained, Moment, Reach, explain

#: A wrong claim is wrong for at most so many rows (recorded: 1).
_FEW = 10

#: A fall is believed if so many rows stand by it to the end.
_ENOUGH = 2

#: The most that is taken back at once: a three-pointer and its free throw.
_ONE_PLAY = 4


@attrs.frozen
class Total:
    """
    One side's score, row by row.

    Attributes:
        level: what is believed to be the total on each row.
        aside: by row, how far its claim is above (+) or below (-) what is believed.
        fell: by row, how much was taken back just before it; 0 if nothing.
        plays: what explains the rises.
    """

    level: list[int]
    aside: list[int]
    fell: list[int]
    plays: Explained


@attrs.frozen
class _Claims:
    """
    One side's claims, row by row.

    Attributes:
        totals: the claim, or that of the row before where a row has none.
        unexplained: how much of the rise on each row no play explains.
        tops: for each row and past the end, the highest claim from there on that is
            reached without a play; -1 if none is.
        standing: for each row, how many rows from there on have a claim of their own.
    """

    totals: list[int]
    unexplained: list[int]
    tops: list[int]
    standing: list[int]


@attrs.frozen
class _Stretch:
    """
    Rows `first` to `last - 1`, read alike.

    Attributes:
        level: the total on all of them; None: each row's own claim.
        fell: how much was taken back just before the first.
    """

    first: int
    last: int
    level: int | None = None
    fell: int = 0


def believed(
    claims: Sequence[int | None],
    worth: Sequence[int],
    moments: Sequence[Moment],
    repeats: Sequence[bool],
) -> Total:
    """
    What to believe of `claims`.

    Args:
        claims: the side's running score by row; None where a row has none.
        worth: what each row's own play says that it is worth to the side.
        moments: when each row happened.
        repeats: which rows say what another row has said.
    """
    size = len(claims)
    filled = _filled(claims, worth)
    reach = Reach(moments, repeats, spans=range(size), segments=[0] * size)
    level, doubted, fell = list(filled), [claim is None for claim in claims], [0] * size
    for stretch in _stretches(_claims(filled, explain(_rises(filled), worth, reach).left, doubted)):
        fell[stretch.first] = stretch.fell
        if stretch.level is not None:
            for index in range(stretch.first, stretch.last):
                level[index], doubted[index] = stretch.level, True
    reach = Reach(moments, repeats, _spans(doubted), list(accumulate(map(bool, fell))))
    plays = explain(_rises(level), worth, reach)
    aside = [claim - total for claim, total in zip(filled, level, strict=True)]
    return Total(level, aside, fell, plays)


def _filled(claims: Sequence[int | None], worth: Sequence[int]) -> list[int]:
    """
    A claim for every row: that of the row before, if it has none of its own.

    After the last claim there is nothing to check the plays against: they are believed.
    """
    last = max((index for index, claim in enumerate(claims) if claim is not None), default=-1)
    filled, before = [], 0
    for index, claim in enumerate(claims):
        if claim is not None:
            before = claim
        elif index > last:
            before += worth[index]
        filled.append(before)
    return filled


def _rises(totals: Sequence[int]) -> list[int]:
    return [max(0, after - before) for before, after in pairwise([0, *totals])]


def _spans(doubted: Sequence[bool]) -> list[int]:
    """For each row, the first of the doubted rows that stand right before it, or itself."""
    spans: list[int] = []
    for index in range(len(doubted)):
        doubted_before = index > 0 and doubted[index - 1]
        spans.append(spans[index - 1] if doubted_before else index)
    return spans


def _claims(totals: list[int], unexplained: list[int], bare: Sequence[bool]) -> _Claims:
    """The claims `totals`; `bare` rows have none of their own."""
    tops, standing = [-1], [0]
    rows = zip(reversed(totals), reversed(unexplained), reversed(bare), strict=True)
    for claim, left, without in rows:
        tops.append(max(tops[-1], claim) if left else tops[-1])
        standing.append(standing[-1] + (not without))
    return _Claims(totals, unexplained, tops[::-1], standing[::-1])


def _stretches(claims: _Claims) -> Iterator[_Stretch]:
    """The rows of `claims`, cut where the way to read them changes."""
    level, index = 0, 0
    while index < len(claims.totals):
        claim = claims.totals[index]
        stretch = _Stretch(index, index + 1)
        if claim < level:
            stretch = _fall(claims, index, level)
        elif claim > level and claims.unexplained[index]:
            stretch = _jump(claims.totals, index, level)
        yield stretch
        index = stretch.last
        level = claims.totals[index - 1] if stretch.level is None else stretch.level


def _fall(claims: _Claims, index: int, level: int) -> _Stretch:
    """How to read a claim below `level` on row `index`: stale, or a correction."""
    size, fall = len(claims.totals), level - claims.totals[index]
    deep = fall > _ONE_PLAY
    if claims.tops[index + 1] >= level:
        end = size if deep else min(size, index + _FEW + 1)
        for later in range(index + 1, end):
            if claims.totals[later] >= level and claims.unexplained[later]:
                return _Stretch(index, later, level)
    elif claims.standing[index] < (_FEW + 1 if deep else _ENOUGH):
        return _Stretch(index, size, level)
    return _Stretch(index, index + 1, fell=fall)


def _jump(claims: Sequence[int], index: int, level: int) -> _Stretch:
    """
    How to read an unexplained rise above `level` on row `index`: a hole, or a slip.

    It is a slip if the score is soon back at what it was, and stays there for as long
    as it was off: otherwise the rows that are back are the stale ones.
    """
    for later in range(index + 1, min(len(claims), index + _FEW + 1)):
        if level <= claims[later] < claims[index]:
            back = claims[later : 2 * later - index]
            if len(back) == later - index and max(back) < claims[index]:
                return _Stretch(index, later, level)
            break
    return _Stretch(index, index + 1)
