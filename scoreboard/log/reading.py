"""
Stored entries, checked while they are read.

Rule: what is given out is gapless from where it was asked for; a missing or damaged entry is
an error that names it, never a shorter answer. Shell.
"""

from __future__ import annotations

from collections.abc import Iterable

from scoreboard.codec.cbor import decode_entry
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId


def read_rows(game: GameId, since: int, rows: Iterable[tuple[int, bytes]]) -> tuple[Entry, ...]:
    """
    The entries of `game` behind `since`.

    Args:
        rows: where each stands, and its bytes, in their order.

    Raises:
        LocalError: one of them is missing or cannot be read; the text says which.
    """
    entries = []
    for expected, (seq, body) in enumerate(rows, start=since + 1):
        try:
            entry = decode_entry(body)
        except LocalError as fault:
            raise LocalError(f"{game}: entry {seq} is damaged: {fault}") from fault
        if not expected == seq == entry.seq:
            raise LocalError(f"{game}: entry {expected} is missing, {entry.seq} is in its place")
        entries.append(entry)
    return tuple(entries)
