"""
The tables, written one batch at a time and read one question at a time.

Rule: a batch is in the database whole or not at all, and what this object believes
about tips is what the disk says. Everything here blocks: it belongs in a thread. Shell.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

import attrs

from scoreboard.log.batch import Append, Plan, plan
from scoreboard.log.interface import NOWHERE, Commit, LogUnavailable, NotAtTip
from scoreboard.log.reading import read_rows
from scoreboard.log.sqlite_file import Hold, migrations, open_to_write
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import SIDE, GameId, side_log
from scoreboard.model.position import Position

#: Rows of one statement, largest first: few different statements, which SQLite keeps compiled;
#: three values a row, of at most 32,766.
_SIZES = (256, 64, 16, 4, 1)
_INSERTS = {
    size: f"INSERT INTO entry VALUES {', '.join(['(?, ?, ?)'] * size)}"  # noqa: S608 - constant
    for size in _SIZES
}

#: Game, name and bytes of a note; see `IEventLog.keep`.
Note = tuple[GameId, str, bytes]


@attrs.frozen
class Written:
    """
    What became of a batch.

    Attributes:
        outcomes: of each append, in their order.
        commit: None if nothing was synced.
    """

    outcomes: tuple[Position | NotAtTip | LogUnavailable, ...]
    commit: Commit | None


class Store:
    """
    A file held open for writing.

    Args:
        path: absolute.
        shared_memory: see `open_to_write`.

    Raises:
        LocalError: see `Hold` and `open_to_write`.
    """

    def __init__(self, path: Path, *, shared_memory: bool) -> None:
        self._path = path
        self._hold = Hold(path)
        try:
            self.connection = open_to_write(path, migrations(), shared_memory=shared_memory)
        except LocalError:
            self._hold.release()
            raise
        self._tips: dict[GameId, Position] = {}
        self._failures: dict[GameId, int] = {}

    def revive(self, epoch: int) -> None:
        """
        Give `epoch` to the games that came from a backup.

        See Note [Why a copy has no epochs] in `log.sqlite_backup`.
        """
        self.connection.execute("UPDATE game SET epoch = ? WHERE epoch = 0", (epoch,))

    def write(self, appends: Sequence[Append], number: int, notes: Sequence[Note] = ()) -> Written:
        """
        Make batch `number` durable; a fault of the disk is an outcome of each of its appends.

        Args:
            notes: go along, if there is anything to write; a fault of theirs loses only them.

        Nothing is remembered of a fault but that it happened: the next batch tries again.
        """
        try:
            self._learn({append.game for append in appends})
            decided = plan(appends, self._tips, self._failures, number)
            commit = self._commit(decided, notes) if decided.rows else None
        except Exception as error:
            # Whatever it was: the thread must live, and nobody may wait for ever.
            self._forget(appends, number)
            outcome = LogUnavailable(f"{self._path}: {error}")
            return Written((outcome,) * len(appends), None)
        self._tips.update(decided.tips)
        self._failures = dict(decided.failures)
        return Written(decided.outcomes, commit)

    def note(self, notes: Sequence[Note]) -> None:
        """Write notes by themselves; a fault loses them."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            _note(self.connection, notes)
            self.connection.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self.connection.rollback()

    def close(self) -> None:
        """Fold the write-ahead log into the database and let go of it."""
        # Nothing is lost if the fold fails: the next start reads the write-ahead log.
        with suppress(sqlite3.Error):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.connection.close()
        self._hold.release()

    def _learn(self, games: Iterable[GameId]) -> None:
        if self.connection.in_transaction:
            # A rollback failed with the disk; until one succeeds nothing else can.
            self.connection.execute("ROLLBACK")
        for game in games:
            if game not in self._tips:
                self._tips[game] = tip(self.connection, game)

    def _commit(self, decided: Plan, notes: Sequence[Note]) -> Commit:
        began = time.perf_counter()
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        self.connection.executemany("INSERT INTO game VALUES (?, ?)", decided.created)
        _insert(self.connection, decided.rows)
        if notes:
            self._note_along(notes)
        execute("COMMIT")
        return decided.commit(time.perf_counter() - began)

    def _note_along(self, notes: Sequence[Note]) -> None:
        """Notes in the transaction of a batch, which does not fail with them."""
        execute = self.connection.execute
        execute("SAVEPOINT notes")
        try:
            _note(self.connection, notes)
        except sqlite3.Error:
            execute("ROLLBACK TO notes")
        execute("RELEASE notes")

    def _forget(self, appends: Sequence[Append], number: int) -> None:
        self._tips.clear()
        self._failures |= dict.fromkeys((append.game for append in appends), number)
        with suppress(sqlite3.Error):
            self.connection.rollback()


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[GameId, int, bytes]]) -> None:
    """
    Write entries, many in one statement.

    Each step of a statement gives Python's lock away and has to ask for it again; while the
    reactor's thread is busy that takes a switch interval each time, for every row.
    """
    at = 0
    for size in _SIZES:
        while len(rows) - at >= size:
            values = chain.from_iterable(rows[at : at + size])
            connection.execute(_INSERTS[size], tuple(values))
            at += size


def _note(connection: sqlite3.Connection, notes: Sequence[Note]) -> None:
    connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?, ?)", notes)


def tip(connection: sqlite3.Connection, game: GameId) -> Position:
    """Where the log of `game` stands in the database."""
    found = connection.execute(
        "SELECT epoch, (SELECT max(seq) FROM entry WHERE entry.game = game.game)"
        " FROM game WHERE game = ?",
        (game,),
    ).fetchone()
    return Position(*found) if found else NOWHERE


def games(connection: sqlite3.Connection) -> tuple[GameId, ...]:
    """Every game that has entries, sorted by id."""
    keys = connection.execute("SELECT game FROM game ORDER BY game")
    return tuple(GameId(key) for (key,) in keys if SIDE not in key)


def sides(connection: sqlite3.Connection, game: GameId) -> tuple[GameId, ...]:
    """The keys of the side logs of `game`, sorted."""
    first = side_log(game, "")
    keys = connection.execute(
        "SELECT game FROM game WHERE game >= ? AND game < ? ORDER BY game",
        (first, first + "\x7f"),
    )
    return tuple(GameId(key) for (key,) in keys)


def read(connection: sqlite3.Connection, game: GameId, since: int, limit: int) -> tuple[Entry, ...]:
    """
    The entries of `game` behind `since`, at most `limit`.

    Raises:
        LocalError: one of them is missing or cannot be read; the text says which.
    """
    rows = connection.execute(
        "SELECT seq, body FROM entry WHERE game = ? AND seq > ? ORDER BY seq LIMIT ?",
        (game, since, limit),
    ).fetchall()
    return read_rows(game, since, rows)


def kept(
    connection: sqlite3.Connection, game: GameId, names: Sequence[str]
) -> tuple[bytes | None, ...]:
    """The notes on `game` of these names, in their order."""
    question = "SELECT body FROM note WHERE game = ? AND name = ?"
    found = (connection.execute(question, (game, name)).fetchone() for name in names)
    return tuple(None if row is None else row[0] for row in found)
