"""
Replies: what is answered to that which is not judged.

Rule: who hears that nothing was recorded also hears what to do about it. Pure.
"""

from __future__ import annotations

from typing import Any

import attrs

from scoreboard.codec.fields import Malformed
from scoreboard.codec.reports import Received, read_message
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.errors import RemoteError
from scoreboard.model.game import GameMeta

#: How long a sender should wait when the log cannot take its message, milliseconds.
RETRY_MS = 1_000


def read(raw: Any, meta: GameMeta) -> Received | Answer:
    """The message, or the answer that it cannot be read (rule E1)."""
    try:
        return read_message(raw, meta)
    except Malformed as why:
        return malformed(str(why), f"mend {why.path} and resend")
    except RemoteError as why:
        return malformed(str(why), "mend it and resend")


def malformed(problem: str, hint: str) -> Answer:
    """E1: the message is not in the form of the protocol."""
    return Answer(Outcome.REJECTED, code="malformed", rule="E1", problem=problem, hint=hint)


def unknown_game(game_id: str) -> Answer:
    """I1: nobody has told us of that game."""
    return Answer(
        Outcome.REJECTED,
        code="unknown_game",
        rule="I1",
        problem=f"no game {game_id} is known",
        hint=f"create it first: PUT /v1/games/{game_id} with its meta",
    )


def is_written(answer: Answer) -> bool:
    """Whether the answer speaks of something that had to be written down."""
    return answer.outcome.recorded or answer.outcome in (Outcome.QUARANTINED, Outcome.SHADOW)


def unavailable() -> Answer:
    """The log cannot take it now."""
    return Answer(
        Outcome.REJECTED,
        code="unavailable",
        problem="the log cannot take it now; nothing was recorded",
        hint="resend the same message",
        retry_ms=RETRY_MS,
    )


def stopping() -> Answer:
    """The server is about to end."""
    return attrs.evolve(
        unavailable(),
        problem="the server is about to restart; nothing was recorded",
        hint="resend the same message, over a new connection",
    )


def sport_change(before: GameMeta, after: GameMeta) -> Answer:
    """A game cannot become one of another sport."""
    return Answer(
        Outcome.REJECTED,
        code="sport_change",
        problem=f"{before.game_id} is a {before.sport} game and cannot become {after.sport}",
        hint="create another game",
    )
