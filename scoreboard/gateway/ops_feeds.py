"""
The calls about a game's feeds: operators see and choose, feeds ask and give signs of life.

Rule: only the role `ops` chooses; a feed hears of the games that it may write, and its
connection stands for it there until another one does. Pure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import attrs

from scoreboard.codec.answer import write_answer
from scoreboard.codec.feeds import feed_status, lease
from scoreboard.gateway.procedures import FEED
from scoreboard.gateway.queries import Games, UnknownGame
from scoreboard.gateway.realm import OPS, Caller, CallError, Procedure
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.errors import RemoteError
from scoreboard.model.feed import Aspect
from scoreboard.model.feed_status import FeedStatus
from scoreboard.model.ids import GameId, SourceId, parse_source_id
from scoreboard.model.status import State
from scoreboard.projection.state import GameState

#: Games that one `feed.heartbeat` may name: more than a league plays in a week.
MAX_BEATS = 512

_INVALID = "wamp.error.invalid_argument"
_HEARTBEAT = {"type": "heartbeat"}


@attrs.frozen
class FeedRoom:
    """
    What there is to be asked and done, as callables of the composition root.

    Attributes:
        status: how the feeds of a known game are.
        choose: (who, game, source, reason, whether it holds) -> what became of that choice.
        submit: takes messages of one source about one game, in order.
        may_write: whether a source may write a league.
    """

    status: Callable[[GameId], FeedStatus]
    choose: Callable[[SourceId, GameId, SourceId, str, bool], Awaitable[Answer]]
    submit: Callable[[SourceId, GameId, Sequence[Any]], Awaitable[list[Answer]]]
    may_write: Callable[[str, str], bool]


class Leases:
    """
    Which session stands for which source in which games.

    Args:
        closed: called when the last session that stood for a source in a game is gone.
    """

    def __init__(self, closed: Callable[[SourceId, GameId], None]) -> None:
        self._closed = closed
        self._games: dict[int, tuple[SourceId, set[GameId]]] = {}
        self._sessions: dict[tuple[SourceId, GameId], set[int]] = {}

    def take(self, session: int, source: SourceId, game_id: GameId) -> None:
        """From now on the session stands for `source` in that game, beside others."""
        self._games.setdefault(session, (source, set()))[1].add(game_id)
        self._sessions.setdefault((source, game_id), set()).add(session)

    def left(self, session: int) -> None:
        """The session is gone."""
        source, games = self._games.pop(session, (SourceId(""), set()))
        for game_id in games:
            standing = self._sessions[source, game_id]
            standing.discard(session)
            if not standing:
                del self._sessions[source, game_id]
                self._closed(source, game_id)


def feed_procedures(room: FeedRoom, games: Games, leases: Leases) -> dict[str, Procedure]:
    """URI -> procedure."""
    operating, feeding = _Operating(room, games), _Feeding(room, games, leases)
    return {
        "scoreboard.v1.ops.feed.list": operating.listed,
        "scoreboard.v1.ops.feed.switch": operating.switch,
        "scoreboard.v1.feed.lease": feeding.lease,
        "scoreboard.v1.feed.heartbeat": feeding.heartbeat,
    }


def _text(kwargs: Mapping[str, Any], name: str) -> str:
    value = kwargs.get(name)
    if not isinstance(value, str):
        raise CallError(_INVALID, f"{name} is missing: a text")
    return value


def _state(games: Games, game_id: str) -> GameState:
    try:
        return games.state(game_id)
    except UnknownGame as why:
        raise CallError("scoreboard.error.unknown_game", str(why), game_id=game_id) from why


class _Operating:
    """Calls of those who run the server."""

    def __init__(self, room: FeedRoom, games: Games) -> None:
        self._room = room
        self._games = games

    def listed(self, caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        _needs(caller, OPS, "an operator's")
        if args or kwargs.get("game_id") is not None:
            states = [_state(self._games, _game_id(args, kwargs))]
        else:
            states = [one for one in self._games.all() if one.line.status.state is not State.POST]
        return {"games": [feed_status(self._room.status(one.meta.game_id)) for one in states]}

    async def switch(self, caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        _needs(caller, OPS, "an operator's")
        state = _state(self._games, _game_id(args, kwargs))
        try:
            to = parse_source_id(_text(kwargs, "to"))
        except RemoteError as why:
            raise CallError(_INVALID, f"to: {why}") from why
        reason = kwargs.get("reason") or ""
        if not isinstance(reason, str):
            raise CallError(_INVALID, "reason must be a text")
        holds = kwargs.get("hold", True)
        if not isinstance(holds, bool):
            raise CallError(_INVALID, "hold must be true or false")
        who, game_id = SourceId(caller.authid), state.meta.game_id
        said = await self._room.choose(who, game_id, to, reason, holds)
        shape = write_answer(said)
        if said.outcome is Outcome.REJECTED:
            raise CallError(f"scoreboard.error.{said.code}", said.problem or "", **shape)
        return shape


class _Feeding:
    """Calls of feeds."""

    def __init__(self, room: FeedRoom, games: Games, leases: Leases) -> None:
        self._room = room
        self._games = games
        self._leases = leases

    def lease(self, caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        _needs(caller, FEED, "a feed's")
        state = self._own(caller, _game_id(args, kwargs))
        return self._stand(caller, state)

    async def heartbeat(self, caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        _needs(caller, FEED, "a feed's")
        named = kwargs.get("games", args[0] if args else None)
        if not isinstance(named, list) or not 0 < len(named) <= MAX_BEATS:
            raise CallError(_INVALID, f"games must be a list of 1 to {MAX_BEATS} game ids")
        found: dict[str, Any] = {}
        own: list[GameId] = []
        # The session may be gone while a beat is taken; whatever it stands for is said before.
        for name in map(str, named):
            try:
                state = self._own(caller, name)
            except CallError as why:
                found[name] = {"error": why.uri, "problem": str(why)}
            else:
                found[name] = self._stand(caller, state)
                own.append(state.meta.game_id)
        for game_id in own:
            await self._room.submit(SourceId(caller.authid), game_id, [_HEARTBEAT])
            found[game_id] = _lease(caller, self._games.state(game_id))
        return {"games": found}

    def _own(self, caller: Caller, game_id: str) -> GameState:
        state = _state(self._games, game_id)
        if not self._room.may_write(caller.authid, state.meta.league):
            why = f"league {state.meta.league} is not yours"
            raise CallError("scoreboard.error.forbidden", why)
        return state

    def _stand(self, caller: Caller, state: GameState) -> Any:
        self._leases.take(caller.session, SourceId(caller.authid), state.meta.game_id)
        return _lease(caller, state)


def _lease(caller: Caller, state: GameState) -> Any:
    believed = {aspect: state.believed(aspect) for aspect in Aspect}
    return lease(SourceId(caller.authid), state.term, state.mode, believed)


def _needs(caller: Caller, role: str, whose: str) -> None:
    if caller.role != role:
        raise CallError("wamp.error.not_authorized", f"join with {whose} ticket")


def _game_id(args: list[Any], kwargs: Mapping[str, Any]) -> str:
    """`game_id`, by name or as the first argument."""
    game_id = kwargs.get("game_id", args[0] if args else None)
    if not isinstance(game_id, str):
        raise CallError(_INVALID, "game_id is missing")
    return game_id
