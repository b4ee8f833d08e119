"""
Whether a source fails, and whether that is reason to believe another one.

Rule: silence is; a stall or an open hole only if another source is ahead; doubt never. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.authority.claiming import is_unexplained
from scoreboard.ingest.authority.conflict import Findings
from scoreboard.ingest.authority.health import Live, SourceHealth
from scoreboard.ingest.authority.scene import Scene
from scoreboard.ingest.authority.watch import Sign
from scoreboard.model.feed import SourceRole
from scoreboard.model.ids import SourceId
from scoreboard.model.status import Confidence
from scoreboard.projection.state import GameState


@attrs.frozen
class Failure:
    """
    Why the believed source should not be believed any more.

    Attributes:
        is_down: it is lost; whoever is eligible may follow. Otherwise only who is ahead.
        is_counted: the switch counts as one of the few that are allowed.
    """

    reason: str
    is_down: bool = True
    is_counted: bool = True


def stalled(scene: Scene, source: SourceId) -> bool:
    """Whether another source has plays that `source` does not tell, for too long."""
    is_believed = source == scene.believed
    others = scene.scoring if is_believed else (scene.believed,)
    # All are asked, since each has a time of its own.
    found = [_stalled(scene, source, one) for one in others if one != source and scene.up(one)]
    return any(found)


def _stalled(scene: Scene, source: SourceId, other: SourceId) -> bool:
    behind_s = scene.lasted(Sign.BEHIND, f"{source} {other}", scene.behind(source, other))
    if min(behind_s, scene.quiet_for(source)) < scene.stall_s:
        return False
    theirs, tally = scene.game(other), scene.tally
    return tally is None or (theirs is not None and theirs.score == tally.score)


def health_of(scene: Scene, source: SourceId, found: Findings) -> SourceHealth:
    """How `source` is."""
    living = scene.live(source)
    game = scene.shadows.get(source)
    contradicted = source == scene.believed and found.contradicted is not None
    return SourceHealth(
        live=living,
        gap=scene.holed_for(source) >= scene.policy.gap_wait_s,
        stalled=living is Live.UP and (stalled(scene, source) or contradicted),
        doubt=source in found.doubted or (game is not None and _doubts_itself(scene, game)),
    )


def _doubts_itself(scene: Scene, game: GameState) -> bool:
    if game.confidence is Confidence.UNCERTAIN:
        return True
    return is_unexplained(game, scene.policy, scene.now)


def failure(scene: Scene, found: Findings) -> Failure | None:
    """Why the believed source fails; None if it does not, or if the game is not on yet."""
    source = scene.believed
    if scene.role(source) is SourceRole.CONSOLE:
        return Failure(f"{source} is a console and tells no plays", is_counted=False)
    if not scene.playing:
        return None
    health = health_of(scene, source, found)
    if health.live is Live.DOWN:
        return Failure(f"{source} is down")
    if found.contradicted is not None:
        return Failure(f"{found.contradicted} and the console contradict {source}", is_down=False)
    if health.stalled:
        return Failure(f"{source} is stalled", is_down=False)
    if scene.holed_for(source) >= scene.policy.gap_wait_s + scene.policy.degraded_s:
        return Failure(f"{source} has a gap", is_down=False)
    return None
