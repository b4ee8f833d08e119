"""
Comparison: what one feed tells of a game and another does not, by alignment.

Rule: only the end of a game is compared, since a feed is judged by what it tells now; what
a feed has taken back is known to it. Pure.
"""

from __future__ import annotations

from scoreboard.ingest.authority.alignment import align
from scoreboard.ingest.authority.counterpart import recent
from scoreboard.ingest.authority.health import RECENT, Unmatched
from scoreboard.ingest.authority.likeness import measure, told
from scoreboard.projection.state import GameState


def unmatched(a: GameState, b: GameState) -> Unmatched:
    """What `b` tells of the game and `a` does not, of its last `RECENT` plays that count."""
    theirs = tuple(one for one in told(b) if one.play.state.counts)[-RECENT:]
    if not theirs:
        return Unmatched()
    found = align(recent(told(a)), theirs, measure(a))
    missing = [one.facts for one in found.theirs_only]
    times = [facts.wallclock_ms for facts in missing if facts.wallclock_ms is not None]
    return Unmatched(
        scoring=sum(1 for facts in missing if facts.points),
        plays=len(missing),
        oldest_ms=min(times, default=None),
        rate=found.rate,
    )
