"""Entries for tests that care about the log and not about the game."""

from __future__ import annotations

from scoreboard.model.event import Entry, PlayAdded
from scoreboard.model.ids import GameId, SourceId, play_id
from scoreboard.model.play import Play, PlayFacts

GAME = GameId("gaaaaaaaaaa")
OTHER = GameId("gbbbbbbbbbb")


def entry(seq: int, text: str | None = None) -> Entry:
    """An entry at `seq` that says `text`."""
    play = Play(play_id(seq), 0, seq * 1024, PlayFacts("comment", 1, text=text))
    return Entry(seq, 1_790_000_000_000 + seq, SourceId("scorer"), 1, PlayAdded(play))


def entries(first: int, last: int, text: str | None = None) -> list[Entry]:
    """Entries from `first` to `last`, both included."""
    return [entry(seq, text) for seq in range(first, last + 1)]
