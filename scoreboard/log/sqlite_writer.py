"""
Group commit: whatever waits when the disk is free goes into one transaction.

Rule: an append is answered after its transaction is synced, in the order of the calls. Shell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads

from scoreboard.log.disk_thread import DiskThread
from scoreboard.log.interface import Commit
from scoreboard.log.sqlite_store import Note, Store, Written
from scoreboard.log.waiting import Queue, Waiting
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position

#: Notes that go along with one batch: a few tens of kilobytes more to write.
_NOTES_A_BATCH = 4
#: Notes that wait for a batch; when there are so many they are written without one.
_WAITING_NOTES = 64


class Writer:
    """
    Appends from the reactor's thread to the thread of the store.

    Args:
        queue: filled by the reactor's thread, emptied by the store's.
        on_commit: is told of each sync, in the reactor's thread.
    """

    def __init__(
        self,
        reactor: IReactorFromThreads,
        thread: DiskThread[Store],
        queue: Queue,
        on_commit: Callable[[Commit], None],
    ) -> None:
        self._reactor = reactor
        self._thread = thread
        self._queue = queue
        self._on_commit = on_commit
        self._is_called = False  #: a call of `_flush` is put and has not begun
        self._number = 0  #: of the last batch; touched by the store's thread only
        self._notes: deque[Note] = deque()

    def append(
        self, game: GameId, expected_seq: int, entries: Sequence[Entry]
    ) -> Deferred[Position]:
        """See `IEventLog.append`. Raises: LogBusy, LocalError: see `Queue.add`."""
        answer = self._queue.add(game, expected_seq, entries)
        # Asked after the append, and taken back before the store looks: none is forgotten.
        if not self._is_called:
            self._is_called = True
            self._thread.put(self._flush)
        return answer

    def keep(self, game: GameId, notes: Mapping[str, bytes]) -> None:
        """See `IEventLog.keep`: they go along with the next batches."""
        self._notes.extend((game, name, body) for name, body in notes.items())
        if len(self._notes) >= _WAITING_NOTES:
            self.write_notes()

    def write_notes(self) -> None:
        """Have the notes that wait written without a batch."""
        if self._notes:
            self._thread.put(self._note)

    def _note(self, store: Store) -> None:
        notes = self._taken_notes(len(self._notes))
        if notes:
            store.note(notes)

    def _taken_notes(self, most: int) -> list[Note]:
        # Both ends of a deque are atomic, and the store's thread only takes.
        return [self._notes.popleft() for _ in range(min(most, len(self._notes)))]

    def _flush(self, store: Store) -> None:
        self._is_called = False
        while batch := self._queue.taken():
            self._number += 1
            notes = self._taken_notes(_NOTES_A_BATCH)
            written = store.write([one.append for one in batch], self._number, notes)
            self._reactor.callFromThread(self._settle, self._number, batch, written)

    def _settle(self, number: int, batch: list[Waiting], written: Written) -> None:
        self._queue.answer(number, batch, written.outcomes)
        if written.commit is not None:
            self._on_commit(written.commit)
