"""
What is due when, in a replay of several games at once.

Rule: a message is never sent before its time, and messages of one game keep their
order; recorded time starts with the earliest message of all games. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import attrs

from scoreboard.ingest.parsers.telling.timeline import Arrival
from scoreboard.model.message import PlayReport


@attrs.frozen
class Pace:
    """
    How recorded time runs.

    Attributes:
        speed: recorded seconds in a second; None: everything is due at once.
    """

    speed: float | None

    def position_ms(self, elapsed_s: float) -> float:
        """How far recorded time has come, milliseconds, after so many seconds."""
        return float("inf") if self.speed is None else elapsed_s * 1000 * self.speed

    def wait_s(self, offset_ms: int, elapsed_s: float) -> float:
        """Seconds until a message with that offset is due."""
        if self.speed is None:
            return 0.0
        return max(0.0, offset_ms / (1000 * self.speed) - elapsed_s)


@attrs.frozen
class Plan:
    """
    When every message of every game is due.

    Attributes:
        start_ms: the recorded time at which it begins, milliseconds UTC.
        offsets: by game, recorded milliseconds after that; rising.
    """

    start_ms: int
    offsets: tuple[tuple[int, ...], ...]

    @property
    def length_ms(self) -> int:
        """Recorded time from the first message to the last."""
        return max((times[-1] for times in self.offsets if times), default=0)

    @property
    def longest_silence_ms(self) -> int:
        """The longest recorded time in which nothing happens in any game."""
        times = sorted(time for game in self.offsets for time in game)
        return max((b - a for a, b in pairwise(times)), default=0)


def plan(games: Sequence[Sequence[Arrival]], *, align: bool) -> Plan:
    """
    When the messages of `games` are due.

    Args:
        games: the timeline of each.
        align: shift the games so that their first plays coincide with the earliest one.
    """
    shifts = [0] * len(games)
    if align:
        firsts = [_first_play(game) for game in games]
        earliest = min((first for first in firsts if first is not None), default=0)
        shifts = [0 if first is None else earliest - first for first in firsts]
    times = [
        [arrival.at_ms + shift for arrival in game]
        for game, shift in zip(games, shifts, strict=True)
    ]
    start = min((game[0] for game in times if game), default=0)
    return Plan(start, tuple(tuple(time - start for time in game) for game in times))


def _first_play(game: Sequence[Arrival]) -> int | None:
    plays = (a.at_ms for a in game if isinstance(a.message.report, PlayReport))
    return next(plays, None)


def due(offsets: Sequence[int], sent: int, position_ms: float) -> int:
    """How many messages behind the first `sent` are due at that recorded time."""
    return max(0, bisect_right(offsets, position_ms) - sent)


def batch(sizes: Sequence[int], start: int, number: int, most: int, most_bytes: int) -> int:
    """
    How many messages go into one request.

    Args:
        sizes: bytes of each message.
        start: the first one that has not been sent.
        number: that are due.

    Returns:
        At least 1 and at most `most`, not over `most_bytes` together unless one is alone.
    """
    total = 0
    for taken in range(min(number, most)):
        total += sizes[start + taken]
        if total > most_bytes and taken:
            return taken
    return min(number, most)
