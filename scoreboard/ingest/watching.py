"""
Watching: looks at all games again and again, for what time alone changes.

Rule: one look is over before the next begins; a look that fails is logged, and the next
one comes all the same. Shell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger


class Watching:
    """
    The loop that lets silence be heard.

    Args:
        tick: one look at every game.
        every_s: seconds from one look to the next.
    """

    _log = Logger()

    def __init__(
        self, clock: IReactorTime, tick: Callable[[], Awaitable[None]], every_s: float
    ) -> None:
        self._tick = tick
        self._every_s = every_s
        self._loop: LoopingCall = LoopingCall(self._look)
        self._loop.clock = clock
        self._running: Deferred[None] | None = None

    def start(self) -> None:
        """Look for the first time one interval from now."""
        self._loop.start(self._every_s, now=False).addErrback(
            lambda failure: self._log.failure("watching has ended", failure)
        )

    def stop(self) -> Deferred[None] | None:
        """Look no more; fires when a look that is on has ended."""
        if self._loop.running:
            self._loop.stop()
        return self._running

    async def _safely(self) -> None:
        try:
            await self._tick()
        except Exception:
            self._log.failure("a look at the games failed")

    def _look(self) -> Deferred[None]:
        self._running = Deferred.fromCoroutine(self._safely())
        return self._running
