"""
Basketball plays as a feed writes them: who, where, what for, in which words.

Rule: nothing happens here; a play is only put into the model's terms. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.model.play import Participant, PlayFacts, ShotFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import Possession
from scoreboard.simulator.clubs import Person
from scoreboard.simulator.court import Attempt

_VERBS = {True: "makes", False: "misses"}
_RESULTS = {True: "made", False: "missed"}
_WORDS = {2: "jumper", 3: "three-pointer"}
_FROM_UNDER_FT = 4  #: nearer shots are called by their kind

#: The scorer puts the period in.
_NOW = 0


def plain(
    kind: str, side: Side, text: str, *people: Participant, subtype: str | None = None
) -> PlayFacts:
    """A play that is worth nothing and has no place."""
    return PlayFacts(kind, _NOW, subtype, side=side, participants=people, text=text)


def shot(
    tried: Attempt, side: Side, people: Sequence[tuple[str, Person]], *, made: bool
) -> PlayFacts:
    """
    A shot from the field.

    Args:
        people: roles and persons, the shooter first; a blocker is of the other side.
    """
    value, shooter = tried.zone.value, people[0][1]
    # Nearly nobody misses a dunk.
    kind = "layup" if tried.kind == "dunk" and not made else tried.kind
    far = tried.distance_ft > _FROM_UNDER_FT
    what = f"{tried.distance_ft:.0f}-foot {_WORDS[value]}" if far else kind
    text = f"{shooter.name} {_VERBS[made]} {what}"
    for role, person in people[1:]:
        text += f" ({role} {person.name})"
    sides = {"blocker": side.other}
    return PlayFacts(
        play_type=f"{value}pt",
        period_index=_NOW,
        subtype=kind,
        side=side,
        points=value if made else 0,
        points_to=side if made else None,
        result=_RESULTS[made],
        participants=tuple(who.acting(role, sides.get(role, side)) for role, who in people),
        place=tried.place,
        shot=ShotFacts(value, made, tried.distance_ft, tried.zone.name),
        situation=Possession(side),
        text=text,
    )


def free_throw(shooter: Person, side: Side, which: str, *, made: bool) -> PlayFacts:
    """A free throw; `which` as feeds name it, "1 of 2"."""
    return PlayFacts(
        play_type="freethrow",
        period_index=_NOW,
        subtype=which,
        side=side,
        points=int(made),
        points_to=side if made else None,
        result=_RESULTS[made],
        participants=(shooter.acting("shooter", side),),
        shot=ShotFacts(1, made),
        text=f"{shooter.name} {_VERBS[made]} free throw {which}",
    )


def foul(fouler: Person, side: Side, kind: str, fouled: Person) -> PlayFacts:
    """A personal foul of somebody of `side`."""
    people = (fouler.acting("fouler", side), fouled.acting("fouled", side.other))
    return plain("foul", side, f"{fouler.name} {kind} foul on {fouled.name}", *people, subtype=kind)


def rebound(person: Person, side: Side, kind: str) -> PlayFacts:
    """A rebound that somebody catches; `kind` is "offensive" or "defensive"."""
    actor = person.acting("rebounder", side)
    return plain("rebound", side, f"{person.name} {kind} rebound", actor, subtype=kind)


def turnover(loser: Person, side: Side, kind: str, thief: Person | None) -> PlayFacts:
    """The ball is lost, to `thief` if somebody took it."""
    people = [loser.acting("loser", side)]
    text = f"{loser.name} {kind} turnover"
    if thief is not None:
        people.append(thief.acting("stealer", side.other))
        text += f" ({thief.name} steals)"
    return plain("turnover", side, text, *people, subtype=kind)
