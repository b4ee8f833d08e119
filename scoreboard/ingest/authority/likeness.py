"""
Likeness: how far a play of one feed may be a play of another.

Rule: two feeds share no ids, orders, minutes or names. Scoring plays are recognised by
their natural key, team, points and the pair of totals after them, which is unique along
a game unless something was taken back; all others by kind, side and time. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

import attrs

from scoreboard.model.play import Play, PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.projection.state import GameState
from scoreboard.sports.playtype import Sport
from scoreboard.sports.registry import SPORTS

#: Two plays of one kind whose clocks are this far apart may still be one, milliseconds.
CLOCK_MS = {"football": 15_000, "basketball": 3_000, "hockey": 3_000, "soccer": 60_000}
#: The same by the time of day, once what the feeds differ by is taken off.
WALL_MS = 45_000
#: The same for scoring plays whose natural keys are equal: goals are re-timed.
KEYED_MS = 180_000
#: Above this cost two plays are not one.
MOST = 1.0
#: What it costs a scoring play that its totals are not ours.
UNKEYED = 0.5
#: What it costs that one feed has taken the play back and the other has not.
OTHER_LIFE = 0.1
#: Share of the time's cost that decides between plays of equal keys.
_TIEBREAK = 0.3
#: How many tolerances the clocks of plays with equal keys may differ.
_KEYED_CLOCKS = 4

#: Groups of play types within which each type is a class of its own.
_MIXED = frozenset({"other", "admin"})


@attrs.frozen
class Told:
    """
    A play as one feed tells it.

    Attributes:
        after: the score after it by that feed's own count; of a play that was taken back, as
            if it counted.
        ordinal: the how-manieth it is of its half-inning or of its side's shoot-out.
    """

    play: Play
    after: Score
    ordinal: int = 0

    @property
    def facts(self) -> PlayFacts:
        """What the feed says of it."""
        return self.play.facts

    @property
    def scores(self) -> bool:
        """Whether it is one that adds to the score, or would if it still counted."""
        return self.facts.points > 0 and not self.facts.shootout

    @property
    def side(self) -> Side | None:
        """Who gets its points; without points, who acted."""
        return self.facts.points_to if self.facts.points else self.facts.side


@attrs.frozen
class Measure:
    """
    What likeness is measured with.

    Attributes:
        skew_ms: their time of day less ours, for the same play.
    """

    sport: Sport
    skew_ms: int = 0

    @property
    def clock_ms(self) -> int:
        """How far clocks may be apart; 0 in a sport without one."""
        return CLOCK_MS.get(self.sport.name, 0)


def measure(state: GameState, skew_ms: int = 0) -> Measure:
    """The measure of a game."""
    return Measure(SPORTS[state.meta.sport], skew_ms)


def told(state: GameState) -> tuple[Told, ...]:
    """All plays of a feed's game in their order, each with its totals, in one pass."""
    return tuple(_told(state))


def _told(state: GameState) -> Iterator[Told]:
    steps = sorted((*state.adjustments, *(state.holes or ())), key=lambda a: a.after_order)
    total, at = Score(), 0
    ordinals: Counter[object] = Counter()
    sport = SPORTS[state.meta.sport]
    for play in state.plays:
        while at < len(steps) and steps[at].after_order < play.order:
            total, at = total + steps[at].change, at + 1
        facts = play.facts
        total += play.score
        row = _row(facts, sport)
        if row is not None and play.state.counts:
            ordinals[row] += 1
        yield Told(play, total if play.state.counts else total + facts.score, ordinals[row])


def _row(facts: PlayFacts, sport: Sport) -> object:
    """Within what the play is counted: its side's shoot-out, its half-inning, or nothing."""
    if facts.shootout:
        return facts.side
    if not sport.half_innings or kind(facts, sport) in _FRAME:
        return None
    return facts.period_index, facts.half


#: Classes that are no plate appearances.
_FRAME = frozenset({"substitution", "clock", "period_start", "period_end", "comment", "review"})


def kind(facts: PlayFacts, sport: Sport) -> str:
    """The class by which plays are compared."""
    if facts.shootout:
        return "shootout"
    if facts.points:
        return "score"
    play_type = sport.play_types.get(facts.play_type)
    group = "other" if play_type is None else play_type.group
    if group in _MIXED:
        return facts.play_type
    return "miss" if group == "score" else group


def cost(ours: Told, theirs: Told, by: Measure) -> float | None:
    """What it costs to take `theirs` for `ours`, 0 if they are surely one; None: they are two."""
    if not _may_be(ours, theirs, by.sport):
        return None
    found: float | None
    if ours.facts.shootout:
        found = _attempt(ours, theirs, by)
    elif ours.scores:
        found = _scoring(ours, theirs, by)
    else:
        found = spread(ours, theirs, by) + _details(ours.facts, theirs.facts)
    return None if found is None or found > MOST else found


def _may_be(ours: Told, theirs: Told, sport: Sport) -> bool:
    a, b = ours.facts, theirs.facts
    if a.period_index != b.period_index or (a.half and b.half and a.half != b.half):
        return False
    if ours.side is not None and theirs.side is not None and ours.side is not theirs.side:
        return False
    return kind(a, sport) == kind(b, sport) and a.points == b.points


def keyed(ours: Told, theirs: Told) -> bool:
    """Whether the natural keys of two scoring plays of the same team and points are equal."""
    return ours.after == theirs.after


def _scoring(ours: Told, theirs: Told, by: Measure) -> float | None:
    same_life = ours.play.state.counts == theirs.play.state.counts
    if not same_life and not near(ours, theirs, by):
        return None
    other_life = 0.0 if same_life else OTHER_LIFE
    apart = spread(ours, theirs, by)
    if keyed(ours, theirs):
        if not _within(ours.facts, theirs.facts, by):
            return None
        return other_life + _TIEBREAK * min(apart, 1.0)
    return UNKEYED + other_life + apart


def _attempt(ours: Told, theirs: Told, by: Measure) -> float:
    """Attempts of a shoot-out: the how-manieth of the side, else by time and person."""
    if ours.ordinal == theirs.ordinal:
        return _TIEBREAK * min(spread(ours, theirs, by), 1.0)
    return UNKEYED + spread(ours, theirs, by) + _details(ours.facts, theirs.facts)


def wall_apart(ours: PlayFacts, theirs: PlayFacts, by: Measure) -> int | None:
    """Milliseconds of the day between them; None if one does not say it."""
    if ours.wallclock_ms is None or theirs.wallclock_ms is None:
        return None
    return abs(theirs.wallclock_ms - ours.wallclock_ms - by.skew_ms)


def _clock_apart(ours: PlayFacts, theirs: PlayFacts) -> int | None:
    if ours.clock_ms is None or theirs.clock_ms is None:
        return None
    return abs(theirs.clock_ms - ours.clock_ms)


def _within(ours: PlayFacts, theirs: PlayFacts, by: Measure) -> bool:
    """Whether plays with equal keys are near enough, by the day and by the game's clock."""
    wall = wall_apart(ours, theirs, by)
    return clocks_meet(ours, theirs, by) and (wall is None or wall <= KEYED_MS)


def clocks_meet(ours: PlayFacts, theirs: PlayFacts, by: Measure) -> bool:
    """Whether the clocks of plays with equal keys do not speak against it."""
    apart = _clock_apart(ours, theirs)
    return apart is None or not by.clock_ms or apart <= _KEYED_CLOCKS * by.clock_ms


def _clock_term(ours: Told, theirs: Told, by: Measure) -> float:
    """How far apart by the game's clock, 1.0 at the tolerance; 0.5 if nobody can say."""
    if by.sport.half_innings:
        return float(abs(ours.ordinal - theirs.ordinal))
    apart = _clock_apart(ours.facts, theirs.facts)
    return 0.5 if apart is None or not by.clock_ms else apart / by.clock_ms


def spread(ours: Told, theirs: Told, by: Measure) -> float:
    """What the distance in time costs."""
    wall = wall_apart(ours.facts, theirs.facts, by)
    walls = 0.5 if wall is None else wall / WALL_MS
    return 0.4 * _clock_term(ours, theirs, by) + 0.2 * walls


def near(ours: Told, theirs: Told, by: Measure) -> bool:
    """Whether two plays are so near that a play taken back may be the one that is told."""
    wall = wall_apart(ours.facts, theirs.facts, by)
    return _clock_term(ours, theirs, by) <= 2.0 and (wall is None or wall <= WALL_MS)


def _details(ours: PlayFacts, theirs: PlayFacts) -> float:
    other_kind = ours.play_type != theirs.play_type or (
        bool(ours.subtype) and bool(theirs.subtype) and ours.subtype != theirs.subtype
    )
    a, b = _people(ours), _people(theirs)
    return 0.2 * other_kind + 0.2 * (bool(a) and bool(b) and not a & b)


def _people(facts: PlayFacts) -> set[object]:
    return {person.person_id for person in facts.participants if person.person_id is not None}


def skew(pairs: list[tuple[PlayFacts, PlayFacts]], otherwise: int = 0) -> int:
    """Their time of day less ours: the median over plays that are known to be one."""
    walls = [
        theirs.wallclock_ms - ours.wallclock_ms
        for ours, theirs in pairs
        if ours.wallclock_ms is not None and theirs.wallclock_ms is not None
    ]
    return round(median(walls)) if walls else otherwise
