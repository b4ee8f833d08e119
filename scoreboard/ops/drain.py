"""
The drain: how a server that is told to stop gets rid of its clients.

Rule: nobody is cut off who could have been told, and those who are told come back one after
the other; what was taken in is on disk before anybody leaves. Shell.

Source: security page, 6.2; but those who write leave first, not last: behind a balancer they
would wait for nothing while another server could take what they have.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from random import Random

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

#: Clients that leave in a second at least: few of them need not take the whole time.
LEAST_RATE = 50.0
#: Seconds that the last to leave have to answer, at most.
_LINGER_S = 5.0
#: Seconds between two looks whether they have.
_LOOK_S = 0.05
#: Milliseconds over which they come back, and that a restart takes.
_BACK_MS, _RESTART_MS = 5_000, 1_000

#: (milliseconds to stay away, where to come back) -> tells one client to leave.
Leave = Callable[[int, str], None]


@attrs.frozen
class Times:
    """
    How long what may take.

    Attributes:
        accept_s: that clients are still taken after the balancer was told not to send any.
        spread_s: over which clients leave, at most.
        elsewhere: where they are told to come back at once; "": here, after the restart.
    """

    accept_s: float = 2.0
    spread_s: float = 20.0
    elsewhere: str = ""


@attrs.frozen
class Steps:
    """
    What is done, as callables of the composition root.

    Attributes:
        stop_accepting: listens no more.
        refuse: what feeds say is not taken any more, and they are told so.
        finish: what was taken is written.
        writers: those who have brought it.
        viewers: those who only follow.
        left: how many of them have not left.
    """

    stop_accepting: Callable[[], Awaitable[None]]
    refuse: Callable[[], None]
    finish: Callable[[], Awaitable[None]]
    writers: Callable[[], Sequence[Leave]]
    viewers: Callable[[], Sequence[Leave]]
    left: Callable[[], int]


@attrs.frozen
class Departure:
    """When somebody leaves, seconds from the first, and how long to stay away."""

    at_s: float
    retry_ms: int


def departures(count: int, times: Times) -> Iterator[Departure]:
    """
    When each of `count` leaves: evenly, and to come back in the same order.

    Who comes back here must wait until the last has left and the server is there again; who
    goes elsewhere only makes room for the one before.
    """
    lasts_s = min(times.spread_s, count / LEAST_RATE)
    for index in range(count):
        at_s = lasts_s * index / count
        turn_ms = int(_BACK_MS * index / count)
        if times.elsewhere:
            yield Departure(at_s, turn_ms)
        else:
            yield Departure(at_s, int((lasts_s - at_s) * 1_000) + _RESTART_MS + turn_ms)


class Drain:
    """
    Sends the clients of a server away, once.

    Args:
        clock: the reactor.
        chance: shuffles them.
    """

    def __init__(self, clock: IReactorTime, times: Times, steps: Steps, chance: Random) -> None:
        self._clock = clock
        self._times = times
        self._steps = steps
        self._chance = chance

    async def run(self) -> None:
        """All of it, but for what is done to the log at the end of the process."""
        steps = self._steps
        await self._sleep(self._times.accept_s)
        await steps.stop_accepting()
        steps.refuse()
        await steps.finish()
        # They have nothing to do here any more, and another server may take what they have.
        for leave in steps.writers():
            leave(0 if self._times.elsewhere else _RESTART_MS, self._times.elsewhere)
        viewers = list(steps.viewers())
        self._chance.shuffle(viewers)
        began = self._clock.seconds()
        for leave, when in zip(viewers, departures(len(viewers), self._times), strict=True):
            early_s = began + when.at_s - self._clock.seconds()
            if early_s > 0:
                await self._sleep(early_s)
            leave(when.retry_ms, self._times.elsewhere)
        until = self._clock.seconds() + _LINGER_S
        while steps.left() and self._clock.seconds() < until:
            await self._sleep(_LOOK_S)

    def _sleep(self, seconds: float) -> Deferred[None]:
        slept: Deferred[None] = Deferred()
        self._clock.callLater(seconds, slept.callback, None)
        return slept
