"""
The call about claimed box scores: those who run the server see where sources differ from us.

Rule: it compares with the plays as they are now, so that a correction is seen at once; the
public is told of no claim. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scoreboard.codec.claims import claim
from scoreboard.gateway.queries import Games, UnknownGame
from scoreboard.gateway.realm import OPS, Caller, CallError, Procedure
from scoreboard.model.boxscore import Claim
from scoreboard.model.ids import GameId
from scoreboard.model.payload import ClaimPayload
from scoreboard.projection.claims import compared, differences
from scoreboard.projection.state import GameState

#: The box score that each source of a game has sent last.
Claims = Callable[[GameId], Sequence[Claim]]


def claim_procedures(claims: Claims, games: Games) -> dict[str, Procedure]:
    """URI -> procedure."""

    def listed(caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if caller.role != OPS:
            raise CallError("wamp.error.not_authorized", "join with an operator's ticket")
        name = kwargs.get("game_id", args[0] if args else None)
        if not isinstance(name, str):
            raise CallError("wamp.error.invalid_argument", "game_id is missing")
        try:
            state = games.state(name)
        except UnknownGame as why:
            raise CallError("scoreboard.error.unknown_game", str(why), game_id=name) from why
        found = [claim(_against(state, one)) for one in claims(state.meta.game_id)]
        return {"game_id": name, "epoch": state.epoch, "seq": state.seq, "claims": found}

    return {"scoreboard.v1.ops.boxscore.list": listed}


def _against(state: GameState, one: Claim) -> ClaimPayload:
    found = differences(state, one.lines, complete=one.complete)
    return ClaimPayload(one, compared(state, one.lines), found, state.meta)
