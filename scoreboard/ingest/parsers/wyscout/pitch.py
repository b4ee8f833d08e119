"""
Places on a pitch as Wyscout has them, as the attacker sees them.

Rule: a corner that stands for "unknown" is no place, and a kick that can only be taken
at the attacked end is there. Pure.

# Note [Frame of Wyscout]

Percent of the pitch seen by the acting team: x grows towards the goal that it attacks,
y from its left side line to its right one, as ours do. Checked on the recorded matches: left
backs (Robertson, Rose, Bertrand) act at y 11 to 15 on average, right backs (Alexander-Arnold,
Walker-Peters, Soares) at 86 to 90. Two quirks: (0, 0) and (100, 100) stand for a place that is
not known, except where a corner kick is taken; and some penalties, all kicks of one side
in a shoot-out, and a few corners are given from the other end: these are turned.

Source: Pappalardo et al., Sci Data 6, 236 (2019), "Position".
"""

from __future__ import annotations

import math

from scoreboard.model.play import Place, RawPlace

FRAME = "wyscout"

#: Feet; the pitch of the rulesets (105 by 68 m), as the files do not give one.
_LENGTH_FT = 344.5
_WIDTH_FT = 223.1

_UNKNOWN = ((0.0, 0.0), (100.0, 100.0))


def is_unknown(x: float, y: float) -> bool:
    """Whether the position stands for "unknown"."""
    return (x, y) in _UNKNOWN


def seen(x: float, y: float, *, corner: bool = False, penalty: bool = False) -> Place | None:
    """
    The place `x`, `y` percent along and across the pitch; None if it is unknown.

    Args:
        corner: a corner kick is taken there.
        penalty: a penalty kick is.
    """
    if is_unknown(x, y) and not corner:
        return None
    raw = RawPlace(x, y, FRAME)
    if (corner or penalty) and x < 50:
        return Place(100 - x, 100 - y, raw)
    return Place(x, y, raw)


def distance_ft(place: Place) -> float:
    """Feet from `place` to the middle of the attacked goal line, to a tenth."""
    along = _LENGTH_FT * (1 - place.x / 100)
    across = _WIDTH_FT * (place.y / 100 - 0.5)
    return round(math.hypot(along, across), 1)
