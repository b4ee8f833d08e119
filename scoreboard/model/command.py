"""
Commands: what a person at the scorer's table tells us to do.

Rule: a command is of a person whom the game believes; the rules warn him and never stop
him where the truth may be odd (`force`). One class per call. Pure.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import attrs

from scoreboard.model.feed import Aspect
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import PlayFacts, PlayState
from scoreboard.model.side import Score
from scoreboard.model.status import StatusLine


class Role(Enum):
    """What a person may do; which calls that are is `gateway.scorer.MAY`."""

    SCORER = "scorer"  #: records and mends plays
    OFFICIAL = "official"  #: everything, also against the rules
    OPS = "ops"  #: runs the server: locks and holds


class Whose(Enum):
    """Whose entries an undo looks at."""

    MINE = "mine"
    GAME = "game"  #: everybody's, the feeds' included


@attrs.frozen
class Record:
    """
    A play.

    Attributes:
        ref: the caller's own name for it, on which repeats are found; None: it has none.
    """

    facts: PlayFacts
    ref: str | None = None


@attrs.frozen
class Amend:
    """
    Fields of a play change.

    Attributes:
        changes: field of `PlayFacts` and its new value, for each that changes.
    """

    play_id: PlayId
    changes: tuple[tuple[str, Any], ...]


@attrs.frozen
class Void:
    """A play is taken back; `overturned`: it happened, and officials reversed it."""

    play_id: PlayId
    overturned: bool = False


@attrs.frozen
class Undo:
    """
    The last changes of plays and score are taken back, newest first.

    Attributes:
        replace: what is recorded instead, in one piece with the undo.
    """

    count: int = 1
    whose: Whose = Whose.MINE
    replace: Record | None = None


@attrs.frozen
class Reorder:
    """A play moves: to `order`, or right behind the play `after`."""

    play_id: PlayId
    order: int | None = None
    after: PlayId | None = None


@attrs.frozen
class SetClock:
    """The clock shows something else; `period_index` None: of the present period."""

    value_ms: int
    period_index: int | None = None
    running: bool = False


@attrs.frozen
class SetPeriod:
    """It is this period, also an earlier one."""

    period_index: int


@attrs.frozen
class SetStatus:
    """The game has another status."""

    line: StatusLine
    period_index: int | None = None


@attrs.frozen
class Override:
    """The score is this from here on; later plays count on top of it."""

    score: Score
    period_index: int | None = None


@attrs.frozen
class Hold:
    """The public score stands still."""


@attrs.frozen
class Release:
    """The public score moves again."""


@attrs.frozen
class Lock:
    """
    Aspects are the caller's alone.

    Attributes:
        ttl_ms: for how long, milliseconds; None: until he unlocks, confirms a period's end or
            the game is official.
    """

    aspects: tuple[Aspect, ...]
    ttl_ms: int | None = None


@attrs.frozen
class Unlock:
    """A lock goes; `by`: somebody else's."""

    by: SourceId | None = None


@attrs.frozen
class ScoreQuery:
    """The caller doubts the score (`is_open`), or says that it stands as it is."""

    is_open: bool = True


@attrs.frozen
class Review:
    """The life of a play that counts goes on: UNDER_REVIEW, UPHELD or CONFIRMED."""

    play_id: PlayId
    state: PlayState


@attrs.frozen
class ConfirmPeriod:
    """
    The period is over.

    Attributes:
        score: the score as the caller has it; it must be ours. None: he asks for ours first.
    """

    score: Score | None = None
    period_index: int | None = None


@attrs.frozen
class Finalize:
    """The final score is official."""


@attrs.frozen
class Reopen:
    """The game that was over goes on: time was put back on the clock."""


Act = (
    Record
    | Amend
    | Void
    | Undo
    | Reorder
    | SetClock
    | SetPeriod
    | SetStatus
    | Override
    | Hold
    | Release
    | Lock
    | Unlock
    | ScoreQuery
    | Review
    | ConfirmPeriod
    | Finalize
    | Reopen
)


@attrs.frozen
class Command:
    """
    An act in its envelope.

    Attributes:
        reason: why; None: not said.
        force: against the rules that say that it is improbable.
        command_id: the caller's own name for this command; said again, it is a repeat.
    """

    act: Act
    reason: str | None = None
    force: bool = False
    command_id: str | None = None
