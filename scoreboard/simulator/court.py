"""
The court: where shots are taken, and how many of them go in.

Rule: a shot is worth three if and only if it is taken from behind the line; its place,
its distance and its value always agree. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import attrs

from scoreboard.model.play import Place
from scoreboard.simulator.chance import Chance

_LENGTH_FT = 94.0
_WIDTH_FT = 50.0
_HOOP_FT = 5.25  #: from the baseline to the middle of the hoop
_SIDE_LINE_FT = 24.5  #: how far from the middle of the court a shooter can stand

#: The three-point line, feet: its straight part runs this far from the middle of the court,
#: its arc this far from the hoop. Source: NBA rule 1, section I.
CORNER_FT = 22.0
ARC_FT = 23.75


@attrs.frozen
class Zone:
    """
    A part of the court.

    Attributes:
        share: of all attempts.
        made: share of its attempts that go in.
        distances: (share, feet from the hoop); empty for a zone with its own shape.
        kinds: how one shoots there.
    """

    name: str
    value: int
    share: float
    made: float
    distances: tuple[tuple[float, float], ...]
    kinds: tuple[str, ...]


#: Measured on the recorded NBA night of 2015-12-23: 2,216 located attempts of 13 games.
ZONES: tuple[Zone, ...] = (
    Zone(
        "restricted_area",
        2,
        0.333,
        0.595,
        ((0.0, 0.1), (0.25, 0.6), (0.5, 1.3), (0.75, 2.0), (0.9, 2.7), (1.0, 4.0)),
        ("layup", "layup", "dunk"),
    ),
    Zone(
        "paint",
        2,
        0.152,
        0.414,
        ((0.0, 4.0), (0.25, 5.9), (0.5, 7.3), (0.75, 9.6), (0.9, 12.2), (1.0, 14.5)),
        ("hook", "floating", "jumpshot"),
    ),
    Zone(
        "mid_range",
        2,
        0.243,
        0.429,
        ((0.0, 8.5), (0.1, 12.3), (0.25, 15.0), (0.5, 17.4), (0.75, 19.2), (1.0, 21.8)),
        ("jumpshot", "pullup", "fadeaway"),
    ),
    Zone(
        "above_the_break",
        3,
        0.196,
        0.336,
        ((0.0, 23.9), (0.25, 24.8), (0.5, 25.4), (0.75, 26.1), (0.9, 27.2), (1.0, 29.5)),
        ("jumpshot", "pullup", "stepback"),
    ),
    Zone("corner", 3, 0.075, 0.373, (), ("jumpshot",)),
    # None of the 3 recorded went in; a long memory of such shots says one in fifty.
    Zone("backcourt", 3, 0.001, 0.02, ((0.0, 48.0), (1.0, 74.0)), ("heave",)),
)

_SHARES = {zone: zone.share for zone in ZONES}

#: After an offensive rebound most shots come from where the rebound fell: assumed.
_PUTBACK = {ZONES[0]: 0.62, ZONES[1]: 0.16, ZONES[2]: 0.08, ZONES[3]: 0.1, ZONES[4]: 0.04}

_TIPPED = 0.3  #: share of these: assumed

_HEAVE = {ZONES[5]: 1.0}


@attrs.frozen
class Attempt:
    """A shot before it is known whether it goes in."""

    zone: Zone
    place: Place
    distance_ft: float
    kind: str


def attempt(draw: Chance, *, putback: bool = False, heave: bool = False) -> Attempt:
    """
    A shot from somewhere.

    Args:
        putback: right after an offensive rebound.
        heave: thrown from one's own half as a period ends.
    """
    zone = draw.weighted(_HEAVE if heave else _PUTBACK if putback else _SHARES)
    across, out = _spot(zone, draw)
    kind = "tip" if putback and draw.happens(_TIPPED) else draw.one_of(zone.kinds)
    place = Place(
        x=round(100 * (1 - (_HOOP_FT + out) / _LENGTH_FT), 1),
        y=round(100 * (_WIDTH_FT / 2 + across) / _WIDTH_FT, 1),
    )
    return Attempt(zone, place, round(math.hypot(across, out), 1), kind)


def _spot(zone: Zone, draw: Chance) -> tuple[float, float]:
    """Feet to the attacker's right of the hoop, and feet from it into the court."""
    if zone.name == "corner":
        side = 1 if draw.happens(0.5) else -1
        return side * draw.between(CORNER_FT + 0.1, 23.8), draw.between(-3.0, 8.5)
    far = draw.measured(zone.distances)
    if zone.name == "paint":
        # The lane is 16 feet wide.
        across = draw.between(-min(far, 7.9), min(far, 7.9))
        return across, math.sqrt(far * far - across * across)
    angle = math.radians(draw.between(*_ANGLES[zone.name]))
    across = far * math.cos(angle)
    return max(-_SIDE_LINE_FT, min(_SIDE_LINE_FT, across)), far * math.sin(angle)


#: Zone -> directions seen from the hoop, degrees, 90 straight into the court; above the
#: break begins where the straight parts of the line end.
_ANGLES = {
    "restricted_area": (0.0, 180.0),
    "mid_range": (3.0, 177.0),
    "above_the_break": (23.0, 157.0),
    "backcourt": (76.0, 104.0),
}


#: (whose, own miss) of a missed shot's 1,199 rebounds, and of the 70 after a last free throw.
Rebounds = Mapping[tuple[str, bool], float]
REBOUNDS: Rebounds = {
    ("player", False): 785,
    ("player", True): 276,
    ("team", True): 88,
    ("team", False): 50,
}
FREE_REBOUNDS: Rebounds = {("player", False): 56, ("player", True): 9, ("team", False): 5}
