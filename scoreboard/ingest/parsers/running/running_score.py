"""
What each row of a running score counts: the plays explain the score, the rows claim it.

Rule: the last score that the rows stand by is the total, whatever the plays add up
to; no point is counted twice; what is published never falls but by a correction. Pure.

# Note [Whom to believe]

A row says two things: what happened ("made Layup", 2 points) and what the score is
now. They part ways in recorded games: rows are missing, stand twice, or carry the
score of some rows ago. So the two sides' totals are read apart from each other, each
in three steps.

1. *Explain*: a rise is explained by the play on its own row, else by one beside it
   or at the same moment (the score moved a row late or early). A play explains
   once, so a row that stands twice counts once.
2. *Set aside*: a claim that falls and is back up without a play within a few rows is
   stale; one that jumps up without a play and falls back is a slip. Neither counts.
   A fall that stays is a correction if it is of the size of a play and two rows stand
   by it, or if many rows do. On the very last row nobody can tell yet: it is set aside.
3. *Count*: of the totals that are left, rises that plays explain are those plays'
   points; what is left over is a hole in the rows.

Taking the largest claim as the total, or the sum of the plays, would be simpler; the
first keeps a score that was taken back, the second loses what rows are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from scoreboard.ingest.parsers.running.claimed_total import Total, believed
from scoreboard.ingest.parsers.running.explained import Moment
from scoreboard.model.side import Score, Side

#: A row that stands twice does so within this many rows (33 recorded: at most 4 apart).
_REPEATED_WITHIN = 12


@attrs.frozen
class ClaimRow:
    """
    A row as it stands in the file.

    Attributes:
        label: how the row is named in reasons ("row 17").
        claim: the running score on the row; None if it has none.
        points: what the row itself says that it is worth.
        side: who gets them; None if the row does not say.
        text: to tell a row that stands twice.
    """

    label: str
    period_index: int
    clock_ms: int | None
    claim: Score | None
    points: int = 0
    side: Side | None = None
    text: str | None = None


@attrs.frozen
class Gap:
    """The score moves just before a row, to `score`, without a play that explains it."""

    score: Score
    correction: bool
    reason: str


@attrs.frozen
class Ruling:
    """
    What a row counts.

    Attributes:
        points: that the row's play counts; 0 if another row has counted them.
        side: who gets them; None if nobody.
        gap: the score moves just before this row.
        stands: the claim, if it is what has been counted up to here; None if it was
            set aside or the score moves on another row.
        quirks: kinds of oddity of this row.
    """

    points: int
    side: Side | None
    gap: Gap | None
    stands: Score | None
    quirks: tuple[str, ...]


def reckon(rows: Sequence[ClaimRow]) -> list[Ruling]:
    """
    What each of `rows`, in game order, counts. See Note [Whom to believe].

    Returns:
        One ruling per row. The points and gaps of all add up to the last score that
        the rows stand by.
    """
    moments = [Moment(row.period_index, row.clock_ms) for row in rows]
    repeats = _repeats(rows)
    sides = _sides(rows)
    totals = {}
    for side in Side:
        worth = [
            row.points if scorer is side else 0 for row, scorer in zip(rows, sides, strict=True)
        ]
        claims = [None if row.claim is None else row.claim.of(side) for row in rows]
        totals[side] = believed(claims, worth, moments, repeats)
    return _rulings(rows, sides, totals, repeats)


def _repeats(rows: Sequence[ClaimRow]) -> list[bool]:
    """Which rows say the same as one shortly before: text, clock and claimed score."""
    last: dict[object, int] = {}
    found = []
    for index, row in enumerate(rows):
        key = (row.text, row.period_index, row.clock_ms, row.claim, row.side)
        found.append(bool(row.text) and index - last.get(key, -1000) <= _REPEATED_WITHIN)
        last[key] = index
    return found


def _sides(rows: Sequence[ClaimRow]) -> list[Side | None]:
    """
    Who scored on each row; where a row does not say, it is told from whose score moves.

    A row whose own score does not move is told by the rows beside it.
    """
    rises = _rises(rows)
    sides: list[Side | None] = []
    for index, row in enumerate(rows):
        side = row.side
        if row.points and side is None:
            beside = (index, index + 1, index - 1)
            guesses = (_riser(rises, place, row.points) for place in beside)
            side = next((guess for guess in guesses if guess), None)
        sides.append(side if row.points else None)
    return sides


def _rises(rows: Sequence[ClaimRow]) -> list[Score]:
    before = Score()
    rises = []
    for row in rows:
        claim = row.claim or before
        rises.append(claim - before)
        before = claim
    return rises


def _riser(rises: Sequence[Score], index: int, points: int) -> Side | None:
    """The only side whose score rises by `points`, or else by more, on row `index`."""
    if not 0 <= index < len(rises):
        return None
    exactly = [side for side in Side if rises[index].of(side) == points]
    atleast = [side for side in Side if rises[index].of(side) >= points]
    for sides in (exactly, atleast):
        if len(sides) == 1:
            return sides[0]
    return None


def _rulings(
    rows: Sequence[ClaimRow],
    sides: Sequence[Side | None],
    totals: Mapping[Side, Total],
    repeats: Sequence[bool],
) -> list[Ruling]:
    """The rulings, from what is believed of either side."""
    score = Score()
    rulings = []
    for index, row in enumerate(rows):
        home, away = totals[Side.HOME], totals[Side.AWAY]
        left = Score(home.plays.left[index], away.plays.left[index])
        fell = Score(home.fell[index], away.fell[index])
        gap = _gap(row, score, left, fell)
        score = gap.score if gap else score
        side = sides[index]
        points = totals[side].plays.counted[index] if side else 0
        if side and points:
            score = score.plus(side, points)
        rulings.append(
            Ruling(
                points=points,
                side=side if points else None,
                gap=gap,
                stands=row.claim if row.claim == score else None,
                quirks=tuple(_quirks(row, index, points, totals, repeats)),
            )
        )
    return rulings


def _gap(row: ClaimRow, before: Score, left: Score, fell: Score) -> Gap | None:
    """What moves the score from `before` just before `row` without a play, if anything does."""
    after = before + left - fell
    if left == fell == Score():
        return None
    change = f"from {before.home}-{before.away} to {after.home}-{after.away} (home-away)"
    if fell == Score():
        reason = f"rows are missing before {row.label}: the score goes {change} without a play"
        return Gap(after, correction=False, reason=reason)
    return Gap(after, correction=True, reason=f"{row.label} takes the score back {change}")


def _quirks(
    row: ClaimRow, index: int, points: int, totals: Mapping[Side, Total], repeats: Sequence[bool]
) -> Iterator[str]:
    """What is odd about the row on `index`, which counts `points`."""
    both = totals.values()
    if row.claim is not None and any(total.aside[index] < 0 for total in both):
        yield "stale score"
    if row.claim is not None and any(total.aside[index] > 0 for total in both):
        yield "score slip"
    if any(total.fell[index] for total in both):
        yield "score taken back"
    if any(total.plays.left[index] for total in both):
        yield "missing rows"
    if any(index in total.plays.moved for total in both):
        yield "score on another row"
    if repeats[index]:
        yield "repeated row"
    elif row.points and not points:
        yield "shot without score"
