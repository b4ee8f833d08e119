"""
How a source is: silent, holed, stalled, doubtful, or well.

Rule: a quiet source that gives signs of life is well. It is stalled only if another source
has what it has not. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from enum import Enum

import attrs

from scoreboard.ingest.authority.policy import Policy
from scoreboard.model.play import Play
from scoreboard.model.side import Score
from scoreboard.projection.state import GameState


class Live(Enum):
    """Whether a source gives signs of life."""

    UP = "up"
    SUSPECT = "suspect"  #: silent for too long, or not heard since we look
    DOWN = "down"


class Health(Enum):
    """A source's health in one word, the worst last."""

    UP = "up"
    DOUBT = "doubt"  #: its score is doubted, by itself or by the console
    SUSPECT = "suspect"
    DEGRADED = "degraded"  #: it has a hole that does not close
    STALLED = "stalled"  #: another source has plays that it does not tell
    DOWN = "down"


@attrs.frozen
class SourceHealth:
    """
    A source's health, part by part.

    Attributes:
        gap: a hole in its numbers is open for longer than it may be.
        stalled: another source has plays that it has not.
        doubt: its score is doubtful; never a reason to switch.
    """

    live: Live
    gap: bool = False
    stalled: bool = False
    doubt: bool = False

    @property
    def health(self) -> Health:
        """The worst of all parts."""
        if self.live is Live.DOWN:
            return Health.DOWN
        if self.stalled:
            return Health.STALLED
        if self.gap:
            return Health.DEGRADED
        if self.live is Live.SUSPECT:
            return Health.SUSPECT
        return Health.DOUBT if self.doubt else Health.UP


def live(
    heard: float | None,
    closed: float | None,
    awake: float,
    beat_s: float,
    policy: Policy,
    now: float,
) -> Live:
    """
    Whether a source gives signs of life.

    Args:
        heard: when it was last heard; None: never.
        closed: since when its transport is closed; None: it is not.
        awake: since when we look: nobody is DOWN for silence that we have not seen.
        beat_s: seconds between its signs of life.
        now: seconds; never decreasing.
    """
    if now >= down_at(heard, closed, awake, beat_s, policy):
        return Live.DOWN
    if closed is not None or heard is None or heard < awake:
        return Live.SUSPECT
    return Live.SUSPECT if now - heard >= beat_s * policy.suspect_beats else Live.UP


def down_at(
    heard: float | None, closed: float | None, awake: float, beat_s: float, policy: Policy
) -> float:
    """When a source is DOWN if nothing comes of it; arguments and seconds as those of `live`."""
    if closed is not None:
        return closed + policy.back_in_s
    since = awake if heard is None or heard < awake else heard
    return since + beat_s * policy.down_beats


@attrs.frozen
class Unmatched:
    """
    What one source tells of a game and another does not.

    Attributes:
        scoring: scoring plays that align to nothing.
        plays: plays that align to nothing, the scoring ones among them.
        oldest_ms: when the oldest of them happened, milliseconds UTC; None if unknown.
        rate: the share of the recent plays that do align; 1.0 if there are none.
    """

    scoring: int = 0
    plays: int = 0
    oldest_ms: int | None = None
    rate: float = 1.0


#: (a, b) -> what b tells of the game that aligns to nothing in a.
Unmatching = Callable[[GameState, GameState], Unmatched]

#: Plays at the end of a game that are compared: a source is judged by what it tells now.
RECENT = 60


def _names(plays: tuple[Play, ...]) -> list[tuple[Play, Hashable]]:
    """Each play, with what any other source would call it as well."""
    names: list[tuple[Play, Hashable]] = []
    score = Score()
    for play in plays:
        facts = play.facts
        if facts.points and facts.points_to is not None and not facts.shootout:
            names.append((play, (facts.points_to, facts.points, score + facts.score)))
            score += play.score
        else:
            clock = (facts.period_index, facts.half, facts.clock_ms)
            names.append((play, (*clock, facts.side, facts.play_type)))
    return names


def by_score(a: GameState, b: GameState) -> Unmatched:
    """
    What `b` has and `a` has not, by exact names: a scoring play is its side, its points and
    the score after it; another one its clock, its side and its type.

    What `a` has taken back is known to it. Two feeds' habits are not known here;
    `alignment` knows them.
    """
    there = Counter(name for _, name in _names(a.plays))
    recent = [named for named in _names(b.plays) if named[0].state.counts][-RECENT:]
    missing: list[Play] = []
    for play, name in recent:
        if there[name]:
            there[name] -= 1
        else:
            missing.append(play)
    times = [ms for play in missing if (ms := play.facts.wallclock_ms) is not None]
    return Unmatched(
        scoring=sum(1 for play in missing if play.facts.points),
        plays=len(missing),
        oldest_ms=min(times, default=None),
        rate=1.0 - len(missing) / len(recent) if recent else 1.0,
    )
