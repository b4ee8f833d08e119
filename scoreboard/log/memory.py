"""
A log in memory, for tests and demonstrations.

Rule: it promises everything that `IEventLog` promises, but its disk is the process:
what is appended is there at once and gone with it. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from scoreboard.codec.cbor import decode_entry
from scoreboard.log.batch import bodies, check_range, fresh_epoch
from scoreboard.log.interface import NOWHERE, IEventLog, LogUnavailable, NotAtTip
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import SIDE, GameId, side_log
from scoreboard.model.position import Position

Answer = TypeVar("Answer")


@implementer(IEventLog)
class MemoryLog:
    """
    A log that is gone with its process; every answer is there when the call returns.

    Args:
        new_epoch: an epoch for a game that gets its first entry, from 1 to 2**32 - 1.
    """

    def __init__(self, new_epoch: Callable[[], int]) -> None:
        self._new_epoch = new_epoch
        self._tips: dict[GameId, Position] = {}
        # Bytes, not values: an entry that a disk would refuse must fail here too.
        self._bodies: dict[GameId, list[bytes]] = {}
        self._notes: dict[tuple[GameId, str], bytes] = {}
        self._open = False

    @property
    def waiting(self) -> int:
        """Entries that are not durable yet: none, they are there at once."""
        return 0

    @property
    def is_up(self) -> bool:
        """See `IEventLog.is_up`."""
        return self._open

    def start(self) -> Deferred[None]:
        """See `IEventLog.start`."""
        self._open = True
        return succeed(None)

    def append(
        self, game: GameId, expected_seq: int, entries: Sequence[Entry]
    ) -> Deferred[Position]:
        """See `IEventLog.append`."""
        return self._answer(lambda: self._append(game, expected_seq, entries))

    def read(self, game: GameId, since: int, limit: int) -> Deferred[tuple[Entry, ...]]:
        """See `IEventLog.read`."""
        return self._answer(lambda: self._read(game, since, limit))

    def tip(self, game: GameId) -> Deferred[Position]:
        """See `IEventLog.tip`."""
        return self._answer(lambda: self._tips.get(game, NOWHERE))

    def games(self) -> Deferred[tuple[GameId, ...]]:
        """See `IEventLog.games`."""
        return self._answer(lambda: tuple(sorted(key for key in self._tips if SIDE not in key)))

    def sides(self, game: GameId) -> Deferred[tuple[GameId, ...]]:
        """See `IEventLog.sides`."""
        first = side_log(game, "")
        return self._answer(
            lambda: tuple(sorted(key for key in self._tips if key.startswith(first)))
        )

    def keep(self, game: GameId, notes: Mapping[str, bytes]) -> None:
        """See `IEventLog.keep`."""
        if self._open:
            self._notes.update(((game, name), body) for name, body in notes.items())

    def kept(self, game: GameId, names: Sequence[str]) -> Deferred[tuple[bytes | None, ...]]:
        """See `IEventLog.kept`."""
        return self._answer(lambda: tuple(self._notes.get((game, name)) for name in names))

    def ping(self) -> Deferred[None]:
        """See `IEventLog.ping`."""
        return self._answer(lambda: None)

    def close(self) -> Deferred[None]:
        """See `IEventLog.close`."""
        self._open = False
        return succeed(None)

    def _answer(self, question: Callable[[], Answer]) -> Deferred[Answer]:
        if not self._open:
            return fail(LogUnavailable("the log is not open"))
        try:
            return succeed(question())
        except LocalError as fault:
            return fail(fault)

    def _append(self, game: GameId, expected_seq: int, entries: Sequence[Entry]) -> Position:
        written = bodies(expected_seq, entries)
        tip = self._tips.get(game, NOWHERE)
        if tip.seq != expected_seq:
            raise NotAtTip(game, expected_seq, tip.seq)
        epoch = tip.epoch or fresh_epoch(self._new_epoch)
        self._bodies.setdefault(game, []).extend(written)
        self._tips[game] = Position(epoch, expected_seq + len(written))
        return self._tips[game]

    def _read(self, game: GameId, since: int, limit: int) -> tuple[Entry, ...]:
        check_range(since, limit)
        return tuple(map(decode_entry, self._bodies.get(game, [])[since : since + limit]))
