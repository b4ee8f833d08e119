"""
A log that is read from a replica of Redis, by an edge node.

Rule: nothing is ever written; a replica that is away, or that has lost its primary, is told, and
what is known already is served on. Shell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import attrs
from twisted.internet.defer import Deferred, fail
from twisted.internet.task import LoopingCall
from zope.interface import implementer

from scoreboard.log.interface import IEventLog, LogUnavailable
from scoreboard.log.life import Input, Life, State
from scoreboard.log.redis_access import Access
from scoreboard.log.redis_confirmed import Confirmed
from scoreboard.log.redis_link import Link
from scoreboard.log.redis_reader import Reader, Reads
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position

#: Seconds between two questions how the replica stands; a replica that hangs is noticed by them.
_ASK_S = 1.0


class Supply(Enum):
    """How news come to an edge."""

    FOLLOWING = "following"  #: the replica has its primary
    STALE = "stale"  #: the replica answers, but has lost its primary
    AWAY = "away"  #: the replica does not answer


@attrs.frozen
class Standing:
    """
    How a replica stands.

    Attributes:
        address: of the replica; "" while it is away.
        why: what is wrong; "": nothing.
        since: when it began, seconds.
    """

    supply: Supply
    address: str
    why: str
    since: float


@implementer(IEventLog)
class ReplicaLog(Reads):
    """
    Of one edge node.

    Args:
        access: `is_edge`.

    Attributes:
        waiting: see `IEventLog.waiting`: nothing ever waits.
        standing: how the replica stands, as of a second ago.
    """

    def __init__(self, reactor: Any, access: Access) -> None:
        self._clock = reactor
        self._life = Life("redis")
        self._link = Link(reactor, access, connected=self._ask_soon)
        self._reader = Reader(self._link, access, self._life, Confirmed())
        self._asking = LoopingCall(self._ask_soon)
        self._asking.clock = reactor
        self.waiting = 0
        self.standing = Standing(Supply.AWAY, "", self._link.why, reactor.seconds())

    @property
    def is_up(self) -> bool:
        """Whether the replica can be read, as far as is known."""
        return self.standing.supply is not Supply.AWAY

    def start(self) -> Deferred[None]:
        """See `IEventLog.start`; once only. Fails also if the replica is away or unfit."""
        return Deferred.fromCoroutine(self._start())

    def append(
        self, game: GameId, expected_seq: int, entries: Sequence[Entry]
    ) -> Deferred[Position]:
        """Always fails with LogUnavailable; nobody should have called it."""
        del game, expected_seq, entries
        return fail(LogUnavailable("this node is an edge: it writes nothing"))

    def keep(self, game: GameId, notes: Mapping[str, bytes]) -> None:
        """See `IEventLog.keep`: an edge keeps nothing."""

    def ping(self) -> Deferred[None]:
        """See `IEventLog.ping`: nothing was asked before."""

        async def pong() -> None:
            self._life.demand_open()

        return Deferred.fromCoroutine(pong())

    def close(self) -> Deferred[None]:
        """See `IEventLog.close`."""
        self._life.move(Input.CLOSE)
        if self._asking.running:
            self._asking.stop()
        return self._link.close()

    async def _start(self) -> None:
        self._life.move(Input.START)
        try:
            await self._link.start()
        except LocalError:
            self._life.move(Input.REFUSED)
            raise
        self._life.move(Input.OPENED)
        if self._life.state is State.CLOSED:
            await self._link.close()
        self._life.demand_open()
        # Before the first answer: who closes the log meanwhile stops it.
        self._asking.start(_ASK_S, now=False)
        await self._ask()

    def _ask_soon(self) -> None:
        """Without making the next question wait for the answer to this one."""
        if self._life.state is State.OPEN:
            Deferred.fromCoroutine(self._ask())

    async def _ask(self) -> None:
        try:
            (role,) = await self._reader.ask(("ROLE",))
        except LogUnavailable as fault:
            self._stands(Supply.AWAY, str(fault))
            return
        if role[0] != b"slave" or role[3] == b"connected":
            self._stands(Supply.FOLLOWING, "")
        else:
            primary = f"{role[1].decode()}:{role[2]}"
            why = f"redis {self._link.address}: its primary {primary} is away ({role[3].decode()})"
            self._stands(Supply.STALE, why)

    def _stands(self, supply: Supply, why: str) -> None:
        now = float(self._clock.seconds())
        since = self.standing.since if supply is self.standing.supply else now
        address = self._link.address
        self.standing = Standing(supply, "" if address is None else str(address), why, since)
