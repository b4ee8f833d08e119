"""
The level rule: how much of what a source tells the score has already.

Rule: a scoring play of a source counts only as far as the source's own total is above
ours. A source that shows running scores knows its total, holes in its plays or not; of one
that shows none, plays of ours that it has clearly passed over count as known to it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from scoreboard.ingest.authority.likeness import KEYED_MS, WALL_MS
from scoreboard.model.clock import Direction
from scoreboard.model.ids import SourceId
from scoreboard.model.play import Play, PlayFacts, PlayRef
from scoreboard.model.side import Score, Side
from scoreboard.projection import trust
from scoreboard.projection.state import GameState
from scoreboard.sports.registry import SPORTS

#: A play is passed over when the source tells of what was this much later in the game, ms.
_PASSED_MS = {"football": 20_000, "basketball": 6_000, "hockey": 10_000, "soccer": 120_000}


def own_ref(play: Play, source: SourceId) -> PlayRef | None:
    """The name that `source` has for the play, None if it has none."""
    for ref in play.refs:
        if ref.source == source:
            return ref
    return None


@attrs.frozen
class Named:
    """
    A play of a source and what it is in our game.

    Attributes:
        theirs: as the source's shadow has it.
        ours: the play that goes by that name with us; None: it was absorbed or is unknown.
        is_part: see `model.feed.PlayLink`.
        absorbed: the score has it, though we cannot say as which play.
    """

    theirs: Play
    ours: Play | None = None
    is_part: bool = False
    absorbed: bool = False


def named(canonical: GameState, shadow: GameState, source: SourceId) -> Iterator[Named]:
    """All plays of a source that are worth points, with what they are in our game."""
    ours = {play.play_id: play for play in canonical.plays}
    for play in shadow.plays:
        ref = own_ref(play, source)
        if ref is None or not play.facts.points or play.facts.shootout:
            continue
        known = canonical.refs.get(ref)
        if known is not None:
            yield Named(play, ours[known.play_id], known.is_part)
        else:
            yield Named(play, absorbed=ref in canonical.absorbed)


def told_level(shadow: GameState) -> Score:
    """What a source says the score is: the running score that it shows, else its plays."""
    return shadow.score + trust.gap(shadow)


def disputed(
    canonical: GameState, shadow: GameState, source: SourceId
) -> Iterator[tuple[Play, Play]]:
    """Plays that we have taken back and the source still counts: ours, theirs."""
    for ours in canonical.plays:
        if not ours.facts.points or ours.state.counts:
            continue
        ref = own_ref(ours, source)
        known = None if ref is None else shadow.refs.get(ref)
        if ref is None or known is None or canonical.refs[ref].is_part:
            continue
        theirs = shadow.play(known)
        if theirs.state.counts and theirs.facts.points:
            yield ours, theirs


def taken_back(canonical: GameState, shadow: GameState, source: SourceId) -> Score:
    """What the source still counts and we have taken back."""
    plays = disputed(canonical, shadow, source)
    return sum((theirs.score for _, theirs in plays), Score())


def level(canonical: GameState, shadow: GameState, source: SourceId) -> Score:
    """The source's total less its plays that are taken back with us."""
    return told_level(shadow) - taken_back(canonical, shadow, source)


def shows_scores(shadow: GameState) -> bool:
    """Whether the source shows running scores, so that its total is known."""
    return shadow.holes is not None


def agrees(canonical: GameState, shadow: GameState, ours: Play) -> bool:
    """
    Whether a source that has not taken back a play of ours shows that it does not count it.

    It shows our score, and has either not told all since, or had time enough to tell.
    """
    if not shows_scores(shadow) or told_level(shadow) != canonical.score:
        return False
    if any(hole.change != Score() for hole in shadow.holes or ()):
        return True
    wall = ours.facts.wallclock_ms
    return wall is not None and wall + KEYED_MS < shadow.ts_ms


def room(canonical: GameState, shadow: GameState, source: SourceId, play: Play, side: Side) -> int:
    """How many points of `side` a source's `play` may add; 0 or less: we have it already."""
    free = level(canonical, shadow, source).of(side) - canonical.score.of(side)
    if shows_scores(shadow):
        return free
    return free + passed_over(canonical, shadow, source, play, side)


def passed_over(
    canonical: GameState, shadow: GameState, source: SourceId, play: Play, side: Side
) -> int:
    """Points of `side` that we have and the source never told, though it is past them."""
    points = sum(
        ours.facts.points
        for ours in canonical.plays
        if ours.score.of(side)
        and own_ref(ours, source) is None
        and is_behind(canonical, ours.facts, play.facts)
    )
    for one in named(canonical, shadow, source):
        if one.theirs.score.of(side):
            points -= _surplus(one)
    return max(points, 0)


def _surplus(one: Named) -> int:
    """Points of a source's play that stand with us in plays that it has no name for."""
    if one.ours is None:
        return one.theirs.facts.points if one.absorbed else 0
    if one.is_part:
        return max(one.theirs.facts.points - one.ours.facts.points, 0)
    return one.ours.withheld


def unlike(canonical: GameState, shadow: GameState, source: SourceId) -> Iterator[Play]:
    """
    Scoring plays of ours that go by the source's name for a play of another type, told as of
    another time of the day: one may have been taken for the other.
    """
    for one in named(canonical, shadow, source):
        if one.ours is None or one.is_part or not one.ours.state.counts:
            continue
        a, b = one.ours.facts, one.theirs.facts
        walls = a.wallclock_ms, b.wallclock_ms
        apart = None in walls or abs(walls[0] - walls[1]) > WALL_MS  # type: ignore[operator]
        if a.play_type != b.play_type and apart:
            yield one.ours


def is_behind(state: GameState, earlier: PlayFacts, later: PlayFacts) -> bool:
    """Whether `earlier` was clearly before `later` by the game's own time."""
    a, b = _moment(earlier), _moment(later)
    if a != b:
        return a < b
    if earlier.clock_ms is None or later.clock_ms is None:
        walls = earlier.wallclock_ms, later.wallclock_ms
        return None not in walls and walls[0] + KEYED_MS < walls[1]  # type: ignore[operator]
    down = state.ruleset.direction is Direction.DOWN
    played = later.clock_ms - earlier.clock_ms
    return (-played if down else played) > _PASSED_MS[SPORTS[state.meta.sport].name]


def _moment(facts: PlayFacts) -> tuple[int, str]:
    """Period and half-inning; "bottom" is before "top" in the alphabet and after it in a game."""
    return facts.period_index, {"bottom": "b"}.get(facts.half or "", "a")


def unexplained(canonical: GameState, side: Side) -> int:
    """Points of `side` that the score has without a play: such a play of a source explains them."""
    points = sum(change.change.of(side) for change in canonical.adjustments)
    return points - sum(
        play.withheld
        for play in canonical.plays
        if play.withheld and play.state.counts and play.facts.points_to is side
    )


# Note [Whose total]
# ~~~~~~~~~~~~~~~~~~
# A primary that comes back may tell what it missed, or never. Its plays alone do not say which:
# their sum is too low in both cases, and a rule that waits for the sum to pass ours would
# swallow as many new baskets as were missed. So the running score that it shows is taken for
# its total (`GameState.holes` keeps what it has beyond the plays). A source that shows none
# has one witness left, the game's own time: what we have, it has no name for, and is clearly
# before what it tells now, it has passed over. That is the weaker witness. A source that merely
# forgot a play, or that rightly never told one that was wrong, looks the same; so the doubt
# "level" stays open until an official or a running score ends it.
#
# What we took back and a source still counts is taken off its total, for its own void is on its
# way, unless it shows our score (`agrees`): then it has taken the play back in its hole.
