"""
When each event of a load is due.

Rule: what was due and was not sent is still due, at the time at which it was. Pure.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

#: Most messages of one request or call.
BATCH = 500


class Schedule:
    """
    The events of some games.

    Args:
        rates: place of a game -> scores a second.
        clocks: reports of its clock a second, in each of these games.
        games: how many there are in all: they begin one after the other, or all their events
            would come in heaps.
        begin, end: nanoseconds; nothing is due at the end.
    """

    def __init__(
        self, rates: Mapping[int, float], clocks: float, games: int, begin: int, end: int
    ) -> None:
        self._end = end
        self._steps = {(place, False): int(1e9 / rate) for place, rate in rates.items() if rate > 0}
        if clocks > 0:
            self._steps |= {(place, True): int(1e9 / clocks) for place, _ in list(self._steps)}
        self._due = [
            (begin + place * step // games, place, tick)
            for (place, tick), step in self._steps.items()
        ]
        heapq.heapify(self._due)

    @property
    def next(self) -> int | None:
        """When the next is due; None: none is."""
        if not self._due or self._due[0][0] >= self._end:
            return None
        return self._due[0][0]

    @property
    def left(self) -> int:
        """Events that are or will be due."""
        return sum(
            max(-((at - self._end) // self._steps[place, tick]), 0) for at, place, tick in self._due
        )

    def take(self, now: int, most: int) -> dict[int, list[tuple[int, bool]]]:
        """
        What is due, and no longer from now on.

        Args:
            most: games of which events are taken; what comes after is left, in order.

        Returns:
            Place of a game -> when each event was due, and whether it is a tick; at most
            `BATCH` a game.
        """
        due, found = self._due, dict[int, list[tuple[int, bool]]]()
        while due and due[0][0] <= now and due[0][0] < self._end:
            at, place, tick = due[0]
            mine = found.get(place)
            if mine is None:
                if len(found) >= most:
                    break
                mine = found[place] = []
            elif len(mine) >= BATCH:
                break
            mine.append((at, tick))
            heapq.heapreplace(due, (at + self._steps[place, tick], place, tick))
        return found
