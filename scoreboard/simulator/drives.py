"""
Drives: how a football side gets the ball, and how it gives it up with a kick or a score.

Rule: points are counted here and nowhere else, when they are really scored. Pure.

Figures: measured on the recorded NFL Sunday 2019-12-29.
"""

from __future__ import annotations

from enum import Enum, auto

from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.simulator import snaps
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.football_plays import Caller, scored
from scoreboard.simulator.gridiron import Gridiron
from scoreboard.simulator.scorer import Scorer
from scoreboard.simulator.snaps import Snap

_REGULATION = 4  #: periods
_GOOD_TRY = 0.974  #: 75 of 77 kicks
_GOOD_TWO = 0.5  #: 2 of 4
_RETURNED = 0.012  #: share of returned kick-offs that end in a touchdown: 1 of 65

#: Scores behind, after a touchdown, at which two points help more than one.
_GO_FOR_TWO = (-2, -5, -10)


class Next(Enum):
    """What is due."""

    KICKOFF = auto()
    FREE_KICK = auto()  #: after a safety
    SNAP = auto()
    TRY = auto()  #: after a touchdown; due even when the time is up


class Drives:
    """The score of one game, and what is due next."""

    def __init__(self, scorer: Scorer, caller: Caller, field: Gridiron, draw: Chance) -> None:
        self._scorer = scorer
        self._caller = caller
        self._field = field
        self._draw = draw
        self.score = Score()
        self.next = Next.KICKOFF
        self.kicker = draw.one_of(tuple(Side))  # who kicks or tries next
        self._drives = 0  # since the last kick-off of a half or an overtime

    def begin(self, kicker: Side) -> None:
        """A half or an overtime begins with a kick."""
        self.kicker, self.next, self._drives = kicker, Next.KICKOFF, 0

    def decided(self) -> bool:
        """
        Whether an overtime is over before its time.

        The first touchdown or safety ends it; a field goal does once both sides have had
        the ball.

        Source: NFL rule 16, section 1, as in the season of 2019.
        """
        if self._scorer.clock.period_index <= _REGULATION or self.score.leader is None:
            return False
        lead = abs(self.score.home - self.score.away)
        second_over = self._drives > 2 or (self._drives == 2 and self.next is not Next.SNAP)
        return lead > 3 or second_over or self.next is Next.FREE_KICK

    def _points(self, side: Side, points: int) -> None:
        self.score = self.score.plus(side, points)

    def lead(self, side: Side) -> int:
        """Points by which `side` leads; negative if it trails."""
        return self.score.of(side) - self.score.of(side.other)

    def commercial(self, share: float) -> None:
        """A dead ball, in some cases as long as a break for television."""
        long = self._draw.happens(share)
        self._scorer.wait(self._draw.between(160, 186) if long else self._draw.between(50, 85))

    def take_over(self, side: Side, to_goal: int) -> None:
        """`side` begins a drive."""
        self._drives += 1
        self._field.first_down(side, to_goal)
        self.next = Next.SNAP
        self._scorer.situation(self._field.situation(), after_s=8)

    def kickoff(self, *, free: bool) -> None:
        """A kick-off; `free` after a safety."""
        side, start = self.kicker, None
        if not self._draw.happens(snaps.TOUCHBACK):
            start = snaps.return_start(self._draw)
            self._scorer.run(self._draw.whole(4, 7))
        facts = self._caller.kickoff(side, start=start, free=free)
        self._scorer.stop()
        if start is not None and self._draw.happens(_RETURNED):
            self.touchdown(facts, side.other)
            return
        self._scorer.play(facts)
        self._scorer.wait(self._draw.between(36, 50))
        ahead = 25 if start is None else start
        self.take_over(side.other, 100 - (ahead + 12 if free else ahead))

    def attempt(self) -> None:
        """The try after a touchdown."""
        side = self.kicker
        late = self._scorer.clock.period_index == _REGULATION and self._scorer.left_s < 600
        two = self._draw.happens(0.02) or (late and self.lead(side) in _GO_FOR_TWO)
        good = self._draw.happens(_GOOD_TWO if two else _GOOD_TRY)
        points = (2 if two else 1) if good else 0
        self._scorer.play(self._caller.extra_point(side, points, two=two))
        self._points(side, points)
        self.next = Next.KICKOFF
        if self._scorer.left_s:
            self.commercial(0.6)

    def punt(self) -> None:
        """The offence kicks the ball away."""
        field = self._field
        gross, back = snaps.punt(self._draw, field.to_goal)
        landed = field.to_goal - gross
        start = 20 if landed <= 0 else min(95, landed + back)
        returned = landed > 0 and back > 0
        self._scorer.run(self._draw.whole(7, 12))
        self._scorer.play(self._caller.punt(gross, start, returned=returned))
        self.commercial(0.65)
        self.take_over(field.ball.other, 100 - start)

    def field_goal(self, yards: int) -> None:
        """A field goal is tried from so many yards."""
        field, side = self._field, self._field.ball
        good = snaps.field_goal_is_good(self._draw, yards)
        self._scorer.run(self._draw.whole(4, 5))
        self._scorer.stop()
        self._scorer.play(self._caller.field_goal(yards, good=good))
        self.commercial(0.6)
        if good:
            self._points(side, 3)
            self.kicker, self.next = side, Next.KICKOFF
        else:
            self.take_over(side.other, min(80, 100 - (field.to_goal + 7)))

    def safety(self, snap: Snap) -> None:
        """A snap ends behind the offence's own goal line."""
        side = self._field.ball
        facts = self._caller.scrimmage(snap, self._field.to_goal - 99)
        self._scorer.stop()
        self._scorer.play(scored(facts, side.other, 2, "safety"))
        self._points(side.other, 2)
        self.kicker, self.next = side, Next.FREE_KICK
        self.commercial(0.5)

    def touchdown(self, facts: PlayFacts, side: Side) -> None:
        """The play of `facts` ends with a touchdown of `side`."""
        self._scorer.play(scored(facts, side, 6, "touchdown"))
        self._points(side, 6)
        self.kicker, self.next = side, Next.TRY
        self._scorer.wait(self._draw.between(42, 75))
