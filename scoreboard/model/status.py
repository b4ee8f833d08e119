"""
The lifecycle of a game.

Rule: `status` says where in its life a game is; doubt, review and correction are
flags beside it and never multiply it. Which status may follow which is one table.
Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs


class State(Enum):
    """The coarse half: before, during, after."""

    PRE = "pre"
    IN = "in"
    POST = "post"


class Status(Enum):
    """Where in its life a game is."""

    TBD = "tbd"  #: time not known yet
    IF_NECESSARY = "if_necessary"  #: played only if a series is still open
    SCHEDULED = "scheduled"
    PREGAME = "pregame"  #: line-ups, warm-up
    DELAYED_START = "delayed_start"
    IN_PROGRESS = "in_progress"
    END_PERIOD = "end_period"
    HALFTIME = "halftime"
    SHOOTOUT = "shootout"
    DELAYED = "delayed"  #: interrupted, same day
    SUSPENDED = "suspended"  #: to be resumed later
    FINAL = "final"  #: over, unofficial
    OFFICIAL = "official"  #: validated, closed
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    FORFEITED = "forfeited"

    @property
    def state(self) -> State:
        """The coarse half of this status."""
        return _STATES[self]


_PRE = (Status.TBD, Status.IF_NECESSARY, Status.SCHEDULED, Status.PREGAME, Status.DELAYED_START)
_IN = (
    Status.IN_PROGRESS,
    Status.END_PERIOD,
    Status.HALFTIME,
    Status.SHOOTOUT,
    Status.DELAYED,
    Status.SUSPENDED,
)
_POST = (
    Status.FINAL,
    Status.OFFICIAL,
    Status.POSTPONED,
    Status.CANCELLED,
    Status.ABANDONED,
    Status.FORFEITED,
)
_STATES = (
    dict.fromkeys(_PRE, State.PRE) | dict.fromkeys(_IN, State.IN) | dict.fromkeys(_POST, State.POST)
)

#: status -> statuses that may follow it; a pair that is absent is rule ST1.
#: A game may start without a `pregame` message and may pass straight from a break
#: to its end: sources leave such steps out.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.TBD: frozenset(_PRE + _POST[2:] + (Status.IN_PROGRESS,)) - {Status.TBD},
    Status.IF_NECESSARY: frozenset(_PRE + _POST[2:] + (Status.IN_PROGRESS,))
    - {Status.IF_NECESSARY},
    Status.SCHEDULED: frozenset(_PRE + _POST[2:] + (Status.IN_PROGRESS,)) - {Status.SCHEDULED},
    Status.PREGAME: frozenset(_POST[2:])
    | {Status.DELAYED_START, Status.IN_PROGRESS, Status.SCHEDULED},
    Status.DELAYED_START: frozenset(_POST[2:]) | {Status.PREGAME, Status.IN_PROGRESS},
    Status.IN_PROGRESS: frozenset(_IN) - {Status.IN_PROGRESS}
    | {Status.FINAL, Status.ABANDONED, Status.FORFEITED, Status.CANCELLED},
    Status.END_PERIOD: frozenset(_IN) - {Status.END_PERIOD}
    | {Status.FINAL, Status.ABANDONED, Status.FORFEITED, Status.CANCELLED},
    Status.HALFTIME: frozenset(_IN) - {Status.HALFTIME}
    | {Status.FINAL, Status.ABANDONED, Status.FORFEITED, Status.CANCELLED},
    Status.SHOOTOUT: frozenset(
        {Status.FINAL, Status.DELAYED, Status.SUSPENDED, Status.END_PERIOD, Status.ABANDONED}
    ),
    Status.DELAYED: frozenset(_IN) - {Status.DELAYED}
    | {Status.FINAL, Status.POSTPONED, Status.ABANDONED, Status.FORFEITED, Status.CANCELLED},
    Status.SUSPENDED: frozenset(_IN) - {Status.SUSPENDED}
    | {Status.FINAL, Status.POSTPONED, Status.ABANDONED, Status.FORFEITED, Status.CANCELLED},
    Status.FINAL: frozenset({Status.OFFICIAL}),
    Status.OFFICIAL: frozenset(),
    Status.POSTPONED: frozenset({Status.SCHEDULED, Status.CANCELLED}),
    Status.CANCELLED: frozenset(),
    Status.ABANDONED: frozenset({Status.FORFEITED, Status.CANCELLED}),
    Status.FORFEITED: frozenset(),
}


class Confidence(Enum):
    """How far the score may be believed."""

    CONFIRMED = "confirmed"
    UNDER_REVIEW = "under_review"
    UNCERTAIN = "uncertain"


@attrs.frozen
class StatusLine:
    """
    A status and what goes with it.

    Attributes:
        status: where in its life the game is.
        decided_in: how it was decided, for instance "REG", "OT", "2OT", "SO", "PENS", "F/11".
        reason: why, for a status that needs one (delay, forfeit).
        expected_resume_ms: when play is expected to go on, milliseconds UTC.
    """

    status: Status = Status.SCHEDULED
    decided_in: str | None = None
    reason: str | None = None
    expected_resume_ms: int | None = None
