"""
Nearby: before a game is asked about, it is brought here from the node that writes it.

Rule: an answer is of the game as its log has it, on whichever node it is given; a question that
names no game is of all games. Who has something to write waits for no more than that the game is
known: what becomes of it is decided on its log anyway. Pure, but for waiting.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from scoreboard.gateway.realm import Caller, CallError, Procedure
from scoreboard.log.interface import LogUnavailable
from scoreboard.model.ids import BadId, GameId, parse_game_id

#: Brings games here; None: all that there are. Raises: LogUnavailable.
Near = Callable[[Iterable[GameId] | None], Awaitable[None]]

#: Makes games known here, however far. Raises: LogUnavailable.
Meet = Callable[[Iterable[GameId]], Awaitable[None]]

#: Games that one question may bring: as many as one `sync` may ask for.
MOST = 256

#: How long to stay away when the log cannot be asked for a game, milliseconds.
RETRY_MS = 1_000

#: Calls that are of all games.
_OF_ALL = frozenset({"scoreboard.v1.slate.get"})

#: What the calls begin with that write.
_WRITES = ("scoreboard.v1.feed.submit", "scoreboard.v1.scorer.")


def named(values: Iterable[Any]) -> list[GameId]:
    """Those of `values` that are ids of games."""
    found = []
    for value in values:
        try:
            found.append(parse_game_id(value))
        except BadId:
            continue
    return found[:MOST]


def games_of(args: list[Any], kwargs: Mapping[str, Any]) -> list[GameId]:
    """The games that the arguments of a call name."""
    several = kwargs.get("games", args[0] if args else None)
    if isinstance(several, Mapping):
        return named(several)
    return named([kwargs.get("game_id", args[0] if args else None)])


def nearby(procedures: Mapping[str, Procedure], near: Near, meet: Meet) -> dict[str, Procedure]:
    """The same procedures, each of which waits for the games that it is asked about."""
    return {uri: _nearby(uri, procedure, near, meet) for uri, procedure in procedures.items()}


def _nearby(uri: str, procedure: Procedure, near: Near, meet: Meet) -> Procedure:
    is_writing = uri.startswith(_WRITES)

    async def call(caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        games = None if uri in _OF_ALL else games_of(args, kwargs)
        try:
            if games is None or (games and not is_writing):
                await near(games)
            elif games:
                await meet(games)
        except LogUnavailable as why:
            # It may well be there: "unknown" would be wrong.
            text = f"{why}; retry_ms={RETRY_MS}"
            raise CallError("scoreboard.error.unavailable", text, retry_ms=RETRY_MS) from why
        answer = procedure(caller, args, kwargs)
        return await answer if inspect.isawaitable(answer) else answer

    return call
