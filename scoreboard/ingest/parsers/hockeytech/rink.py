"""
Places on the rink as HockeyTech draws it, seen by the attacker.

Rule: which end a side attacks is told by where its shots are, never assumed where
shots can tell it. Pure.

# Note [Frame of HockeyTech]

`xLocation` runs 0-600 from left to right and `yLocation` 0-300 from top to bottom of a
picture of the rink. The picture does not turn with the ends: in every period of the
recorded games the home side shoots at x = 0 and the visitors at x = 600. That y grows
downwards is seen from the defenders: left ones of the visitors, who attack to the
right, shoot at y = 109 on average and right ones at 189; at home it is 213 and 95.

The ends are still told from the shots, period by period, so that a rink drawn the
other way round is not mirrored; with fewer than three shots to go by, the whole
game decides, and without any shots the rule above.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import attrs

from scoreboard.model.play import Place, RawPlace
from scoreboard.model.side import Side

FRAME = "hockeytech"

_WIDE, _HIGH = 600.0, 300.0
_LENGTH_FT, _WIDTH_FT = 200.0, 85.0
_GOAL_LINE_FT = 11.0

#: A majority of shots below this does not overrule the rest of the game.
_ENOUGH = 3


@attrs.frozen
class Shooting:
    """A shot as evidence of the ends: who shot, in which period, at which x."""

    period_index: int
    side: Side
    x: float


@attrs.frozen
class Ends:
    """
    Which end the home side attacks.

    Attributes:
        balance: by period, shots that say "home attacks x = 0" less those that say 600.
    """

    balance: Counter[int]

    def place(self, x: float, y: float, side: Side, period_index: int) -> Place:
        """The place `x`, `y` of the picture as `side` sees it."""
        to_left = self._home_attacks_left(period_index) == (side is Side.HOME)
        along, across = 100 * x / _WIDE, 100 * y / _HIGH
        if to_left:
            along, across = 100 - along, 100 - across
        return Place(round(along, 3), round(across, 3), RawPlace(x, y, FRAME))

    def _home_attacks_left(self, period_index: int) -> bool:
        here = self.balance[period_index]
        if abs(here) < _ENOUGH:
            here = self.balance.total()
        return here >= 0


def ends(shots: Iterable[Shooting]) -> Ends:
    """The ends that `shots` tell."""
    balance: Counter[int] = Counter()
    for shot in shots:
        leftwards = shot.x < _WIDE / 2
        balance[shot.period_index] += 1 if leftwards == (shot.side is Side.HOME) else -1
    return Ends(balance)


def distance_ft(place: Place) -> float:
    """Feet from `place` to the middle of the goal line, to a tenth."""
    along = _LENGTH_FT * (1 - place.x / 100) - _GOAL_LINE_FT
    across = _WIDTH_FT * (place.y / 100 - 0.5)
    return round(math.hypot(along, across), 1)
