"""
The arbiter: when another source is believed.

Rule: it wishes and does nothing: a move has happened when the log has it. All that decides
is in the log, in the shadows and in the `Watch`; with an empty `Watch` it goes on. Pure.

# Note [Moves and the log]

`decide` does not remember what it wished. It reads who is believed, in which mode, what is
doubted and how often was switched from the canonical game, so a move that could not be
logged is wished again at the next look, and one that was logged is not. The price: between
two looks the log must have the moves of the first.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.ingest.authority.alone import alone, is_alone
from scoreboard.ingest.authority.claiming import claimed
from scoreboard.ingest.authority.conflict import LEVEL, MANUAL, findings
from scoreboard.ingest.authority.failing import failure, health_of
from scoreboard.ingest.authority.health import Unmatching, by_score
from scoreboard.ingest.authority.machine import Input, after
from scoreboard.ingest.authority.moves import (
    Adjust,
    CloseDoubt,
    Move,
    Report,
    SetMode,
    Switch,
    Unlock,
)
from scoreboard.ingest.authority.policy import Policy, SourceSetting, standing
from scoreboard.ingest.authority.scene import Scene
from scoreboard.ingest.authority.taking import plays
from scoreboard.ingest.authority.ticking import clock, clock_confidence
from scoreboard.ingest.authority.watch import Watch
from scoreboard.model.feed import FeedMode, SourceRole
from scoreboard.model.ids import SourceId
from scoreboard.projection.state import GameState

Settings = Mapping[SourceId, SourceSetting]


def decide(
    watch: Watch,
    canonical: GameState,
    shadows: Mapping[SourceId, GameState],
    settings: Settings,
    policy: Policy,
    now: float,
    *,
    official: bool = False,
    unmatched: Unmatching = by_score,
) -> tuple[Watch, tuple[Move, ...]]:
    """
    What should change in a game's authority now.

    Args:
        watch: what the last call returned, and `heard`, `closed` and `gap` since.
        canonical: the fold of the log, the moves of the last call in it.
        shadows: each source's own game. The believed source may be absent: its game is
            then taken to be the log's.
        settings: of sources by name; a source without one is a scoring source behind them.
        now: seconds since the epoch, UTC, never decreasing; the log's times are compared
            with it.
        official: an official of the game is connected.
        unmatched: what one game tells and another does not.
    """
    authority = canonical.authority
    if authority is None:
        return watch, ()
    if is_alone(watch, canonical, len(shadows)):
        beat_s = policy.beat(settings.get(authority))
        watch, moves = alone(watch, canonical, authority, beat_s, policy, now)
        return watch, (*moves, *claimed(canonical, policy, now))
    seen = _looking(watch, canonical, authority, policy, now)
    scene = Scene(seen, canonical, shadows, settings, policy, now, official, unmatched)
    found = findings(scene)
    taken = plays(scene, failure(scene, found))
    # Who follows brings differences of his own: those of his predecessor are not told.
    differences = () if any(isinstance(move, Switch) for move in taken) else found.moves
    moves = (
        *_unlocked(scene),
        *taken,
        *clock(scene),
        *differences,
        *claimed(canonical, policy, now),
        *_chosen(scene),
        *_settled(scene),
    )
    health = tuple((one, health_of(scene, one, found).health) for one in scene.sources)
    confidence, ticks = clock_confidence(scene)
    report = Report(
        *_where(canonical, moves), health, confidence, ticks, tuple(sorted(scene.flags))
    )
    if report != watch.reported:
        moves = (*moves, report)
    return _remembered(scene, report), moves


def chosen(
    watch: Watch,
    canonical: GameState,
    settings: Settings,
    to: SourceId,
    reason: str,
    *,
    holds: bool,
) -> Switch:
    """
    The switch to `to` that a person orders, in any mode.

    Args:
        holds: his choice stands until a person says otherwise or `to` is dead; otherwise
            arbitration goes on from there as it would.
    """
    known = {*watch.sources, to}
    scoring = [
        one for one in known if one not in settings or settings[one].role is SourceRole.SCORING
    ]
    best = min(scoring, key=lambda one: standing(one, settings, watch.order), default=to)
    step = Input.CHOSE_BEST if to == best else Input.CHOSE_BACKUP
    return Switch(to, after(canonical.mode, step), reason, automatic=False, chosen=holds)


def _looking(
    watch: Watch, canonical: GameState, authority: SourceId, policy: Policy, now: float
) -> Watch:
    """`watch` as it begins this look: what the log says comes before what we remember."""
    slept = watch.looked is not None and now - watch.looked >= policy.beat_s * policy.down_beats
    if slept or watch.awake is None:
        watch = attrs.evolve(watch, awake=now)
    if watch.looked is None:
        told = (ref.source for ref in canonical.refs)
        order = tuple(dict.fromkeys((*told, authority, *watch.order)))
        watch = attrs.evolve(watch, order=order, inherited=canonical.doubts)
    if watch.term is None:
        settle = now + policy.settle_s if LEVEL in canonical.doubts else None
        return attrs.evolve(watch, term=canonical.term, settle=settle)
    if watch.term != canonical.term:
        settle = now + policy.settle_s
        return attrs.evolve(watch, term=canonical.term, switched=now, settle=settle)
    return watch


def _unlocked(scene: Scene) -> list[Unlock]:
    """Locks whose time is over."""
    now_ms = scene.now * 1000
    return [
        Unlock(lock.by, "its time is over")
        for lock in scene.canonical.locks
        if lock.until_ms is not None and now_ms >= lock.until_ms
    ]


def _chosen(scene: Scene) -> list[CloseDoubt]:
    """The question whom to believe is answered."""
    is_open = MANUAL in scene.canonical.doubts
    if is_open and scene.canonical.mode is not FeedMode.MANUAL:
        return [CloseDoubt(MANUAL, f"{scene.believed} is believed")]
    return []


def _is_due(scene: Scene) -> bool:
    return scene.watch.settle is not None and scene.now >= scene.watch.settle


def _settled(scene: Scene) -> list[Adjust]:
    """The source just believed has had its time, unless an official has the plays."""
    is_manual = scene.canonical.mode is FeedMode.MANUAL
    return [Adjust(scene.believed)] if _is_due(scene) and not is_manual else []


def _where(canonical: GameState, moves: tuple[Move, ...]) -> tuple[SourceId | None, FeedMode]:
    """Who is believed, and in which mode, once the log has `moves`."""
    authority, mode = canonical.authority, canonical.mode
    for move in moves:
        if isinstance(move, Switch):
            authority, mode = move.to, move.mode
        elif isinstance(move, SetMode):
            mode = move.mode
    return authority, mode


def _remembered(scene: Scene, report: Report) -> Watch:
    return attrs.evolve(
        scene.watch,
        looked=scene.now,
        since=scene.since,
        told=scene.told,
        marks=scene.marks,
        compared=scene.compared,
        settle=None if _is_due(scene) else scene.watch.settle,
        reported=report,
    )
