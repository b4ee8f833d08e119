"""
Recorded games as a command asks for them: found, chosen, read and laid out in time.

Rule: a file that cannot be read is named and costs the others nothing. Shell.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import attrs

from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.telling.timeline import Arrival, timeline
from scoreboard.model.errors import RemoteError
from scoreboard.tools.datasets import GameFile, find, load
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.usage import UsageError


@attrs.frozen
class Recorded:
    """A game that was read: its file, what it says, and what a feed would have said when."""

    game: GameFile
    document: Document
    arrivals: tuple[Arrival, ...]


def read_recorded(
    paths: Sequence[Path], patterns: Sequence[str], progress: ProgressLine
) -> tuple[tuple[Recorded, ...], tuple[str, ...]]:
    """
    The games under `paths` that fit one of `patterns`; without any, every game does.

    Args:
        patterns: shell patterns, or parts of the names.

    Returns:
        The games, and why each of the others could not be read (which stderr has been told).

    Raises:
        UsageError: there are no such games.
    """
    chosen = [game for game in find(paths).games if _is_wanted(game, patterns)]
    if not chosen:
        which = f" that fits {' or '.join(patterns)}" if patterns else ""
        raise UsageError(f"no recorded game{which} in {', '.join(map(str, paths))}")
    recorded: list[Recorded] = []
    unreadable: list[str] = []
    for number, game in enumerate(chosen, 1):
        progress.show(f"reading {number}/{len(chosen)} {game.name}")
        try:
            document = load(game)
        except RemoteError as why:
            unreadable.append(str(why))
            continue
        recorded.append(Recorded(game, document, timeline(document)))
    progress.clear()
    for trouble in unreadable:
        print(trouble, file=sys.stderr)
    return tuple(recorded), tuple(unreadable)


def _is_wanted(game: GameFile, patterns: Sequence[str]) -> bool:
    name = game.name
    return not patterns or any(word in name or fnmatchcase(name, word) for word in patterns)
