"""Games as their feeds tell them: invented, the same for the same seed, as many as are wanted."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from typing import Any

import attrs

from scoreboard.codec import shape_game
from scoreboard.codec.shape_message import write_message
from scoreboard.model.side import Score
from scoreboard.simulator.day import fixtures, played, slate

#: When the invented day begins, milliseconds UTC: any time does.
_START_MS = 1_800_000_000_000
#: Games of one invented day.
_DAY = slate(football=0, soccer=2, basketball=2, hockey=2, baseball=2)


@attrs.frozen
class Story:
    """A game: its meta, all that its feed says in order, and how it ends."""

    game_id: str
    meta: dict[str, Any]
    messages: tuple[dict[str, Any], ...]
    final: Score


def stories(seed: int) -> Iterator[Story]:
    """Without end."""
    draw = random.Random(seed)
    while True:
        day = list(fixtures(draw.getrandbits(32), _START_MS, _DAY, resync=False))
        draw.shuffle(day)
        for fixture in day:
            game = played(fixture)
            yield Story(
                game.meta.game_id,
                shape_game.meta(game.meta),
                tuple(write_message(timed.message, game.meta) for timed in game.reports),
                game.final,
            )


class Shelf:
    """Stories that several threads take from, each in the same order."""

    def __init__(self, seed: int) -> None:
        self._stories = stories(seed)
        self._told: list[Story] = []
        self._lock = threading.Lock()

    def at(self, number: int) -> Story:
        """The story with that number, from 0."""
        with self._lock:
            while len(self._told) <= number:
                self._told.append(next(self._stories))
            return self._told[number]
