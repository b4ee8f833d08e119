"""
The parts that shapes of all kinds are made of.

Rule: what is made here is the plain JSON model, like all that is made of it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scoreboard.codec.text import iso
from scoreboard.model.game import GameMeta
from scoreboard.model.payload import FieldChange
from scoreboard.model.side import Score, Side

#: Version of the envelope and of what is answered; raised only if a field changes its meaning.
ENVELOPE_VERSION = 1

Shape = dict[str, Any]


def score(value: Score | None) -> Shape | None:
    """Points of both sides."""
    return None if value is None else {"home": value.home, "away": value.away}


def time(ms: int | None) -> str | None:
    """Milliseconds since 1970 as text, if there is a time."""
    return None if ms is None else iso(ms)


def team_id(about: GameMeta, side: Side | None) -> str | None:
    """The team that is that side in a game, if there is a side."""
    return None if side is None else about.team(side).team_id


def changes(changed: Iterable[FieldChange]) -> list[Shape]:
    """What changed, field by field; a score as any score."""
    return [
        {"path": change.path, "from": _value(change.before), "to": _value(change.after)}
        for change in changed
    ]


def _value(value: object) -> object:
    return score(value) if isinstance(value, Score) else value
