"""
What has been told of a document so far, and what a score row means at that point.

Rule: the points that are told add up to the document's last score in whatever order the
rows come; nothing is counted twice because a row came late. Pure.

# Note [Absolute scores in another order]

A score row says what the running score is *at its place in the game*. Told in another
order the same number would be wrong: if a basket in front of it is still to come, it
is in the number and would be counted again when it comes. What a score row adds is the
difference to the rows in front of it; that difference is told on top of what has been
told.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.ingest.parsers.document import PlayRow, ScoreRow
from scoreboard.model.message import ScoreReport
from scoreboard.model.side import Score


def worth(row: PlayRow) -> Score:
    """What a play row adds to the score; nothing if the provider has taken it back."""
    return Score() if row.deleted else row.facts.score


def changes(rows: Sequence[PlayRow | ScoreRow]) -> list[Score]:
    """What each of `rows`, in game order, adds to the score."""
    total = Score()
    found = []
    for row in rows:
        change = row.score - total if isinstance(row, ScoreRow) else worth(row)
        total += change
        found.append(change)
    return found


def score_report(row: ScoreRow, change: Score, told: Score, most: int) -> ScoreReport:
    """
    A score row as a message.

    A document is whole up to its end: what its rows do not explain is not on its way. So a
    jump of more than `most` is told as a correction, which needs no plays (rule S4).

    Args:
        change: what the row adds, by `changes`.
        told: the score that has been told before it.
        most: points that one play can be worth.
    """
    return ScoreReport(
        score=told + change,
        correction=row.correction or max(change.home, change.away) > most,
        reason=row.reason,
        period_index=row.period_index,
    )


@attrs.define
class Progress:
    """
    Which rows of a document have come, to know whether a running score can be checked.

    A running score counts every row in front of it. While one of those is missing, or
    one behind it has come, it cannot equal what has been told, and nothing is wrong.
    """

    come: int = 0
    furthest: int = -1

    def take(self, index: int) -> bool:
        """Row `index` comes; whether it is the next one and all before it have come."""
        is_next = index == self.come and self.furthest == index - 1
        self.come += 1
        self.furthest = max(self.furthest, index)
        return is_next
