"""
Places on a half court in feet, as the attacker sees them.

Rule: x across the court is 0 at the attacker's left in both formats that use it; they
differ only in where y begins, and that is said here and nowhere else. Pure.

# Note [Frames of the half court]

`stats_halfcourt` (STATS tables, loc_x/loc_y): feet, y from the baseline, the hoop at
(25, 5.25): distances in the texts agree with it to half a foot in all 5,233 recorded
shots that have one. `espn_halfcourt` (ESPN, coordinate): feet, y from the *hoop*, the
hoop at (25, 0): texts agree to 0.3 feet on average, and not at all from a baseline.
Both turn, and do not mirror, shots at the other end. In the one game that was compared
(San Diego State-UConn, 2023) both put the same shots on the same side, and the tools
of the sportsdataverse project, which draw ESPN's shots on a whole court, have x = 0 at the
attacker's left. No text of either names a side, so this rests on that one reading.
"""

from __future__ import annotations

import math

from scoreboard.model.play import Place, RawPlace

STATS = "stats_halfcourt"
ESPN = "espn_halfcourt"

_LENGTH_FT = 94.0
_WIDTH_FT = 50.0
_HOOP_FT = 5.25  #: from the baseline to the middle of the hoop

#: Percent by which a place may be off the court: shots from out of bounds are charted.
_OUTSIDE = 5.0


def from_baseline(x: float, y: float) -> Place | None:
    """The place `x` feet from the left side line and `y` from the baseline; None: off the court."""
    return _seen(x, y, RawPlace(x, y, STATS))


def from_hoop(x: float, y: float) -> Place | None:
    """The place `x` feet from the left side line and `y` from the hoop; None: off the court."""
    return _seen(x, y + _HOOP_FT, RawPlace(x, y, ESPN))


def distance_ft(place: Place) -> float:
    """Feet from `place` to the hoop, to a tenth."""
    along = _LENGTH_FT * (1 - place.x / 100) - _HOOP_FT
    across = _WIDTH_FT * (place.y / 100 - 0.5)
    return round(math.hypot(along, across), 1)


def _seen(from_left: float, from_baseline: float, raw: RawPlace) -> Place | None:
    x = round(100 * (1 - from_baseline / _LENGTH_FT), 3)
    y = round(100 * from_left / _WIDTH_FT, 3)
    inside = all(-_OUTSIDE <= value <= 100 + _OUTSIDE for value in (x, y))
    return Place(x, y, raw) if inside else None
