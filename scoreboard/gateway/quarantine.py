"""
The calls about held messages: officials and operators see them, and rule about them.

Rule: nobody else is told what is held, since it contradicts what is public. Pure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import attrs

from scoreboard.codec.answer import write_answer
from scoreboard.codec.quarantine import listing, read_hold_call
from scoreboard.gateway.queries import Games, UnknownGame
from scoreboard.gateway.realm import OPS, Caller, CallError, Procedure
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.command import Role
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.quarantine import Held

#: Who may see and rule.
ROLES = frozenset({OPS, Role.OFFICIAL.value})


class Ruling(Protocol):
    """Lets a held message in, or throws it away."""

    def __call__(
        self, by: SourceId, game_id: GameId, quarantine_id: str, reason: str, *, lets_in: bool
    ) -> Awaitable[Answer]:
        """See `ingest.scorekeeper.Scorekeeper.rule`."""


@attrs.frozen
class Holds:
    """
    What is held, and what can be done about it, as callables of the composition root.

    Attributes:
        held: what is held of a game, oldest first.
        may_write: whether an official may write a league.
        now_ms: milliseconds UTC.
    """

    held: Callable[[GameId], Sequence[Held]]
    rule: Ruling
    may_write: Callable[[str, str], bool]
    now_ms: Callable[[], int]


def quarantine_procedures(holds: Holds, games: Games) -> dict[str, Procedure]:
    """URI -> procedure."""
    asked = _Asked(holds, games)
    return {
        "scoreboard.v1.quarantine.list": asked.listed,
        "scoreboard.v1.quarantine.release": asked.release,
        "scoreboard.v1.quarantine.drop": asked.drop,
    }


class _Asked:
    """Calls of officials and operators."""

    def __init__(self, holds: Holds, games: Games) -> None:
        self._holds = holds
        self._games = games

    def listed(self, caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        game_id = self._game(caller, kwargs.get("game_id", args[0] if args else None))
        return listing(game_id, self._holds.held(game_id), self._holds.now_ms())

    async def release(self, caller: Caller, _args: list[Any], kwargs: dict[str, Any]) -> Any:
        return await self._rule(caller, kwargs, lets_in=True)

    async def drop(self, caller: Caller, _args: list[Any], kwargs: dict[str, Any]) -> Any:
        return await self._rule(caller, kwargs, lets_in=False)

    async def _rule(self, caller: Caller, kwargs: dict[str, Any], *, lets_in: bool) -> Any:
        try:
            call = read_hold_call(kwargs)
        except RemoteError as why:
            raise CallError("wamp.error.invalid_argument", str(why)) from why
        game_id = self._game(caller, call.game_id)
        answer = await self._holds.rule(
            SourceId(caller.authid), game_id, call.quarantine_id, call.reason, lets_in=lets_in
        )
        shape = write_answer(answer)
        if answer.outcome is Outcome.REJECTED:
            raise CallError(f"scoreboard.error.{answer.code}", answer.problem or "", **shape)
        return shape

    def _game(self, caller: Caller, name: object) -> GameId:
        if caller.role not in ROLES:
            raise CallError("wamp.error.not_authorized", "join as an official or an operator")
        if not isinstance(name, str):
            raise CallError("wamp.error.invalid_argument", "game_id is missing")
        try:
            meta = self._games.state(name).meta
        except UnknownGame as why:
            raise CallError("scoreboard.error.unknown_game", str(why), game_id=name) from why
        if caller.role != OPS and not self._holds.may_write(caller.authid, meta.league):
            raise CallError("scoreboard.error.forbidden", f"league {meta.league} is not yours")
        return meta.game_id
