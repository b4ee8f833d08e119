"""
Notes to the service manager: that the server is ready, lives, stops.

Rule: it is said to live only if the loop and the thread that writes the log have both
answered; without a service manager nothing is said. Shell.

Source: systemd, sd_notify(3) and sd_watchdog_enabled(3).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, MutableMapping

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

#: Seconds between two signs of life where no watchdog asks for them: then they are only a
#: status line; and from one asking for more time to the next while the log is read.
_STATUS_S = 10.0
#: Microseconds by which a start that takes long is extended each time.
_EXTENSION_US = 30_000_000
#: Seconds that a sign of life may come late: what is later is not sent, since the loop hangs.
_MAX_LATE_S = 5.0


@attrs.frozen
class Address:
    """
    Where the service manager listens, and how often it wants to hear of us.

    Attributes:
        socket: path of a datagram socket, or "@" and an abstract name; "": nobody listens.
        watchdog_s: seconds without a sign of life after which we are killed; 0: never.
    """

    socket: str = ""
    watchdog_s: float = 0.0

    @classmethod
    def take(cls, environ: MutableMapping[str, str], pid: int) -> Address:
        """Out of the environment, from which it is taken: children must not speak for us."""
        name = environ.pop("NOTIFY_SOCKET", "")
        microseconds = environ.pop("WATCHDOG_USEC", "")
        whose = environ.pop("WATCHDOG_PID", str(pid))
        is_ours = whose == str(pid) and microseconds.isdecimal()
        return cls(name, int(microseconds) / 1e6 if is_ours else 0.0)


class Notify:
    """
    Speaks to the service manager.

    Args:
        clock: the reactor.
        ping: fires when the thread that writes has answered.
        status: one line for people.
    """

    _log = Logger()

    def __init__(
        self,
        clock: IReactorTime,
        address: Address,
        ping: Callable[[], Deferred[None]],
        status: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._address = address
        self._ping = ping
        self._status = status
        self._call: IDelayedCall | None = None
        self._due = 0.0
        self._is_asked = False
        self._every_s = address.watchdog_s / 2 or _STATUS_S

    def starting(self) -> None:
        """The log is being read; that may take longer than was expected."""
        self._say(f"STATUS=reads the log\nEXTEND_TIMEOUT_USEC={_EXTENSION_US}")
        if self._address.socket:
            self._call = self._clock.callLater(_STATUS_S, self.starting)

    def ready(self) -> None:
        """It listens."""
        self._cancel()
        self._say(f"READY=1\nSTATUS={self._status()}")
        if self._address.socket:
            self._beat()

    def stopping(self) -> None:
        """It was told to stop."""
        self._say(f"STOPPING=1\nSTATUS=sends its clients away: {self._status()}")

    def stop(self) -> None:
        """Say nothing more."""
        self._cancel()

    def _beat(self) -> None:
        self._due = self._clock.seconds() + self._every_s
        self._call = self._clock.callLater(self._every_s, self._look)

    def _look(self) -> None:
        late_s = self._clock.seconds() - self._due
        self._beat()
        # A thread that has not answered the last time is not asked again.
        if late_s <= _MAX_LATE_S and not self._is_asked:
            self._is_asked = True
            self._ping().addCallbacks(self._alive, self._silent)

    def _alive(self, _answer: None) -> None:
        self._is_asked = False
        if self._call is not None:
            life = "WATCHDOG=1\n" if self._address.watchdog_s else ""
            self._say(f"{life}STATUS={self._status()}")

    def _silent(self, failure: Failure) -> None:
        self._is_asked = False
        self._log.failure("the log does not answer", failure)

    def _cancel(self) -> None:
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def _say(self, what: str) -> None:
        name = self._address.socket
        if not name:
            return
        where = "\0" + name[1:] if name.startswith("@") else name
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto(what.encode(), where)
        except OSError as why:
            self._log.warn("{socket} does not hear us: {why}", socket=name, why=why)


def from_environment() -> Address:
    """The service manager of this process."""
    return Address.take(os.environ, os.getpid())
