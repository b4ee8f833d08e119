"""
What operators see of a server, as values; and what they may do, as callables.

Rule: nothing of a server is reached but through `Controls`; what is left None there does
not exist for operators. Pure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import attrs

from scoreboard.model.answer import Answer
from scoreboard.model.ids import GameId, SourceId


@attrs.frozen
class GameRow:
    """
    A game in one line.

    Attributes:
        away, home: short names.
        followers: of its stream, those of everything included.
    """

    game_id: GameId
    league: str
    away: str
    home: str
    away_points: int
    home_points: int
    status: str
    seq: int
    followers: int


@attrs.frozen
class FeedRow:
    """
    One source of one game.

    Attributes:
        believed: for which aspects; empty: for none.
        health: in a word; "" if nobody judges it.
        away_points, home_points: by its own account; None: it tells no score.
        heard_s: seconds since it was last heard; None: not since the start.
        lag_s: how long after it happened its last report came; None: it gives no times.
    """

    game_id: GameId
    source: SourceId
    role: str = ""
    rank: int | None = None
    believed: tuple[str, ...] = ()
    health: str = ""
    away_points: int | None = None
    home_points: int | None = None
    heard_s: float | None = None
    lag_s: float | None = None


@attrs.frozen
class GameView:
    """
    A game in full.

    Attributes:
        facts: name -> what it is, in the order in which they are shown.
        doubts: open reasons to doubt the score.
    """

    row: GameRow
    facts: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...] = ()
    feeds: tuple[FeedRow, ...] = ()


@attrs.frozen
class SessionRow:
    """
    One connection that follows or may follow.

    Attributes:
        protocol: the WebSocket subprotocol, or "sse".
        backlog: bytes that it was sent and has not taken.
        is_slow: whether it does not keep up, so that it stands still in the rings.
    """

    session: int
    protocol: str
    who: str
    peer: str
    subscriptions: int
    backlog: int
    is_slow: bool


@attrs.frozen
class StreamRow:
    """
    The ring of one stream and who reads it.

    Attributes:
        kept, size: publications in the ring, and bytes of them in encoded form.
        lagging: of the followers, those who do not keep up.
    """

    name: str
    kept: int
    size: int
    followers: int
    lagging: int


@attrs.frozen
class HeldRow:
    """A message that is held, and why."""

    held: str
    game_id: GameId
    source: SourceId
    rule: str
    problem: str
    age_s: float


#: (who, game, source, reason) -> what became of it, when that is durable.
Switch = Callable[[SourceId, GameId, SourceId, str], Awaitable[Answer]]

#: (who, game, held message, reason) -> what became of it, when that is durable.
Decide = Callable[[SourceId, GameId, str, str], Awaitable[Answer]]


@attrs.frozen
class Quarantined:
    """What is held, and the two ways out."""

    held: Callable[[], Sequence[HeldRow]]
    release: Decide
    drop: Decide


@attrs.frozen
class Levels:
    """
    How much is written to the server's log.

    Attributes:
        names: of the levels, least grave first.
        chosen: namespace -> level, where it is not the default; "" is all others.
        choose: (namespace, level); both are known to be good.
    """

    names: tuple[str, ...]
    chosen: Callable[[], Sequence[tuple[str, str]]]
    choose: Callable[[str, str], None]


@attrs.frozen
class Controls:
    """
    All that an operator can reach; what is None is not offered.

    Attributes:
        game: None if there is no such game.
        kick: closes the connection of that session; False if there is none.
        kick_slow: closes those of all who do not keep up; how many they were.
        drain: begins an orderly end of the service; what that means, in a sentence.
    """

    games: Callable[[], Sequence[GameRow]] | None = None
    game: Callable[[GameId], GameView | None] | None = None
    sessions: Callable[[], Sequence[SessionRow]] | None = None
    feeds: Callable[[], Sequence[FeedRow]] | None = None
    switch: Switch | None = None
    quarantine: Quarantined | None = None
    kick: Callable[[int], bool] | None = None
    kick_slow: Callable[[], int] | None = None
    drain: Callable[[], str] | None = None
    streams: Callable[[], Sequence[StreamRow]] | None = None
    levels: Levels | None = None
