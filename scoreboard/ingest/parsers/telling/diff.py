"""
What changed between two polls of a document, as messages.

Rule: absence of data is never data. A row that a document lacks now is counted and
stands; only a row that the provider marks as deleted is taken back. Pure.

A document may repair itself: plays that were missing appear, and the score row that
stood for them goes or shrinks. What it had added is then taken off by a correction, so
that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.ingest.parsers.document import Document, PlayRow, ScoreRow
from scoreboard.ingest.parsers.telling.lifecycle import Lifecycle, scheduled
from scoreboard.ingest.parsers.telling.place_between import placed
from scoreboard.ingest.parsers.telling.timeline import DELETED
from scoreboard.ingest.parsers.telling.told import changes, score_report, worth
from scoreboard.model.message import Message, PlayReport, Report, ScoreReport, VoidReport
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.model.status import StatusLine
from scoreboard.sports.registry import SPORTS

#: Reasons that a document does not give, by what happened to the row.
CHANGED = "changed by the provider"
RESTORED = "restored by the provider"
EXPLAINED = "the document explains the score otherwise now"


@attrs.frozen
class KnownRow:
    """A play row as it was last told; `facts.order` is the order that it was told with."""

    facts: PlayFacts
    rev: int = 0
    deleted: bool = False


@attrs.frozen
class KnownGap:
    """What a score row was told to add, and to which period."""

    change: Score
    period_index: int


@attrs.frozen
class Known:
    """
    What earlier polls have told.

    Attributes:
        rows: by the provider's id.
        gaps: score rows, by theirs.
        told: the score that all messages add up to.
        next_seq: of the next message.
        status: of the last document; told when it changes, since rows know better meanwhile.
        absent: plays of earlier polls that the last document lacked.
    """

    rows: Mapping[str, KnownRow] = attrs.field(factory=dict)
    gaps: Mapping[str, KnownGap] = attrs.field(factory=dict)
    told: Score = attrs.field(factory=Score)
    lifecycle: Lifecycle | None = None
    status: StatusLine | None = None
    next_seq: int = 1
    absent: int = 0


def diff(known: Known, document: Document) -> tuple[tuple[Message, ...], Known]:
    """
    What `document` says that earlier polls did not.

    Args:
        known: what the last call returned; `Known()` at the first poll of a game.

    Returns:
        The messages, in an order in which each can be judged, and what is known now.
    """
    poll = _Poll(known, document)
    poll.drop_gaps()
    plays = [row for row in document.rows if isinstance(row, PlayRow)]
    orders = placed(
        [_order(known.rows.get(row.ref)) for row in plays],
        [row.facts.order or 0 for row in plays],
    )
    order_of = {row.ref: order for row, order in zip(plays, orders, strict=True)}
    for row, change in zip(document.rows, changes(document.rows), strict=True):
        if isinstance(row, ScoreRow):
            poll.score(row, change)
        else:
            facts = attrs.evolve(row.facts, order=order_of[row.ref])
            poll.play(attrs.evolve(row, facts=facts))
    return poll.close()


def _order(known: KnownRow | None) -> int | None:
    return None if known is None else known.facts.order


class _Poll:
    """One comparison: what was known, and the reports so far."""

    def __init__(self, known: Known, document: Document) -> None:
        self._known = known
        self._document = document
        self._rows = dict(known.rows)
        self._gaps = dict(known.gaps)
        self._told = known.told
        self._lifecycle = known.lifecycle or scheduled(document.meta)
        self._last = max((row.facts.order or 0 for row in self._rows.values()), default=-1)
        self._most = SPORTS[document.meta.sport].max_per_play
        self._reports: list[Report] = []

    def drop_gaps(self) -> None:
        """Take off what score rows added that are gone, or add something else now."""
        pairs = zip(self._document.rows, changes(self._document.rows), strict=True)
        present = {
            row.ref: KnownGap(change, row.period_index)
            for row, change in pairs
            if isinstance(row, ScoreRow)
        }
        fresh = {ref: gap for ref, gap in present.items() if self._gaps.get(ref) != gap}
        for ref, gap in list(self._gaps.items()):
            if present.get(ref) == gap:
                continue
            del self._gaps[ref]
            renamed = next((name for name, other in fresh.items() if other == gap), None)
            if renamed is not None:
                self._gaps[renamed] = fresh.pop(renamed)
                continue
            self._told -= gap.change
            self._reports.append(ScoreReport(self._told, True, EXPLAINED, gap.period_index))

    def score(self, row: ScoreRow, change: Score) -> None:
        """A score row of the document."""
        if row.ref in self._gaps:
            return
        self._reports.append(score_report(row, change, self._told, self._most))
        self._gaps[row.ref] = KnownGap(change, row.period_index)
        self._told += change

    def play(self, row: PlayRow) -> None:
        """A play row of the document, with the order that is ours."""
        before = self._rows.get(row.ref)
        if before is None:
            self._new(row)
        elif row.deleted:
            self._deleted(row, before)
        elif before.deleted or before.facts != row.facts:
            reason = RESTORED if before.deleted else CHANGED
            after = KnownRow(row.facts, before.rev + 1)
            self._reports.append(PlayReport(row.ref, row.facts, after.rev, reason=reason))
            self._told += row.facts.score - _worth(before)
            self._rows[row.ref] = after

    def _new(self, row: PlayRow) -> None:
        order = row.facts.order or 0
        at_end = order >= self._last
        self._last = max(self._last, order)
        if at_end:
            self._lifecycle, statuses = self._lifecycle.before(row)
            self._reports += statuses
        shown = row.score_after if at_end and not row.deleted else None
        self._reports.append(PlayReport(row.ref, row.facts, score_after=shown))
        if row.deleted:
            self._reports.append(VoidReport(row.ref, reason=DELETED))
        self._lifecycle, statuses = self._lifecycle.after(row, at_end=at_end)
        self._reports += statuses
        self._rows[row.ref] = KnownRow(row.facts, deleted=row.deleted)
        self._told += worth(row)

    def _deleted(self, row: PlayRow, before: KnownRow) -> None:
        """A row that is marked as deleted; what is left of it replaces nothing."""
        if before.deleted:
            return
        self._reports.append(VoidReport(row.ref, reason=DELETED))
        self._told -= before.facts.score
        self._rows[row.ref] = attrs.evolve(before, deleted=True)

    def close(self) -> tuple[tuple[Message, ...], Known]:
        """The messages, and what is known now."""
        present = self._document.status
        changed = None if present == self._known.status else present
        self._lifecycle, statuses = self._lifecycle.close(changed)
        self._reports += statuses
        first = self._known.next_seq
        messages = tuple(Message(report, seq) for seq, report in enumerate(self._reports, first))
        here = {row.ref for row in self._document.rows}
        known = Known(
            rows=self._rows,
            gaps=self._gaps,
            told=self._told,
            lifecycle=self._lifecycle,
            status=present,
            next_seq=first + len(messages),
            absent=sum(ref not in here for ref in self._rows),
        )
        return messages, known


def _worth(row: KnownRow) -> Score:
    return Score() if row.deleted else row.facts.score
