"""
The reactor's part of `scoreboard replay`.

Rule: everything that waits or talks is started and ended here; what was sent before a
Ctrl-C is still accounted for. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
from twisted.internet.defer import Deferred, DeferredSemaphore, gatherResults
from twisted.internet.task import LoopingCall, react

from scoreboard.codec.text import iso
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.replay_feed import GameFeed, Script, Stage
from scoreboard.tools.replay_http import ScoreServer, agent_of, connections
from scoreboard.tools.replay_schedule import Pace, Plan
from scoreboard.tools.replay_tally import Tally

#: Requests under way at the same time: enough to keep one server busy, and below its
#: limit of waiting connections.
_MAX_REQUESTS = 64

#: The progress line is written so often, seconds; without a terminal every 60th time.
_PROGRESS_S = 0.5
_RARELY = 60


@attrs.define
class Took:
    """How long it took, and whether it was stopped by the user."""

    elapsed_s: float = 0.0
    interrupted: bool = True


def perform(
    laid: Plan,
    scripts: Sequence[Script],
    tally: Tally,
    pace: Pace,
    to: tuple[str, str, str],
    chance: Callable[[], float],
) -> Took:
    """
    Send all games; runs the reactor until they are sent.

    Args:
        to: address of the server without a slash at the end, source, token.
    """
    took = Took()

    async def main(reactor: Any) -> None:
        await replay(reactor, laid, scripts, tally, pace, to, chance, took)

    try:
        react(main)
    except SystemExit as why:
        if why.code:
            raise
    return took


async def replay(
    reactor: Any,
    laid: Plan,
    scripts: Sequence[Script],
    tally: Tally,
    pace: Pace,
    to: tuple[str, str, str],
    chance: Callable[[], float],
    took: Took,
) -> None:
    """Send all games, on a reactor that runs."""
    pool = connections(reactor, _MAX_REQUESTS)
    line = ProgressLine(rarely=_RARELY)
    stage = Stage(
        clock=reactor,
        server=ScoreServer(reactor, agent_of(reactor, pool), to),
        pace=pace,
        tally=tally,
        chance=chance,
        requests=DeferredSemaphore(_MAX_REQUESTS),
        show=line.note,
        began_s=reactor.seconds(),
    )
    beating = LoopingCall(_beat, stage, laid, line, took)
    beating.clock = reactor
    ticking = beating.start(_PROGRESS_S)
    feeds = [
        Deferred.fromCoroutine(GameFeed(stage, script, account).run())
        for script, account in zip(scripts, tally.games, strict=True)
    ]
    try:
        await gatherResults(feeds, consumeErrors=True)
        took.interrupted = False
    finally:
        took.elapsed_s = stage.elapsed_s
        beating.stop()
        await ticking
        line.clear()
        await pool.closeCachedConnections()


def _beat(stage: Stage, laid: Plan, line: ProgressLine, took: Took) -> None:
    """Show how far it is; an interruption finds the time of the last beat."""
    took.elapsed_s = stage.elapsed_s
    position = _position(laid, stage.pace, stage.elapsed_s)
    line.show(stage.tally.progress(stage.elapsed_s, position))


def _position(laid: Plan, pace: Pace, elapsed_s: float) -> str:
    """Where recorded time is."""
    if pace.speed is None:
        return "as fast as it goes"
    ms = min(pace.position_ms(elapsed_s), laid.length_ms)
    return iso(laid.start_ms + round(ms))[:19].replace("T", " ")
