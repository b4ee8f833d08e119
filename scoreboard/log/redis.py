"""
A log in Redis, for many nodes: one stream a game.

Rule: what is answered is in Redis' append-only file and on as many replicas as were asked for;
what is read is, too. A Redis that does not answer costs nobody more than the seconds that were
set. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail
from zope.interface import implementer

from scoreboard.log.interface import Commit, IEventLog, LogUnavailable
from scoreboard.log.life import Input, Life, State
from scoreboard.log.redis_access import Access
from scoreboard.log.redis_confirmed import Confirmed
from scoreboard.log.redis_link import Link
from scoreboard.log.redis_names import Names
from scoreboard.log.redis_reader import Reader, Reads
from scoreboard.log.redis_writer import Writer
from scoreboard.log.waiting import Queue
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position


@implementer(IEventLog)
class RedisLog(Reads):
    """
    A durable log that several servers may use; of two that write to one game, one is refused.

    Two connections: WATCH belongs to a connection, and WAIT holds one up.

    Args:
        new_epoch: an epoch for a game that gets its first entry, from 1 to 2**32 - 1,
            greater than every one it gave before (seconds since 1970 are).
        on_commit: is told of each transaction.
    """

    def __init__(
        self,
        reactor: Any,
        access: Access,
        new_epoch: Callable[[], int],
        on_commit: Callable[[Commit], None] = lambda _: None,
    ) -> None:
        self._life = Life("redis")
        self._names = Names(access.prefix)
        confirmed = Confirmed()
        self._reading = Link(reactor, access)
        self._reader = Reader(self._reading, access, self._life, confirmed)
        self._writing = Link(reactor, access)
        self._queue = Queue(new_epoch, access.max_waiting, "redis")
        self._writer = Writer(reactor, self._writing, access, self._queue, confirmed, on_commit)

    @property
    def waiting(self) -> int:
        """Entries that are not durable yet."""
        return self._queue.entries

    @property
    def is_up(self) -> bool:
        """Whether Redis can be written to, as far as is known."""
        links = (self._reading, self._writing)
        return self._life.state is State.OPEN and all(link.is_up for link in links)

    def start(self) -> Deferred[None]:
        """See `IEventLog.start`; once only. Fails also if Redis is away or unfit."""
        return Deferred.fromCoroutine(self._start())

    def append(
        self, game: GameId, expected_seq: int, entries: Sequence[Entry]
    ) -> Deferred[Position]:
        """See `IEventLog.append`."""
        try:
            self._life.demand_open()
            return self._writer.append(game, expected_seq, entries)
        except LocalError as fault:
            return fail(fault)

    def keep(self, game: GameId, notes: Mapping[str, bytes]) -> None:
        """See `IEventLog.keep`."""
        if self._life.state is State.OPEN:
            told = Deferred.fromCoroutine(self._reader.ask(self._names.note(game, notes)))
            # What is lost is worked out again.
            told.addErrback(lambda failure: failure.trap(LocalError))

    def ping(self) -> Deferred[None]:
        """See `IEventLog.ping`: what waits has been answered, whether Redis is there or not."""
        try:
            self._life.demand_open()
        except LogUnavailable as fault:
            return fail(fault)
        return self._writer.idle()

    def close(self) -> Deferred[None]:
        """See `IEventLog.close`."""
        self._life.move(Input.CLOSE)
        return Deferred.fromCoroutine(self._close())

    async def _start(self) -> None:
        self._life.move(Input.START)
        try:
            await self._reading.start()
            await self._writing.start()
        except LocalError:
            self._life.move(Input.REFUSED)
            await self._reading.close()
            raise
        self._life.move(Input.OPENED)
        if self._life.state is State.CLOSED:
            await self._close()
        self._life.demand_open()

    async def _close(self) -> None:
        await self._writer.idle()
        await self._writing.close()
        await self._reading.close()
