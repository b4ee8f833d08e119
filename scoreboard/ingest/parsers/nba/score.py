"""
The rows of an NBA game with what each of them counts.

Rule: the score column is the authority for totals; where plays and column part ways,
`running_score` decides and a score row says so. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from scoreboard.ingest.parsers.document import PlayRow, ScoreRow
from scoreboard.ingest.parsers.running import running_score
from scoreboard.ingest.parsers.running.running_score import ClaimRow, Gap, Ruling
from scoreboard.model.side import Side


def counted(
    rows: Sequence[PlayRow], quirks: Counter[str], label: str
) -> tuple[tuple[PlayRow | ScoreRow, ...], list[str]]:
    """
    `rows` with the points that each counts, and score rows where the score moves without one.

    Args:
        rows: in game order, with the points that they claim for themselves.
        quirks: is given what was met.
        label: what the format calls the number of a row, for reasons and notes.

    Returns:
        The rows, and a note for each hole.
    """
    rulings = running_score.reckon([_claim(row, label) for row in rows])
    found: list[PlayRow | ScoreRow] = []
    notes = []
    before = 0
    for row, ruling in zip(rows, rulings, strict=True):
        quirks.update(ruling.quirks)
        if ruling.gap is not None:
            notes.append(f"{label} {row.ref}: {ruling.gap.reason}")
            found.append(_score_row(row, ruling.gap, before))
        found.append(_ruled(row, ruling))
        before = row.facts.order or 0
    return tuple(found), notes


def _claim(row: PlayRow, label: str) -> ClaimRow:
    return ClaimRow(
        label=f"{label} {row.ref}",
        period_index=row.facts.period_index,
        clock_ms=row.facts.clock_ms,
        claim=row.score_after,
        points=row.facts.points,
        side=row.facts.points_to,
        # Every row has an identity: two tips in one second read alike and are two.
        text=None,
    )


def _score_row(row: PlayRow, gap: Gap, before: int) -> ScoreRow:
    order = row.facts.order or 0
    return ScoreRow(
        ref=f"score before {row.ref}",
        order=(before + order) // 2,
        period_index=row.facts.period_index,
        score=gap.score,
        correction=gap.correction,
        reason=gap.reason,
        wallclock_ms=row.facts.wallclock_ms,
    )


def _ruled(row: PlayRow, ruling: Ruling) -> PlayRow:
    facts = row.facts
    points_to: Side | None = ruling.side if ruling.points else None
    if (ruling.points, points_to) != (facts.points, facts.points_to):
        facts = attrs.evolve(facts, points=ruling.points, points_to=points_to)
    return attrs.evolve(row, facts=facts, score_after=ruling.stands)
