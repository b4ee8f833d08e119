"""
What the descriptions of stats.nba.com say beyond the columns.

Rule: a text that is not in the known form says nothing; it is never half understood. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

#: "MISS Lee 2' Driving Layup", "Sullinger  Dunk (2 PTS) (Olynyk 2 AST)".
_FIELD_GOAL = re.compile(r"(?:MISS )?.*?(?: ([0-9]{1,3})' |  )(3PT )?([^()]+?)(?: \(|$)")
_FREE_THROW = re.compile(r"Free Throw ([^()]+?)(?: \(|$)")
_POINTS = re.compile(r"\([0-9]{1,3} PTS\)")
_REBOUND = re.compile(r"\(Off:([0-9]{1,3}) Def:([0-9]{1,3})\)")

_FOULS = {
    1: "personal",
    2: "shooting",
    3: "loose ball",
    4: "offensive",
    5: "inbound",
    6: "away from play",
    9: "clear path",
    10: "double personal",
    11: "technical",
    14: "flagrant type 1",
    15: "flagrant type 2",
    16: "double technical",
    17: "defensive 3 seconds",
    26: "offensive charge",
    27: "personal block",
    28: "personal take",
    29: "shooting block",
}
_TURNOVERS = {
    1: "bad pass",
    2: "lost ball",
    4: "traveling",
    5: "foul",
    6: "double dribble",
    7: "discontinue dribble",
    8: "3 second violation",
    11: "shot clock",
    13: "backcourt",
    15: "offensive goaltending",
    17: "lane violation",
    21: "palming",
    37: "offensive foul",
    38: "5 second inbound",
    39: "step out of bounds",
    40: "out of bounds lost ball",
    41: "poss lost ball",
    45: "out of bounds bad pass",
}
_VIOLATIONS = {
    1: "delay of game",
    2: "defensive goaltending",
    3: "lane",
    4: "jump ball",
    5: "kicked ball",
}
_TIMEOUTS = {1: "regular", 2: "short", 4: "official"}

#: EVENTMSGTYPE -> EVENTMSGACTIONTYPE -> what the descriptions of such rows call it.
SUBTYPES = {5: _TURNOVERS, 6: _FOULS, 7: _VIOLATIONS, 9: _TIMEOUTS}

#: Fouls of two players at once, so that the second is no victim.
DOUBLE_FOULS = frozenset({10, 16})


@attrs.frozen
class FieldGoal:
    """A shot by its description."""

    distance_ft: float | None = None
    three: bool = False
    kind: str | None = None


def field_goal(text: str | None) -> FieldGoal:
    """Distance, value and kind of the shot in `text`; nothing known if it is in another form."""
    found = _FIELD_GOAL.match(text or "")
    if not found:
        return FieldGoal(three="3PT" in (text or ""))
    return FieldGoal(float(found[1]) if found[1] else None, bool(found[2]), found[3].lower())


def free_throw(text: str | None) -> str | None:
    """Which free throw it is: "1 of 2", "technical", "flagrant 2 of 2"."""
    found = _FREE_THROW.search(text or "")
    return found[1].lower() if found else None


def free_throw_made(text: str | None, *, scored: bool) -> bool | None:
    """
    Whether the free throw in `text` went in; None if the row does not say.

    Args:
        scored: the row has a running score.
    """
    if (text or "").startswith("MISS"):
        return False
    return True if scored or _POINTS.search(text or "") else None


def rebounds(rows: Iterable[tuple[int | None, str | None]]) -> list[str | None]:
    """
    "offensive" or "defensive" for each row, by the player's own count in the text.

    Args:
        rows: player and description in game order; a row that is no rebound changes nothing.
    """
    counts: dict[int | None, tuple[int, int]] = {}
    found: list[str | None] = []
    for player, text in rows:
        told = _REBOUND.search(text or "")
        if not told:
            found.append(None)
            continue
        before = counts.get(player, (0, 0))
        now = (int(told[1]), int(told[2]))
        counts[player] = now
        risen = (now[0] - before[0], now[1] - before[1])
        found.append({(1, 0): "offensive", (0, 1): "defensive"}.get(risen))
    return found
