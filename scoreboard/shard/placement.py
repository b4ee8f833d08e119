"""
A game's home among the nodes: the one to which HAProxy sends requests about it.

Rule: for the same servers (ids, weights, who is up) the answer is HAProxy's, bit by bit; the
vectors in `tests/vectors/placement` are held against a real HAProxy and against this. Pure.

It is HAProxy's `balance hash` with `hash-type consistent sdbm avalanche`. What writes to a game
goes to its home and nowhere else. Its followers go there as long as it has room for them by
`hash-balance-factor` (bounded loads), and then on along the ring; how many each server has at
the moment only HAProxy knows.

Source: HAProxy 2.6, src/lb_chash.c, src/hash.c, include/haproxy/tools.h (the algorithm; the
numbers are Bob Jenkins' full avalanche hash of an integer). Mirrokni, Thorup, Zadimoghaddam:
Consistent Hashing with Bounded Loads, arXiv:1608.01350.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId

_32 = 2**32 - 1

#: Points on the ring for each unit of weight, and numbers that are kept for one server.
_POINTS = 16
_RANGE = 4_096
#: Weights that HAProxy knows; a server with weight 0 is given nothing.
_WEIGHTS = range(257)
#: Spreads the points over the ring: a prime near three quarters of it.
_SPREAD = 3_221_225_473


@attrs.frozen
class Server:
    """
    A line `server` of HAProxy's backend.

    Attributes:
        id: its `id`; without one, its place in the backend, from 1.
        weight: its `weight`.
    """

    name: str
    id: int
    weight: int = 1


class Placement:
    """
    Homes of games while certain servers are up.

    Args:
        servers: that are up, in the order of the backend.

    Raises:
        LocalError: two have one id or one name, or a weight is not 0 to 256.
    """

    def __init__(self, servers: Sequence[Server]) -> None:
        for what in ("id", "name"):
            values = [getattr(server, what) for server in servers]
            if len(set(values)) < len(values):
                raise LocalError(f"two servers have one {what}: {sorted(values)}")
        for server in servers:
            if server.weight not in _WEIGHTS or server.id < 1:
                raise LocalError(f"{server}: weight must be 0 to 256, id above 0")
        # Stable: of points that coincide, the earlier server's come first.
        self._points = sorted(_points(servers), key=lambda point: point[0])
        self._places = [place for place, _ in self._points]
        self._weights = {server.name: server.weight * _POINTS for server in servers}

    def home(self, game: GameId) -> str | None:
        """The name of the server that is home to `game`; None: there is none."""
        return self._points[self._at(game)][1] if self._points else None

    def order(self, game: GameId) -> tuple[str, ...]:
        """Where followers of `game` go: its home, and the servers that they overflow to in turn."""
        if not self._points:
            return ()
        at = self._at(game)
        round_ = self._points[at:] + self._points[:at]
        return tuple(dict.fromkeys(name for _, name in round_))

    def seat(self, game: GameId, loads: Mapping[str, int], factor: int) -> str | None:
        """
        The server that gets one more follower of `game`; None: there is none.

        It is HAProxy's as long as no server has come up or gone down since HAProxy started.

        Args:
            loads: followers that each server has, of whatever game.
            factor: `hash-balance-factor`, percent of the average; above 100.
        """
        rooms = self._rooms(sum(loads.values()) + 1, factor)
        return next((one for one in self.order(game) if loads.get(one, 0) < rooms[one]), None)

    def _rooms(self, followers: int, factor: int) -> dict[str, int]:
        """How many each server may have of so many: its share, by weight, times the factor."""
        whole = sum(self._weights.values())
        seats = -(-followers * factor // 100)
        rooms, before = {}, 0
        for name, weight in self._weights.items():
            # As HAProxy rounds: what is not even goes to some, and nobody is left without.
            share = (before + weight) * seats // whole - before * seats // whole if whole else 0
            rooms[name] = max(share, 1)
            before += weight
        return rooms

    def _at(self, game: GameId) -> int:
        """The number of the point that `game` belongs to."""
        points = self._points
        place = _avalanche(_sdbm(game.encode()))
        at = bisect_left(self._places, place) % len(points)
        before, after = points[at - 1][0], points[at][0]
        # The nearer of the two neighbours on the ring, not simply the next one.
        is_before = (place - before) & _32 <= (after - place) & _32
        return (at - 1) % len(points) if is_before else at


def _points(servers: Iterable[Server]) -> Iterable[tuple[int, str]]:
    for server in servers:
        for number in range(server.weight * _POINTS):
            yield _avalanche((server.id * _RANGE + number) & _32), server.name


def _sdbm(key: bytes) -> int:
    value = 0
    for octet in key:
        value = (octet + (value << 6) + (value << 16) - value) & _32
    return value


def _avalanche(value: int) -> int:
    """Every bit of `value`, which is below 2**32, in every bit of the result."""
    value = (value + 0x7ED55D16 + (value << 12)) & _32
    value = value ^ 0xC761C23C ^ (value >> 19)
    value = (value + 0x165667B1 + (value << 5)) & _32
    value = ((value + 0xD3A2646C) ^ (value << 9)) & _32
    value = (value + 0xFD7046C5 + (value << 3)) & _32
    value = value ^ 0xB55A4F09 ^ (value >> 16)
    return value * _SPREAD & _32
