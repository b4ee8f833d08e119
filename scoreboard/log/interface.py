"""
The log: what is written here has happened, in this order.

Rule: an append is answered when, and only when, it would survive a power cut; the
answer is all of it or nothing of it. Nothing else changes a game's state. Shell.
"""

# An interface's methods are declared as they are called: without self.
# ruff: noqa: N805

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
from twisted.internet.defer import Deferred
from zope.interface import Attribute, Interface

from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position

#: Where the log of a game stands that has none.
NOWHERE = Position(0, 0)


class NotAtTip(LocalError):
    """
    The writer does not know the newest entry: somebody else wrote, or its own last append failed.

    It must read the log from what it knows before it may decide anything again.

    Attributes:
        expected: the position that the writer took for the tip.
        actual: the tip as it is.
    """

    def __init__(self, game: GameId, expected: int, actual: int) -> None:
        super().__init__(f"{game}: the log is at {actual}, the writer built on {expected}")
        self.expected = expected
        self.actual = actual


class LogUnavailable(LocalError):
    """Nothing can be written now; the text says why (disk full, closed ...). Later may work."""


class LogBusy(LocalError):
    """Too much waits for the disk already. Nothing was taken; the sender may try again."""


@attrs.frozen
class Commit:
    """
    What one sync of the disk made durable.

    Attributes:
        appends: how many appends shared it.
        entries: how many entries they had.
        size: bytes of those entries.
        seconds: from the first write to the end of the sync.
    """

    appends: int
    entries: int
    size: int
    seconds: float


class IEventLog(Interface):
    """
    The record of every game, one gapless sequence of entries each.

    Order: appends to one game are applied in the order of the calls. Games are
    independent. A `read` that is called after an append was answered sees it.

    Faults arrive through the Deferred, never as an exception from the call. Cancelling a
    Deferred takes nothing back: what was called may still happen.
    """

    waiting: int = Attribute("Entries that are not durable yet.")

    is_up: bool = Attribute("Whether it can be written to, as far as is known.")

    def start() -> Deferred[None]:
        """
        Open the log; fires when it can be used.

        Fails with LocalError: it is damaged, held by another server, or of a newer version.
        """

    def append(game: GameId, expected_seq: int, entries: Sequence[Entry]) -> Deferred[Position]:
        """
        Write `entries` behind the entry at `expected_seq`, all or none.

        Many appends may be under way, also of one game: the next may be called before this
        one is answered, with the `expected_seq` that it will have if this one succeeds. An
        append that is called before the failure of an earlier one of its game was
        answered fails too, even if it would fit: it was decided on what never happened.

        Args:
            game: whose log; the first append (`expected_seq` 0) makes it, with a new epoch.
            expected_seq: where the writer believes the tip to be, 0 for no entries.
            entries: at least one; `seq` goes on from `expected_seq` without a gap.

        Returns:
            The new tip, when it is durable.

        Fails with:
            NotAtTip: the tip is elsewhere. Nothing was written.
            LogBusy: too much is waiting. Nothing was written.
            LogUnavailable: not open, or the disk failed. Whether it was written is
                certain only after `tip` has been asked again.
            LocalError: `entries` are empty, do not go on from `expected_seq`, or hold
                what cannot be written.
        """

    def read(game: GameId, since: int, limit: int) -> Deferred[tuple[Entry, ...]]:
        """
        The entries behind `since`, oldest first, at most `limit`; empty for an unknown game.

        Fails with LogUnavailable (not open, or the disk failed) or LocalError (damage).
        """

    def tip(game: GameId) -> Deferred[Position]:
        """
        The newest durable entry's position; Position(0, 0) for an unknown game.

        The epoch was given to the game by its first append and stays as long as its
        history is there.
        """

    def games() -> Deferred[tuple[GameId, ...]]:
        """Every game that has entries, sorted by id; side logs (`model.ids.side_log`) are none."""

    def sides(game: GameId) -> Deferred[tuple[GameId, ...]]:
        """The keys of the side logs of `game` that have entries, sorted."""

    def keep(game: GameId, notes: Mapping[str, bytes]) -> None:
        """
        Put notes on a game beside its log, in the place of earlier ones of the same names.

        They are what can be worked out again at any time: they become durable when it costs
        nobody anything, and may be lost, on any fault without a word. After `close` nothing
        is taken.
        """

    def kept(game: GameId, names: Sequence[str]) -> Deferred[tuple[bytes | None, ...]]:
        """
        The notes of these names, in their order; None: there is none, or not yet.

        Fails with LogUnavailable: not open, or the disk failed.
        """

    def ping() -> Deferred[None]:
        """
        Fires when what writes the log has done all that was asked of it before.

        Fails with LogUnavailable: the log is not open.
        """

    def close() -> Deferred[None]:
        """
        Write what waits, then release everything; fires when that is done, and may be called twice.

        From the call on, everything else fails with LogUnavailable.
        """
