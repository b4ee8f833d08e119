"""
Moves: what the arbiter wants done.

Rule: a move is a wish; it has happened when the log has its entry, and the arbiter learns
that from the log alone. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs

from scoreboard.ingest.authority.health import Health
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.ids import SourceId


class ClockConfidence(Enum):
    """How far the clock may be believed."""

    LIVE = "live"
    ESTIMATED = "estimated"  #: its source is late; it runs on by itself
    STALE = "stale"  #: its source is lost
    NONE = "none"  #: there is no clock


@attrs.frozen
class Switch:
    """
    Believe `to` for the plays, under a new term (FeedSwitched).

    Attributes:
        automatic: counts as one of the switches of which only a few are allowed.
        chosen: a person's choice: it stands until a person says otherwise or `to` is dead.
    """

    to: SourceId
    mode: FeedMode
    reason: str
    automatic: bool = True
    chosen: bool = False


@attrs.frozen
class SetMode:
    """The arbitration stands elsewhere, with the same source believed (FeedModeSet)."""

    mode: FeedMode
    reason: str


@attrs.frozen
class SwitchAspect:
    """Believe `to` for an aspect other than the plays (FeedSwitched)."""

    aspect: Aspect
    to: SourceId
    reason: str


@attrs.frozen
class OpenDoubt:
    """A reason to doubt the score has come up (DoubtSet)."""

    name: str
    reason: str


@attrs.frozen
class CloseDoubt:
    """A reason to doubt the score is gone (DoubtSet)."""

    name: str
    reason: str


@attrs.frozen
class Unlock:
    """The time of an official's lock is over (LockReleased)."""

    by: SourceId
    reason: str


@attrs.frozen
class Adjust:
    """The plays of the source just believed have had their time to explain its score."""

    source: SourceId


@attrs.frozen
class Report:
    """
    How a game's feeds are, for the operators' topic; not logged.

    Attributes:
        sources: each source's health, the best source first.
        clock_ticks: whether a viewer's clock may run on by itself.
        flags: what a person should look at, "what" or "what:source", sorted.
    """

    authority: SourceId | None
    mode: FeedMode
    sources: tuple[tuple[SourceId, Health], ...]
    clock: ClockConfidence = ClockConfidence.NONE
    clock_ticks: bool = True
    flags: tuple[str, ...] = ()


Move = Switch | SetMode | SwitchAspect | OpenDoubt | CloseDoubt | Unlock | Adjust | Report
