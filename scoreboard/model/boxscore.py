"""
A line of a box score: what one person, or one team, has done in a game.

Rule: a statistic that is absent is not known; 0 is known to be none. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.ids import GameId
from scoreboard.model.play import Participant
from scoreboard.model.side import Score, Side
from scoreboard.model.status import StatusLine

#: Name of a statistic -> how many; halves occur where two share one (a sack).
Values = Mapping[str, int | float]


@attrs.frozen
class StatLine:
    """
    One line.

    Attributes:
        person: as first named in the game; None for the team's own line.
        values: empty if nothing is left of what the line once had.
    """

    side: Side
    person: Participant | None
    values: Values


@attrs.frozen
class BoxScore:
    """
    The box score of a game at one position of its log.

    Attributes:
        lines: home before away, each team's own line first, then persons as they came in.
    """

    game_id: GameId
    epoch: int
    seq: int
    ts_ms: int
    home: str
    away: str
    score: Score
    line: StatusLine
    period_index: int
    lines: tuple[StatLine, ...]
