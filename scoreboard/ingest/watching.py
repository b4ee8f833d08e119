"""
Watching: looks at all games again and again, for what time alone changes.

Rule: one look is over before the next begins; a look that fails is logged, and the next
one comes all the same. What is due before the next regular look is looked at when it is
due. Shell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

#: Looks in a regular interval, at most: many sources may be lost one after the other.
MOST_LOOKS = 20


class Watching:
    """
    The loop that lets silence be heard.

    Args:
        tick: one look at every game; it tells in how many seconds something is due (None:
            nothing is).
        every_s: seconds from one look to the next, at most.
    """

    _log = Logger()

    def __init__(
        self, clock: IReactorTime, tick: Callable[[], Awaitable[float | None]], every_s: float
    ) -> None:
        self._clock = clock
        self._tick = tick
        self._every_s = every_s
        self._next: IDelayedCall | None = None
        self._running: Deferred[None] | None = None
        self._is_on = False

    def start(self) -> None:
        """Look for the first time one interval from now."""
        self._is_on = True
        self._next = self._clock.callLater(self._every_s, self._look)

    def stop(self) -> Deferred[None] | None:
        """Look no more; fires when a look that is on has ended."""
        self._is_on = False
        if self._next is not None:
            self._next.cancel()
            self._next = None
        return self._running

    def _look(self) -> None:
        self._next = None
        self._running = Deferred.fromCoroutine(self._looked())

    async def _looked(self) -> None:
        due_s = None
        try:
            due_s = await self._tick()
        except Exception:
            self._log.failure("a look at the games failed")
        if self._is_on:
            wait_s = self._every_s if due_s is None else min(self._every_s, due_s)
            self._next = self._clock.callLater(max(wait_s, self._every_s / MOST_LOOKS), self._look)
