"""
The database file: whose it is, how it is opened, what version its tables have.

Rule: one server holds a file, with one connection that writes and checkpoints, and
every commit is synced. What cannot be promised on this file or this file system is
an error at the start. Shell.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from importlib import resources
from pathlib import Path

import attrs

from scoreboard.model.errors import LocalError

#: STRICT tables came with SQLite 3.37 (November 2021).
_OLDEST = (3, 37, 0)

#: `PRAGMA application_id` of our files, "SCOR"; set by the first migration.
_OURS = 0x53434F52

#: `PRAGMA synchronous` as a number: each commit waits for the disk.
_FULL = 2


@attrs.frozen
class Migration:
    """One step of the tables from version `number` - 1 to `number`, in SQL."""

    number: int
    name: str
    sql: str


def migrations() -> tuple[Migration, ...]:
    """
    The steps in `log/schema`, in order.

    Raises:
        LocalError: their numbers are not 1, 2, 3 ...
    """
    folder = resources.files("scoreboard.log") / "schema"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    steps = tuple(Migration(int(f.name[:4]), f.name, f.read_text()) for f in files)
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise LocalError(f"schema files are not numbered 0001, 0002 ...: {[s.name for s in steps]}")
    return steps


class Hold:
    """
    A server's hold on a database file, until `release` or the end of the process.

    It is a lock on a file beside the database: SQLite drops its own between two
    transactions, and any process that closes the database itself would drop one on it.

    Raises:
        LocalError: another server has it, or the folder cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        lock = path.with_name(f"{path.name}.lock")
        try:
            self._descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise LocalError(f"{lock}: {error.strerror}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._descriptor, 32).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise LocalError(f"{path}: another server holds it (process {holder})") from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let another server have it. The file stays: removing it would let two lock two files."""
        os.close(self._descriptor)


def open_to_write(
    path: Path, steps: tuple[Migration, ...], *, shared_memory: bool
) -> sqlite3.Connection:
    """
    The one connection that writes and checkpoints, on a file of the newest version.

    Args:
        path: absolute; made if it is not there, in a folder that is.
        shared_memory: whether others may read beside it. Needs a file system that can
            map memory between processes (not every network or user-space one).

    Raises:
        LocalError: the file is damaged, another program's, or of a newer version; or
            SQLite or the file system cannot keep what a log promises.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        raise LocalError(f"SQLite {sqlite3.sqlite_version} is too old; 3.37 is needed")
    connection = _connected(path, str(path), uri=False)
    try:
        if not shared_memory:
            # Before anything is read: a file that is in WAL mode already is entered with the
            # first read, and the WAL's index is kept in this process alone only from here on.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _migrate(connection, path, steps)
        _promise(connection, path)
        sync_folder(path.parent)
    except sqlite3.Error as error:
        connection.close()
        raise LocalError(f"{path}: {error}") from error
    except (LocalError, OSError):
        connection.close()
        raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """
    A connection beside the writing one; it cannot write and cannot checkpoint.

    Raises:
        LocalError: the file cannot be read.
    """
    return _connected(path, f"{path.as_uri()}?mode=ro", uri=True)


def sync_folder(folder: Path) -> None:
    """Make names in `folder` survive a power cut: a synced file may otherwise have no name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connected(path: Path, database: str, *, uri: bool) -> sqlite3.Connection:
    try:
        # No isolation level: transactions begin and end where the code says so.
        return sqlite3.connect(database, uri=uri, isolation_level=None)
    except sqlite3.Error as error:
        raise LocalError(f"{path}: {error}") from error


def _value(connection: sqlite3.Connection, question: str) -> object:
    return connection.execute(question).fetchone()[0]


def _migrate(connection: sqlite3.Connection, path: Path, steps: tuple[Migration, ...]) -> None:
    version = _value(connection, "PRAGMA user_version")
    tables = _value(connection, "SELECT count(*) FROM sqlite_schema")
    owner = _value(connection, "PRAGMA application_id")
    if not isinstance(version, int) or version > len(steps):
        raise LocalError(
            f"{path}: its tables have version {version}; this server knows up to {len(steps)}"
        )
    if owner != _OURS and (owner or version or tables):
        raise LocalError(f"{path}: a database of another program")
    for step in steps[version:]:
        script = f"BEGIN IMMEDIATE;\n{step.sql}\nPRAGMA user_version = {step.number};\nCOMMIT;"
        try:
            connection.executescript(script)
        except sqlite3.Error as error:
            raise LocalError(f"{path}: {step.name}: {error}") from error


def _promise(connection: sqlite3.Connection, path: Path) -> None:
    journal = _value(connection, "PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # macOS: fsync returns before the disk has it; elsewhere without effect.
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    # A mapped page that cannot be read kills the process instead of raising.
    connection.execute("PRAGMA mmap_size = 0")
    if (journal, _value(connection, "PRAGMA synchronous")) != ("wal", _FULL):
        raise LocalError(f"{path}: no write-ahead log on this file system (journal is {journal})")
