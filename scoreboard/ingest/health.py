"""
How a source that we fetch from is doing: what its operator is shown.

Rule: an error is shown until something has gone well again; times are UTC. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs

from scoreboard.codec.text import iso
from scoreboard.model.answer import Answer

#: Refused messages that are kept to be shown; all are counted.
_SHOWN = 20


@attrs.define
class Health:
    """
    One source's.

    Attributes:
        success_ms: when it last was heard, milliseconds UTC; None: never.
        error_ms, error: what went wrong since then, and when.
        next_ms: when it is tried again; None: it is at it, or connected.
        rounds: how often it was asked, or connected to.
        answers: of its messages, by outcome.
        refused: the latest that were quarantined or rejected, in words.
        over: whether its game has ended.
        absent: rows that were told, stand, and are not in its document now.
    """

    success_ms: int | None = None
    error_ms: int | None = None
    error: str = ""
    next_ms: int | None = None
    rounds: int = 0
    answers: Counter[str] = attrs.field(factory=Counter)
    refused: list[str] = attrs.field(factory=list)
    over: bool = False
    absent: int = 0

    def good(self, now_ms: int) -> None:
        """It was heard."""
        self.success_ms, self.error_ms, self.error = now_ms, None, ""

    def bad(self, now_ms: int, error: str) -> None:
        """Something went wrong."""
        self.error_ms, self.error = now_ms, error

    def answered(self, said: Iterable[tuple[str, Answer]]) -> None:
        """
        Its messages were answered.

        Args:
            said: what each message was about, and its answer.
        """
        for about, answer in said:
            self.answers[answer.outcome.value] += 1
            if answer.problem and not answer.outcome.recorded:
                rule = answer.rule or answer.code
                self.refused.append(f"{about}: {answer.outcome.value} {rule}: {answer.problem}")
        del self.refused[:-_SHOWN]

    def shape(self) -> dict[str, Any]:
        """For an answer to the operator; what is absent is left out."""
        times = {
            "last_success": self.success_ms,
            "last_error": self.error_ms,
            "next_attempt": self.next_ms,
        }
        shape: dict[str, Any] = {name: iso(ms) for name, ms in times.items() if ms is not None}
        if self.error:
            shape["error"] = self.error
        return shape | {
            "rounds": self.rounds,
            "over": self.over,
            "absent": self.absent,
            "answers": dict(sorted(self.answers.items())),
            "refused": list(self.refused),
        }
