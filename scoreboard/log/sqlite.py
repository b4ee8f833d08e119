"""
A log in one SQLite file.

Rule: one thread and one connection write and checkpoint; others only read. No call
blocks the reactor. Shell.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure
from zope.interface import implementer

from scoreboard.log import sqlite_store as store
from scoreboard.log.batch import check_range, fresh_epoch
from scoreboard.log.disk_thread import DiskThread
from scoreboard.log.interface import Commit, IEventLog, LogBusy, LogUnavailable
from scoreboard.log.life import Input, Life, State
from scoreboard.log.sqlite_backup import write_copy
from scoreboard.log.sqlite_file import open_to_read
from scoreboard.log.sqlite_store import Store
from scoreboard.log.sqlite_writer import Writer
from scoreboard.log.waiting import Queue
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position

Answer = TypeVar("Answer")

#: Entries that may wait for the disk: some seconds of the busiest day's plays.
MAX_WAITING = 10_000


@implementer(IEventLog)
class SqliteLog:
    """
    A durable log, to be used by one server at a time.

    Args:
        path: the database; made at the first start, in a folder that is there.
        new_epoch: an epoch for a game that gets its first entry, from 1 to 2**32 - 1,
            greater than every one it gave before (seconds since 1970 are).
        max_waiting: entries that may wait for the disk before `append` says LogBusy.
        shared_memory: False on file systems that cannot map memory between processes;
            reads then wait behind commits.
        on_commit: is told of each sync of the disk, in the reactor's thread.
    """

    def __init__(
        self,
        reactor: IReactorFromThreads,
        path: Path,
        new_epoch: Callable[[], int],
        *,
        max_waiting: int = MAX_WAITING,
        shared_memory: bool = True,
        on_commit: Callable[[Commit], None] = lambda _: None,
    ) -> None:
        self._reactor = reactor
        # Two names of one file must meet at one lock.
        self._path = path.resolve()
        self._new_epoch = new_epoch
        self._shared_memory = shared_memory
        self._life = Life(str(self._path))
        self._copying = False
        acquire = partial(Store, self._path, shared_memory=shared_memory)
        self._store = DiskThread(reactor, f"writer of {self._path}", acquire, Store.close)
        self._reader = self._new_reader("reader")
        self._queue = Queue(new_epoch, max_waiting, "the disk")
        self._writer = Writer(reactor, self._store, self._queue, on_commit)

    @property
    def waiting(self) -> int:
        """Entries that are not durable yet."""
        return self._queue.entries

    @property
    def is_up(self) -> bool:
        """See `IEventLog.is_up`; what a disk does not take is known by its writes only."""
        return self._life.state is State.OPEN

    def start(self) -> Deferred[None]:
        """See `IEventLog.start`; once only."""
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

    def read(self, game: GameId, since: int, limit: int) -> Deferred[tuple[Entry, ...]]:
        """See `IEventLog.read`."""
        try:
            check_range(since, limit)
        except LocalError as fault:
            return fail(fault)
        asked = self._ask(partial(store.read, game=game, since=since, limit=limit))
        return asked.addErrback(self._damaged)

    def tip(self, game: GameId) -> Deferred[Position]:
        """See `IEventLog.tip`."""
        return self._ask(partial(store.tip, game=game))

    def games(self) -> Deferred[tuple[GameId, ...]]:
        """See `IEventLog.games`."""
        return self._ask(store.games)

    def sides(self, game: GameId) -> Deferred[tuple[GameId, ...]]:
        """See `IEventLog.sides`."""
        return self._ask(partial(store.sides, game=game))

    def keep(self, game: GameId, notes: Mapping[str, bytes]) -> None:
        """See `IEventLog.keep`: they are written with the next batches."""
        if self._life.state is State.OPEN:
            self._writer.keep(game, notes)

    def kept(self, game: GameId, names: Sequence[str]) -> Deferred[tuple[bytes | None, ...]]:
        """See `IEventLog.kept`."""
        return self._ask(partial(store.kept, game=game, names=names))

    def backup(self, path: Path) -> Deferred[None]:
        """
        Copy the log to `path` while it is written to; fires when the copy is durable and checked.

        A server that is started on the copy gives every game a new epoch, since what
        came after the copy is lost to it. See Note [Why a copy has no epochs].

        Fails with LogBusy if another backup is under way, LogUnavailable if the log is
        not open or the copy cannot be written; then what was at `path` still is.
        """
        if self._copying:
            return fail(LogBusy("another backup is under way"))
        target = path.resolve()
        if target == self._path:
            return fail(LocalError(f"{path}: a log cannot be its own backup"))
        return Deferred.fromCoroutine(self._backup(target))

    def ping(self) -> Deferred[None]:
        """See `IEventLog.ping`."""
        try:
            self._life.demand_open()
        except LogUnavailable as fault:
            return fail(fault)
        return self._store.ask(lambda _: None)

    def close(self) -> Deferred[None]:
        """See `IEventLog.close`. A backup under way goes on to its end."""
        self._life.move(Input.CLOSE)
        return Deferred.fromCoroutine(self._release())

    def _damaged(self, failure: Failure) -> Failure:
        """The failure of a read; that of an entry names the file, too."""
        failure.trap(LocalError)
        if failure.check(LogUnavailable):
            return failure
        raise LocalError(f"{self._path}: {failure.value}") from failure.value

    async def _start(self) -> None:
        self._life.move(Input.START)
        try:
            epoch = fresh_epoch(self._new_epoch)
            await self._store.start()
            await self._store.ask(lambda held: held.revive(epoch))
            if self._shared_memory and self._life.state is State.STARTING:
                await self._reader.start()
        except LocalError:
            self._life.move(Input.REFUSED)
            await self._release()
            raise
        self._life.move(Input.OPENED)
        self._life.demand_open()

    async def _backup(self, path: Path) -> None:
        self._life.demand_open()
        self._copying = True
        try:
            if not self._shared_memory:
                await self._ask(partial(write_copy, path=path))
                return
            # A thread of its own: reads must not wait until the whole log is copied.
            copier = self._new_reader("copier")
            await copier.start()
            try:
                await copier.ask(partial(write_copy, path=path))
            finally:
                await copier.stop()
        finally:
            self._copying = False

    async def _release(self) -> None:
        self._writer.write_notes()
        # Readers first: the last connection to close must be the one that checkpoints.
        await self._reader.stop()
        await self._store.stop()

    def _ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Deferred[Answer]:
        try:
            self._life.demand_open()
        except LogUnavailable as fault:
            return fail(fault)
        if self._shared_memory:
            return self._reader.ask(question)
        return self._store.ask(lambda held: question(held.connection))

    def _new_reader(self, role: str) -> DiskThread[sqlite3.Connection]:
        acquire = partial(open_to_read, self._path)
        name = f"{role} of {self._path}"
        return DiskThread(self._reactor, name, acquire, sqlite3.Connection.close)
