"""
The state of a game: what its log says now.

Rule: a state is a value, made only by `projection.fold`; nobody else writes one.
Every total in it is a function of the plays and corrections in it. Pure.

# Note [Hold]

While officials confer, no total that the public is told moves: the score, points by period,
the shoot-out's tally and the leader stay as they were when the hold began, in `score`,
`status`, `slate` and in a correction's `before` and `after`; `score_after` of a play is not
told at all, for it would have to be wrong or tell. What happened is told as ever: plays and
their lives, shots, the clock, the status. So a snapshot and the publications say the same at
every position, and both go on at the release, with a correction if that lowers a score.
Whatever else is made of totals (alerts, statistics) has to look at the public ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

import attrs

from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.feed import Absorbed, Aspect, FeedMode, Lock
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.once import once
from scoreboard.model.play import Play, PlayRef
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.side import Score
from scoreboard.model.situation import Situation
from scoreboard.model.status import Confidence, StatusLine
from scoreboard.projection.seen import Seen
from scoreboard.projection.sheet import Sheet
from scoreboard.projection.stats import NO_ALERTS, NOTHING, Alerts, Stats

#: Doubts that are a review of one play begin with this.
REVIEW = "review:"


@attrs.frozen
class Known:
    """
    What is remembered of a play under a source's name for it.

    Attributes:
        digest, source_rev: of what that source last said of it.
        seq: of the entry that last touched the play.
        is_part: see `model.feed.PlayLink`.
    """

    play_id: PlayId
    rev: int
    digest: int
    seq: int
    place: tuple[int, int]
    source_rev: int = 0
    is_part: bool = False


@attrs.frozen
class Adjustment:
    """A change of score without a play, and the order of the play that it came after."""

    after_order: int
    change: Score


@attrs.frozen
class Claim:
    """
    A running score that `source` showed after a play, and that is not ours there.

    Attributes:
        since_ms: since when its running scores have not been ours, milliseconds UTC.
    """

    play_id: PlayId
    source: SourceId
    score: Score
    since_ms: int


@attrs.frozen(slots=False)
class GameState:
    """
    A game at one position of its log.

    Attributes:
        plays: in game order, voided ones included.
        refs: a source's name for a play -> what we know of that play.
        periods: points by period, index 0 is period 1; corrections included.
        shootout: tally of the shoot-out; None until there is one.
        adjustments: changes of the score that no play explains, in log order; those between
            the same two plays are one.
        seen: messages without an id of their own.
        last: kind of publication -> `seq` of the last one, for `prev`.
        score_rev: corrections that have touched the score.
        authority: the source that is believed for the plays; None until one has spoken.
        others: who is believed for an aspect other than the plays, where that differs.
        mode: where the arbitration of the feeds stands.
        chosen: a person has chosen who is believed for the plays, and has not let go.
        switched_ms: when the plays were last switched automatically, oldest first; the
            newest `projection.trust.SWITCHES` of them.
        absorbed: a source's name for a play -> what the score has already without our
            knowing as which play, and the `seq` that said so.
        doubts: open reasons to doubt the score, sorted.
        claim: the running score shown last, while it is not ours.
        held: points by period that the public sees while officials confer; None: as they are.
        held_shootout: the shoot-out's tally that the public sees meanwhile.
        locks: what officials keep to themselves.
        holes: what the running score of a source has beyond the plays that it told, as it
            came to light, in log order; None until it shows a running score.
        pin: what the running score of a source has beyond what an official has set.
        stats: what `projection.boxscore` counts.
        alerts: what `projection.alerts` has told.
        sheet: fouls, timeouts, and who is out.
        home: the node that writes the log; "" while no node has a name.
    """

    meta: GameMeta
    ruleset: Ruleset
    epoch: int
    seq: int
    ts_ms: int
    source: SourceId
    term: int
    line: StatusLine = attrs.field(factory=StatusLine)
    period_index: int = 1
    clock: Clock | None = None
    clock_cause: ClockCause = ClockCause.SET
    situation: Situation | None = None
    plays: tuple[Play, ...] = ()
    refs: Mapping[PlayRef, Known] = attrs.field(factory=dict)
    periods: tuple[Score, ...] = ()
    shootout: Score | None = None
    adjustments: tuple[Adjustment, ...] = ()
    score_rev: int = 0
    authority: SourceId | None = None
    others: Mapping[Aspect, SourceId] = attrs.field(factory=dict)
    mode: FeedMode = FeedMode.PRIMARY
    chosen: bool = False
    switched_ms: tuple[int, ...] = ()
    absorbed: Mapping[PlayRef, tuple[Absorbed, int]] = attrs.field(factory=dict)
    doubts: tuple[str, ...] = ()
    claim: Claim | None = None
    held: tuple[Score, ...] | None = None
    held_shootout: Score | None = None
    locks: tuple[Lock, ...] = ()
    holes: tuple[Adjustment, ...] | None = None
    pin: Score = attrs.field(factory=Score)
    sheet: Sheet = attrs.field(factory=Sheet)
    seen: Seen = attrs.field(factory=Seen)
    last: Mapping[str, int] = attrs.field(factory=dict)
    stats: Stats = NOTHING
    alerts: Alerts = NO_ALERTS
    home: str = ""

    def evolved(self, **changes: Any) -> GameState:
        """As `attrs.evolve`, in a sixth of its time: a state is made twice an event."""
        state = object.__new__(GameState)
        values = state.__dict__
        values.update(self.__dict__)
        values.pop("score", None)
        values.update(changes)
        return state

    @once
    def score(self) -> Score:
        """The score of the game."""
        home = away = 0
        for period in self.periods:
            home += period.home
            away += period.away
        return Score(home, away)

    @property
    def confidence(self) -> Confidence:
        """How far the score may be believed."""
        if not self.doubts:
            return Confidence.CONFIRMED
        if all(doubt.startswith(REVIEW) for doubt in self.doubts):
            return Confidence.UNDER_REVIEW
        return Confidence.UNCERTAIN

    @property
    def public_periods(self) -> tuple[Score, ...]:
        """Points by period as the public may see them."""
        return self.periods if self.held is None else self.held

    @property
    def public_score(self) -> Score:
        """The score as the public may see it."""
        if self.held is None:
            return self.score
        return Score(
            sum(period.home for period in self.held), sum(period.away for period in self.held)
        )

    @property
    def public_shootout(self) -> Score | None:
        """The shoot-out's tally as the public may see it."""
        return self.shootout if self.held is None else self.held_shootout

    def believed(self, aspect: Aspect) -> SourceId | None:
        """The source that is believed for `aspect`; None until one has spoken."""
        return self.others.get(aspect, self.authority)

    @property
    def last_order(self) -> int:
        """The order of the last play; 0 before the first."""
        return self.plays[-1].order if self.plays else 0

    def position(self, place: tuple[int, int]) -> int:
        """Where in `plays` a play with that place in the game stands or belongs."""
        if not self.plays or place > self.plays[-1].place_in_game:
            return len(self.plays)
        return bisect_left(self.plays, place, key=lambda play: play.place_in_game)

    def play(self, known: Known) -> Play:
        """The play that `known` speaks of."""
        return self.plays[self.position(known.place)]

    def by_id(self, play_id: PlayId) -> Play | None:
        """The play with that id, None if there is none."""
        return next((play for play in reversed(self.plays) if play.play_id == play_id), None)

    def public_score_after(self, play: Play) -> Score | None:
        """`score_after` for the public: None while the score is held. See Note [Hold]."""
        return self.score_after(play) if self.held is None else None

    def score_after(self, play: Play) -> Score:
        """
        The score after `play`, at its place in the game: what had been scored by then.

        A play at the end needs no sum over the others, and nearly all are at the end.
        """
        if self.plays and play.play_id == self.plays[-1].play_id:
            return self.score
        end = self.position(play.place_in_game) + 1
        total = Score()
        for earlier in self.plays[:end]:
            if earlier.facts.points:
                total += earlier.score
        for adjustment in self.adjustments:
            if adjustment.after_order < play.order:
                total += adjustment.change
        return total
