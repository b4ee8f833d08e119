"""
Ice hockey plays as a feed writes them: who, where, what for, in which words.

Rule: nothing happens here; a play is only put into the model's terms. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.model.play import Participant, PlayFacts, ShotFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import HockeySituation
from scoreboard.simulator.clubs import Person
from scoreboard.simulator.rink import Attempt

#: The scorer puts the period in.
_NOW = 0


def plain(
    kind: str, side: Side | None, text: str, *people: Participant, subtype: str | None = None
) -> PlayFacts:
    """A play that is worth nothing and has no place."""
    return PlayFacts(kind, _NOW, subtype, side=side, participants=people, text=text)


def faceoff(side: Side, won: Person, lost: Person) -> PlayFacts:
    """A face-off that `side` wins."""
    people = (won.acting("faceoff_winner", side), lost.acting("faceoff_loser", side.other))
    return plain("faceoff", side, f"Face-off won by {won.name} against {lost.name}", *people)


def hit(side: Side, hitter: Person, hittee: Person) -> PlayFacts:
    """A hit of somebody of `side`."""
    people = (hitter.acting("hitter", side), hittee.acting("hittee", side.other))
    return plain("hit", side, f"{hitter.name} hits {hittee.name}", *people)


def penalty(side: Side, guilty: Person, name: str, minutes: int) -> PlayFacts:
    """A penalty against somebody of `side`."""
    actor = guilty.acting("penalized", side)
    return plain("penalty", side, f"{guilty.name} {name}, {minutes} min", actor, subtype=name)


def shot(
    kind: str,
    tried: Attempt,
    side: Side,
    people: Sequence[tuple[str, Person]],
    strength: HockeySituation,
) -> PlayFacts:
    """
    A shot that does not go in.

    Args:
        kind: "shot", "blocked_shot" or "missed_shot".
        people: roles and persons, the shooter first, the others of the other side.
    """
    shooter = people[0][1]
    result = {"shot": "saved", "blocked_shot": "blocked", "missed_shot": "missed"}[kind]
    others = (person.acting(role, side.other) for role, person in people[1:])
    return PlayFacts(
        kind,
        _NOW,
        tried.kind,
        side=side,
        result=result,
        participants=(shooter.acting("shooter", side), *others),
        place=tried.place,
        shot=ShotFacts(1, False, tried.distance_ft),
        situation=strength,
        text=f"{shooter.name} {tried.kind} shot from {tried.distance_ft:.0f} feet {result}",
    )


def goal(
    tried: Attempt,
    side: Side,
    scorer: Person,
    assists: Sequence[Person],
    keeper: Person | None,
    strength: HockeySituation,
) -> PlayFacts:
    """A goal; no `keeper` if the net was empty."""
    people = [] if keeper is None else [keeper.acting("goalkeeper", side.other)]
    people += [person.acting("assist", side) for person in assists]
    people.append(scorer.acting("scorer", side))
    text = f"GOAL by {scorer.name}, {tried.kind} shot from {tried.distance_ft:.0f} feet"
    if assists:
        text += f" (assist {', '.join(person.name for person in assists)})"
    return PlayFacts(
        "goal",
        _NOW,
        tried.kind,
        ("empty net",) if keeper is None else (),
        side=side,
        points=1,
        points_to=side,
        result="goal",
        participants=tuple(people),
        place=tried.place,
        shot=ShotFacts(1, True, tried.distance_ft),
        situation=strength,
        text=text,
    )


def goalie_change(side: Side, keeper: Person, *, leaves: bool) -> PlayFacts:
    """The goalkeeper goes off for another skater, or comes back."""
    subtype, role = ("pulled", "out") if leaves else ("returned", "in")
    text = f"{keeper.name} {'leaves for an extra attacker' if leaves else 'returns to goal'}"
    return plain("goalie_change", side, text, keeper.acting(role, side), subtype=subtype)


def attempt_in_shootout(side: Side, shooter: Person, keeper: Person, *, made: bool) -> PlayFacts:
    """An attempt of a shoot-out, whose goals have a tally of their own."""
    result = "goal" if made else "missed"
    return PlayFacts(
        "shootout_shot",
        _NOW,
        side=side,
        points=int(made),
        points_to=side if made else None,
        result=result,
        shootout=True,
        participants=(shooter.acting("shooter", side), keeper.acting("goalkeeper", side.other)),
        shot=ShotFacts(1, made),
        text=f"Shoot-out: {shooter.name}, {result}",
    )


def shootout_winner(side: Side, name: str) -> PlayFacts:
    """The goal that the winner of a shoot-out gets in the score."""
    return PlayFacts(
        "shootout_winner",
        _NOW,
        side=side,
        points=1,
        points_to=side,
        text=f"{name} win the shoot-out",
    )
