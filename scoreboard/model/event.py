"""
Events: the entries of a game's log.

Rule: only facts and decisions are logged; scores, statistics and publications are
functions of them. What is written here is read for ever: add fields with
defaults, never change a meaning. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.feed import Absorbed, Aspect, FeedMode, Lock, PlayLink
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import Play, PlayState
from scoreboard.model.quarantine import Held, HoldEnd
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
        reason: why an official recorded it against the rules; empty otherwise.
    """

    play: Play
    claimed: Score | None = None
    reason: str = ""


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
    """The clock was read; `reason`: why an official set it."""

    clock: Clock
    cause: ClockCause
    reason: str = ""


@attrs.frozen
class ScoreSet:
    """
    The score was set without a play that explains it.

    Attributes:
        score: what the score is from here on.
        change: what that added to each side, booked to `period_index`; later plays and
            corrections count on top of it.
        correction: somebody said so outright; otherwise it fills a hole in the plays.
        provisional: nobody has said so outright; it follows from what a source shows, until
            its plays or an official explain it.
    """

    score: Score
    change: Score
    period_index: int
    correction: bool
    reason: str
    provisional: bool = False


@attrs.frozen
class SituationSet:
    """The situation changed without a play."""

    situation: Situation


@attrs.frozen
class PlayReviewed:
    """The life of a play that counts went on: UNDER_REVIEW, UPHELD or CONFIRMED."""

    play_id: PlayId
    rev: int
    state: PlayState
    reason: str


@attrs.frozen
class PeriodSet:
    """An official said which period it is, also an earlier one."""

    period_index: int
    reason: str


@attrs.frozen
class FeedSwitched:
    """
    Another source is believed from here on; for the plays, under the entry's new term.

    Attributes:
        previous: who was believed before; None if nobody was.
        links, absorbed: the new source's names for what the log has already.
        automatic: decided by the rules, not by a person; only those are counted.
        chosen: a person's choice, which stands until a person says otherwise or its source
            is dead.
    """

    aspect: Aspect
    to: SourceId
    previous: SourceId | None
    mode: FeedMode
    reason: str
    links: tuple[PlayLink, ...] = ()
    absorbed: tuple[Absorbed, ...] = ()
    automatic: bool = True
    chosen: bool = False


@attrs.frozen
class FeedModeSet:
    """The arbitration stands elsewhere, with the same source believed."""

    mode: FeedMode
    reason: str


@attrs.frozen
class PlaysLinked:
    """A source's plays were recognised as what the log has already."""

    links: tuple[PlayLink, ...] = ()
    absorbed: tuple[Absorbed, ...] = ()


@attrs.frozen
class HomeMoved:
    """
    Another node writes the game's log from here on, under the entry's new term.

    Attributes:
        node: its name.
        previous: who wrote before; "" if none was named.
    """

    node: str
    previous: str = ""


@attrs.frozen
class ShadowBegun:
    """
    The first entry of a source's side log: its shadow begins as the game stood at `base_seq`.

    What follows are the entries that the source's own messages would have made; they are
    folded on to that state, their `seq` being positions in the side log.
    """

    base_seq: int


@attrs.frozen
class DoubtSet:
    """
    A reason to doubt the score has come up or gone away.

    Attributes:
        doubt: its name, for instance "conflict", "console", "level".
    """

    doubt: str
    is_open: bool
    reason: str


@attrs.frozen
class HoldSet:
    """The public score stands still while officials confer, or moves again."""

    held: bool
    reason: str


@attrs.frozen
class LockSet:
    """An official keeps aspects to himself; replaces his earlier lock."""

    lock: Lock


@attrs.frozen
class LockReleased:
    """The lock of `by` is gone."""

    by: SourceId
    reason: str


@attrs.frozen
class MessageHeld:
    """
    A message went into quarantine.

    Of the game's side log, as all of these: the game itself is not touched by them.
    """

    held: Held


@attrs.frozen
class HoldConfirmed:
    """An official wants a held message let in, which takes two persons (rule R4)."""

    quarantine_id: str
    by: SourceId


@attrs.frozen
class HoldClosed:
    """
    A message left quarantine.

    Attributes:
        by: who decided; None: the rules did.
    """

    quarantine_id: str
    how: HoldEnd
    by: SourceId | None = None
    reason: str = ""


@attrs.frozen
class BoxClaimed:
    """
    A source has sent a box score.

    Of a side log of its own: the game is not touched by it, and how far it differs is worked
    out whenever somebody asks.

    Attributes:
        complete: who is not in it has done nothing.
        at_seq: position of the game's log when it came.
    """

    lines: tuple[StatLine, ...]
    complete: bool
    at_seq: int


Event = (
    MetaSet
    | PlayAdded
    | PlayAmended
    | PlayVoided
    | StatusSet
    | ClockSet
    | ScoreSet
    | SituationSet
    | PlayReviewed
    | PeriodSet
    | FeedSwitched
    | FeedModeSet
    | PlaysLinked
    | DoubtSet
    | HoldSet
    | LockSet
    | LockReleased
    | HomeMoved
    | ShadowBegun
    | MessageHeld
    | HoldConfirmed
    | HoldClosed
    | BoxClaimed
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
        flags: doubts that the rules had and that did not stop it; "undo:N" of what takes entry
            N back.
        official: `source` is an official of the game, not a feed.
    """

    seq: int
    ts_ms: int
    source: SourceId
    term: int
    event: Event
    digest: int = 0
    flags: tuple[str, ...] = ()
    official: bool = False
