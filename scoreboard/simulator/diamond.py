"""
The diamond: who is on which base, and what a ball in play does to them.

Rule: runs are counted from the runners who really come home; a half ends with the third
out. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.situation import BaseballSituation
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Person

#: Share of runners who take one base more than the hit gives: assumed, as the play texts
#: of the record were not counted for this.
_FROM_SECOND_ON_SINGLE = 0.6
_FROM_FIRST_ON_SINGLE = 0.28
_FROM_FIRST_ON_DOUBLE = 0.42
_FROM_THIRD_ON_FLY = 0.5
_FROM_THIRD_ON_GROUNDER = 0.4

#: How far everybody goes at least, by kind of play.
_BASES = {"single": 1, "double": 2, "triple": 3, "home_run": 4, "error": 1}


@attrs.define
class Diamond:
    """
    The bases of one half-inning.

    Attributes:
        runners: on first, second and third base.
    """

    runners: list[Person | None] = attrs.field(factory=lambda: [None, None, None])
    outs: int = 0

    def situation(self, half: str, balls: int = 0, strikes: int = 0) -> BaseballSituation:
        """Count, outs and bases."""
        first, second, third = (runner is not None for runner in self.runners)
        return BaseballSituation(half, balls, strikes, self.outs, (first, second, third))

    def hit(self, kind: str, batter: Person, draw: Chance) -> list[Person]:
        """A ball on which everybody is safe; who comes home, the leading runner first."""
        home: list[Person] = []
        bases: list[Person | None] = [None, None, None]
        for start in (3, 2, 1):
            runner = self.runners[start - 1]
            if runner is None:
                continue
            to = start + _BASES[kind]
            if draw.happens(self._more(kind, start)) and (to >= 3 or bases[to] is None):
                to += 1
            if to > 3:
                home.append(runner)
            else:
                bases[to - 1] = runner
        if _BASES[kind] > 3:
            home.append(batter)
        else:
            bases[_BASES[kind] - 1] = batter
        self.runners = bases
        return home

    @staticmethod
    def _more(kind: str, start: int) -> float:
        """The share of runners from that base who take one more."""
        if kind == "single":
            return {1: _FROM_FIRST_ON_SINGLE, 2: _FROM_SECOND_ON_SINGLE}.get(start, 0.0)
        return _FROM_FIRST_ON_DOUBLE if kind == "double" and start == 1 else 0.0

    def walk(self, batter: Person) -> list[Person]:
        """The batter gets first base; only who must moves. Who comes home."""
        pushed: Person | None = batter
        for base in range(3):
            self.runners[base], pushed = pushed, self.runners[base]
            if pushed is None:
                return []
        return [pushed] if pushed is not None else []

    def advance(self, base: int) -> list[Person]:
        """The runner on that base (1-3) goes one further; who comes home."""
        runner = self.runners[base - 1]
        self.runners[base - 1] = None
        if runner is None:
            return []
        if base == 3:
            return [runner]
        self.runners[base] = runner
        return []

    def put_out(self, base: int) -> None:
        """The runner on that base (1-3) is out."""
        self.runners[base - 1] = None
        self.outs += 1

    def fly(self, draw: Chance) -> list[Person]:
        """A fly ball is caught; who comes home after the catch."""
        self.outs += 1
        if self.outs < 3 and self.runners[2] and draw.happens(_FROM_THIRD_ON_FLY):
            return self.advance(3)
        return []

    def grounder(self, batter: Person, draw: Chance, *, double_play: bool) -> list[Person]:
        """A ground ball for one out or two; who comes home."""
        if double_play and self.runners[0] and self.outs < 2:
            self.outs += 2
            self.runners[0] = None
            home = [self.runners[2]] if self.runners[2] and self.outs < 3 else []
            self.runners[2], self.runners[1] = self.runners[1], None
            return [runner for runner in home if runner]
        self.outs += 1
        if self.outs == 3:
            return []
        home = self.advance(3) if draw.happens(_FROM_THIRD_ON_GROUNDER) else []
        if self.runners[2] is None and self.runners[1] and draw.happens(0.5):
            self.advance(2)
        if self.runners[0]:
            # The runner from first is forced at second, the batter is safe.
            self.runners[0] = batter
        return home
