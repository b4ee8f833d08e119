"""
Group commit: whatever waits when the disk is free goes into one transaction.

Rule: an append is answered after its transaction is synced, in the order of the calls,
and what waits is bounded. Nothing is delayed to make a batch larger. Shell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorFromThreads

from scoreboard.log.batch import Append
from scoreboard.log.disk_thread import DiskThread
from scoreboard.log.interface import Commit, LogBusy
from scoreboard.log.sqlite_store import Store, Written
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position

#: Appends in one transaction. Larger batches gain nothing that a sync costs any more,
#: and the reactor answers a batch in one go: it must be free again in milliseconds.
_MAX_APPENDS = 256
#: Bytes of entries in one transaction; the append that reaches it is the last.
_MAX_BYTES = 2**20


@attrs.frozen
class _Waiting:
    """An append and who is to be told."""

    append: Append
    answer: Deferred[Position]


class Writer:
    """
    Appends from the reactor's thread to the thread of the store.

    Args:
        max_waiting: entries that may wait for their sync.
        on_commit: is told of each sync, in the reactor's thread.
    """

    def __init__(
        self,
        reactor: IReactorFromThreads,
        thread: DiskThread[Store],
        max_waiting: int,
        on_commit: Callable[[Commit], None],
    ) -> None:
        self._reactor = reactor
        self._thread = thread
        self._max_waiting = max_waiting
        self._on_commit = on_commit
        # Filled by the reactor's thread, emptied by the store's; both ends are atomic.
        self._queue: deque[_Waiting] = deque()
        self._is_called = False  #: a call of `_flush` is put and has not begun
        self._number = 0  #: of the last batch; touched by the store's thread only
        self._answered = 0  #: the last batch that was answered; by the reactor's only
        self.waiting = 0  #: entries that are not synced yet; by the reactor's only

    def append(
        self, game: GameId, expected_seq: int, epoch: int, bodies: tuple[bytes, ...]
    ) -> Deferred[Position]:
        """See `IEventLog.append`; `epoch` is for a game without entries."""
        if self.waiting + len(bodies) > self._max_waiting:
            return fail(LogBusy(f"{self.waiting} entries wait for the disk"))
        self.waiting += len(bodies)
        one = _Waiting(Append(game, expected_seq, epoch, bodies, self._answered), answer=Deferred())
        self._queue.append(one)
        # Asked after the append, and taken back before the store looks: none is forgotten.
        if not self._is_called:
            self._is_called = True
            self._thread.put(self._flush)
        return one.answer

    def _flush(self, store: Store) -> None:
        self._is_called = False
        while batch := self._taken():
            self._number += 1
            written = store.write([one.append for one in batch], self._number)
            self._reactor.callFromThread(self._settle, self._number, batch, written)

    def _taken(self) -> list[_Waiting]:
        """What goes into the next transaction."""
        batch: list[_Waiting] = []
        size = 0
        while self._queue and len(batch) < _MAX_APPENDS and size < _MAX_BYTES:
            batch.append(self._queue.popleft())
            size += batch[-1].append.size
        return batch

    def _settle(self, number: int, batch: list[_Waiting], written: Written) -> None:
        self._answered = number
        self.waiting -= sum(len(one.append.bodies) for one in batch)
        for one, outcome in zip(batch, written.outcomes, strict=True):
            if isinstance(outcome, Position):
                one.answer.callback(outcome)
            else:
                one.answer.errback(outcome)
        if written.commit is not None:
            self._on_commit(written.commit)
