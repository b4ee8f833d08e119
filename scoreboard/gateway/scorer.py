"""
The scorer's calls: who may make which, and what they are answered.

Rule: who may is decided before what he says is looked at (rule E3); what becomes of it
is decided elsewhere (`ingest.scoring`). The same over WAMP and HTTP. Pure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import attrs

from scoreboard.codec.answer import write_answer
from scoreboard.codec.commands import CALLS, read_command
from scoreboard.codec.fields import Malformed
from scoreboard.gateway.queries import Games, UnknownGame
from scoreboard.gateway.realm import OPS, Caller, CallError, Principal, Procedure
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.command import Command, Role
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, SourceId

#: First part of the calls' URIs.
ROOT = "scoreboard.v1.scorer"

#: Role of a principal -> the calls that it may make. Who is not here may make none.
MAY: Mapping[str, frozenset[str]] = {
    Role.SCORER.value: frozenset(
        {"record", "amend", "void", "undo", "score_query", "confirm_period"}
    ),
    Role.OFFICIAL.value: frozenset(CALLS),
    OPS: frozenset({"lock", "unlock", "hold", "release"}),
}


@attrs.frozen
class Officials:
    """
    The ways in for people, as callables of the composition root.

    Attributes:
        whose: bearer token -> who that is, None if nobody's.
        may_write: whether somebody may write a league.
        command: (who, in which role, game, command) -> what became of it.
    """

    whose: Callable[[str], Principal | None]
    may_write: Callable[[str, str], bool]
    command: Callable[[SourceId, Role, GameId, Command], Awaitable[Answer]]


class NotAllowed(RemoteError):
    """
    The caller may not do that.

    Attributes:
        is_role: his role never may; otherwise it is the league that is not his.
    """

    def __init__(self, problem: str, *, is_role: bool) -> None:
        super().__init__(problem)
        self.is_role = is_role


async def ask(
    officials: Officials, games: Games, who: Principal, call: str, game_id: str, data: object
) -> Answer:
    """
    Make one call.

    Args:
        call: one of `CALLS`.
        data: its arguments, decoded.

    Raises:
        NotAllowed, UnknownGame.
    """
    if call not in MAY.get(who.role, ()):
        raise NotAllowed(f"{who.role} may not {call}", is_role=True)
    meta = games.state(game_id).meta
    if not officials.may_write(who.authid, meta.league):
        raise NotAllowed(f"league {meta.league} is not yours", is_role=False)
    try:
        command = read_command(call, data, meta)
    except Malformed as why:
        return _malformed(str(why), f"mend {why.path} and say it again")
    except RemoteError as why:
        return _malformed(str(why), "mend it and say it again")
    source, role = SourceId(who.authid), Role(who.role)
    return await officials.command(source, role, meta.game_id, command)


def _malformed(problem: str, hint: str) -> Answer:
    return Answer(Outcome.REJECTED, code="malformed", rule="E1", problem=problem, hint=hint)


def scorer_procedures(officials: Officials, games: Games) -> dict[str, Procedure]:
    """URI -> procedure, one for each call."""
    return {f"{ROOT}.{call}": _procedure(officials, games, call) for call in CALLS}


def _procedure(officials: Officials, games: Games, call: str) -> Procedure:
    async def procedure(caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        data = dict(kwargs)
        game_id = data.pop("game_id", args[0] if args else None)
        if not isinstance(game_id, str):
            raise CallError("wamp.error.invalid_argument", "game_id is missing")
        try:
            said = await ask(officials, games, caller.principal, call, game_id, data)
        except NotAllowed as why:
            uri = "wamp.error.not_authorized" if why.is_role else "scoreboard.error.forbidden"
            raise CallError(uri, str(why)) from why
        except UnknownGame as why:
            raise CallError("scoreboard.error.unknown_game", str(why), game_id=game_id) from why
        shape = write_answer(said)
        if said.outcome is Outcome.REJECTED:
            raise CallError(f"scoreboard.error.{said.code}", said.problem or "", **shape)
        return shape

    return procedure
