"""
What a kind of play may be worth, and to whom.

Rule: legal points are data; the rules (S3, S7) read them and decide nothing by name.
Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs


class Credit(Enum):
    """Which side a play of this kind can give points to."""

    ACTOR = "actor"  #: the side that acted
    OPPONENT = "opponent"  #: the other one (own goal)
    EITHER = "either"  #: football: whoever carries it in


@attrs.frozen
class PlayType:
    """
    A kind of play.

    Attributes:
        points: every number of points that one play of this kind can be worth.
        credit: who can get them.
        group: "score", "miss", "foul", "turnover", "substitution", "clock", "admin" or
            "other": the class by which two feeds' plays are compared.
    """

    points: frozenset[int] = frozenset({0})
    credit: Credit = Credit.ACTOR
    group: str = "other"


def kind(*points: int, credit: Credit = Credit.ACTOR, group: str = "other") -> PlayType:
    """A play type that is worth one of `points` (nothing if none is given)."""
    return PlayType(frozenset(points or (0,)), credit, group)


#: Kinds that every sport has.
COMMON: dict[str, PlayType] = {
    "period_start": kind(group="admin"),
    "period_end": kind(group="admin"),
    "game_start": kind(group="admin"),
    "game_end": kind(group="admin"),
    "timeout": kind(group="clock"),
    "substitution": kind(group="substitution"),
    "lineup": kind(group="substitution"),
    "review": kind(group="admin"),
    "comment": kind(group="admin"),
    "unknown": kind(group="admin"),
}


@attrs.frozen
class Sport:
    """
    A sport, as far as scores are concerned.

    Attributes:
        ceiling: points of one team beyond which a score is a slip of the keyboard (rule S1).
        max_per_play: the most that one play can be worth (rule S4).
        half_innings: whether only one side can score at a time (rule S7).
    """

    name: str
    play_types: dict[str, PlayType]
    ceiling: int
    max_per_play: int
    half_innings: bool = False
