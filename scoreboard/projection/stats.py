"""
What a state knows of its box score and of the alerts that it has told.

Rule: part of the state, and as such a function of the log; made by `boxscore` and
`alerts` alone. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.alert import Alert, Told
from scoreboard.model.boxscore import StatLine
from scoreboard.model.ids import PlayId
from scoreboard.model.side import Side


@attrs.frozen
class Stats:
    """
    The lines of a game.

    Attributes:
        lines: "home:" or "away:" and who -> the line; nobody is the team.
        touched: the lines that the entry moved that made this.
    """

    lines: Mapping[str, StatLine] = attrs.field(factory=dict)
    touched: tuple[str, ...] = ()


NOTHING = Stats()


@attrs.frozen
class Gain:
    """Points of a side that the entry `seq` gave it without a play."""

    seq: int
    side: Side
    points: int


@attrs.frozen
class Held:
    """
    What happened to the score while it was held.

    Attributes:
        plays: worth points, or corrected.
        corrected: something was, and not only added.
    """

    plays: tuple[PlayId, ...] = ()
    gains: tuple[Gain, ...] = ()
    corrected: bool = False


@attrs.frozen
class Alerts:
    """
    The alerts of a game.

    Attributes:
        told: in the order of the log, withdrawn ones included and marked.
        news: those of the entry that made this.
        leader: the side that was ahead last; None before anybody was.
        is_armed: whether a close finish would be news.
        turn_ms: when the lead last changed and that was told, milliseconds UTC; 0: never.
        held: what is to be told of the score when it is released; None: nothing.
    """

    told: tuple[Told, ...] = ()
    news: tuple[Alert, ...] = ()
    leader: Side | None = None
    is_armed: bool = True
    turn_ms: int = 0
    held: Held | None = None


NO_ALERTS = Alerts()
