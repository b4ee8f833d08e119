"""
Messages: what a source says to us.

Rule: a message is a claim. It becomes an event only when the rules have accepted
it and the log has it. One class per kind of report. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.model.situation import Situation
from scoreboard.model.status import StatusLine


@attrs.frozen
class PlayReport:
    """
    A play, new (`rev` 0) or corrected (`rev` one higher than the last).

    Attributes:
        ref: the provider's id of the play; the identity on which repeats are found.
        score_after: the running score that the provider shows after it, if it shows one.
        reason: why it was corrected.
    """

    ref: str
    facts: PlayFacts
    rev: int = 0
    score_after: Score | None = None
    reason: str | None = None


@attrs.frozen
class VoidReport:
    """
    A play is taken back.

    Attributes:
        overturned: officials reversed it; otherwise it never happened.
    """

    ref: str
    overturned: bool = False
    reason: str | None = None


@attrs.frozen
class StatusReport:
    """The game has a new status; `period_index` is the period that the status speaks of."""

    line: StatusLine
    period_index: int | None = None


@attrs.frozen
class ClockReport:
    """The game clock was read."""

    clock: Clock
    cause: ClockCause = ClockCause.SET


@attrs.frozen
class ScoreReport:
    """
    The score, absolute, without a play that explains it.

    Attributes:
        correction: the sender says that this replaces what was there, also downwards.
        period_index: the period to which the difference is booked; None: the current one.
    """

    score: Score
    correction: bool = False
    reason: str | None = None
    period_index: int | None = None


@attrs.frozen
class SituationReport:
    """Down and distance, count, strength ... have changed without a play."""

    situation: Situation


@attrs.frozen
class BoxScoreReport:
    """
    A box score as the source has it: a claim, which is compared with ours.

    Attributes:
        complete: who is not in it has done nothing.
    """

    lines: tuple[StatLine, ...]
    complete: bool = False


@attrs.frozen
class Heartbeat:
    """The source is alive and has nothing to say."""


Report = (
    PlayReport
    | VoidReport
    | StatusReport
    | ClockReport
    | ScoreReport
    | SituationReport
    | BoxScoreReport
    | Heartbeat
)


@attrs.frozen
class Message:
    """
    A report in its envelope.

    Attributes:
        source_seq: the sender's own counter; lets a repeat of a report without an id
            of its own (a status, a score) be told from a new one. None: not counted.
        sent_at_ms: milliseconds UTC by the sender's clock.
        dense: the sender counts every message about this game, so a hole in
            `source_seq` is a message that is missing.
        term: the term of authority that the sender believes to have.
        force, reason: an official wants it recorded whatever the rules say, and why.
    """

    report: Report
    source_seq: int | None = None
    sent_at_ms: int | None = None
    dense: bool = False
    term: int | None = None
    force: bool = False
    reason: str | None = None
