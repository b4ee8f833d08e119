"""
Comparison: what one feed tells of a game and another does not, by alignment.

Rule: only the end of a game is compared, since a feed is judged by what it tells now; what
a feed has taken back is known to it. What frames a game (line-ups, substitutions, breaks,
comments) is each provider's habit and says nothing of whether two tell the same game. Pure.
"""

from __future__ import annotations

from scoreboard.ingest.authority.alignment import align
from scoreboard.ingest.authority.counterpart import recent
from scoreboard.ingest.authority.health import RECENT, Unmatched
from scoreboard.ingest.authority.likeness import kind, measure, told
from scoreboard.projection.state import GameState

#: Classes of plays that frame a game.
FRAME = frozenset(
    {"lineup", "substitution", "clock", "period_start", "period_end", "comment", "review", "admin"}
)
#: So few plays say nothing of how many align.
_FEW = 10


def unmatched(a: GameState, b: GameState) -> Unmatched:
    """What `b` tells of the game and `a` does not, of its last `RECENT` plays that count."""
    by = measure(a)
    alive = [
        one for one in told(b) if one.play.state.counts and kind(one.facts, by.sport) not in FRAME
    ]
    theirs = tuple(alive[-RECENT:])
    if not theirs:
        return Unmatched()
    found = align(recent(told(a)), theirs, by)
    missing = [one.facts for one in found.theirs_only]
    times = [facts.wallclock_ms for facts in missing if facts.wallclock_ms is not None]
    return Unmatched(
        scoring=sum(1 for facts in missing if facts.points),
        plays=len(missing),
        oldest_ms=min(times, default=None),
        rate=found.rate if len(theirs) >= _FEW else 1.0,
    )
