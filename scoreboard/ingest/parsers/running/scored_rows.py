"""
Plays with a running score, made into the rows of a document.

Rule: a play counts what `running_score` rules, and its row shows the claimed score only
where that stands; nothing else of the play is changed but its order. Pure.

# Note [Shots that count nothing]

A row that stands twice would be a second basket in a shot chart: it becomes a comment
that says so. A made shot that the score never shows stays a shot, with the result
"uncounted" and without `shot`: the provider says that it happened, and its own score
says that it did not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from scoreboard.ingest.parsers.document import PlayRow, ScoreRow
from scoreboard.ingest.parsers.running.game_rows import Draft
from scoreboard.ingest.parsers.running.running_score import ClaimRow, Gap, Ruling, reckon
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score

#: Oddities of which a reader will want to know the row.
_NOTED = ("missing rows", "score taken back", "stale score", "score slip", "shot without score")

#: More notes than this are no news.
_MOST_NOTES = 100


@attrs.frozen
class ScoredRows:
    """
    Attributes:
        rows: in game order.
        last_claim: the running score of the last row that shows one.
        notes: oddities in words.
    """

    rows: tuple[PlayRow | ScoreRow, ...]
    last_claim: Score | None
    notes: tuple[str, ...]


def scored(drafts: Sequence[Draft], quirks: Counter[str]) -> ScoredRows:
    """
    The rows that `drafts`, in game order, make.

    Args:
        quirks: the oddities of the running score are counted here.
    """
    rows: list[PlayRow | ScoreRow] = []
    notes: list[str] = []
    for draft, ruling in zip(drafts, reckon([_claim_row(row) for row in drafts]), strict=True):
        quirks.update(ruling.quirks)
        notes += _notes(draft, ruling)
        if ruling.gap is not None:
            rows.append(_score_row(draft, ruling.gap))
        rows.append(PlayRow(draft.ref, _facts(draft.facts, ruling), score_after=ruling.stands))
    claims = [draft.claim for draft in drafts if draft.claim is not None]
    return ScoredRows(tuple(rows), claims[-1] if claims else None, tuple(notes[:_MOST_NOTES]))


def _claim_row(draft: Draft) -> ClaimRow:
    facts = draft.facts
    return ClaimRow(
        label=draft.label,
        period_index=facts.period_index,
        clock_ms=facts.clock_ms,
        claim=draft.claim,
        points=facts.points,
        side=facts.points_to,
        text=facts.text,
    )


def _facts(facts: PlayFacts, ruling: Ruling) -> PlayFacts:
    """The facts with the points that are ruled. See Note [Shots that count nothing]."""
    if ruling.points:
        return attrs.evolve(facts, side=facts.side or ruling.side, points_to=ruling.side)
    if not facts.points:
        return facts
    nothing = attrs.evolve(facts, points=0, points_to=None, shot=None, result="uncounted")
    if "repeated row" in ruling.quirks:
        return attrs.evolve(
            nothing, play_type="comment", subtype="repeated row", participants=(), place=None
        )
    return nothing


def _score_row(draft: Draft, gap: Gap) -> ScoreRow:
    """The move of the score just before `draft`, which has room before it."""
    facts = draft.facts
    return ScoreRow(
        ref=f"score-before-{draft.ref}",
        order=(facts.order or 0) - 1,
        period_index=facts.period_index,
        score=gap.score,
        correction=gap.correction,
        reason=gap.reason,
        wallclock_ms=facts.wallclock_ms,
    )


def _notes(draft: Draft, ruling: Ruling) -> list[str]:
    if ruling.gap is not None:
        return [ruling.gap.reason]
    shown = "" if draft.claim is None else f" {draft.claim.home}-{draft.claim.away} (home-away)"
    return [f"{draft.label}: {quirk}{shown}" for quirk in ruling.quirks if quirk in _NOTED]


def disagreement(header: Score | None, last: Score | None, quirks: Counter[str]) -> tuple[str, ...]:
    """In words and in `quirks`, that the official score is not the last one on the rows."""
    if header is None or last is None or header == last:
        return ()
    quirks["header disagrees"] += 1
    official, counted = f"{header.home}-{header.away}", f"{last.home}-{last.away}"
    return (f"the header says {official}, the last row {counted} (home-away)",)
