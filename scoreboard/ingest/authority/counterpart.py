"""
Counterpart: which play of ours a single play of the believed source is.

Rule: only plays that the source has no name for are asked; a play that fits none but one
that was taken back is ambiguous and never decided here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from scoreboard.ingest.authority.level import own_ref
from scoreboard.ingest.authority.likeness import (
    Told,
    cost,
    measure,
    skew,
    told,
)
from scoreboard.model.ids import SourceId
from scoreboard.model.play import Play, PlayFacts
from scoreboard.model.side import Score
from scoreboard.projection.state import GameState

#: How far back plays without points are compared.
WINDOW = 60
#: Over how many plays the skew of a source is taken.
_SKEW_OVER = 30


def told_as(shadow: GameState, play: Play, claimed: Score | None) -> Told:
    """A play of a source as it tells it; `claimed` is the running score that it showed."""
    found = next(one for one in reversed(told(shadow)) if one.play.play_id == play.play_id)
    last = shadow.plays[-1].play_id == play.play_id
    return attrs.evolve(found, after=claimed) if claimed is not None and last else found


def strangers(canonical: GameState, source: SourceId) -> tuple[Told, ...]:
    """Our plays that `source` has no name for: all scoring plays, the last of the others."""
    return recent(one for one in told(canonical) if own_ref(one.play, source) is None)


def recent(plays: Iterable[Told]) -> tuple[Told, ...]:
    """All scoring plays, and the last `WINDOW` of the others."""
    some = tuple(plays)
    others = [at for at, one in enumerate(some) if not one.scores]
    since = others[-WINDOW] if len(others) > WINDOW else 0
    return tuple(one for at, one in enumerate(some) if one.scores or at >= since)


def _may_be_known(canonical: GameState, play: Play, source: SourceId) -> bool:
    """Whether it is worth a look: few messages meet plays that their source does not know."""
    return any(
        ours.facts.period_index == play.facts.period_index
        and ours.facts.points == play.facts.points
        and own_ref(ours, source) is None
        for ours in canonical.plays
    )


def skew_of(canonical: GameState, shadow: GameState, source: SourceId) -> int:
    """How a source's time of day differs from ours, over plays that others told first."""
    pairs: list[tuple[PlayFacts, PlayFacts]] = []
    for ours in reversed(canonical.plays):
        if len(pairs) == _SKEW_OVER:
            break
        ref = own_ref(ours, source)
        known = None if ref is None else shadow.refs.get(ref)
        if known is not None and ours.refs[0].source != source:
            pairs.append((ours.facts, shadow.play(known).facts))
    return skew(pairs)


def counterpart(
    canonical: GameState,
    shadow: GameState,
    play: Play,
    source: SourceId,
    claimed: Score | None = None,
) -> tuple[Told, Told] | None:
    """
    The play of ours that a source's play is, and both as they are told; None: we have none.

    One that was taken back is given only if no other fits.

    Args:
        claimed: the running score that the source showed after it.
    """
    if not _may_be_known(canonical, play, source):
        return None
    theirs, others = told_as(shadow, play, claimed), strangers(canonical, source)
    by = measure(canonical, skew_of(canonical, shadow, source))
    likely = [
        (spent, at)
        for at, ours in enumerate(others)
        if (spent := cost(ours, theirs, by)) is not None
    ]
    live = [found for found in likely if others[found[1]].play.state.counts]
    best = min(live or likely, default=None)
    return None if best is None else (others[best[1]], theirs)
