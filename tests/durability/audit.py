"""
What a server has left on the disk, held against what it has promised.

Rule: the file is read as it was left, by a copy, before any server opens it again; it must
hold everything that was acknowledged and everything that it held before.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs

from scoreboard.codec import shape
from scoreboard.codec.cbor import decode_entry
from scoreboard.codec.json_text import write_json
from scoreboard.model.event import (
    ClockSet,
    Entry,
    MetaSet,
    PlayAdded,
    PlayAmended,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
    SituationSet,
    StatusSet,
)
from scoreboard.model.ids import SIDE
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.state import GameState
from scoreboard.projection.view import snapshot_of
from tests.durability.feed import Ack

#: Type of a message -> what it becomes in the log.
_BECOMES: dict[str, tuple[type, ...]] = {
    "meta": (MetaSet,),
    # After a switch a feed tells again what the log has: its name is put to the play.
    "play": (PlayAdded, PlayAmended, PlaysLinked),
    "void": (PlayVoided,),
    "status": (StatusSet,),
    "clock": (ClockSet,),
    "score": (ScoreSet,),
    "situation": (SituationSet,),
}


@attrs.frozen
class Left:
    """A game as the file has it: its epoch, and its entries with their `seq`."""

    epoch: int
    rows: tuple[tuple[int, bytes], ...]


def left_in(data: Path, name: str = "games.sqlite") -> dict[str, Left]:
    """
    What is in the database that nobody has open, recovered as SQLite does it.

    Raises:
        sqlite3.Error: it is damaged.
    """
    with tempfile.TemporaryDirectory() as folder:
        for end in ("", "-wal"):
            if (data / f"{name}{end}").exists():
                shutil.copy(data / f"{name}{end}", folder)
        with closing(sqlite3.connect(Path(folder) / name)) as copy:
            verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
            if not copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'entry'").fetchone():
                return {}
            rows: dict[str, list[tuple[int, bytes]]] = {}
            for game, seq, body in copy.execute("SELECT game, seq, body FROM entry ORDER BY 1, 2"):
                rows.setdefault(game, []).append((seq, body))
            epochs = dict(copy.execute("SELECT game, epoch FROM game").fetchall())
    return {game: Left(epoch, tuple(rows.get(game, ()))) for game, epoch in epochs.items()}


@attrs.define
class Tally:
    """
    What was found.

    Attributes:
        acked: messages said to be recorded.
        lost: of them, those that the log does not have; and entries that it had.
        holes: places in a game's `seq` without an entry.
        repeats: plays that are in the log twice.
        epochs: games whose epoch is another than before.
        torn: kills in the middle of writing a transaction.
        unheard: messages that were recorded, but not answered any more.
    """

    acked: int = 0
    lost: int = 0
    holes: int = 0
    repeats: int = 0
    epochs: int = 0
    torn: int = 0
    unheard: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.holes or self.repeats or self.epochs)


@attrs.define
class Book:
    """A game as the auditor knows it."""

    epoch: int
    bodies: list[bytes] = attrs.field(factory=list)
    entries: list[Entry] = attrs.field(factory=list)
    state: GameState | None = None
    refs: set[tuple[str, str]] = attrs.field(factory=set)
    sample: tuple[int, Any] | None = None


class Auditor:
    """Reads after every kill; what was once in the log has to stay in it, byte for byte."""

    def __init__(self, seed: int) -> None:
        self.books: dict[str, Book] = {}
        self.sides: dict[str, Book] = {}
        self.tally = Tally()
        self._draw = random.Random(seed)

    def audit(self, left: dict[str, Left], acks: Sequence[Ack]) -> None:
        """Compare, and learn what is new."""
        for game, book in (*self.books.items(), *self.sides.items()):
            if game not in left:
                self.tally.lost += len(book.bodies)
        for game, found in left.items():
            # Side logs lose nothing and have no holes either, but they are no games.
            books = self.sides if SIDE in game else self.books
            self._compare(books.setdefault(game, Book(found.epoch)), found)
        self.tally.acked += len(acks)
        self.tally.lost += sum(not self._has(ack) for ack in acks)

    def _compare(self, book: Book, found: Left) -> None:
        self.tally.epochs += found.epoch != book.epoch
        seqs = [seq for seq, _ in found.rows]
        self.tally.holes += (max(seqs) if seqs else 0) - len(seqs)
        bodies = [body for _, body in found.rows]
        known = len(book.bodies)
        if bodies[:known] != book.bodies:
            pairs = zip(book.bodies, [*bodies, *[b""] * known], strict=False)
            self.tally.lost += sum(before != now for before, now in pairs)
            return
        sampled = self._draw.randint(known + 1, len(bodies)) if len(bodies) > known else 0
        if book in self.sides.values():
            book.bodies.extend(bodies[known:])
            return
        for body in bodies[known:]:
            self._learn(book, body)
            if len(book.bodies) == sampled:
                book.sample = (sampled, shown(book.state))

    def _learn(self, book: Book, body: bytes) -> None:
        entry = decode_entry(body)
        book.bodies.append(body)
        book.entries.append(entry)
        state = book.state
        book.state = begin(entry, book.epoch) if state is None else apply(state, entry)
        if isinstance(entry.event, PlayAdded):
            refs = {(ref.source, ref.ref) for ref in entry.event.play.refs}
            self.tally.repeats += bool(refs & book.refs)
            book.refs |= refs

    def _has(self, ack: Ack) -> bool:
        book = self.books.get(ack.game_id)
        if book is None or not 0 < ack.seq <= len(book.entries):
            return False
        entry = book.entries[ack.seq - 1]
        if ack.outcome == "duplicate":
            return True
        if entry.source != ack.source or not isinstance(entry.event, _BECOMES[ack.kind]):
            return False
        if isinstance(entry.event, PlayAdded | PlayAmended):
            return ack.ref in {ref.ref for ref in entry.event.play.refs}
        if isinstance(entry.event, PlaysLinked):
            return ack.ref in {link.ref.ref for link in entry.event.links}
        return True


def shown(state: GameState | None) -> Any:
    """A game as followers read it, decoded."""
    assert state is not None
    return json.loads(write_json(shape.snapshot(snapshot_of(state))))
