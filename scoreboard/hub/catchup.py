"""
Catch-up: has what lagging members need read from the log, and gives up who takes nothing.

Rule: one page is read at a time, for all who need it; a page that cannot be had costs those
members and nobody else. Shell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from scoreboard.hub.hub import Hub
from scoreboard.hub.lagging import Need
from scoreboard.hub.standings import Report
from scoreboard.model.delivery import Publication

#: Seconds between looks at who has stalled.
_PERIOD_S = 0.25

#: Reads some publications of a game's log, in all streams, from those of entry `seq` on.
#: Fails if the log has not got them (any more).
ReadPage = Callable[[Need], Awaitable[Sequence[Publication]]]


class CatchUp:
    """
    Brings lagging members back.

    Args:
        clock: the reactor.
        read: see `ReadPage`.
        report: is told why a page could not be read; must not raise.
    """

    _log = Logger()

    def __init__(self, clock: IReactorTime, hub: Hub, read: ReadPage, report: Report) -> None:
        self._clock = clock
        self._hub = hub
        self._read = read
        self._report = report
        self._pending: IDelayedCall | None = None
        self._reading: Deferred[None] | None = None

    def start(self) -> None:
        """Look from now on."""
        self._pending = self._clock.callLater(_PERIOD_S, self._look)

    def stop(self) -> None:
        """Look no more; what is being read is dropped."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
        if self._reading is not None:
            self._reading.cancel()

    def _look(self) -> None:
        self._pending = self._clock.callLater(_PERIOD_S, self._look)
        self._hub.sweep()
        if self._reading is None and self._hub.needs():
            reading = self._reading = Deferred.fromCoroutine(self._bring_back())
            reading.addErrback(self._failed)
            reading.addBoth(self._done)

    def _failed(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            self._log.failure("catching up failed", failure)

    def _done(self, _result: object) -> None:
        self._reading = None

    async def _bring_back(self) -> None:
        while needs := self._hub.needs():
            for need in needs:
                await self._answer(need)

    async def _answer(self, need: Need) -> None:
        try:
            publications = await self._read(need)
        except CancelledError:
            raise
        except Exception as fault:
            self._report(fault)
            self._hub.abandon(need)
        else:
            self._hub.restore(need, publications)
