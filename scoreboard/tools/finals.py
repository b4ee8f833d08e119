"""
Official results beside recorded games: `finals.json` in the folder or in the one above.

Rule: what cannot be read as a result is no result; it is never guessed. Shell.

The file is an object with a list of games (or "matches"); a game names its files, its
ids, and its score; pairs of numbers are away, home.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from scoreboard.model.side import Score
from scoreboard.tools.datasets import FINALS, BadFile, read

#: Fields that name a game's file, and those that name the game; a prefix says at which provider.
_FILES = ("file", "events_file", "espn_file", "stats_file")
_IDS = ("game_id", "match_id", "espn_game_id", "stats_game_id")

#: Fields with a score that stands for one provider only.
_OWN = {"stats_file": "stats_final_away_home", "stats_game_id": "stats_final_away_home"}


@attrs.frozen
class Final:
    """
    The official result of a game.

    Attributes:
        shootout: tally of the shoot-out; None if there was none or it is not told.
        source: where it stands.
    """

    score: Score
    source: str
    shootout: Score | None = None


class Finals:
    """All results that stand near games; each file is read once."""

    def __init__(self) -> None:
        self._known: dict[Path, dict[str, Final]] = {}

    def of(self, path: Path) -> Final | None:
        """
        The result of the game in the file `path`; None if there is none.

        Raises:
            BadFile: a `finals.json` near it is not one.
        """
        for folder in (path.parent, path.resolve().parent.parent):
            file = folder / FINALS
            if not file.exists():
                continue
            if file not in self._known:
                self._known[file] = dict(_results(file))
            known = self._known[file]
            inside = path.resolve().relative_to(folder.resolve()).as_posix()
            found = known.get(inside) or known.get(path.name.partition(".")[0])
            if found is not None:
                return found
        return None


def _results(file: Path) -> Iterator[tuple[str, Final]]:
    """Every name of every game in `file`, with its result."""
    try:
        data = json.loads(read(file))
    except ValueError as why:
        raise BadFile(f"{file}: not JSON: {why}") from why
    games = data if isinstance(data, list) else _games(data)
    for game in games:
        if not isinstance(game, Mapping):
            continue
        for name in (*_FILES, *_IDS):
            final = _final(game, _OWN.get(name), str(file))
            if game.get(name) is not None and final is not None:
                yield str(game[name]), final


def _games(data: Any) -> list[Any]:
    if isinstance(data, Mapping):
        for name in ("games", "matches"):
            if isinstance(data.get(name), list):
                return list(data[name])
    return []


def _final(game: Mapping[str, Any], own: str | None, source: str) -> Final | None:
    pair = game.get(own) if own else None
    score = _pair(pair) or _pair([game.get("away_score"), game.get("home_score")])
    if score is None:
        return None
    return Final(score, source, _pair(game.get("shootout")))


def _pair(value: Any) -> Score | None:
    """Away, home as a score; None if it is none."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    away, home = value
    whole = all(isinstance(points, int) and not isinstance(points, bool) for points in value)
    return Score(home=home, away=away) if whole else None
