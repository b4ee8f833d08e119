"""
Events: the entries of a game's log.

Rule: only facts and decisions are logged; scores, statistics and publications are
functions of them. What is written here is read for ever: add fields with
defaults, never change a meaning. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import Play, PlayState
from scoreboard.model.side import Score
from scoreboard.model.situation import Situation
from scoreboard.model.status import StatusLine


@attrs.frozen
class MetaSet:
    """The game exists, or its circumstances changed."""

    meta: GameMeta


@attrs.frozen
class PlayAdded:
    """
    A play entered the game, at its end or, if `play.order` says so, in between.

    Attributes:
        claimed: the running score that the source showed after it; compared, never counted.
    """

    play: Play
    claimed: Score | None = None


@attrs.frozen
class PlayAmended:
    """A play was replaced by a corrected one with the same id and a higher `rev`."""

    play: Play
    reason: str


@attrs.frozen
class PlayVoided:
    """A play was taken back; `state` is VOIDED or OVERTURNED."""

    play_id: PlayId
    rev: int
    state: PlayState
    reason: str


@attrs.frozen
class StatusSet:
    """The game has a new status."""

    line: StatusLine
    period_index: int | None = None


@attrs.frozen
class ClockSet:
    """The clock was read."""

    clock: Clock
    cause: ClockCause


@attrs.frozen
class ScoreSet:
    """
    The score was set without a play that explains it.

    Attributes:
        score: what the score is from here on.
        change: what that added to each side, booked to `period_index`; later plays and
            corrections count on top of it.
        correction: somebody said so outright; otherwise it fills a hole in the plays.
    """

    score: Score
    change: Score
    period_index: int
    correction: bool
    reason: str


@attrs.frozen
class SituationSet:
    """The situation changed without a play."""

    situation: Situation


Event = (
    MetaSet | PlayAdded | PlayAmended | PlayVoided | StatusSet | ClockSet | ScoreSet | SituationSet
)


@attrs.frozen
class Entry:
    """
    One entry of a game's log.

    Attributes:
        seq: position, from 1, gapless.
        ts_ms: when it was given to the log, milliseconds UTC; never decreasing in a game.
        source: who said it.
        term: counter of feed authority at that moment.
        digest: hash of the message that caused it, if repeats of it must be found; else 0.
        flags: doubts that the rules had and that did not stop it.
    """

    seq: int
    ts_ms: int
    source: SourceId
    term: int
    event: Event
    digest: int = 0
    flags: tuple[str, ...] = ()
