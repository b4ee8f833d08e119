"""
The clock of a game with several sources: who is believed for it, and how far.

Rule: a console is believed for the clock as soon as it has been up for a while; when it is
lost, the source of the plays is. Pure.
"""

from __future__ import annotations

from scoreboard.ingest.authority.health import Live
from scoreboard.ingest.authority.moves import ClockConfidence, Move, SwitchAspect
from scoreboard.ingest.authority.scene import Scene
from scoreboard.ingest.authority.watch import Sign
from scoreboard.model.feed import Aspect, FeedMode, SourceRole


def clock(scene: Scene) -> tuple[Move, ...]:
    """What becomes of the authority over the clock."""
    authority = scene.canonical.authority
    believed = scene.canonical.believed(Aspect.CLOCK)
    if authority is None or believed is None or scene.locked(Aspect.CLOCK):
        return ()
    console = scene.console
    game = None if console is None else scene.shadows.get(console)
    ready_s = -1.0 if console is None else scene.up_for(console)
    has_clock = game is not None and game.clock is not None
    if console is not None and has_clock and ready_s >= scene.policy.console_up_s:
        wanted, reason = console, f"{console} has the clock"
    elif scene.role(believed) is SourceRole.CONSOLE and scene.live(believed) is not Live.DOWN:
        return ()
    else:
        wanted, reason = authority, f"{believed} has lost the clock"
    return () if wanted == believed else (SwitchAspect(Aspect.CLOCK, wanted, reason),)


def clock_confidence(scene: Scene) -> tuple[ClockConfidence, bool]:
    """How far the clock may be believed, and whether a viewer's may run on by itself."""
    believed = scene.canonical.believed(Aspect.CLOCK)
    if scene.canonical.clock is None or believed is None:
        return ClockConfidence.NONE, True
    if scene.locked(Aspect.CLOCK):
        return ClockConfidence.LIVE, True
    living = scene.live(believed)
    is_lost = living is Live.DOWN or scene.canonical.mode is FeedMode.DARK
    lost_s = scene.lasted(Sign.DARK, "", is_lost)
    if is_lost:
        return ClockConfidence.STALE, lost_s < scene.policy.dark_tick_s
    return (ClockConfidence.LIVE if living is Live.UP else ClockConfidence.ESTIMATED), True
