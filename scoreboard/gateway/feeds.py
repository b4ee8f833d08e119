"""
Feeds at the gateway: who sends, what it may write, and how fast.

Rule: who may write (rule E3), and whether it comes too fast (rule X1), is decided before a
message is looked at. Pure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import attrs

from scoreboard.model.answer import Answer
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId

#: (source, messages, bytes) -> None if so much may come in now, else the answer to all of it.
Pace = Callable[[SourceId, int, int], Answer | None]


def unhurried(_source: SourceId, _messages: int, _octets: int) -> Answer | None:
    """Nobody is too fast."""
    return None


@attrs.frozen
class Intake:
    """
    The ways in, as callables of the composition root.

    Attributes:
        admits: (source, token) -> the source if that is its token, else None.
        whose: bearer token -> the source that it belongs to, None if nobody's.
        may_write: whether a source may write a league.
        put_meta: creates a game or changes its circumstances.
        submit: takes messages of one source about one game, in order.
        sports: ruleset id -> sport.
        pace: whether what a request brings may come in now; asked once for each request.
    """

    admits: Callable[[str, str], SourceId | None]
    whose: Callable[[str], SourceId | None]
    may_write: Callable[[str, str], bool]
    put_meta: Callable[[SourceId, GameMeta], Awaitable[Answer]]
    submit: Callable[[SourceId, GameId, Sequence[Any]], Awaitable[list[Answer]]]
    sports: dict[str, str]
    pace: Pace = unhurried
