"""
The pump: has what was published written, in slices of the reactor's time.

Rule: what is published is written at the end of the reactor's turn, with all else that was
published in it; and who asks the reactor for something waits one slice for it. Shell.

A publisher is called back by the log at the beginning of a turn, and a call of no delay is
made in that same turn: an idle hub adds no wait. What a slice leaves over is gone on with
after the reactor has looked at its sockets once, or after a rest (`hub.spread`). A slice is as
long as the reactor was away with other things since the last one, within bounds: feeds that send
much at once must not crowd out what they have sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from scoreboard.hub.hub import Hub
from scoreboard.hub.spread import Spread
from scoreboard.model.delivery import Publication

#: Seconds over which reports of one kind are counted.
_WINDOW_S = 1.0

#: Seconds that are spent on writing before the reactor has its turn, at least and at most.
SLICE_S = 0.005
LONG_SLICE_S = 0.015


class Pump:
    """
    Publishes to a hub and has it write.

    Args:
        clock: the reactor.
        hub: what is written from; its members come and go without the pump.
        spread_s: seconds over which much is spread; see `Spread`.
    """

    _log = Logger()

    def __init__(self, clock: IReactorTime, hub: Hub, spread_s: float = 0.0) -> None:
        self._clock = clock
        self._hub = hub
        self._spread = Spread(spread_s)
        self._slices = hub.tally.slices
        self._pending: IDelayedCall | None = None
        self._rests = False
        self._left_at: float | None = None

    def publish(self, publications: Sequence[Publication]) -> None:
        """Hand `publications` to the hub; they are written at the end of this turn."""
        hub = self._hub
        hub.publish(publications)
        if publications and not hub.sampling.is_on:
            streams = {stream for publication in publications for stream, _ in publication.places}
            hub.sampling.begin(streams, hub.tip - 1, self._clock.seconds)
        if self._pending is None:
            self._pending = self._clock.callLater(0, self._slice)
        elif self._rests and self._hub.wait(self._clock.seconds()) == 0:
            self._rests = False
            self._pending.reset(0)

    def stop(self) -> None:
        """Write what is pending now, and nothing later."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
            self._hub.flush()

    def _slice(self) -> None:
        self._pending = None
        self._rests = False
        clock, spread = self._clock, self._spread
        began = clock.seconds()
        away = SLICE_S if self._left_at is None else began - self._left_at
        self._left_at = None
        wait: float | None = None
        try:
            slice_s = spread.slice_s(began, _slice_of(away))
            is_left = self._hub.turn(clock.seconds, began + slice_s)
            ended = clock.seconds()
            if is_left:
                wait = spread.rest_s(began, ended)
                if wait and self._hub.is_awaited:
                    wait = 0.0
            else:
                spread.rested()
                wait = self._hub.wait(ended)
        except Exception:
            self._log.failure("a slice failed")
            ended = clock.seconds()
        if self._hub.sampling.is_on:
            self._hub.sampling.settled(self._hub.flushed)
        if wait is not None:
            self._rests = wait > 0
            self._left_at = None if self._rests else ended
            self._pending = clock.callLater(max(wait, 0.0), self._slice)
        self._slices.add((ended - began) * 1_000)


def _slice_of(away_s: float) -> float:
    """How long to write after the reactor was away for so long."""
    return min(max(away_s, SLICE_S), LONG_SLICE_S)


class FaultLog:
    """
    A log of faults that strangers can cause, and that they can not fill.

    Args:
        clock: the reactor.
        most: faults of one kind that are written out per second; the rest is counted.
    """

    _log = Logger()

    def __init__(self, clock: IReactorTime, most: int = 10) -> None:
        self._clock = clock
        self._most = most
        self._windows: dict[str, tuple[float, int]] = {}

    def report(self, fault: Exception) -> None:
        """An exception that cost a connection or a request."""
        kind = type(fault).__name__
        now = self._clock.seconds()
        began, count = self._windows.get(kind, (now, 0))
        if now - began >= _WINDOW_S:
            if count > self._most:
                self._log.error("{n} more faults of kind {kind}", n=count - self._most, kind=kind)
            began, count = now, 0
        self._windows[kind] = (began, count + 1)
        if count < self._most:
            self._log.error(
                "{kind}: {fault}",
                kind=kind,
                fault=str(fault),
                log_failure=Failure(fault),
            )
