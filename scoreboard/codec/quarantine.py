"""
Calls about held messages: what officials ask, and what they are answered.

Rule: who may call is the gateway's; here is only the form. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from scoreboard.codec.fields import Fields
from scoreboard.codec.shape import held
from scoreboard.codec.shape_parts import Shape
from scoreboard.model.ids import GameId, parse_game_id
from scoreboard.model.quarantine import Held


@attrs.frozen
class HoldCall:
    """An official's word about a held message."""

    game_id: GameId
    quarantine_id: str
    reason: str


def read_hold_call(data: object) -> HoldCall:
    """
    The arguments of `quarantine.release` and `quarantine.drop`.

    Raises:
        Malformed, BadId: a field is missing or of the wrong type; the text names it.
    """
    fields = Fields(data)
    return HoldCall(
        game_id=parse_game_id(fields.need_text("game_id")),
        quarantine_id=fields.need_text("quarantine_id"),
        reason=fields.need_text("reason"),
    )


def listing(game_id: GameId, waiting: Iterable[Held], now_ms: int) -> Shape:
    """The result of `quarantine.list`: what is held of a game, oldest first."""
    return {
        "game_id": game_id,
        "held": [held(one) | {"expired": now_ms >= one.until_ms} for one in waiting],
    }
