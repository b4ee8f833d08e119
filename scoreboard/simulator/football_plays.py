"""
Football plays as a feed writes them: who, from where, how it came out, in which words.

Rule: nothing happens here; a play is only put into the model's terms. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.play import Participant, PlayFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import FootballSituation
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person
from scoreboard.simulator.gridiron import Gridiron
from scoreboard.simulator.snaps import Foul, Snap

#: The scorer puts the period in.
_NOW = 0

#: What came of a snap -> the play type and the result that a feed gives.
_KINDS = {
    "rush": ("rush", None),
    "complete": ("pass", "complete"),
    "incomplete": ("pass", "incomplete"),
    "intercepted": ("pass", "intercepted"),
    "sack": ("sack", None),
}

#: Who does what, by position: assumed.
_RUSHERS = {"RB": 0.86, "QB": 0.1, "WR": 0.04}
_TARGETS = {"WR": 0.58, "TE": 0.22, "RB": 0.2}
_TACKLERS = {"LB": 0.42, "DB": 0.36, "DL": 0.22}
_INTERCEPTORS = {"DB": 0.75, "LB": 0.25}
_BLOCKERS = {"OL": 0.7, "TE": 0.15, "WR": 0.15}

#: Longer throws are deep.
_DEEP_YARDS = 15


class Caller:
    """Who calls the plays of one game: the people and the field."""

    def __init__(self, clubs: Mapping[Side, Club], field: Gridiron, draw: Chance) -> None:
        self._clubs = clubs
        self._field = field
        self._draw = draw

    def _pick(self, side: Side, weights: Mapping[str, float]) -> Person:
        return self._clubs[side].pick(self._draw, weights)

    def _first(self, side: Side, position: str) -> Person:
        return self._clubs[side].at(position)[0]

    def scrimmage(self, snap: Snap, yards: int) -> PlayFacts:
        """A snap that gained `yards`, worth nothing so far; see `scored`."""
        side, field = self._field.ball, self._field
        kind, result = _KINDS[snap.kind]
        people, text = self._cast(snap)
        there = field.to_goal - yards
        spot = field.line(min(99, there)) if there > 0 else "the end zone"
        qualifiers: list[str] = []
        if snap.kind in {"rush", "complete", "sack"}:
            text += f" to {spot} for {_yards(yards)}"
            if yards < field.to_goal:
                tackler = self._pick(side.other, _TACKLERS)
                text += f" ({tackler.name})"
                role = "sacker" if snap.kind == "sack" else "tackler"
                people.append(tackler.acting(role, side.other))
            if yards >= field.distance:
                qualifiers.append("first_down")
        if snap.lost:
            taker = self._pick(side.other, _TACKLERS)
            text += f". FUMBLES, recovered by {self._abbrev(side.other)} {taker.name}"
            people.append(taker.acting("recoverer", side.other))
            qualifiers += ["fumble", "fumble_lost"]
        if result == "intercepted":
            qualifiers.append("intercepted")
        return PlayFacts(
            kind,
            _NOW,
            qualifiers=tuple(qualifiers),
            side=side,
            result=result,
            participants=tuple(people),
            situation=field.situation(),
            text=text,
        )

    def _cast(self, snap: Snap) -> tuple[list[Participant], str]:
        """Who acts on offence, and the beginning of the text."""
        side = self._field.ball
        if snap.kind == "rush":
            runner = self._pick(side, _RUSHERS)
            where = self._draw.one_of(("up the middle", "left tackle", "right end", "left guard"))
            return [runner.acting("rusher", side)], f"{runner.name} {where}"
        passer = self._first(side, "QB")
        if snap.kind == "sack":
            return [passer.acting("sacked", side)], f"{passer.name} sacked"
        other = self._pick(side, _TARGETS)
        deep = "deep" if snap.yards > _DEEP_YARDS else "short"
        people = [passer.acting("passer", side)]
        match snap.kind:
            case "complete":
                people.append(other.acting("receiver", side))
                return people, f"{passer.name} pass {deep} to {other.name}"
            case "incomplete":
                people.append(other.acting("target", side))
                return people, f"{passer.name} pass incomplete {deep} to {other.name}"
        thief = self._pick(side.other, _INTERCEPTORS)
        people.append(thief.acting("interceptor", side.other))
        return (
            people,
            f"{passer.name} pass {deep} intended for {other.name} INTERCEPTED by {thief.name}",
        )

    def _abbrev(self, side: Side) -> str:
        return self._clubs[side].team.abbrev

    def kickoff(self, side: Side, *, start: int | None, free: bool) -> PlayFacts:
        """
        A kick-off of `side`.

        Args:
            start: yard line that the return reaches; None for a touchback.
            free: the kick after a safety.
        """
        kicker = self._first(side, "K")
        people = [kicker.acting("kicker", side)]
        from_line = 20 if free else 35
        text = f"{kicker.name} kicks from {self._abbrev(side)} {from_line}"
        if start is None:
            text += ", touchback"
        else:
            returner = self._first(side.other, "KR")
            people.append(returner.acting("returner", side.other))
            text += f", {returner.name} returns to {self._abbrev(side.other)} {start}"
        return PlayFacts(
            "kickoff",
            _NOW,
            "free_kick" if free else None,
            qualifiers=("touchback",) if start is None else (),
            side=side,
            participants=tuple(people),
            situation=self._field.kicking(side, 100 - from_line),
            text=text,
        )

    def punt(self, gross: int, start: int, *, returned: bool) -> PlayFacts:
        """A punt after which the other side begins `start` yards from its own goal line."""
        side = self._field.ball
        punter = self._first(side, "P")
        people = [punter.acting("punter", side)]
        touchback = gross >= self._field.to_goal
        text = f"{punter.name} punts {gross} yards"
        if touchback:
            text += ", touchback"
        elif returned:
            returner = self._first(side.other, "KR")
            people.append(returner.acting("returner", side.other))
            text += f", {returner.name} returns to {self._abbrev(side.other)} {start}"
        else:
            text += f" to {self._abbrev(side.other)} {start}, fair catch"
        return PlayFacts(
            "punt",
            _NOW,
            qualifiers=("touchback",) if touchback else (),
            side=side,
            participants=tuple(people),
            situation=self._field.situation(),
            text=text,
        )

    def field_goal(self, yards: int, *, good: bool) -> PlayFacts:
        """A field goal attempt from so far."""
        side = self._field.ball
        kicker = self._first(side, "K")
        word = "is GOOD" if good else "is NO GOOD"
        return PlayFacts(
            "field_goal",
            _NOW,
            side=side,
            points=3 if good else 0,
            points_to=side if good else None,
            result="good" if good else "no_good",
            participants=(kicker.acting("kicker", side),),
            situation=self._field.situation(),
            text=f"{kicker.name} {yards} yard field goal {word}",
        )

    def extra_point(self, side: Side, points: int, *, two: bool) -> PlayFacts:
        """A try after a touchdown: a kick, or a play from the 2."""
        person = self._first(side, "QB" if two else "K")
        what = "two-point attempt" if two else "extra point"
        return PlayFacts(
            "two_point" if two else "extra_point",
            _NOW,
            side=side,
            points=points,
            points_to=side if points else None,
            result="good" if points else "no_good",
            participants=(person.acting("passer" if two else "kicker", side),),
            situation=self._field.kicking(side, 2 if two else 15),
            text=f"{person.name} {what} {'is GOOD' if points else 'fails'}",
        )

    def penalty(self, foul: Foul, walked: int, before: FootballSituation) -> PlayFacts:
        """A penalty without a play."""
        side = self._field.ball if foul.by_offence else self._field.ball.other
        guilty = self._pick(side, _BLOCKERS if foul.by_offence else _TACKLERS)
        text = f"PENALTY on {self._abbrev(side)} {guilty.name}, {foul.name}, {walked} yards"
        return PlayFacts(
            "penalty",
            _NOW,
            foul.name.lower(),
            qualifiers=("no_play",),
            side=side,
            participants=(guilty.acting("penalized", side),),
            situation=before,
            text=f"{text}, enforced. No Play.",
        )

    def kneel(self) -> PlayFacts:
        """The quarterback lets time run."""
        side = self._field.ball
        passer = self._first(side, "QB")
        return PlayFacts(
            "kneel",
            _NOW,
            side=side,
            participants=(passer.acting("rusher", side),),
            situation=self._field.situation(),
            text=f"{passer.name} kneels",
        )


def scored(facts: PlayFacts, side: Side, points: int, result: str) -> PlayFacts:
    """`facts` of a play that gave `points` to `side`: a touchdown or a safety."""
    text = f"{facts.text}, {result.upper()}"
    return attrs.evolve(facts, points=points, points_to=side, result=result, text=text)


def _yards(yards: int) -> str:
    if not yards:
        return "no gain"
    return f"{yards} yard" if abs(yards) == 1 else f"{yards} yards"
