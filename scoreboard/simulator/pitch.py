"""
The pitch: who is on it, where shots are taken, and how many of them go in.

Rule: eleven or fewer of each side are on the pitch, one of them the goalkeeper, and who
has gone off never comes back. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import attrs

from scoreboard.model.ids import PersonId
from scoreboard.model.play import Place
from scoreboard.model.side import Side
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person

_LENGTH_M = 105.0
_WIDTH_M = 68.0
_SIDE_LINE_M = 33.0  #: how far from the middle of the pitch a shot is taken
_FEET = 3.2808  #: feet in a metre

#: Upper end of the distance to the goal, metres: shots from there, and share that goes in.
#: Measured on the 10 recorded Premier League matches of 2018-05-13: 238 shots, 30 goals; by
#: fives of metres 4 of 5, 10 of 36, 8 of 60, 5 of 45, 1 of 34, 2 of 43, none of 15. It was a
#: day of many goals, so that the shares are a tenth lower here.
_SHOTS: dict[int, tuple[float, float]] = {
    5: (5, 0.7),
    10: (36, 0.24),
    15: (60, 0.12),
    20: (45, 0.085),
    25: (34, 0.035),
    30: (43, 0.03),
    35: (10, 0.01),
    42: (5, 0.005),
}
_WEIGHTS = {upto: weight for upto, (weight, _) in _SHOTS.items()}

_FORMATION = {"GK": 1, "DF": 4, "MF": 4, "FW": 2}


@attrs.frozen
class Attempt:
    """A shot before it is known what becomes of it."""

    place: Place
    distance_ft: float
    goes_in: float
    zone: str


def attempt(draw: Chance) -> Attempt:
    """A shot from somewhere, mostly from in front of the goal."""
    upto = draw.weighted(_WEIGHTS)
    far = draw.between(upto - 5, upto) if upto > 5 else draw.between(2, 5)
    angle = math.radians(draw.bell(0, 28, -75, 75))
    out = far * math.cos(angle)
    across = max(-_SIDE_LINE_M, min(_SIDE_LINE_M, far * math.sin(angle)))
    place = Place(
        x=round(100 * (1 - out / _LENGTH_M), 1), y=round(100 * (0.5 + across / _WIDTH_M), 1)
    )
    feet = round(math.hypot(out, across) * _FEET, 1)
    box = out <= 16.5 and abs(across) <= 20.15
    return Attempt(place, feet, _SHOTS[upto][1], "box" if box else "outside_box")


#: The penalty spot is 11 metres out. Source: IFAB law 1.
PENALTY = Attempt(Place(89.5, 50.0), 36.1, 0.78, "penalty_spot")


class Pitch:
    """The people of both sides."""

    def __init__(self, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self._draw = draw
        self.on: dict[Side, list[Person]] = {}
        self._bench: dict[Side, list[Person]] = {}
        self._booked: set[PersonId] = set()
        for side in Side:
            club = clubs[side]
            self.on[side] = [
                person
                for position, count in _FORMATION.items()
                for person in club.at(position)[:count]
            ]
            self._bench[side] = [
                person
                for person in club.people
                if person not in self.on[side] and person.position != "GK"
            ]

    def keeper(self, side: Side) -> Person:
        """Who stands in the goal of `side`."""
        return self.on[side][0]

    def attacker(self, side: Side) -> Person:
        """Somebody of `side`, the ones in front more often, never the goalkeeper."""
        return self._draw.favoured(self.on[side][:0:-1])

    def anybody(self, side: Side) -> Person:
        """Somebody of `side` in the field."""
        return self._draw.one_of(self.on[side][1:])

    def other(self, side: Side, person: Person) -> Person:
        """Somebody else of `side` in the field."""
        return self._draw.one_of([p for p in self.on[side][1:] if p != person])

    def book(self, person: Person) -> bool:
        """A yellow card; whether it is the second."""
        second = person.person_id in self._booked
        self._booked.add(person.person_id)
        return second

    def send_off(self, side: Side, person: Person) -> None:
        """A red card."""
        self.on[side].remove(person)

    def change(self, side: Side) -> tuple[Person, Person]:
        """A substitution: who goes off and who comes on; a bench of six is enough for three."""
        coming = self._draw.favoured(self._bench[side])
        self._bench[side].remove(coming)
        like = [p for p in self.on[side][1:] if p.position == coming.position]
        leaving = self._draw.one_of(like or self.on[side][1:])
        self.on[side][self.on[side].index(leaving)] = coming
        return leaving, coming
