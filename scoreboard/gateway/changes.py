"""
Changes: which games have moved since somebody last asked, for those who poll.

Rule: who asks again with `next` of the last answer misses no game that has moved; a place
that means nothing (any more) is the beginning, and the answer says so. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scoreboard.codec.shape_parts import Shape
from scoreboard.gateway.queries import line_of
from scoreboard.gateway.snapshots import stream_name
from scoreboard.gateway.sse_wire import number_id, read_number
from scoreboard.projection.state import GameState

#: A stream's name -> the number of the newest publication in it, among all of the process;
#: -1: it has none.
Newest = Callable[[str], int]

#: Games that one answer has at most.
MOST = 1_000


class Changes:
    """
    Of the games of one node.

    Args:
        states: gives the states of all games.
        newest: where each game stands among all publications.
        incarnation: of the process; what another one has numbered means nothing here.
    """

    def __init__(
        self, states: Callable[[], Iterable[GameState]], newest: Newest, incarnation: str
    ) -> None:
        self._states = states
        self._newest = newest
        self._incarnation = incarnation

    def since(self, place: str, limit: int = MOST) -> Shape:
        """
        The games that have moved, those that moved least recently first.

        Args:
            place: `next` of the last answer; "" for all games.
            limit: games at most; `more` says whether there are others.
        """
        after = read_number(self._incarnation, place)
        floor = after or 0
        moved = []
        for state in self._states():
            number = self._newest(stream_name(state.meta.game_id))
            if number >= floor:
                moved.append((number, state))
        moved.sort(key=lambda one: one[0])
        shown = moved[:limit]
        # A place is the first number that somebody has not seen.
        after_these = shown[-1][0] + 1 if shown else floor
        return {
            "reset": bool(place) and after is None,
            "next": number_id(self._incarnation, after_these).decode(),
            "more": len(moved) > limit,
            "games": [line_of(state) for _, state in shown],
        }
