"""
Tempo: what a football game does with its clock between two snaps.

Rule: three time-outs a side and a half; the two-minute warning comes once a half, at
two minutes or at the end of the play that runs past it. Pure.

Figures: measured on the recorded NFL Sunday 2019-12-29; from snap to snap 37 s of game
time after a rush, 32 s after a catch, 5 s after an incomplete pass; 8.6 time-outs a game.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Side
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club
from scoreboard.simulator.scorer import Scorer

_TIMEOUTS = 3
_WARNING_S = 120.0
_ENDS_A_HALF = (2, 4)

#: A side that trails by no more than this still hopes, points.
_WITHIN_REACH = 16

#: Seconds from the end of a play to the next snap while the clock runs: ordinary, of a
#: side that hurries, and of one that lets time run.
_ORDINARY_S = (33.0, 41.0)
_HURRY_S = (9.0, 17.0)
_SLOW_S = (35.0, 40.0)


class Tempo:
    """The clock of one game, as its sides use it."""

    def __init__(self, scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self._scorer = scorer
        self._clubs = clubs
        self._draw = draw
        self._warned = False
        self.timeouts = dict.fromkeys(Side, _TIMEOUTS)

    def new_half(self) -> None:
        """Everybody has all time-outs again."""
        self._warned = False
        self.timeouts = dict.fromkeys(Side, _TIMEOUTS)

    @property
    def _ends_a_half(self) -> bool:
        return self._scorer.clock.period_index in _ENDS_A_HALF

    def in_a_hurry(self, lead: int) -> bool:
        """
        Whether a side that leads by `lead` points should save time.

        Args:
            lead: negative if it trails.
        """
        left = self._scorer.left_s
        if self._scorer.clock.period_index == _ENDS_A_HALF[0]:
            return left < 100
        return self._ends_a_half and -_WITHIN_REACH <= lead < 0 and left < 300

    def between_snaps(self, offence: Side, lead: int, *, runs: bool, restarts: bool) -> None:
        """
        From the end of a play to the next snap.

        Args:
            lead: points by which the offence leads.
            runs: whether the clock runs on.
            restarts: whether a clock that stands is started before the snap.
        """
        if self._warn_if_past():
            return
        late = self._ends_a_half and self._scorer.left_s < 300
        if not runs and (late or not restarts):
            self._scorer.wait(self._draw.between(34, 48))
        elif not runs:
            self._scorer.wait(self._draw.between(8, 16))
            self._let_run(self._draw.between(14, 24))
        elif not self._ask_for_time(offence, lead):
            hurry, slow = self.in_a_hurry(lead), late and lead > 0
            self._let_run(
                self._draw.between(*(_HURRY_S if hurry else _SLOW_S if slow else _ORDINARY_S))
            )

    def _let_run(self, seconds: float) -> None:
        """The clock runs, at most to the two-minute warning."""
        to_warning = self._scorer.left_s - _WARNING_S
        if self._ends_a_half and not self._warned and 0 <= to_warning <= seconds:
            self._scorer.run(to_warning)
            self._warn_if_past()
        else:
            self._scorer.run(seconds)

    def _warn_if_past(self) -> bool:
        due = self._ends_a_half and not self._warned and 0 < self._scorer.left_s <= _WARNING_S
        if due:
            self._warned = True
            self._scorer.stop()
            self._scorer.play(PlayFacts("two_minute_warning", 0, text="Two-Minute Warning"))
            self._scorer.wait(self._draw.between(110, 140))
        return due

    def _ask_for_time(self, offence: Side, lead: int) -> bool:
        for side in (offence.other, offence):
            ahead = lead if side is offence else -lead
            if self._draw.happens(self._wish(ahead, attacks=side is offence)):
                return self.timeout(side)
        return False

    def _wish(self, ahead: int, *, attacks: bool) -> float:
        """The probability that a side stops the running clock now."""
        left, period = self._scorer.left_s, self._scorer.clock.period_index
        if period == _ENDS_A_HALF[1] and left < 150 and -_WITHIN_REACH <= ahead < 0:
            return 0.35 if attacks else 0.85
        if period == _ENDS_A_HALF[0] and left < 90:
            return 0.35 if attacks else 0.12
        return 0.028

    def timeout(self, side: Side) -> bool:
        """A side asks for time; whether it had any left."""
        if not self.timeouts[side]:
            return False
        self.timeouts[side] -= 1
        self._scorer.stop()
        number = _TIMEOUTS - self.timeouts[side]
        text = f"Timeout #{number} by {self._clubs[side].team.abbrev}"
        self._scorer.play(PlayFacts("timeout", 0, "team", side=side, text=text))
        # 40 s without a break for television, 153 s with one.
        self._scorer.wait(
            self._draw.between(36, 60) if self._draw.happens(0.55) else self._draw.between(120, 165)
        )
        return True
