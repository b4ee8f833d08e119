"""
Who takes over the plays, mode by mode.

Rule: one move at a time, by the table of `machine` (a game that is latched leaves a dead source
in the same look); a failure is answered before rank is thought of. Pure.
"""

from __future__ import annotations

from collections.abc import Callable

from scoreboard.ingest.authority.conflict import MANUAL
from scoreboard.ingest.authority.failback import fit_for, unmet
from scoreboard.ingest.authority.failing import Failure, stalled
from scoreboard.ingest.authority.machine import Input, after
from scoreboard.ingest.authority.moves import Move, OpenDoubt, SetMode, Switch
from scoreboard.ingest.authority.policy import Failback
from scoreboard.ingest.authority.scene import Scene
from scoreboard.ingest.authority.watch import Sign
from scoreboard.model.feed import Aspect, FeedMode, SourceRole
from scoreboard.model.ids import SourceId
from scoreboard.model.status import State

#: The flag of a best source that waits for a person's word.
FAILBACK = "failback"
#: The flag of a source that a person has chosen.
CHOSEN = "chosen"


def plays(scene: Scene, failed: Failure | None) -> tuple[Move, ...]:
    """What becomes of the authority over the plays; `failed`: why the believed source fails."""
    mode = scene.canonical.mode
    if scene.canonical.chosen:
        scene.flags.add(f"{CHOSEN}:{scene.believed}")
    if scene.locked(Aspect.PLAYS):
        if mode is FeedMode.MANUAL:
            return ()
        return (SetMode(after(mode, Input.LOCKED), "an official has taken the plays"),)
    if mode is FeedMode.LATCHED:
        return _latched(scene, failed)
    if mode is FeedMode.MANUAL:
        return _released(scene)
    return _dark(scene) if mode is FeedMode.DARK else _standing(scene, failed)


def _latched(scene: Scene, failed: Failure | None) -> tuple[Move, ...]:
    """
    A person decides between sources that live.

    So a game whose feeds flap stays where it is, and one whose feed has died goes on.
    """
    if failed is None or scene.dwelt_s <= 0 or not _is_dead(scene, failed):
        return ()
    target = next((one for one in scene.scoring if _may_follow(scene, one, failed)), None)
    if target is None:
        return ()
    return (Switch(target, FeedMode.LATCHED, failed.reason, automatic=False),)


def _is_dead(scene: Scene, failed: Failure) -> bool:
    """
    Whether the believed source cannot be what a person wants.

    It is down, or has told nothing for as long as one must dwell; who follows it then has
    to be ahead (`_may_follow`).
    """
    is_mute = min(scene.quiet_for(scene.believed), scene.dwelt_s) >= scene.policy.dwell_s
    return failed.is_down or is_mute


def _take(
    scene: Scene, source: SourceId, reason: str, *, is_counted: bool = True, is_dead: bool = False
) -> tuple[Move, ...]:
    """
    Believe `source` from now on, unless that was done too often.

    Args:
        is_dead: the one that is believed is left in any case; see `_latched`.
    """
    mode = scene.canonical.mode
    if is_counted and scene.switches >= scene.policy.max_auto:
        latched = after(mode, Input.EXHAUSTED)
        tired = SetMode(latched, f"{scene.switches} switches already; not done: {reason}")
        return (tired, Switch(source, latched, reason, automatic=False)) if is_dead else (tired,)
    step = Input.BEST_TAKES if source == scene.best else Input.BACKUP_TAKES
    remains = scene.canonical.chosen and source == scene.believed
    return (Switch(source, after(mode, step), reason, is_counted, remains),)


def _resume(scene: Scene, source: SourceId, reason: str) -> tuple[Move, ...]:
    """Believe `source` after nobody was believed; not counted."""
    if source != scene.believed:
        return _take(scene, source, reason, is_counted=False)
    step = Input.BEST_TAKES if source == scene.best else Input.BACKUP_TAKES
    return (SetMode(after(scene.canonical.mode, step), reason),)


def _released(scene: Scene) -> tuple[Move, ...]:
    """
    The lock is gone: the source that a person has chosen, else the best one, if it has the
    score; otherwise a person must choose.
    """
    able = [one for one in scene.scoring if scene.eligible(one) and not stalled(scene, one)]
    if scene.canonical.chosen and scene.believed in able:
        able = [scene.believed]
    best = next(iter(able), None)
    if best is None:
        return _ask(scene, "no source is eligible") if scene.settled else ()
    game, ours = scene.game(best), scene.canonical.score
    if game is not None and game.score != ours:
        mine = game.score
        return _ask(scene, f"{best} has {mine.home}-{mine.away}, not {ours.home}-{ours.away}")
    if best == scene.believed and best in scene.shadows:
        return _take(scene, best, "released", is_counted=False)
    return _resume(scene, best, "released")


def _ask(scene: Scene, reason: str) -> tuple[Move, ...]:
    return () if MANUAL in scene.canonical.doubts else (OpenDoubt(MANUAL, reason),)


def _dark(scene: Scene) -> tuple[Move, ...]:
    """Whoever comes first, the best one if it comes at about the same time."""
    first = next((one for one in scene.scoring if scene.eligible(one)), None)
    light_s = scene.lasted(Sign.LIGHT, "", first is not None)
    if first is None or (first != scene.best and light_s < scene.policy.light_s):
        return ()
    return _resume(scene, first, f"{first} is back")


def _standing(scene: Scene, failed: Failure | None) -> tuple[Move, ...]:
    """PRIMARY, BACKUP, PROBATION: somebody is believed, and for an instant at least."""
    if scene.dwelt_s <= 0:
        return ()
    if failed is None or (scene.canonical.chosen and not _is_dead(scene, failed)):
        return _BY_RANK[scene.canonical.mode](scene)
    target = next((one for one in scene.scoring if _may_follow(scene, one, failed)), None)
    if target is not None:
        is_dead = _is_dead(scene, failed)
        counts = failed.is_counted
        return _take(scene, target, failed.reason, is_counted=counts, is_dead=is_dead)
    if failed.is_down and scene.canonical.line.status.state is State.IN and _is_lost(scene):
        return (SetMode(after(scene.canonical.mode, Input.NOBODY_LEFT), failed.reason),)
    return _BY_RANK[scene.canonical.mode](scene)


def _may_follow(scene: Scene, source: SourceId, failed: Failure) -> bool:
    if source == scene.believed or not scene.eligible(source):
        return False
    return failed.is_down or scene.ahead(source)


def _is_lost(scene: Scene) -> bool:
    """A console that is believed for want of a feed is no loss."""
    return scene.role(scene.believed) is SourceRole.SCORING


def _primary(scene: Scene) -> tuple[Move, ...]:
    if scene.best == scene.believed or not scene.up(scene.best):
        return ()
    outranks = f"{scene.best} outranks {scene.believed}"
    return (SetMode(after(FeedMode.PRIMARY, Input.OUTRANKED), outranks),)


def _backup(scene: Scene) -> tuple[Move, ...]:
    best = scene.best
    if best == scene.believed:
        if scene.awaits_better:
            return ()
        return (SetMode(after(FeedMode.BACKUP, Input.BEST_BELIEVED), f"{best} is the best"),)
    if fit_for(scene, best) < scene.policy.probation_s:
        return ()
    return (SetMode(after(FeedMode.BACKUP, Input.BEST_BACK), f"{best} is back"),)


def _probation(scene: Scene) -> tuple[Move, ...]:
    best = scene.best
    if best == scene.believed or fit_for(scene, best) < 0:
        return (SetMode(after(FeedMode.PROBATION, Input.BEST_GONE), f"{best} failed"),)
    failback = scene.policy.failing_back(scene.official)
    if scene.canonical.chosen and failback is Failback.AUTO:
        # What a person has chosen is not undone by rank.
        failback = Failback.ASK
    if failback is Failback.NEVER or unmet(scene, best):
        return ()
    if failback is Failback.ASK:
        scene.flags.add(f"{FAILBACK}:{best}")
        return ()
    return _take(scene, best, f"{best} has proved itself")


_BY_RANK: dict[FeedMode, Callable[[Scene], tuple[Move, ...]]] = {
    FeedMode.PRIMARY: _primary,
    FeedMode.BACKUP: _backup,
    FeedMode.PROBATION: _probation,
}
