"""
Rules L: places on the surface.

Rule: a place never stops a play; what cannot be is dropped or flagged. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.rules.case import Case
from scoreboard.rules.law import law

#: Nearest place from which three points can be scored, and the farthest for two (half
#: court). Feet; the corner of the FIBA line is 21.65 ft from the hoop.
_THREE_FT, _TWO_FT = 20.0, 47.0
#: A shot this near to its target is not taken in the own half. Feet.
_NEAR_FT = 40.0
#: Shots of a side that must be in its own half for its places to be the wrong way round.
_MIRRORED, _OF = 4, 5
#: How many plays back they are looked for.
_BACK = 48


@law(
    "L1",
    "bad_location",
    Outcome.FLAGGED,
    hint="x from the own end to the attacked end, y from the attacker's left, both 0-100; "
    "the play counts, the place is dropped",
)
def l1_bad_location(case: Case) -> str | None:
    """A place outside the surface."""
    place = None if case.facts is None else case.facts.place
    if place is None or (-5 <= place.x <= 105 and -5 <= place.y <= 105):
        return None
    return f"({place.x:.1f}, {place.y:.1f}) is outside 0-100"


@law(
    "L2",
    "loc_value",
    Outcome.FLAGGED,
    hint="mend the value or the distance with a higher rev",
    sports=("basketball",),
    is_unchecked=True,
)
def l2_loc_value(case: Case) -> str | None:
    """A shot whose value and distance do not go together."""
    shot = None if case.facts is None else case.facts.shot
    if shot is None or shot.distance_ft is None:
        return None
    near = shot.value == 3 and shot.distance_ft < _THREE_FT
    far = shot.value == 2 and shot.distance_ft > _TWO_FT
    return f"{shot.value} points from {shot.distance_ft:.0f} ft" if near or far else None


@law(
    "L3",
    "side_flip",
    Outcome.FLAGGED,
    hint="places are seen by the attacker: x is 100 at the end that it attacks",
    sports=("basketball", "hockey"),
)
def l3_side_flip(case: Case) -> str | None:
    """A side's shots in its own half: one that is near its target, or four of five."""
    facts = case.facts
    if facts is None or facts.shot is None or facts.place is None or facts.place.x >= 50:
        return None
    if facts.shot.distance_ft is not None:
        if facts.shot.distance_ft > _NEAR_FT:
            return None
        return f"{facts.shot.distance_ft:.0f} ft from the target, in the own half"
    places = [
        play.facts.place.x
        for play in case.earlier(_BACK)
        if play.facts.shot is not None
        and play.facts.place is not None
        and play.facts.side is facts.side
        and play.facts.period_index == facts.period_index
    ][: _OF - 1]
    own = 1 + sum(x < 50 for x in places)
    if len(places) < _OF - 1 or own < _MIRRORED:
        return None
    return f"{own} of the side's last {_OF} shots were in its own half"
