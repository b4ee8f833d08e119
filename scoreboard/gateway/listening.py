"""
Listening: the port through which everybody comes, and where it is seen that they leave.

Rule: whoever was let in is told of to the crowd once when the connection is gone, whoever
serves it by then; and who comes faster than they are to waits in the kernel. Shell.

Source: security page, L2 and L3.
"""

from __future__ import annotations

import resource
from typing import Any

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.tcp import Port, Server
from twisted.python.failure import Failure

from scoreboard.gateway.crowd import COURTESY
from scoreboard.gateway.door import Entrance
from scoreboard.gateway.rejected import Reason

#: Descriptors that are not for clients: the log, feeds that are fetched from, those who watch,
#: and who is told to come back later.
RESERVE = 192 + COURTESY


class _Visit(Server):
    """The connection of somebody who came in by the door."""

    server: Door

    def connectionLost(self, reason: Failure) -> None:
        """He is gone."""
        super().connectionLost(reason)
        self.server.entrance.crowd.leaves(str(self.client[0]))


class Door(Port):
    """
    The listening port.

    Args:
        entrance: makes a protocol for everybody who may come in.
    """

    transport = _Visit

    def __init__(
        self, reactor: Any, entrance: Entrance, port: int, backlog: int, interface: str
    ) -> None:
        super().__init__(port, entrance, backlog, interface, reactor)
        self.entrance = entrance
        self._clock: IReactorTime = reactor
        self._waiting: IDelayedCall | None = None

    def doRead(self) -> None:
        """Somebody knocks."""
        super().doRead()
        wait_s = self.entrance.crowd.wait_s(self._clock.seconds())
        if wait_s > 0 and self.connected and self._waiting is None:
            self.entrance.crowd.reject(Reason.ARRIVALS)
            self.stopReading()
            self._waiting = self._clock.callLater(wait_s, self._go_on)

    def _go_on(self) -> None:
        self._waiting = None
        self.startReading()

    def connectionLost(self, reason: Failure) -> None:
        """The port is closed."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        super().connectionLost(reason)


def allow_connections(wanted: int) -> int:
    """
    Raise this process's limit of descriptors, as far as it is allowed and needed.

    Args:
        wanted: connections of clients.

    Returns:
        How many there can be.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + RESERVE
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    return max(soft - RESERVE, 1)
