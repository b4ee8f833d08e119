"""
The wheel's clock: one delayed call for the deadlines of all connections.

Rule: no connection has a timer of its own. Shell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from scoreboard.gateway.heartbeat import Timed, Wheel

#: Seconds in which deadlines of connections are told apart.
_STEP_S = 0.25
#: Seconds that the wheel may be turned too late: after more than that there is traffic that
#: has come and was not read yet, so that nobody's silence can be judged.
_LATE_S = 1.0


class Due(Timed, Protocol):
    """What is looked at when its deadline is over."""

    def look(self, now: float) -> None:
        """The deadline is over; may set a new one."""


class Beats:
    """
    Deadlines of all connections of a server.

    Args:
        clock: the reactor.

    Attributes:
        now: the time when the wheel was last turned; cheaper than to ask the clock.
    """

    _log = Logger()

    def __init__(self, clock: IReactorTime) -> None:
        self.now = clock.seconds()
        self._clock = clock
        self._wheel: Wheel[Due] = Wheel(_STEP_S)
        self._call: IDelayedCall | None = None

    def seconds(self) -> float:
        """The time."""
        return self._clock.seconds()

    def put(self, item: Due, delay: float) -> None:
        """`item.look` is called in `delay` seconds, unless it is put again before."""
        now = self._clock.seconds()
        if self._call is None:
            self.now = now
            self._call = self._clock.callLater(_STEP_S, self._turn)
        self._wheel.put(item, now + delay)

    def soon(self, call: Callable[[], None]) -> None:
        """Make `call` at the end of this turn of the reactor, or in the next."""
        self._clock.callLater(0, call)

    def drop(self, item: Due) -> None:
        """`item` is not looked at any more."""
        self._wheel.drop(item)

    def _turn(self) -> None:
        """The next turn is in a step from now, not from when this one should have been."""
        now = self._clock.seconds()
        is_late = now - self.now > _STEP_S + _LATE_S
        self.now = now
        self._call = self._clock.callLater(_STEP_S, self._turn)
        if not is_late:
            for item in self._wheel.expired(now):
                try:
                    item.look(now)
                except Exception:
                    self._log.failure("a deadline was met with a fault")
        if not self._wheel:
            self._call.cancel()
            self._call = None
