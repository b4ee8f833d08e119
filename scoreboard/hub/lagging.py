"""
Readers that do not keep up: where they stand, for how long, and what they lack.

Rule: a stalled reader costs a number and what is said here, nothing that grows with what
is published; and it is given up when it has taken nothing for too long. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

import attrs

from scoreboard.hub.trace import Mark
from scoreboard.model.ids import GameId

#: Milliseconds after which one that was given up may come back; it is named in the close.
RETRY_MS = 1_000

#: Why a reader is closed that cannot be brought back, or takes nothing.
REASON = f"slow; retry_ms={RETRY_MS}"


class Standing(Enum):
    """How a reader stands to what is published."""

    LIVE = auto()  #: sent everything as it comes
    PARKED = auto()  #: could not take all; its position stands still until it has drained
    LAGGING = auto()  #: could take more, but the ring has forgotten what comes next
    GONE = auto()  #: terminal: it has left or was given up


class Input(Enum):
    """What moves it on."""

    FULL = auto()  #: its transport has enough
    OVERRUN = auto()  #: what comes next must be read from the log
    RESTORED = auto()  #: it was read
    DRAINED = auto()  #: it has taken all that it was owed
    LEAVE = auto()  #: it is gone


#: (standing, input) -> next standing; a pair that is absent is a LocalError.
TRANSITIONS = {
    (Standing.LIVE, Input.FULL): Standing.PARKED,
    (Standing.LIVE, Input.LEAVE): Standing.GONE,
    (Standing.PARKED, Input.FULL): Standing.PARKED,
    (Standing.PARKED, Input.OVERRUN): Standing.LAGGING,
    (Standing.PARKED, Input.DRAINED): Standing.LIVE,
    (Standing.PARKED, Input.LEAVE): Standing.GONE,
    (Standing.LAGGING, Input.RESTORED): Standing.PARKED,
    (Standing.LAGGING, Input.LEAVE): Standing.GONE,
}


@attrs.frozen
class Need:
    """
    What of a game's log must be read so that somebody can go on.

    Attributes:
        seq: of the first entry whose publications are needed.
    """

    game_id: GameId
    epoch: int
    seq: int


class Stallable(Protocol):
    """A reader, as it is seen here."""

    position: int


R = TypeVar("R", bound=Stallable)


@attrs.define(eq=False)
class _Stall:
    since_ms: int
    lacks: Mark | None = None


class Stalled(Generic[R]):
    """
    The readers that do not keep up, longest without progress first.

    Args:
        patience_ms: that one may take nothing.
    """

    def __init__(self, patience_ms: int) -> None:
        self._patience_ms = patience_ms
        self._stalls: dict[R, _Stall] = {}

    def __len__(self) -> int:
        return len(self._stalls)

    def __iter__(self) -> Iterator[R]:
        return iter(tuple(self._stalls))

    def enter(self, reader: R, now_ms: int) -> None:
        """`reader` does not keep up, from now on."""
        self._stalls[reader] = _Stall(now_ms)

    def progress(self, reader: R, now_ms: int) -> None:
        """`reader` has taken something."""
        stall = self._stalls.pop(reader)
        stall.since_ms = now_ms
        self._stalls[reader] = stall

    def lack(self, reader: R, mark: Mark | None) -> None:
        """`reader` waits for what stood at `mark`, or for nothing any more."""
        self._stalls[reader].lacks = mark

    def leave(self, reader: R) -> None:
        """`reader` keeps up again, or is gone; others are ignored."""
        self._stalls.pop(reader, None)

    def overdue(self, now_ms: int) -> list[R]:
        """Those that have taken nothing for longer than they may."""
        since = now_ms - self._patience_ms
        return [reader for reader, stall in self._stalls.items() if stall.since_ms < since]

    def lowest(self) -> int | None:
        """The lowest position of a stalled reader."""
        return min((reader.position for reader in self._stalls), default=None)

    def waiting(self) -> list[tuple[R, Mark]]:
        """Those that wait for something from the log, and for what."""
        return [
            (reader, stall.lacks)
            for reader, stall in self._stalls.items()
            if stall.lacks is not None
        ]


def needs_of(marks: Iterable[Mark]) -> list[Need]:
    """What must be read for all who lack `marks`: the earliest of each game."""
    lowest: dict[tuple[GameId, int], int] = {}
    for mark in marks:
        of = (mark.game_id, mark.epoch)
        lowest[of] = min(mark.seq, lowest.get(of, mark.seq))
    return [Need(game_id, epoch, seq) for (game_id, epoch), seq in lowest.items()]
