"""
Soccer plays as a feed writes them: who, where, what for, in which words.

Rule: nothing happens here; a play is only put into the model's terms. Pure.
"""

from __future__ import annotations

from scoreboard.model.play import PlayFacts, ShotFacts
from scoreboard.model.side import Side
from scoreboard.simulator.clubs import Person
from scoreboard.simulator.pitch import PENALTY, Attempt

#: The scorer puts the period in.
_NOW = 0


def plain(
    kind: str, side: Side, text: str, *people: tuple[str, Person], subtype: str | None = None
) -> PlayFacts:
    """An event of `side`, worth nothing; everybody named is of it."""
    acting = tuple(person.acting(role, side) for role, person in people)
    return PlayFacts(kind, _NOW, subtype, side=side, participants=acting, text=text)


def foul(fouler: Person, side: Side, victim: Person) -> PlayFacts:
    """A foul of somebody of `side`."""
    people = (fouler.acting("fouler", side), victim.acting("fouled", side.other))
    text = f"Foul by {fouler.name} on {victim.name}"
    return PlayFacts("foul", _NOW, side=side, participants=people, text=text)


def miss(tried: Attempt, side: Side, shooter: Person, keeper: Person, result: str) -> PlayFacts:
    """A shot that does not go in; `result` is "saved", "blocked" or "off_target"."""
    people = [shooter.acting("shooter", side)]
    if result == "saved":
        people.append(keeper.acting("goalkeeper", side.other))
    return PlayFacts(
        "penalty_kick" if tried is PENALTY else "shot",
        _NOW,
        side=side,
        result=result,
        participants=tuple(people),
        place=tried.place,
        shot=ShotFacts(1, False, tried.distance_ft, tried.zone),
        text=f"{shooter.name} shoots, {result.replace('_', ' ')}",
    )


def goal(
    tried: Attempt, side: Side, shooter: Person, keeper: Person, passer: Person | None
) -> PlayFacts:
    """A shot that goes in."""
    people = [keeper.acting("goalkeeper", side.other), shooter.acting("shooter", side)]
    text = f"GOAL by {shooter.name}"
    if passer is not None:
        people.insert(1, passer.acting("assist", side))
        text += f" (assist {passer.name})"
    return PlayFacts(
        "penalty_kick" if tried is PENALTY else "goal",
        _NOW,
        side=side,
        points=1,
        points_to=side,
        result="goal",
        participants=tuple(people),
        place=tried.place,
        shot=ShotFacts(1, True, tried.distance_ft, tried.zone),
        text=text,
    )


def own_goal(person: Person, side: Side) -> PlayFacts:
    """A goal of somebody of `side` for the other side."""
    return PlayFacts(
        "own_goal",
        _NOW,
        side=side,
        points=1,
        points_to=side.other,
        result="goal",
        participants=(person.acting("player", side),),
        text=f"Own goal by {person.name}",
    )
