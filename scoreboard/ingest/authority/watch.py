"""
What is remembered of a game's sources beside its log: who was heard when, and since when
something has been so.

Rule: nothing here is logged, and nothing here decides alone: with an empty `Watch` and the
log, arbitration goes on rightly, only later. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

import attrs

from scoreboard.ingest.authority.health import Unmatched
from scoreboard.ingest.authority.moves import Report
from scoreboard.model.ids import SourceId
from scoreboard.model.play import Play
from scoreboard.projection.state import GameState


class Sign(Enum):
    """What can be so for a while."""

    UP = auto()  #: a source gives signs of life
    FIT = auto()  #: the best source is up and eligible
    SCORE = auto()  #: a source's score differs from the believed one's
    CONSOLE = auto()  #: the console's score differs from the believed source's
    BACKED = auto()  #: it does, and a source agrees with the console
    BEHIND = auto()  #: a source lacks plays that another one has
    LATE = auto()  #: the log has told a play since a source last did
    PERIOD = auto()  #: a source is in another period
    FINAL = auto()  #: a source goes on after the end
    STILL = auto()  #: the clock stands
    EQUAL = auto()  #: the best source's score is the log's
    LIGHT = auto()  #: somebody is eligible while the game is dark
    DARK = auto()  #: the source of the clock is lost


#: Which sign, and of what: a source, a pair of them, a reading of the clock.
Timer = tuple[Sign, str]

#: The name of the log's own game where sources have theirs; no source is called so.
LOG = SourceId("")


@attrs.frozen
class Heard:
    """
    One source's signs of life. Seconds.

    Attributes:
        at: when it was last heard; None: not yet.
        closed: since when its transport is closed; None: it is not.
        gap: since when its numbers have a hole; None: they have none.
        beats: it has sent a heartbeat; then its silence says something.
    """

    at: float | None = None
    closed: float | None = None
    gap: float | None = None
    beats: bool = False

    def has_gap(self, now: float, wait_s: float) -> bool:
        """Whether a hole in its numbers has been open for so long."""
        return self.gap is not None and now - self.gap >= wait_s


@attrs.frozen
class Told:
    """How many plays a source has told, and when (seconds) the last new one came."""

    count: int
    at: float


@attrs.frozen
class Mark:
    """
    What another source had when this one told a play.

    Attributes:
        old: as it was at least a stall before this one's last play. What of it this one still
            lacks, it has passed over: a difference, not a stall.
        recent: as it was at `at` seconds, at this one's last play or somewhat before.
        count: plays that the other had at this one's last play.
    """

    old: GameState
    recent: GameState
    at: float
    count: int


@attrs.frozen
class Compared:
    """A comparison and what was compared, so that it is made once."""

    a: tuple[Play, ...]
    b: tuple[Play, ...]
    found: Unmatched


@attrs.frozen
class Watch:
    """
    The memory of a game's arbitration. Begins empty; seconds.

    Attributes:
        awake: since when we look without a break; None: not yet.
        looked: when we last looked.
        since: what has been so, and since when.
        order: the sources in the order of their appearance.
        term, switched: the term last seen, and when it was seen to change.
        settle: when the source just believed has had its time; None: nothing is due.
        inherited: doubts that were open when we began to look.
    """

    awake: float | None = None
    looked: float | None = None
    sources: Mapping[SourceId, Heard] = attrs.field(factory=dict)
    since: Mapping[Timer, float] = attrs.field(factory=dict)
    told: Mapping[SourceId, Told] = attrs.field(factory=dict)
    marks: Mapping[tuple[SourceId, SourceId], Mark] = attrs.field(factory=dict)
    compared: Mapping[tuple[str, SourceId, SourceId], Compared] = attrs.field(factory=dict)
    order: tuple[SourceId, ...] = ()
    term: int | None = None
    switched: float | None = None
    settle: float | None = None
    inherited: tuple[str, ...] = ()
    reported: Report | None = None


def heard(watch: Watch, source: SourceId, now: float, *, heartbeat: bool) -> Watch:
    """`watch` after `source` has said something, be it only that it is there."""
    before = watch.sources.get(source, Heard())
    beats = before.beats or heartbeat
    return _with(watch, source, attrs.evolve(before, at=now, closed=None, beats=beats), now)


def closed(watch: Watch, source: SourceId, now: float) -> Watch:
    """`watch` after the transport of `source` was closed: it must prove itself anew."""
    before = watch.sources.get(source, Heard())
    if before.closed is not None:
        return watch
    since = {timer: at for timer, at in watch.since.items() if timer not in _proofs(source)}
    known = _with(watch, source, attrs.evolve(before, closed=now), now)
    return attrs.evolve(known, since=since)


def gap(watch: Watch, source: SourceId, now: float, *, is_open: bool) -> Watch:
    """`watch` after a hole in the numbers of `source` has opened, or all are closed."""
    before = watch.sources.get(source, Heard())
    if is_open and before.gap is not None:
        return watch
    return _with(watch, source, attrs.evolve(before, gap=now if is_open else None), now)


def _proofs(source: SourceId) -> tuple[Timer, ...]:
    return ((Sign.UP, source), (Sign.FIT, source))


def _with(watch: Watch, source: SourceId, known: Heard, now: float) -> Watch:
    return attrs.evolve(
        watch,
        sources={**watch.sources, source: known},
        order=watch.order if source in watch.order else (*watch.order, source),
        awake=now if watch.awake is None else watch.awake,
    )
