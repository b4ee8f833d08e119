"""Tiny recorded games in the shape of a provider's files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

_HEAD = (
    '"play_id","half","time_remaining_half","secs_remaining","description",'
    '"home_score","away_score","away","home","home_favored_by","game_id","date"'
)

#: half, clock, description, home score, away score.
_ROWS = (
    (1, "20:00", "Jump Ball won by Home Town", 0, 0),
    (1, "19:30", "Ann Archer made Jumper.", 2, 0),
    (1, "18:00", "Bo Baker made Three Point Jumper.", 2, 3),
    (1, "0:00", "End of 1st half", 2, 3),
    (2, "19:00", "Ann Archer made Free Throw.", 3, 3),
    (2, "0:10", "Cy Cook made Layup.", 5, 3),
    (2, "0:00", "End of Game", 5, 3),
)


def espn_csv(game_id: str = "401000001", rows=_ROWS) -> str:
    """A college game, 3-5 (away-home), in the shape of the ESPN tables."""
    lines = [_HEAD]
    for number, (half, clock, text, home, away) in enumerate(rows, 1):
        minutes, seconds = map(int, clock.split(":"))
        left = minutes * 60 + seconds + (1200 if half == 1 else 0)
        lines.append(
            f'{number},{half},"{clock}",{left},"{text}",{home},{away},'
            f'"Away City","Home Town",5,"{game_id}","March 15, 2018"'
        )
    return "\n".join(lines) + "\n"


def dataset(folder: Path, *, away: int = 3, home: int = 5, games: int = 1) -> Path:
    """A folder with games and their results."""
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    for number in range(1, games + 1):
        name = f"40100000{number}"
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(espn_csv(name).encode()))
        results.append({"espn_game_id": name, "away_score": away, "home_score": home})
    (folder / "finals.json").write_text(json.dumps({"games": results}))
    return folder
