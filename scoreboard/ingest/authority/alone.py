"""
A game with one source: nearly all games, so nearly nothing is asked of it.

Rule: there is nobody to switch to. A source that is lost leaves the game DARK with its last
score and status; when it speaks again, it is believed as before. Silence means something
only of a source that sends heartbeats. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.authority.conflict import MANUAL
from scoreboard.ingest.authority.health import Health, Live, live
from scoreboard.ingest.authority.machine import Input, after
from scoreboard.ingest.authority.moves import ClockConfidence, Move, Report, SetMode
from scoreboard.ingest.authority.policy import Policy
from scoreboard.ingest.authority.watch import Sign, Timer, Watch
from scoreboard.model.feed import FeedMode
from scoreboard.model.ids import SourceId
from scoreboard.model.status import State
from scoreboard.projection.state import GameState

_NOTHING: tuple[Move, ...] = ()
_DEGRADED = Health.DEGRADED
_DARK: Timer = (Sign.DARK, "")


def is_alone(watch: Watch, canonical: GameState, shadows: int) -> bool:
    """
    Whether a game has one source and no official's hand in it.

    Args:
        shadows: how many sources have a game of their own.
    """
    return (
        shadows <= 1
        and len(watch.sources) <= 1
        and (not watch.sources or canonical.authority in watch.sources)
        and not canonical.locks
        and not canonical.others
        and canonical.mode is not FeedMode.MANUAL
        and MANUAL not in canonical.doubts
    )


def alone(
    watch: Watch, canonical: GameState, source: SourceId, beat_s: float, policy: Policy, now: float
) -> tuple[Watch, tuple[Move, ...]]:
    """
    What should change in a game that only `source` tells.

    Args:
        beat_s: seconds between its signs of life.
    """
    if watch.awake is None:
        return attrs.evolve(watch, awake=now), _NOTHING
    mode = canonical.mode
    is_lost = _is_lost(watch, source, watch.awake, beat_s, policy, now)
    if not is_lost:
        if mode is not FeedMode.DARK or source not in watch.sources:
            return _holed(watch, canonical, source, policy, now)
        return _told(
            attrs.evolve(watch, since={}),
            Report(source, FeedMode.PRIMARY, ((source, Health.UP),), _clock(canonical, is_lost)),
            SetMode(after(mode, Input.BEST_TAKES), f"{source} is back"),
        )
    if mode is FeedMode.DARK:
        return _stopping(watch, canonical, source, policy, now)
    if mode is FeedMode.LATCHED or canonical.line.status.state is not State.IN:
        return watch, _NOTHING
    return _told(
        attrs.evolve(watch, since={_DARK: now}),
        _lost(canonical, source, ticks=True),
        SetMode(after(mode, Input.NOBODY_LEFT), f"{source} is down"),
    )


def _holed(
    watch: Watch, canonical: GameState, source: SourceId, policy: Policy, now: float
) -> tuple[Watch, tuple[Move, ...]]:
    """Whether its numbers have a hole; operators are told when that changes."""
    known = watch.sources.get(source)
    is_holed = known is not None and known.has_gap(now, policy.gap_wait_s)
    was_holed = watch.reported is not None and _DEGRADED in dict(watch.reported.sources).values()
    if is_holed is was_holed:
        return watch, _NOTHING
    sources = ((source, _DEGRADED if is_holed else Health.UP),)
    return _told(watch, Report(source, canonical.mode, sources, _clock(canonical, is_lost=False)))


def _is_lost(
    watch: Watch, source: SourceId, awake: float, beat_s: float, policy: Policy, now: float
) -> bool:
    known = watch.sources.get(source)
    if known is None:
        return live(None, None, awake, beat_s, policy, now) is Live.DOWN
    heard = known.at if known.beats else now
    return live(heard, known.closed, awake, beat_s, policy, now) is Live.DOWN


def _stopping(
    watch: Watch, canonical: GameState, source: SourceId, policy: Policy, now: float
) -> tuple[Watch, tuple[Move, ...]]:
    """Dark: when it has been so for long, viewers' clocks stop."""
    began = watch.since.get(_DARK)
    if began is None:
        return attrs.evolve(watch, since={_DARK: now}), _NOTHING
    report = _lost(canonical, source, ticks=False)
    if now - began < policy.dark_tick_s or report == watch.reported:
        return watch, _NOTHING
    return _told(watch, report)


def _lost(canonical: GameState, source: SourceId, *, ticks: bool) -> Report:
    sources = ((source, Health.DOWN),)
    return Report(source, FeedMode.DARK, sources, _clock(canonical, is_lost=True), ticks)


def _clock(canonical: GameState, is_lost: bool) -> ClockConfidence:
    if canonical.clock is None:
        return ClockConfidence.NONE
    return ClockConfidence.STALE if is_lost else ClockConfidence.LIVE


def _told(watch: Watch, report: Report, *moves: Move) -> tuple[Watch, tuple[Move, ...]]:
    return attrs.evolve(watch, reported=report), (*moves, report)
