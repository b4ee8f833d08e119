"""
Copies of a log that are valid by themselves, made while it is written to.

Rule: at its path stands either the copy of before or the whole new one, checked and
synced. Shell.

# Note [Why VACUUM INTO]

SQLite's step-by-step backup starts over whenever another connection writes, and never
ends under load; in a single step it holds the writer up for as long as it takes. `VACUUM
INTO` copies one snapshot while the writer goes on. Copying the file by hand misses what is
still in the write-ahead log.

# Note [Why a copy has no epochs]

A server that goes on from a copy gives sequence numbers a second time to other entries.
Followers hold the old ones; only another epoch tells them so. The copy's epochs are struck
out (0), and whoever opens it for writing fills in a new one.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from scoreboard.log.interface import LogUnavailable
from scoreboard.log.sqlite_file import sync_folder


def write_copy(connection: sqlite3.Connection, path: Path) -> None:
    """
    Write all that `connection` sees to `path`, replacing what is there.

    Args:
        path: absolute; beside it, `path`.tmp is used on the way.

    Raises:
        LogUnavailable: it could not be written, or the copy is damaged; what was at
            `path` still is.
    """
    draft = path.with_name(f"{path.name}.tmp")
    try:
        _remove(draft)
        connection.execute("VACUUM INTO ?", (str(draft),))
        with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            # Without a journal: an interrupted draft is thrown away, not rolled back.
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("UPDATE game SET epoch = 0")
            verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {verdict}")
        _sync(draft)
        draft.replace(path)
        sync_folder(path.parent)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            _remove(draft)
        raise LogUnavailable(f"{path}: {error}") from error


def _remove(draft: Path) -> None:
    draft.unlink(missing_ok=True)
    # SQLite would take a journal of this name for the new draft's.
    draft.with_name(f"{draft.name}-journal").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
