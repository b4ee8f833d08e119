"""The placement vectors: who is up, whose each game is, and where its followers go."""

from __future__ import annotations

import json
from pathlib import Path

import attrs

from scoreboard.model.ids import GameId, game_id
from scoreboard.shard.placement import Server

_FOLDER = Path(__file__).parents[1] / "vectors" / "placement"
FILE = _FOLDER / "haproxy.json"
FOLLOWERS = _FOLDER / "followers.json"

#: Games of each case.
COUNT = 1_200


@attrs.frozen
class Case:
    """
    A backend, and where its games are.

    Attributes:
        down: names of servers that are down.
        homes: names, one letter each, in the order of `games`.
    """

    servers: tuple[Server, ...]
    down: tuple[str, ...]
    homes: str = ""

    @property
    def up(self) -> list[Server]:
        return [server for server in self.servers if server.name not in self.down]

    def __str__(self) -> str:
        weights = "-".join(f"{server.name}{server.weight}" for server in self.servers)
        return f"{weights} without {''.join(self.down)}" if self.down else weights


def games() -> list[GameId]:
    """The games of every case."""
    return [game_id("nba_", "vector", str(number)) for number in range(COUNT)]


def backends() -> list[tuple[Server, ...]]:
    """One to five servers, light and heavy, alike and not, with ids in order and not."""
    alike = [
        tuple(Server(name, number, weight) for number, name in enumerate("abcde"[:size], start=1))
        for size in range(1, 6)
        for weight in (1, 100)
    ]
    return [
        *alike,
        (Server("a", 1, 1), Server("b", 2, 3), Server("c", 3, 256)),
        (Server("c", 30, 50), Server("a", 7, 100), Server("b", 1, 100), Server("d", 4_000, 75)),
        (Server("a", 1, 10), Server("b", 2, 0), Server("c", 3, 10)),
    ]


def cases() -> list[Case]:
    """As the file has them."""
    return [
        Case(tuple(Server(**server) for server in one["servers"]), tuple(one["down"]), one["homes"])
        for one in json.loads(FILE.read_text())
    ]


@attrs.frozen
class Flood:
    """
    Followers who come to a backend one after the other, and stay.

    Attributes:
        factor: its `hash-balance-factor`.
        seats: where each was sent, one letter each, in the order of `comers`.
    """

    servers: tuple[Server, ...]
    factor: int
    seats: str = ""

    def __str__(self) -> str:
        weights = "-".join(f"{server.name}{server.weight}" for server in self.servers)
        return f"{weights} factor {self.factor}"


def comers() -> list[GameId]:
    """The game that each follows: some of each, then one is hot, then some of each again."""
    some = games()[:20]
    return [*some, *[games()[77]] * 60, *some]


def floods() -> list[Flood]:
    """Alike and not, narrow and wide."""
    alike = tuple(Server(name, number, 100) for number, name in enumerate("abc", start=1))
    uneven = (Server("c", 30, 50), Server("a", 7, 100), Server("b", 1, 100), Server("d", 4_000, 75))
    return [Flood(servers, factor) for servers in (alike, uneven) for factor in (125, 150, 200)]


def flooded() -> list[Flood]:
    """As the file has them."""
    return [
        Flood(tuple(Server(**server) for server in one["servers"]), one["factor"], one["seats"])
        for one in json.loads(FOLLOWERS.read_text())
    ]
