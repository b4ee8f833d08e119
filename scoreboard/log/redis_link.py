"""
A connection to the primary that is made again whenever it is lost.

Rule: it never makes anybody wait for a Redis that is not there: what is asked while there is no
greeted connection fails at once, and one late answer ends the connection. Shell.

# Note [The breaker]

Redis may be stopped, paused, cut off or half dead, and the next connection to it may hang as
the last one did. So there is no pool, and no queue for a connection. Closed (`_connection` is
there): commands are sent. One answer that does not come in time opens it: all that was asked
fails, and what is asked from then on fails without being sent. Meanwhile, one attempt after
the other, each bounded in time, a new connection is made and greeted (`redis_greeting`); the
first that passes closes it again. A Redis that accepts connections and answers nothing, as a
stopped process does, never passes.

# Note [Which one is the primary]

With Sentinel it is asked anew for every connection, and the Redis that it names must say
itself that it is the primary. Whoever finds that a primary takes no writes, has no replicas
left or lacks what it had acknowledged calls `drop`, and Sentinel is asked again. Sentinel
closes the connections of a primary that it demotes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.task import deferLater

from scoreboard.log.interface import LogUnavailable
from scoreboard.log.redis_access import Access, Address
from scoreboard.log.redis_connection import Connection, Heard, Refused, dial
from scoreboard.log.redis_greeting import Unfit, greet
from scoreboard.log.redis_names import Command
from scoreboard.model.errors import LocalError

#: Seconds from a lost connection to the first attempt; each further one waits twice as long.
_FIRST_RETRY_S = 0.05
#: Seconds for one Sentinel, of which there are several.
_SENTINEL_S = 0.5
_CLOSED = "the log is closed"


class Link:
    """
    Commands to the primary, wherever it is.

    Args:
        heard: see `dial`.
        connected: is called after every connection but the first.
    """

    def __init__(
        self,
        reactor: Any,
        access: Access,
        heard: Heard | None = None,
        connected: Callable[[], None] = lambda: None,
    ) -> None:
        self._reactor = reactor
        self._access = access
        self._heard = heard
        self._connected_again = connected
        self._connection: Connection | None = None
        self._why = "not connected yet"
        self._turn = 0  #: which of the addresses is tried first
        self._running: Deferred[None] | None = None
        self._closing = False

    @property
    def is_up(self) -> bool:
        """Whether there is a connection that commands can be sent on."""
        return self._connection is not None

    @property
    def why(self) -> str:
        """What is wrong, while there is none."""
        return self._why

    @property
    def address(self) -> Address | None:
        """Where it is connected to; None: nowhere."""
        return None if self._connection is None else self._connection.address

    async def start(self) -> None:
        """
        Connect, and from then on stay connected.

        Raises:
            LocalError: the first attempt has failed; it is the last one, too.
        """
        connection = await self._connected()
        self._running = Deferred.fromCoroutine(self._keep(connection))

    async def ask(self, commands: Sequence[Command], seconds: float) -> list[Any]:
        """
        See `Connection.ask`.

        Raises:
            LogUnavailable: no connection (then nothing was sent), or not all answers came.
        """
        if self._connection is None:
            raise LogUnavailable(self._why)
        return await self._connection.ask(commands, seconds)

    def drop(self, why: str) -> None:
        """Look for the primary again."""
        if self._connection is not None:
            self._connection.abort(why)

    def close(self) -> Deferred[None]:
        """Disconnect for good; may be called twice."""
        self._closing = True
        running, self._running = self._running, None
        if running is None:
            return succeed(None)
        if self._connection is None:
            running.cancel()
        else:
            self.drop(_CLOSED)
        return running

    async def _keep(self, connection: Connection) -> None:
        while True:
            self._connection = connection
            if self._closing:
                # One address was given up, and the next one has answered.
                connection.abort(_CLOSED)
            await connection.gone
            self._connection = None
            self._why = f"redis {connection.address}: {connection.why}"
            try:
                connection = await self._again()
            except CancelledError:
                return
            # In a turn of its own, when the connection can be used.
            self._reactor.callLater(0, self._connected_again)

    async def _again(self) -> Connection:
        """
        The next connection, however long it takes.

        Raises:
            CancelledError: there will be none, the log is being closed.
        """
        delay = _FIRST_RETRY_S
        while not self._closing:
            await deferLater(self._reactor, delay)
            try:
                return await self._connected()
            except LocalError as why:
                self._why = str(why)
                delay = min(2 * delay, self._access.max_retry_s)
        raise CancelledError

    async def _connected(self) -> Connection:
        """
        A connection to the primary, greeted.

        Raises:
            LocalError: there is none; the text has every address that was tried.
        """
        addresses = self._access.addresses
        # The nearest replica is asked first each time; of primaries one is as good as another.
        turn, self._turn = self._turn, self._turn + (0 if self._access.is_edge else 1)
        faults: list[LocalError] = []
        for number in range(len(addresses)):
            address = addresses[(turn + number) % len(addresses)]
            try:
                return await self._primary_by(address)
            except LocalError as fault:
                faults.append(fault)
        text = "; ".join(dict.fromkeys(map(str, faults)))
        unfit = any(isinstance(fault, Unfit) for fault in faults)
        raise (Unfit if unfit else LogUnavailable)(text)

    async def _primary_by(self, address: Address) -> Connection:
        access = self._access
        if access.sentinel:
            address = await self._named_by(address)
        connection = await dial(self._reactor, address, access.tls, access.connect_s, self._heard)
        try:
            await greet(connection, access, access.connect_s)
        except BaseException:
            connection.abort("it was not greeted")
            raise
        return connection

    async def _named_by(self, sentinel: Address) -> Address:
        """Where the primary is, as one Sentinel says."""
        access = self._access
        seconds = min(_SENTINEL_S, access.connect_s)
        connection = await dial(self._reactor, sentinel, access.tls, seconds)
        try:
            login = [access.sentinel_login.command] if access.sentinel_login.command else []
            asked = ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", access.sentinel)
            answers = await connection.ask([*login, asked], seconds)
        finally:
            connection.abort("it has been asked")
        for answer in answers:
            if isinstance(answer, Refused):
                raise Unfit(f"sentinel {sentinel}: {answer}")
        if answers[-1] is None:
            raise Unfit(f"sentinel {sentinel} knows no primary named {access.sentinel!r}")
        host, port = answers[-1]
        return Address(host.decode(), int(port))
