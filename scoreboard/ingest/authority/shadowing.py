"""
Shadowing: what a source itself has said, kept apart whether it is believed or not.

Rule: a shadow is judged like a game of its own; only what our game knows better, since the
shadow has a hole, lets a believed source past its own past. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.codec.digest import digest_message
from scoreboard.codec.reports import Received
from scoreboard.ingest.intake import Decision, decide
from scoreboard.model.answer import Outcome
from scoreboard.model.event import Entry, ScoreSet
from scoreboard.model.ids import SourceId
from scoreboard.projection.state import GameState
from scoreboard.rules.case import Case
from scoreboard.rules.event import event_of


def overhear(
    shadow: GameState,
    received: Received,
    source: SourceId,
    now_ms: int,
    canonical: GameState | None = None,
    expected: int | None = None,
) -> Decision:
    """
    Judge a message of a source against its own shadow; its entry is for the shadow alone.

    Args:
        canonical: our game, if the source is believed for the plays: what it lets through
            enters the shadow too. A source that missed the baskets that made the score level
            would else never get into overtime.
        expected: as in `rules.case.Case`.
    """
    decision = decide(shadow, received, source, now_ms, expected=expected)
    if canonical is None or decision.verdict.outcome is not Outcome.QUARANTINED:
        return decision
    ours = decide(canonical, received, source, now_ms, expected=expected)
    if ours.entry is None:
        return decision
    case = Case(
        state=shadow,
        message=received.message,
        source=source,
        digest=digest_message(received.message),
        now_ms=now_ms,
        unknown_teams=received.unknown_teams,
    )
    event = event_of(case, ours.entry.flags)
    assert event is not None
    entry = attrs.evolve(
        ours.entry, seq=shadow.seq + 1, ts_ms=max(now_ms, shadow.ts_ms), event=event
    )
    return Decision(ours.answer, ours.verdict, entry)


def decreed(shadow: GameState, event: ScoreSet, by: SourceId, now_ms: int) -> Entry:
    """
    What an official's word on the score is in a shadow: the source's total moves by as much.

    From there on what the source tells counts on top of it, as it does in our game.
    """
    score = shadow.score + event.change
    return Entry(
        seq=shadow.seq + 1,
        ts_ms=max(now_ms, shadow.ts_ms),
        source=by,
        term=shadow.term,
        event=attrs.evolve(event, score=score),
        official=True,
    )
