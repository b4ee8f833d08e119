"""
When the best source is believed again after another one has stood in for it.

Rule: going back has no hurry. Every guard must hold, and the moment must be one at which
viewers do not notice. Pure.
"""

from __future__ import annotations

from scoreboard.ingest.authority.scene import Scene
from scoreboard.ingest.authority.watch import Sign
from scoreboard.model.clock import Direction
from scoreboard.model.ids import SourceId
from scoreboard.model.situation import BaseballSituation
from scoreboard.model.status import Status
from scoreboard.projection.state import GameState

#: Plays during which everybody stands still.
_BREAKS = frozenset({"timeout", "period_end", "game_end"})


def fit_for(scene: Scene, best: SourceId) -> float:
    """For how many seconds the best source has been well and eligible; -1.0 if it is not."""
    return scene.lasted(Sign.FIT, best, scene.eligible(best))


def unmet(scene: Scene, best: SourceId) -> tuple[str, ...]:
    """The guards that keep `best` from being believed again; empty if it may be."""
    # Who is fit has a game of its own.
    game = scene.game(best) or scene.canonical
    equal = game.score == scene.canonical.score
    equal_s = scene.lasted(Sign.EQUAL, best, equal)
    guards = (
        ("probation", fit_for(scene, best) >= scene.policy.probation_s),
        ("plays", scene.lacking(best, game).scoring == 0),
        ("score", equal),
        ("period", game.period_index == scene.canonical.period_index),
        ("clock", _same_time(scene, game)),
        ("dwell", scene.dwelt_s >= scene.policy.dwell_s),
        ("switches", scene.switches < scene.policy.max_auto),
        ("safe point", safe_point(scene, equal_s)),
    )
    return tuple(name for name, holds in guards if not holds)


def _same_time(scene: Scene, game: GameState) -> bool:
    if scene.canonical.ruleset.direction is Direction.NONE:
        return _half(game) == _half(scene.canonical)
    mine, ours = game.clock, scene.canonical.clock
    if mine is None or ours is None or mine.period_index != ours.period_index:
        return mine is None or ours is None
    allowed_ms = scene.policy.clock(scene.canonical.meta.sport) * 1000
    return abs(mine.value_ms - ours.value_ms) <= allowed_ms


def _half(game: GameState) -> str | None:
    return game.plays[-1].facts.half if game.plays else None


def safe_point(scene: Scene, equal_s: float) -> bool:
    """
    Whether nothing is happening in the game.

    Args:
        equal_s: seconds for which the best source's score has been the log's.
    """
    canonical, policy = scene.canonical, scene.policy
    still_s = _still_s(scene)
    if canonical.line.status not in {Status.IN_PROGRESS, Status.SHOOTOUT}:
        return True
    if canonical.meta.sport == "soccer":
        return equal_s >= policy.equal_s
    if canonical.meta.sport == "baseball":
        return _between_batters(canonical)
    is_break = bool(canonical.plays) and canonical.plays[-1].facts.play_type in _BREAKS
    return is_break or still_s >= policy.still_s


def _still_s(scene: Scene) -> float:
    clock = scene.canonical.clock
    if clock is None or clock.running:
        return -1.0
    return scene.lasted(Sign.STILL, f"{clock.period_index} {clock.value_ms}", True)


def _between_batters(canonical: GameState) -> bool:
    """Whether no batter has a count. A source that gives none gives whole batters only."""
    now = canonical.situation
    if isinstance(now, BaseballSituation) and (now.balls or now.strikes):
        return False
    return not canonical.plays or canonical.plays[-1].facts.play_type != "pitch"
