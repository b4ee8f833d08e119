"""
Claiming: a box score that a source sends is kept beside the game.

Rule: a claim never touches the game: it is judged, compared and kept in a side log of its own,
whoever sends it and whoever is believed. Of each source the newest one stands. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.codec.reports import Received
from scoreboard.ingest.desk import Batch
from scoreboard.ingest.intake import decide
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.boxscore import Claim
from scoreboard.model.event import BoxClaimed
from scoreboard.model.ids import SourceId
from scoreboard.projection.claims import claim_publication, differences
from scoreboard.projection.state import GameState


def claim(
    batch: Batch,
    source: SourceId,
    received: Received,
    durable: Mapping[SourceId, Claim],
    expected: int | None = None,
) -> Answer:
    """
    The answer to a box score, which is kept if it is no repeat.

    Args:
        durable: the claims that are on disk: a repeat of one that is on its way there is
            written again, since nobody would wait for the first.
        expected: as in `rules.case.Case`.
    """
    decision = decide(batch.state, received, source, batch.now_ms, expected=expected)
    answer = attrs.evolve(decision.answer, seq=None)
    entry = decision.entry
    if entry is None or not isinstance(entry.event, BoxClaimed):
        return answer
    known = batch.claims.get(source)
    if known is not None and known.digest == decision.digest and durable.get(source) is known:
        return attrs.evolve(answer, outcome=Outcome.DUPLICATE)
    made = batch.claim(attrs.evolve(entry, digest=decision.digest), entry.event)
    batch.published.append(claim_publication(batch.state, made, answer.differences))
    return answer


def mismatched(state: GameState, claims: Mapping[SourceId, Claim]) -> tuple[str, ...]:
    """A flag for each source whose claim is not what the plays add up to now."""
    return tuple(
        f"stats_mismatch:{source}"
        for source, one in claims.items()
        if differences(state, one.lines, complete=one.complete)
    )
