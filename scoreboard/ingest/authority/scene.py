"""
A scene: a game's sources at one instant, and the questions that the rules ask of it.

Rule: it lives for one decision; what lasts goes back into the `Watch`. Alignment is dear
and is asked for only where a cheap difference gives cause, and once. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.ingest.authority.health import Live, Unmatched, Unmatching, live
from scoreboard.ingest.authority.policy import Policy, SourceSetting, standing
from scoreboard.ingest.authority.watch import (
    LOG,
    Compared,
    Heard,
    Mark,
    Sign,
    Timer,
    Told,
    Watch,
)
from scoreboard.model.clock import Direction
from scoreboard.model.feed import Aspect, SourceRole
from scoreboard.model.ids import SourceId
from scoreboard.model.play import Play
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.status import State
from scoreboard.projection.state import GameState

#: Plays without a score that another source must have more, for this one to be behind.
MANY_PLAYS = 3

#: What of a pair of games was compared.
_NOW, _PASSED, _SHARED = "now", "passed", "shared"


@attrs.define
class Scene:
    """
    A game's sources at `now`.

    Attributes:
        official: an official of the game is connected.
        sources: all that were heard or are believed, best first.
        told, marks, since, compared: what the next look will remember.
        flags: what a person should look at.
    """

    watch: Watch
    canonical: GameState
    shadows: Mapping[SourceId, GameState]
    settings: Mapping[SourceId, SourceSetting]
    policy: Policy
    now: float
    official: bool
    unmatched: Unmatching
    sources: tuple[SourceId, ...] = ()
    told: dict[SourceId, Told] = attrs.field(factory=dict)
    marks: dict[tuple[SourceId, SourceId], Mark] = attrs.field(factory=dict)
    since: dict[Timer, float] = attrs.field(factory=dict)
    compared: dict[tuple[str, SourceId, SourceId], Compared] = attrs.field(factory=dict)
    flags: set[str] = attrs.field(factory=set)

    def __attrs_post_init__(self) -> None:
        present = {*self.watch.sources, *self.shadows, self.believed}
        self.sources = tuple(sorted(present, key=self.standing))
        self._hear_plays()
        self._mark()

    # Who and what

    @property
    def believed(self) -> SourceId:
        """The source that is believed for the plays."""
        return self.canonical.authority or LOG

    @property
    def stall_s(self) -> float:
        """Seconds until a source that tells less is stalled, in this sport."""
        return self.policy.stall(self.canonical.meta.sport)

    @property
    def best(self) -> SourceId:
        """The scoring source of the lowest rank of those that were heard."""
        return next(iter(self.scoring), self.believed)

    @property
    def scoring(self) -> tuple[SourceId, ...]:
        """The sources that tell plays, best first."""
        return tuple(one for one in self.sources if self.role(one) is SourceRole.SCORING)

    @property
    def console(self) -> SourceId | None:
        """The best console that is up."""
        return next(
            (one for one in self.sources if self.role(one) is SourceRole.CONSOLE and self.up(one)),
            None,
        )

    @property
    def awaits_better(self) -> bool:
        """Whether a better source than the believed one is configured and was not heard yet."""
        mine = self.standing(self.believed)
        return any(
            self.standing(one) < mine
            for one, setting in self.settings.items()
            if setting.role is SourceRole.SCORING
        )

    @property
    def tally(self) -> GameState | None:
        """The game on that console, if it has ever shown a score."""
        game = None if self.console is None else self.shadows.get(self.console)
        return game if game is not None and (game.adjustments or game.plays) else None

    def role(self, source: SourceId) -> SourceRole:
        """What `source` is for this game."""
        setting = self.settings.get(source)
        return SourceRole.SCORING if setting is None else setting.role

    def standing(self, source: SourceId) -> tuple[int, int, int]:
        """Where `source` stands; less is better."""
        return standing(source, self.settings, self.watch.order)

    def game(self, source: SourceId) -> GameState | None:
        """The game as `source` tells it; the believed one's is the log's unless it has its own."""
        own = self.shadows.get(source)
        return self.canonical if own is None and source in {LOG, self.believed} else own

    def locked(self, aspect: Aspect) -> bool:
        """Whether an official keeps `aspect` to himself now."""
        now_ms = self.now * 1000
        return any(
            aspect in lock.aspects and (lock.until_ms is None or now_ms < lock.until_ms)
            for lock in self.canonical.locks
        )

    @property
    def playing(self) -> bool:
        """Whether the game is on, in the log or in a source that is up."""
        if self.canonical.line.status.state is State.PRE:
            return any(
                game.line.status.state is not State.PRE
                for source, game in self.shadows.items()
                if self.up(source)
            )
        return True

    @property
    def settled(self) -> bool:
        """Whether we have looked for long enough to know who is there."""
        return self.awake_s >= self.policy.beat_s * self.policy.down_beats

    @property
    def awake_s(self) -> float:
        """For how many seconds we have looked without a break."""
        return 0.0 if self.watch.awake is None else self.now - self.watch.awake

    @property
    def dwelt_s(self) -> float:
        """Seconds since the last switch that is known."""
        times = [ms / 1000 for ms in self.canonical.switched_ms[-1:]]
        if self.watch.switched is not None:
            times.append(self.watch.switched)
        return self.now - max(times, default=float("-inf"))

    @property
    def switches(self) -> int:
        """Automatic switches within the time in which only a few are allowed."""
        since_ms = (self.now - self.policy.auto_window_s) * 1000
        return sum(1 for ms in self.canonical.switched_ms if ms > since_ms)

    # How long

    def lasted(self, sign: Sign, of: str, holds: bool) -> float:
        """For how many seconds that has been so; -1.0 if it is not."""
        if not holds:
            return -1.0
        timer = (sign, of)
        began = self.since.setdefault(timer, self.watch.since.get(timer, self.now))
        return self.now - began

    # Life

    def live(self, source: SourceId) -> Live:
        """Whether `source` gives signs of life."""
        known = self.watch.sources.get(source, _SILENT)
        beat_s = self.policy.beat(self.settings.get(source))
        awake = self.now - self.awake_s
        return live(known.at, known.closed, awake, beat_s, self.policy, self.now)

    def up(self, source: SourceId) -> bool:
        """Whether `source` is well alive."""
        return self.live(source) is Live.UP

    def up_for(self, source: SourceId) -> float:
        """For how many seconds `source` has been well alive; -1.0 if it is not."""
        return self.lasted(Sign.UP, source, self.up(source))

    def holed_for(self, source: SourceId) -> float:
        """For how many seconds its numbers have had a hole; -1.0 if they have none."""
        began = self.watch.sources.get(source, _SILENT).gap
        return -1.0 if began is None else self.now - began

    def quiet_for(self, source: SourceId) -> float:
        """Seconds since `source` told a new play."""
        told = self.told.get(source)
        return 0.0 if told is None else self.now - told.at

    # What it tells

    def compare(
        self, what: str, a: SourceId, b: SourceId, games: tuple[GameState, GameState]
    ) -> Unmatched:
        """What the second game tells and the first one does not; computed once for both."""
        mine, other = games
        known = self.compared.get((what, a, b)) or self.watch.compared.get((what, a, b))
        if known is None or known.a is not mine.plays or known.b is not other.plays:
            known = Compared(mine.plays, other.plays, self.unmatched(mine, other))
        self.compared[what, a, b] = known
        return known.found

    def lacking(self, source: SourceId, game: GameState) -> Unmatched:
        """What the log has and `source`, which tells `game`, has not."""
        return self.compare(_NOW, source, LOG, (game, self.canonical))

    def behind(self, source: SourceId, other: SourceId) -> bool:
        """
        Whether `source` lacks plays of `other`, those aside that it has passed over.

        See `Mark`: a feed that has gone on telling plays without one that the other has
        differs from it, but is not stalled.
        """
        mark, mine, theirs = self.marks.get((source, other)), self.game(source), self.game(other)
        if mark is None or mine is None or theirs is None:
            return False
        if mine.score == theirs.score and len(theirs.plays) - mark.count < MANY_PLAYS:
            return False
        found = self.compare(_NOW, source, other, (mine, theirs))
        passed = self.compare(_PASSED, source, other, (mine, mark.old))
        return found.scoring > passed.scoring or found.plays - passed.plays >= MANY_PLAYS

    def ahead(self, source: SourceId) -> bool:
        """Whether `source` has all points of the log, and more points or more plays."""
        # Without a game of its own it has what the log has.
        game = self.game(source) or self.canonical
        mine, ours = game.score, self.canonical.score
        if mine.home < ours.home or mine.away < ours.away:
            return False
        return mine != ours or (self.compare(_NOW, LOG, source, (self.canonical, game)).plays > 0)

    def eligible(self, source: SourceId) -> bool:
        """Whether `source` may be believed for the plays."""
        game = self.game(source)
        if game is None or self.role(source) is not SourceRole.SCORING:
            return False
        if not self.up(source) or self.holed_for(source) >= 0:
            return False
        return game is self.canonical or self._fits(source, game)

    def _fits(self, source: SourceId, game: GameState) -> bool:
        if abs(game.period_index - self.canonical.period_index) > 1:
            return False
        if not self.canonical.plays:
            return True
        if not game.plays or self._lag_s(source, game) > self.policy.older_s:
            return False
        shared = _shared(self.canonical, game)
        if len(shared.plays) < self.policy.rate_plays:
            return True
        found = self.compare(_SHARED, LOG, source, (self.canonical, shared))
        return found.rate >= self.policy.min_rate

    def _lag_s(self, source: SourceId, game: GameState) -> float:
        """
        Seconds of the game that `source` is late: from the first play of the log that is
        newer than its newest one, to the log's newest. A single new play after a long
        pause makes nobody late.
        """
        newest = game.plays[-1].facts.wallclock_ms
        last = self.canonical.plays[-1].facts.wallclock_ms
        if newest is None or last is None:
            began = self.since.get((Sign.LATE, source))
            return 0.0 if began is None else self.told[LOG].at - began
        first = last
        for play in reversed(self.canonical.plays):
            happened = play.facts.wallclock_ms
            if happened is None or happened <= newest:
                break
            first = happened
        return (last - first) / 1000

    # Looking

    def _hear_plays(self) -> None:
        for source in (LOG, *self.sources):
            game = self.game(source)
            if game is None:
                continue
            count, before = len(game.plays), self.watch.told.get(source)
            is_new = before is None or count > before.count
            self.told[source] = Told(count, self.now if is_new or before is None else before.at)

    def _mark(self) -> None:
        for other in self.scoring:
            if other != self.believed:
                told = self.told.get(other)
                is_late = told is not None and told.at < self.told[LOG].at
                self.lasted(Sign.LATE, other, is_late)
                self._mark_pair(self.believed, other)
                self._mark_pair(other, self.believed)

    def _mark_pair(self, source: SourceId, other: SourceId) -> None:
        theirs, told = self.game(other), self.told.get(source)
        if theirs is None or told is None:
            return
        mark = self.watch.marks.get((source, other))
        if mark is None:
            mark = Mark(theirs, theirs, self.now, len(theirs.plays))
        elif told != self.watch.told.get(source):
            mark = attrs.evolve(mark, count=len(theirs.plays))
            if self.now - mark.at >= self.stall_s:
                mark = attrs.evolve(mark, old=mark.recent, recent=theirs, at=self.now)
        self.marks[source, other] = mark


_SILENT = Heard()


def _shared(canonical: GameState, game: GameState) -> GameState:
    """`game` without the plays at its end that are later than the log's last."""
    last, count = canonical.plays[-1], len(game.plays)
    while count and _later(game.plays[count - 1], last, canonical.ruleset):
        count -= 1
    return game if count == len(game.plays) else attrs.evolve(game, plays=game.plays[:count])


def _later(play: Play, than: Play, ruleset: Ruleset) -> bool:
    mine, other = play.facts, than.facts
    if mine.period_index != other.period_index or ruleset.direction is Direction.NONE:
        return mine.period_index > other.period_index
    if mine.clock_ms is None or other.clock_ms is None:
        return False
    later_by = mine.clock_ms - other.clock_ms
    return later_by < 0 if ruleset.direction is Direction.DOWN else later_by > 0
