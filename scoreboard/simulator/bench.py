"""
The bench of a basketball game: who is on the court, who has how many fouls.

Rule: five of each side are on the court at any time, and nobody with six fouls. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from scoreboard.model.ids import PersonId
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Side
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person
from scoreboard.simulator.scorer import Scorer

_STARTERS = ("G", "G", "F", "F", "C")

#: Personal fouls with which a player has to leave. Source: NBA rule 12, section B.
FOULED_OUT = 6

#: Team fouls in a period from which every foul gives two free throws.
BONUS = 5

_STARS = 0.35  #: share of shots that are looked for, the others fall to anybody: assumed

#: Time-outs of each side, as the rules had it in 2015.
_TIMEOUTS = 7


class Bench:
    """Both benches of one game."""

    def __init__(self, scorer: Scorer, clubs: Mapping[Side, Club], draw: Chance) -> None:
        self._scorer = scorer
        self._clubs = clubs
        self._draw = draw
        self._fouls: Counter[PersonId] = Counter()
        self._team_fouls: Counter[Side] = Counter()
        self._timeouts = dict.fromkeys(Side, _TIMEOUTS)
        self._off: list[Person] = []  # who left at this dead ball and does not come right back
        self.five = {side: self._starters(side) for side in Side}

    def _starters(self, side: Side) -> list[Person]:
        left = list(self._clubs[side].people)
        five: list[Person] = []
        for position in _STARTERS:
            person = next(person for person in left if person.position == position)
            left.remove(person)
            five.append(person)
        return five

    def new_period(self) -> None:
        """Team fouls are forgotten."""
        self._team_fouls.clear()

    def somebody(self, side: Side) -> Person:
        """Somebody on the court."""
        return self._draw.one_of(self.five[side])

    def shooter(self, side: Side) -> Person:
        """Somebody on the court, the better ones of the club more often."""
        if self._draw.happens(_STARS):
            return self._draw.favoured(sorted(self.five[side], key=lambda person: person.ref))
        return self.somebody(side)

    def team_mate(self, side: Side, person: Person) -> Person:
        """Somebody else on the court."""
        return self._draw.one_of([other for other in self.five[side] if other != person])

    def foul(self, fouler: Person, side: Side, *, counts_for_team: bool) -> bool:
        """A personal foul; whether it gives free throws because the side has too many."""
        self._fouls[fouler.person_id] += 1
        if counts_for_team:
            self._team_fouls[side] += 1
        return counts_for_team and self._team_fouls[side] >= BONUS

    def change(self) -> None:
        """The ball is dead: whoever has six fouls must leave, others may."""
        self._off.clear()
        for side in Side:
            for person in [p for p in self.five[side] if self._is_out(p)]:
                self._substitute(side, person)
        # 42.7 a game, spread over about 75 dead balls.
        if self._draw.happens(0.43):
            side = self._draw.one_of(tuple(Side))
            for leaving in self._draw.shuffled(self.five[side])[: self._draw.whole(1, 2)]:
                self._substitute(side, leaving)

    def _is_out(self, person: Person) -> bool:
        return self._fouls[person.person_id] >= FOULED_OUT

    def _substitute(self, side: Side, leaving: Person) -> None:
        five = self.five[side]
        out = {*five, *self._off}
        free = [p for p in self._clubs[side].people if p not in out and not self._is_out(p)]
        if not free:
            return
        # The first of a position are its better ones and come back more often.
        coming = self._draw.favoured(free)
        five[five.index(leaving)] = coming
        self._off.append(leaving)
        people = (leaving.acting("out", side), coming.acting("in", side))
        text = f"Substitution: {coming.name} for {leaving.name}"
        self._scorer.play(PlayFacts("substitution", 0, side=side, participants=people, text=text))

    def timeout(self, side: Side) -> bool:
        """A side asks for time, if it has any left."""
        if not self._timeouts[side]:
            return False
        self._timeouts[side] -= 1
        self._scorer.stop()
        text = f"{self._clubs[side].team.abbrev} timeout ({self._timeouts[side]} left)"
        self._scorer.play(PlayFacts("timeout", 0, subtype="regular", side=side, text=text))
        self._scorer.wait(self._draw.between(95, 165))
        self.change()
        return True
