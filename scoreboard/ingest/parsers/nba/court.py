"""
Places on an NBA court, as the attacker sees them.

Rule: the frames of the three sources are told apart here and nowhere else, and a
corner three and a lay-up in each of them are golden tests. Pure.

# Note [Frames of the NBA]

`nba_legacy` (live feed xLegacy/yLegacy, shot chart LOC_X/LOC_Y): tenths of a foot
from the hoop, x to the right of a player who faces it ("Right Corner 3" has a positive
x), y away from the baseline. `nba_shots_feet` (NBA_Shots tables): feet, y from the
baseline, and x with the opposite sign ("Right Corner 3" has a negative x).
`nba_live` (live feed x/y): percent of the full court as it is drawn, y growing
downwards, with the half of the court in `side`; it agrees with `nba_legacy` in every
located shot of the recorded game.
"""

from __future__ import annotations

import math

from scoreboard.model.play import Place, RawPlace

LEGACY = "nba_legacy"
FEET = "nba_shots_feet"
LIVE = "nba_live"

_LENGTH_FT = 94.0
_WIDTH_FT = 50.0
_HOOP_FT = 5.25  #: from the baseline to the middle of the hoop


def _seen(from_left_ft: float, from_baseline_ft: float, raw: RawPlace) -> Place:
    """
    The place so far from the attacker's left side line and from the baseline that is attacked.

    Rounded to a thousandth (half a thumb's breadth): more would be noise of the division.
    """
    return Place(
        x=round(100 * (1 - from_baseline_ft / _LENGTH_FT), 3),
        y=round(100 * from_left_ft / _WIDTH_FT, 3),
        raw=raw,
    )


def from_legacy(x: float, y: float) -> Place:
    """The place `x`, `y` tenths of a foot from the hoop. See Note [Frames of the NBA]."""
    return _seen(_WIDTH_FT / 2 + x / 10, _HOOP_FT + y / 10, RawPlace(x, y, LEGACY))


def from_feet(x: float, y: float) -> Place:
    """The place in feet as NBA_Shots tables have it. See Note [Frames of the NBA]."""
    return _seen(_WIDTH_FT / 2 - x, y, RawPlace(x, y, FEET))


def from_percent(x: float, y: float, side: str) -> Place:
    """The place in percent of the court, whose `side` ("left", "right") is attacked."""
    raw = RawPlace(x, y, LIVE)
    if side == "left":
        return Place(round(100 - x, 3), round(100 - y, 3), raw)
    return Place(round(x, 3), round(y, 3), raw)


def distance_ft(place: Place) -> float:
    """Feet from `place` to the hoop, to a tenth."""
    along = _LENGTH_FT * (1 - place.x / 100) - _HOOP_FT
    across = _WIDTH_FT * (place.y / 100 - 0.5)
    return round(math.hypot(along, across), 1)
