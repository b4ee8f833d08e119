"""
What a follower shows of a game: payloads as values.

Rule: statuses and kinds of play are kept as text, since a newer server may know more of
them. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.clock import Direction
from scoreboard.model.play import PlayState
from scoreboard.model.side import Score
from scoreboard.model.status import State


@attrs.frozen
class TeamView:
    """One of the two teams."""

    team_id: str
    name: str
    abbrev: str


@attrs.frozen
class MetaView:
    """A game's circumstances; `ruleset` is the id of its ruleset."""

    league: str
    sport: str
    ruleset: str
    home: TeamView
    away: TeamView
    stage: str | None
    scheduled_start_ms: int | None


@attrs.frozen
class ScoreView:
    """
    The score, whole.

    Attributes:
        periods: points by period, index 0 is period 1.
        shootout: tally of the shoot-out, None if there is none.
        confidence: "confirmed", "under_review" or "uncertain".
    """

    score: Score
    periods: tuple[Score, ...]
    shootout: Score | None
    confidence: str
    clock_ms: int | None


@attrs.frozen
class StatusView:
    """The status, with period and score; `score` is None where none is told."""

    state: State
    status: str
    period_index: int
    period_label: str
    decided_in: str | None
    reason: str | None
    score: Score | None


@attrs.frozen
class ClockView:
    """
    A reading of the clock, `value_ms` milliseconds at `as_of_ms`.

    Attributes:
        at_s: when it showed that, seconds of the follower's own clock.
    """

    period_index: int
    value_ms: int
    running: bool
    direction: Direction
    as_of_ms: int | None
    at_s: float = 0.0

    def shown_ms(self, now_s: float) -> int:
        """What the clock shows at `now_s`, milliseconds; one that counts down stops at 0."""
        if not self.running or self.direction is Direction.NONE:
            return self.value_ms
        passed = max(0, round((now_s - self.at_s) * 1000))
        if self.direction is Direction.UP:
            return self.value_ms + passed
        return max(0, self.value_ms - passed)


@attrs.frozen
class SituationView:
    """The situation of any sport; what a sport does not have is None. Teams by id."""

    possession: str | None = None
    down: int | None = None
    distance: int | None = None
    yard_line: str | None = None
    half: str | None = None
    balls: int | None = None
    strikes: int | None = None
    outs: int | None = None
    bases: tuple[bool, ...] = ()
    strength: str | None = None


@attrs.frozen
class PlayView:
    """
    A play in its newest revision.

    Attributes:
        order: where in the game it belongs.
        team_id: who acted; None if nobody did.
        score_after: the score after it at its place in the game.
        people: names, the one whose play it is first.
    """

    play_id: str
    rev: int
    order: int
    period_index: int
    half: str | None
    clock_ms: int | None
    play_type: str
    result: str | None
    team_id: str | None
    points: int
    state: PlayState
    text: str | None
    score_after: Score | None
    people: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[int, str]:
        """Sort key: game order, then the id (which is a position in the log) by length."""
        return (self.order, self.play_id.rjust(12))


@attrs.frozen
class CorrectionView:
    """
    Something that was said and no longer holds.

    Attributes:
        seq: position of the correction in the game's log.
        target: the play, None for the score alone.
    """

    seq: int
    kind: str
    target: str | None
    reason: str
    by: str
    before: Score | None
    after: Score | None


@attrs.frozen
class SlateLine:
    """A game in one line, as `slate.get` and the slate topics tell it."""

    game_id: str
    league: str
    home: TeamView
    away: TeamView
    status: StatusView
    score: Score
    clock_ms: int | None
    scheduled_start_ms: int | None
