"""
Drafting: entries of one atomic append, each seeing what those before it have changed.

Rule: what is drafted is what will be folded; the numbers of entries and plays follow the
log without a gap. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.authority.level import own_ref
from scoreboard.model.clock import Direction
from scoreboard.model.event import Entry, Event, PlayAdded
from scoreboard.model.ids import SourceId, play_id
from scoreboard.model.play import ORDER_STEP, Play, PlayFacts
from scoreboard.model.side import Score
from scoreboard.projection.fold import apply
from scoreboard.projection.state import GameState

#: Flag of a play that came when later ones were there.
LATE = "late"
#: Flag of a play of whose points the score had some.
LEVEL_PARTIAL = "level_partial"


class Draft:
    """Entries that are being written down, and the state that they lead to."""

    def __init__(self, state: GameState, source: SourceId, now_ms: int, term: int) -> None:
        self.state = state
        self.entries: list[Entry] = []
        self._source = source
        self._now_ms = now_ms
        self._term = term

    def say(self, event: Event, digest: int = 0, flags: tuple[str, ...] = ()) -> None:
        """One entry more."""
        entry = Entry(
            seq=self.state.seq + 1,
            ts_ms=max(self._now_ms, self.state.ts_ms),
            source=self._source,
            term=self._term,
            event=event,
            digest=digest,
            flags=flags,
        )
        self.state = apply(self.state, entry)
        self.entries.append(entry)

    def add(self, theirs: Play, order: int, points: int, claimed: Score | None = None) -> None:
        """
        A source's play enters the game, with `points` of those that it claims.

        Args:
            order: its place with us, from `place`.
            claimed: the running score that the source showed after it.
        """
        withheld = theirs.facts.points - points
        flags = theirs.flags
        if withheld:
            flags = (*flags, LEVEL_PARTIAL)
        if order < self.state.last_order:
            flags = (*flags, LATE)
        play = attrs.evolve(
            theirs,
            play_id=play_id(self.state.seq + 1),
            rev=0,
            order=order,
            facts=attrs.evolve(theirs.facts, points=points, order=None),
            withheld=withheld,
            flags=flags,
        )
        self.say(PlayAdded(play, claimed), flags=flags)


def place(canonical: GameState, shadow: GameState, theirs: Play, source: SourceId) -> int:
    """
    The order with us of a source's play: behind the last one before it that both have.

    What the source does not know and what is not later by the game's time comes first.
    """
    at = shadow.position(theirs.place_in_game)
    anchor = -1
    for earlier in reversed(shadow.plays[:at]):
        ref = own_ref(earlier, source)
        known = None if ref is None else canonical.refs.get(ref)
        if known is not None:
            anchor = canonical.position(known.place)
            break
    following = anchor + 1
    while following < len(canonical.plays):
        ours = canonical.plays[following]
        if own_ref(ours, source) is not None or _later(canonical, ours.facts, theirs.facts):
            break
        following += 1
    if following == len(canonical.plays):
        return canonical.last_order + ORDER_STEP
    before = canonical.plays[following - 1].order if following else 0
    return (before + canonical.plays[following].order) // 2


def _later(state: GameState, ours: PlayFacts, theirs: PlayFacts) -> bool:
    """Whether our play is later in the game than theirs."""
    if ours.period_index != theirs.period_index:
        return ours.period_index > theirs.period_index
    if ours.half != theirs.half:
        return ours.half == "bottom"
    if ours.clock_ms is None or theirs.clock_ms is None:
        return False
    played = ours.clock_ms - theirs.clock_ms
    return (-played if state.ruleset.direction is Direction.DOWN else played) > 0
