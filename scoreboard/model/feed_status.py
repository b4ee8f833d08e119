"""
How the feeds of a game are, for those who run the server.

Rule: it is of one moment and of this node; the log has only what was decided. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.feed import Aspect, FeedMode, SourceRole
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.side import Score


@attrs.frozen
class SourceStatus:
    """
    How one source of a game is.

    Attributes:
        rank: 0 is the primary; None: as they come.
        health: in one word, as the operators' topic has it.
        score: by its own account; None: it has told nothing.
        plays: that it has told and that count.
        heard_ms: when it was last heard, milliseconds UTC; None: not since this node looks.
        lag_ms: how long after it was sent (or else happened) its last report reached us, by
            both clocks; None: it gives no times.
        closed: its connection was closed and is not back.
        missing: first and last number of each hole in the numbers of a source that counts all
            its messages.
    """

    source: SourceId
    role: SourceRole
    rank: int | None
    health: str
    score: Score | None = None
    plays: int = 0
    heard_ms: int | None = None
    lag_ms: int | None = None
    closed: bool = False
    missing: tuple[tuple[int, int], ...] = ()


@attrs.frozen
class FeedStatus:
    """
    How the feeds of a game are.

    Attributes:
        believed: for each aspect who is believed; None until one has spoken.
        score: ours.
        chosen: a person has chosen who is believed for the plays, and has not let go.
        flags: what a person should look at.
        sources: the best one first.
    """

    game_id: GameId
    mode: FeedMode
    term: int
    believed: tuple[tuple[Aspect, SourceId | None], ...]
    score: Score
    doubts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    sources: tuple[SourceStatus, ...] = ()
    chosen: bool = False
