"""
Appends that wait to be written, and whoever waits for their answers.

Rule: they are taken and answered in the order of the calls, and what waits is bounded. Nothing
is delayed to make a batch larger. Shell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import attrs
from twisted.internet.defer import Deferred

from scoreboard.log.batch import Append, bodies, fresh_epoch
from scoreboard.log.interface import LogBusy
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position

#: Appends in one batch. Larger batches gain nothing that a sync costs any more, and the
#: reactor answers a batch in one go: it must be free again in milliseconds.
_MAX_APPENDS = 256
#: Bytes of entries in one batch; the append that reaches it is the last.
_MAX_BYTES = 2**20

#: What became of an append.
Outcome = Position | LocalError


@attrs.frozen
class Waiting:
    """An append and who is to be told."""

    append: Append
    answer: Deferred[Position]


class Queue:
    """
    What was appended and is not answered yet.

    The reactor's thread only, but for `taken`, which one other thread may call: both ends of a
    deque are atomic.

    Args:
        new_epoch: an epoch for a game that gets its first entry.
        limit: entries that may wait before `add` says LogBusy.
        writer: what they wait for, for errors.

    Attributes:
        entries: how many are not durable yet.
    """

    def __init__(self, new_epoch: Callable[[], int], limit: int, writer: str) -> None:
        self._new_epoch = new_epoch
        self._limit = limit
        self._writer = writer
        self._queue: deque[Waiting] = deque()
        self._answered = 0  #: the last batch that was answered
        self.entries = 0

    def add(self, game: GameId, expected_seq: int, entries: Sequence[Entry]) -> Deferred[Position]:
        """
        The answer to an append, which waits from now on.

        Raises:
            LogBusy, LocalError: see `IEventLog.append`; nothing was taken.
        """
        written = bodies(expected_seq, entries)
        epoch = 0 if expected_seq else fresh_epoch(self._new_epoch)
        if self.entries + len(written) > self._limit:
            raise LogBusy(f"{self.entries} entries wait for {self._writer}")
        self.entries += len(written)
        answer: Deferred[Position] = Deferred()
        self._queue.append(
            Waiting(Append(game, expected_seq, epoch, written, self._answered), answer)
        )
        return answer

    def taken(self) -> list[Waiting]:
        """What goes into the next batch; it waits no longer, and is not answered yet."""
        batch: list[Waiting] = []
        size = 0
        while self._queue and len(batch) < _MAX_APPENDS and size < _MAX_BYTES:
            batch.append(self._queue.popleft())
            size += batch[-1].append.size
        return batch

    def answer(self, number: int, batch: Sequence[Waiting], outcomes: Sequence[Outcome]) -> None:
        """
        Tell everybody what became of batch `number`.

        Args:
            outcomes: of each append, in their order.
        """
        self._answered = number
        self.entries -= sum(len(one.append.bodies) for one in batch)
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Position):
                one.answer.callback(outcome)
            else:
                one.answer.errback(outcome)
