"""
Revisiting: points of the believed source that were kept back, once its total asks for them.

Rule: never more than the source's total is above ours. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.authority.drafting import LEVEL_PARTIAL, Draft, place
from scoreboard.ingest.authority.level import level, own_ref
from scoreboard.model.event import PlayAmended
from scoreboard.model.ids import SourceId
from scoreboard.model.side import Side
from scoreboard.model.status import State
from scoreboard.projection.state import GameState


def revisit(draft: Draft, shadow: GameState, source: SourceId) -> None:
    """Give the points back to plays of the source that were absorbed or withheld, newest first."""
    if draft.state.line.status.state is State.POST:
        return
    for side in Side:
        free = level(draft.state, shadow, source).of(side) - draft.state.score.of(side)
        if free > 0:
            free = _withheld(draft, source, side, free)
            _absorbed(draft, shadow, source, side, free)


def _withheld(draft: Draft, source: SourceId, side: Side, free: int) -> int:
    for ours in reversed(draft.state.plays):
        own = ours.withheld and ours.state.counts and own_ref(ours, source) is not None
        if not own or ours.facts.points_to is not side or not free:
            continue
        points = min(ours.withheld, free)
        withheld = ours.withheld - points
        play = attrs.evolve(
            ours,
            rev=ours.rev + 1,
            facts=attrs.evolve(ours.facts, points=ours.facts.points + points),
            withheld=withheld,
            flags=tuple(f for f in ours.flags if withheld or f != LEVEL_PARTIAL),
        )
        draft.say(PlayAmended(play, f"{source} has these points too"))
        free -= points
    return free


def _absorbed(draft: Draft, shadow: GameState, source: SourceId, side: Side, free: int) -> None:
    for theirs in reversed(shadow.plays):
        ref = own_ref(theirs, source)
        if ref is None or ref not in draft.state.absorbed or ref in draft.state.refs:
            continue
        points = theirs.score.of(side)
        if 0 < points <= free:
            draft.add(theirs, place(draft.state, shadow, theirs, source), points)
            free -= points
