"""
Clubs and their people: who plays in a simulated league.

Rule: a club is the same on every day and for every seed, so that a follower of a club
finds it again tomorrow; only the fixtures are drawn. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.model.game import Team
from scoreboard.model.ids import PersonId, person_id, team_id
from scoreboard.model.play import Participant
from scoreboard.model.side import Side
from scoreboard.simulator.chance import Chance, chance
from scoreboard.simulator.names import CITIES, INITIALS, NICKNAMES, QUARTERS, SURNAMES

#: The scheme of the ids that the simulator gives.
PROVIDER = "sim"

#: Clubs that a league can have.
MOST_CLUBS = len(CITIES) * len(QUARTERS)


@attrs.frozen
class Person:
    """
    A player.

    Attributes:
        position: as the sport writes it, "QB", "G", "SP".
        jersey: number on the shirt, as text; no two alike in a club.
        ref: the simulated feed's own number of the person.
    """

    person_id: PersonId
    name: str
    jersey: str
    position: str
    ref: str

    def acting(self, role: str, side: Side) -> Participant:
        """This person's part in a play."""
        return Participant(role, self.person_id, self.name, self.jersey, side, self.ref)


@attrs.frozen
class Club:
    """A team and the people who may play for it, the better ones of a position first."""

    team: Team
    people: tuple[Person, ...]

    def at(self, *positions: str) -> tuple[Person, ...]:
        """Everybody who plays in one of `positions`."""
        return tuple(person for person in self.people if person.position in positions)

    def pick(self, draw: Chance, weights: Mapping[str, float]) -> Person:
        """Somebody of a position drawn by `weights`, the better ones of it more often."""
        return draw.favoured(self.at(draw.weighted(weights)))


#: Sport -> (position, how many, lowest and highest number on the shirt).
_ROSTERS: dict[str, tuple[tuple[str, int, int, int], ...]] = {
    "football": (
        ("QB", 2, 1, 19),
        ("RB", 3, 20, 39),
        ("WR", 5, 80, 89),
        ("TE", 2, 40, 49),
        ("OL", 7, 60, 79),
        ("DL", 6, 90, 99),
        ("LB", 5, 50, 59),
        ("DB", 6, 20, 39),
        ("K", 1, 1, 19),
        ("P", 1, 1, 19),
        ("KR", 1, 1, 19),
    ),
    "basketball": (("G", 6, 0, 20), ("F", 6, 21, 45), ("C", 3, 46, 60)),
    "soccer": (("GK", 2, 1, 1), ("DF", 6, 2, 6), ("MF", 6, 7, 16), ("FW", 4, 17, 30)),
    "hockey": (("G", 2, 30, 39), ("D", 6, 2, 9), ("F", 12, 10, 29)),
    "baseball": (
        ("C", 2, 1, 60),
        ("IF", 6, 1, 60),
        ("OF", 5, 1, 60),
        ("DH", 1, 1, 60),
        ("SP", 3, 1, 60),
        ("RP", 6, 1, 60),
    ),
}

#: Colours of the shirts, as the web writes them.
_COLORS = (
    *("#1b4d7a", "#7a1b2e", "#1b7a4d", "#5b1b7a", "#7a5b1b"),
    *("#1b6f7a", "#a03c1e", "#2e3f50", "#3c7a1b", "#8a1e6e"),
)


def _number(taken: set[int], low: int, high: int) -> int:
    """The lowest free number of a range; when it is full, the lowest free one above all ranges."""
    numbers: tuple[int, ...] = (*range(low, high + 1), *range(61, 100))
    number: int = next(free for free in numbers if free not in taken)
    taken.add(number)
    return number


def _people(league: str, number: int, abbrev: str, sport: str) -> tuple[Person, ...]:
    draw = chance("club", league, abbrev)
    names = iter(draw.shuffled(SURNAMES))
    taken: set[int] = set()
    people: list[Person] = []
    for position, count, low, high in _ROSTERS[sport]:
        for _ in range(count):
            jersey = _number(taken, low, high)
            ref = str(1000 + 100 * number + len(people))
            people.append(
                Person(
                    person_id=person_id(league, PROVIDER, ref),
                    name=f"{draw.one_of(INITIALS)}. {next(names)}",
                    jersey=str(jersey),
                    position=position,
                    ref=ref,
                )
            )
    return tuple(people)


def club(league: str, sport: str, number: int) -> Club:
    """
    The club with that number, from 0, in a league.

    Raises:
        LocalError: the league cannot have so many.
    """
    if not 0 <= number < MOST_CLUBS:
        raise LocalError(f"{league} has no club {number}: {MOST_CLUBS} is the most")
    where, which = divmod(number, len(CITIES))[::-1]
    city, short = CITIES[where]
    quarter, letter = QUARTERS[which]
    draw = chance("team", league, number)
    # Leagues begin at different nicknames; the letters of the code tell them apart.
    nickname = NICKNAMES[(where + which * 7 + sum(map(ord, league))) % len(NICKNAMES)]
    abbrev = letter + short
    won = draw.whole(2, 11)
    team = Team(
        team_id=team_id(league, abbrev),
        name=f"{quarter}{city} {nickname}",
        abbrev=abbrev,
        record=f"{won}-{13 - won}",
        color=draw.one_of(_COLORS),
        provider_refs=((PROVIDER, str(number + 1)),),
    )
    return Club(team, _people(league, number, abbrev, sport))
