"""
The answer that every message gets.

Rule: one answer per message, and `accepted` only when the log has it on disk. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs

from scoreboard.model.boxscore import Difference
from scoreboard.model.ids import PlayId
from scoreboard.model.payload import FieldChange
from scoreboard.model.side import Score


class Outcome(Enum):
    """What became of a message."""

    ACCEPTED = "accepted"  #: in the log
    FLAGGED = "flagged"  #: in the log, with doubts
    DUPLICATE = "duplicate"  #: was in the log already
    SHADOW = "shadow"  #: valid, but its source is not believed now
    QUARANTINED = "quarantined"  #: contradicts the state; held
    REJECTED = "rejected"  #: cannot be right; mend and resend

    @property
    def recorded(self) -> bool:
        """Whether the log has the message."""
        return self in (Outcome.ACCEPTED, Outcome.FLAGGED, Outcome.DUPLICATE)


@attrs.frozen
class Answer:
    """
    What the sender hears.

    Attributes:
        code: what is wrong, for a program ("score_regress"); None if nothing.
        rule: id in the rules catalogue ("S2").
        problem: what is wrong, for a person.
        hint: what to do about it.
        seq: position in the log of what the message became.
        score: the score as we have it now: the sender's cheapest alarm of drift.
        term: the counter of feed authority as we have it now: to be sent with the next message.
        expected_next: the `source_seq` that we expect next from this source; of one that counts
            all its messages, the first that is missing.
        differences: where a box score is not what the plays add up to (rule B1).
        resend: first and last `source_seq` of what is missing before this message; said once.
        ignored: fields that this version does not know.
        retry_ms: how long to wait before trying again.
        changes: what a command of a scorer changed.
    """

    outcome: Outcome
    code: str | None = None
    rule: str | None = None
    problem: str | None = None
    hint: str | None = None
    play_id: PlayId | None = None
    rev: int | None = None
    seq: int | None = None
    score: Score | None = None
    period_index: int | None = None
    term: int | None = None
    expected_next: int | None = None
    flags: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    quarantine_id: str | None = None
    retry_ms: int | None = None
    changes: tuple[FieldChange, ...] = ()
    resend: tuple[int, int] | None = None
    differences: tuple[Difference, ...] = ()

    def at(self, score: Score, period_index: int, term: int) -> Answer:
        """The same answer when the game stands so. As `attrs.evolve`, in a quarter of its time."""
        return Answer(
            self.outcome, self.code, self.rule, self.problem, self.hint, self.play_id, self.rev,
            self.seq, score, period_index, term, self.expected_next, self.flags, self.ignored,
            self.quarantine_id, self.retry_ms, self.changes, self.resend,
            self.differences,
        )  # fmt: skip
