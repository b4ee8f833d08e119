"""
A recorded document as the messages that its feed would have sent, with their times.

Rule: every row of the document is told once, in the order in which it came; what the
document says of its past (rows that came late, rows that were taken back) is told
as it happened, and nothing else is made up but statuses. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.document import Document, PlayRow, ScoreRow
from scoreboard.ingest.parsers.telling.lifecycle import Lifecycle, scheduled
from scoreboard.ingest.parsers.telling.recorded_time import kick_off_ms, moments
from scoreboard.ingest.parsers.telling.told import Progress, changes, score_report, worth
from scoreboard.model.message import Message, PlayReport, Report, VoidReport
from scoreboard.model.side import Score
from scoreboard.model.status import Status
from scoreboard.sports.registry import SPORTS

#: Reason of a void that the document gives no reason for.
DELETED = "deleted by the provider"

#: How long before the first row the line-ups are told: long enough to be seen,
#: short enough to be waited for. Milliseconds.
_PREGAME_MS = 60_000


@attrs.frozen
class Arrival:
    """A message, and when it came, milliseconds UTC; never falling along a timeline."""

    at_ms: int
    message: Message


def timeline(document: Document) -> tuple[Arrival, ...]:
    """
    The messages of a recorded game.

    Returns:
        In the order of arrival, with `source_seq` from 1.
    """
    told = _Told(scheduled(document.meta), SPORTS[document.meta.sport].max_per_play)
    order = _by_arrival(document)
    rows = [document.rows[index] for index in order]
    added = changes(document.rows)
    times = moments(rows, document.meta)
    for index, row, at_ms in zip(order, rows, times, strict=True):
        if isinstance(row, ScoreRow):
            told.score(row, index, added[index], at_ms)
        else:
            told.play(row, index, at_ms)
    told.close(document, times[-1] if times else kick_off_ms(document.meta))
    return tuple(
        Arrival(at_ms, Message(report, source_seq))
        for source_seq, (at_ms, report) in enumerate(told.reports, 1)
    )


def _by_arrival(document: Document) -> list[int]:
    """Indices of the rows in the order in which they came."""

    def key(index: int) -> tuple[float, int]:
        row = document.rows[index]
        if isinstance(row, ScoreRow):
            return (row.order, index)
        return ((row.facts.order or 0) if row.arrival is None else row.arrival, index)

    return sorted(range(len(document.rows)), key=key)


class _Told:
    """The reports so far, with their times, and what they have made of the game."""

    def __init__(self, lifecycle: Lifecycle, most: int) -> None:
        self.reports: list[tuple[int, Report]] = []
        self._lifecycle = lifecycle
        self._most = most
        self._progress = Progress()
        self._total = Score()
        self._last_order = -1
        self._at_ms = 0

    def _add(self, at_ms: int, *reports: Report) -> None:
        self.reports += [(at_ms, report) for report in reports]

    def score(self, row: ScoreRow, index: int, change: Score, at_ms: int) -> None:
        """A score row comes."""
        self._progress.take(index)
        self._add(at_ms, score_report(row, change, self._total, self._most))
        self._total += change
        self._at_ms = at_ms

    def play(self, row: PlayRow, index: int, at_ms: int) -> None:
        """A play row comes."""
        is_next = self._progress.take(index)
        at_end = (row.facts.order or 0) >= self._last_order
        self._last_order = max(self._last_order, row.facts.order or 0)
        if at_end:
            self._before(row, at_ms)
        shown = row.score_after if is_next and not row.deleted else None
        self._add(at_ms, PlayReport(row.ref, row.facts, score_after=shown))
        if row.deleted:
            self._add(at_ms, VoidReport(row.ref, reason=DELETED))
        self._lifecycle, reports = self._lifecycle.after(row, at_end=at_end)
        self._add(at_ms, *reports)
        self._total += worth(row)
        self._at_ms = at_ms

    def _before(self, row: PlayRow, at_ms: int) -> None:
        self._lifecycle, reports = self._lifecycle.before(row)
        for place, report in enumerate(reports):
            if report.line.status is Status.PREGAME:
                before = at_ms - _PREGAME_MS
                self._add(max(before, self._at_ms), report)
            elif place < len(reports) - 1:
                # Of two statuses the first belongs to what was before: the break.
                self._add(self._at_ms, report)
            else:
                self._add(at_ms, report)

    def close(self, document: Document, at_ms: int) -> None:
        """All rows have come."""
        self._lifecycle, reports = self._lifecycle.close(document.status)
        self._add(at_ms, *reports)
