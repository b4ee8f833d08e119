"""What a document adds up to, and what must hold of any document."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from scoreboard.ingest.parsers.document import BadDocument, Document, PlayRow, ScoreRow
from scoreboard.model.side import Score


def total(document: Document) -> Score:
    """The score at the end; on the way it falls by corrections only, and orders and ids hold."""
    score, order, refs = Score(), 0, set()
    for row in document.rows:
        here = row.order if isinstance(row, ScoreRow) else row.facts.order
        assert here is not None
        assert order < here
        assert row.ref not in refs
        order = here
        refs.add(row.ref)
        if isinstance(row, ScoreRow):
            fell = row.score.home < score.home or row.score.away < score.away
            assert fell == row.correction
            score = row.score
        elif not row.deleted:
            score += row.facts.score
            assert row.score_after in (None, score)
    return score


def tally(document: Document) -> Score:
    """The shoot-out at the end."""
    score = Score()
    for row in plays(document):
        score += row.facts.shootout_score
    return score


def plays(document: Document, kind: str | None = None) -> list[PlayRow]:
    """The plays, or those of one kind."""
    rows = [row for row in document.rows if isinstance(row, PlayRow)]
    return [row for row in rows if kind in (None, row.facts.play_type)]


def moves(document: Document) -> list[ScoreRow]:
    """The moves of the score without a play."""
    return [row for row in document.rows if isinstance(row, ScoreRow)]


def survives_damage(parse: Callable[[bytes], Document], data: bytes, position: int, byte: int):
    """Bytes with one changed, and bytes cut off, are a document or a BadDocument, never a crash."""
    at = position % len(data)
    for damaged in (data[:at] + bytes([byte]) + data[at + 1 :], data[:at]):
        with contextlib.suppress(BadDocument):
            total(parse(damaged))


def bad(parse: Callable[[], Document]) -> str:
    """The text of the BadDocument that `parse` raises."""
    with pytest.raises(BadDocument) as caught:
        parse()
    return str(caught.value)
