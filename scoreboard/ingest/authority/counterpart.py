"""
Counterpart: which play of ours a single play of the believed source is.

Rule: only plays that the source has no name for are asked; a play that fits none but one
that was taken back is ambiguous and never decided here. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.authority.level import own_ref
from scoreboard.ingest.authority.likeness import (
    KEYED_MS,
    Told,
    cost,
    keyed,
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
    if all(own_ref(play, source) is not None for play in canonical.plays[-WINDOW:]):
        plays = [play for play in canonical.plays if own_ref(play, source) is None]
        if not any(play.facts.points for play in plays):
            return ()
    unknown = [one for one in told(canonical) if own_ref(one.play, source) is None]
    return recent(tuple(unknown))


def recent(plays: tuple[Told, ...]) -> tuple[Told, ...]:
    """All scoring plays, and the last `WINDOW` of the others."""
    others = [at for at, one in enumerate(plays) if not one.scores]
    since = others[-WINDOW] if len(others) > WINDOW else 0
    return tuple(one for at, one in enumerate(plays) if one.scores or at >= since)


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
    canonical: GameState, shadow: GameState, theirs: Told, source: SourceId
) -> Told | None:
    """
    The play of ours that `theirs` is, the likeliest first; None: we have none like it.

    One that was taken back is given only if no other fits.
    """
    others = strangers(canonical, source)
    if not others:
        return None
    by = measure(canonical, skew_of(canonical, shadow, source))
    likely = [(spent, at) for at, ours in enumerate(others) if (spent := cost(ours, theirs, by)) is not None]
    live = [found for found in likely if others[found[1]].play.state.counts]
    best = min(live or likely, default=None)
    return None if best is None else others[best[1]]


def is_sure(ours: Told, theirs: Told) -> bool:
    """Whether the likeness of two scoring plays stands above the level rule."""
    return keyed(ours, theirs)


__all__ = ["KEYED_MS", "WINDOW", "counterpart", "is_sure", "recent", "skew_of", "strangers", "told_as"]
