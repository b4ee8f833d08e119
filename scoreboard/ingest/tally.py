"""
What a scorekeeper has answered: counters, for those who watch it.

Rule: counted where it happens, read anywhere, never reset. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from scoreboard.metrics import Durations
from scoreboard.model.answer import Answer


@attrs.define
class Tally:
    """
    What was answered since the server began.

    Attributes:
        answers: (outcome, code or "") -> messages and calls that were answered so.
        durable: from when messages were taken in until what they say was on disk, once for
            each batch of which something was recorded.
    """

    answers: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    durable: Durations = attrs.field(factory=Durations)

    def answered(self, answers: Iterable[Answer]) -> None:
        """These were given."""
        for answer in answers:
            self.answers[answer.outcome.value, answer.code or ""] += 1
