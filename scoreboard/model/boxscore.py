"""
A line of a box score: what one person, or one team, has done in a game.

Rule: a statistic that is absent is not known; 0 is known to be none. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.game import GameMeta
from scoreboard.model.ids import SourceId
from scoreboard.model.play import Participant
from scoreboard.model.side import Score, Side
from scoreboard.model.status import StatusLine

#: Name of a statistic -> how many; halves occur where two share one (a sack).
Values = Mapping[str, int | float]


@attrs.frozen
class StatLine:
    """
    One line, as it is counted; how it is shown, the sport's box says (`sports.shares`).

    Attributes:
        person: as first named in the game; None for the team's own line.
        counts: never 0; empty if nothing is left of what the line once had.
    """

    side: Side
    person: Participant | None
    counts: Values = attrs.field(factory=dict)


@attrs.frozen
class Difference:
    """
    One figure of a claimed box score that is not the derived one.

    Attributes:
        person: None: the team.
        claimed: None: the claim is complete and does not name who it is.
        derived: None: no play tells of it.
    """

    side: Side
    person: Participant | None
    stat: str
    claimed: int | float | None
    derived: int | float | None


@attrs.frozen
class Claim:
    """
    A box score as a source has sent it last.

    Attributes:
        complete: who is not in it has done nothing.
        at_seq: position of the game's log when it came.
        ts_ms: when that was, milliseconds UTC.
        digest: of the message, for repeats.
    """

    source: SourceId
    lines: tuple[StatLine, ...]
    complete: bool
    at_seq: int
    ts_ms: int
    digest: int


@attrs.frozen
class BoxScore:
    """
    The box score of a game at one position of its log.

    Attributes:
        lines: home before away, each team's own line first, then persons as they came in.
    """

    epoch: int
    seq: int
    ts_ms: int
    meta: GameMeta
    score: Score
    line: StatusLine
    period_index: int
    lines: tuple[StatLine, ...]
