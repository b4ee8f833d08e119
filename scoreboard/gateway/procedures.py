"""
The calls that followers and feeds may make, over WAMP.

Rule: arguments are checked here, once; an answer is exact for the position that it
names. What may be asked is `queries`; who may write was decided when the session joined. Pure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from scoreboard.codec.answer import write_answer
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.queries import Games, HistoryLost, UnknownGame
from scoreboard.gateway.realm import Caller, CallError, Missed, Procedure
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import SourceId

#: Role of a session that has joined with a feed's ticket.
FEED = "feed"

#: Games that one `sync` may ask for: more than anyone follows at once.
_MAX_SYNC = 256

_INVALID = "wamp.error.invalid_argument"


def procedures(games: Games, intake: Intake, max_batch: int) -> dict[str, Procedure]:
    """
    URI -> procedure.

    Args:
        max_batch: messages that one `feed.submit` may bring.
    """
    reading, feeding = _Reading(games), _Feeding(games, intake, max_batch)
    return {
        "scoreboard.v1.slate.get": reading.slate,
        "scoreboard.v1.game.get": reading.game,
        "scoreboard.v1.game.since": reading.since,
        "scoreboard.v1.game.timecodes": reading.timecodes,
        "scoreboard.v1.plays.list": reading.plays,
        "scoreboard.v1.shots.list": reading.shots,
        "scoreboard.v1.boxscore.get": reading.box_score,
        "scoreboard.v1.alerts.list": reading.alerts,
        "scoreboard.v1.sync": reading.sync,
        "scoreboard.v1.feed.submit": feeding.submit,
    }


def missed(games: Games) -> Missed:
    """What SUBSCRIBE with `_since` brings."""

    def of(game_id: str, epoch: int, seq: int) -> Sequence[Publication]:
        try:
            return games.missed(game_id, epoch, seq)
        except HistoryLost as why:
            raise CallError(
                "scoreboard.error.history_lost",
                str(why),
                epoch=why.epoch,
                oldest=why.oldest,
                latest=why.latest,
            ) from why

    return of


def _text(kwargs: Mapping[str, Any], name: str) -> str | None:
    value = kwargs.get(name)
    if value is not None and not isinstance(value, str):
        raise CallError(_INVALID, f"{name} must be a text")
    return value


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise CallError(_INVALID, f"{name} must be a whole number from 0")
    return value


def _game_id(args: list[Any], kwargs: Mapping[str, Any]) -> str:
    """`game_id`, by name or as the first argument."""
    game_id = kwargs.get("game_id", args[0] if args else None)
    if not isinstance(game_id, str):
        raise CallError(_INVALID, "game_id is missing")
    return game_id


def _unknown(why: UnknownGame, game_id: str) -> CallError:
    return CallError("scoreboard.error.unknown_game", str(why), game_id=game_id)


class _Reading:
    """Calls that everybody may make."""

    def __init__(self, games: Games) -> None:
        self._games = games

    def slate(self, _caller: Caller, _args: list[Any], kwargs: dict[str, Any]) -> Any:
        return self._games.slate(_text(kwargs, "league"), _text(kwargs, "date"))

    def game(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        game_id, when = _game_id(args, kwargs), kwargs.get("asof")
        if when is None:
            try:
                return self._games.whole(game_id)
            except UnknownGame as why:
                raise _unknown(why, game_id) from why
        return self._as_of(game_id, str(when))

    def box_score(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return self._part("boxscore", _game_id(args, kwargs))

    def alerts(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return self._part("alerts", _game_id(args, kwargs))

    def _part(self, name: str, game_id: str) -> Any:
        try:
            return self._games.part(name, game_id)
        except UnknownGame as why:
            raise _unknown(why, game_id) from why

    async def _as_of(self, game_id: str, when: str) -> Any:
        try:
            return await self._games.as_of(game_id, when)
        except UnknownGame as why:
            raise _unknown(why, game_id) from why
        except RemoteError as why:
            raise CallError(_INVALID, f"asof: {why}") from why

    async def plays(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return await self._paged(self._games.plays, args, kwargs)

    async def timecodes(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return await self._paged(self._games.timecodes, args, kwargs)

    async def _paged(
        self,
        read: Callable[[str, int, int | None], Awaitable[Any]],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> Any:
        """What a game has behind `after`, of about `limit` publications."""
        game_id = _game_id(args, kwargs)
        after, limit = _count("after", kwargs.get("after", 0)), kwargs.get("limit")
        try:
            return await read(game_id, after, None if limit is None else _count("limit", limit))
        except UnknownGame as why:
            raise _unknown(why, game_id) from why

    async def shots(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        game_id = _game_id(args, kwargs)
        try:
            return await self._games.shots(game_id)
        except UnknownGame as why:
            raise _unknown(why, game_id) from why

    async def since(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        game_id = _game_id(args, kwargs)
        from_seq = _count("from_seq", kwargs.get("from_seq", args[1] if len(args) > 1 else 0))
        limit = kwargs.get("limit")
        if limit is not None:
            limit = _count("limit", limit)
        try:
            return await self._games.since(game_id, from_seq, limit)
        except UnknownGame as why:
            raise _unknown(why, game_id) from why

    def sync(self, _caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        positions = kwargs.get("games", args[0] if args else None)
        if not isinstance(positions, Mapping) or len(positions) > _MAX_SYNC:
            hint = (
                f"games must be an object of at most {_MAX_SYNC}: game_id -> [epoch, seq] or null"
            )
            raise CallError(_INVALID, hint)
        try:
            return self._games.sync(positions)
        except RemoteError as why:
            raise CallError(_INVALID, str(why)) from why


class _Feeding:
    """The call of a feed that has joined with its ticket."""

    def __init__(self, games: Games, intake: Intake, max_batch: int) -> None:
        self._games = games
        self._intake = intake
        self._max_batch = max_batch

    async def submit(self, caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if caller.role != FEED:
            raise CallError("wamp.error.not_authorized", "join with a feed's ticket to submit")
        game_id = _game_id(args, kwargs)
        single, messages = self._messages(args, kwargs)
        try:
            state = self._games.state(game_id)
        except UnknownGame as why:
            raise _unknown(why, game_id) from why
        source = SourceId(caller.authid)
        if not self._intake.may_write(source, state.meta.league):
            raise CallError(
                "scoreboard.error.forbidden", f"league {state.meta.league} is not yours"
            )
        refused = self._intake.pace(source, len(messages), caller.octets)
        if refused is not None:
            uri = f"scoreboard.error.{refused.code}"
            raise CallError(uri, refused.problem or "", **write_answer(refused))
        answers = await self._intake.submit(source, state.meta.game_id, messages)
        if single:
            return _one(answers[0])
        return {"answers": [write_answer(answer) for answer in answers]}

    def _messages(self, args: list[Any], kwargs: Mapping[str, Any]) -> tuple[bool, list[Any]]:
        """Whether one message was given, and the messages."""
        message = kwargs.get("message", args[1] if len(args) > 1 else None)
        if message is not None:
            return True, [message]
        messages = kwargs.get("messages")
        if not isinstance(messages, list) or not messages or len(messages) > self._max_batch:
            hint = f"give message, or messages: a list of 1 to {self._max_batch}"
            raise CallError(_INVALID, hint)
        return False, messages


def _one(answer: Answer) -> dict[str, Any]:
    """The answer to a single message; a rejection is an ERROR."""
    shape = write_answer(answer)
    if answer.outcome is Outcome.REJECTED:
        raise CallError(f"scoreboard.error.{answer.code}", answer.problem or "", **shape)
    return shape
