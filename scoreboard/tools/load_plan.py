"""
A load as it is laid out: who follows what, from which process and address.

Rule: a plan depends on nothing but its numbers, so that two servers get the same work. Pure.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import attrs

#: Sessions from one loopback address; it has some 28,000 ports (ip_local_port_range).
PER_ADDRESS = 20_000

#: Descriptors of a process that are not sessions.
SPARE_DESCRIPTORS = 64

#: Subprotocols, without the "wamp.2." before them.
SUBPROTOCOLS = tuple(
    f"{serializer}{batched}"
    for serializer in ("json", "msgpack", "cbor")
    for batched in ("", ".batched")
)


@attrs.frozen
class Group:
    """
    Sessions that follow in the same way.

    Attributes:
        games: places in the plan's games that they choose from.
        follows: how many of them each follows.
        kinds: of publications; each is one subscription a game.
        match: "exact": kind by kind; "prefix": all of a game; "wildcard": the kinds of all games.
        port: of the node that they connect to; 0: the plan's.
    """

    name: str
    sessions: int
    games: tuple[int, ...]
    follows: int = 1
    kinds: tuple[str, ...] = ("score",)
    match: str = "exact"
    port: int = 0


@attrs.frozen
class Member:
    """One session: its number in the plan, its group, and the games that it follows."""

    number: int
    group: int
    games: tuple[int, ...]


@attrs.frozen
class Plan:
    """
    A whole load.

    Attributes:
        games: game ids.
        workers: processes that the sessions are in.
        path: of the WebSocket; "{game}" in it stands for the first game of a session.
        marks: file with the times at which events were sent.
        rate: connections opened in a second, all processes together; 0: as fast as they go.
        in_flight: connections of a process that may be on their way at once.
        stopped: part of the sessions that can be told to stop reading.
    """

    host: str
    port: int
    games: tuple[str, ...]
    groups: tuple[Group, ...]
    subprotocol: str = "json"
    path: str = "/ws"
    workers: int = 1
    marks: str = ""
    rate: float = 2000.0
    in_flight: int = 200
    stopped: float = 0.0

    @property
    def sessions(self) -> int:
        """All of them."""
        return sum(group.sessions for group in self.groups)

    def members(self, worker: int) -> list[Member]:
        """The sessions of a process."""
        return [member for member in self._all() if member.number % self.workers == worker]

    def _all(self) -> Iterator[Member]:
        number = 0
        for place, group in enumerate(self.groups):
            for _ in range(group.sessions):
                yield Member(number, place, _chosen(number, group))
                number += 1

    def followers(self) -> Counter[int]:
        """Place of a game -> sessions that follow it."""
        found: Counter[int] = Counter()
        for member in self._all():
            found.update(member.games)
        return found

    def address(self, number: int) -> str:
        """The loopback address that a session comes from; "" if any will do."""
        if not self.host.startswith("127."):
            return ""
        return f"127.0.1.{1 + number // PER_ADDRESS}"

    def stops(self, number: int) -> bool:
        """Whether the session is one of those that can be told to stop reading."""
        return int((number + 1) * self.stopped) > int(number * self.stopped)


def _chosen(number: int, group: Group) -> tuple[int, ...]:
    """The games that a session follows: the same for the same number."""
    if group.follows >= len(group.games):
        return group.games
    if group.follows == 1:
        return (group.games[number % len(group.games)],)
    chance = random.Random(number)  # noqa: S311 - a choice that can be made again
    return tuple(sorted(chance.sample(group.games, group.follows)))


def topics(group: Group, games: tuple[str, ...]) -> list[tuple[str, str]]:
    """Topic and match policy of each subscription of a session that follows `games`."""
    root = "scoreboard.v1.game"
    if group.match == "wildcard":
        return [(f"{root}..{kind}", "wildcard") for kind in group.kinds]
    if group.match == "prefix":
        return [(f"{root}.{game}", "prefix") for game in games]
    return [(f"{root}.{game}.{kind}", "exact") for game in games for kind in group.kinds]


def workers_for(sessions: int, cores: int, descriptors: int) -> int:
    """Processes for so many sessions: one core is the server's, if there are several."""
    needed = -(-sessions // max(descriptors - SPARE_DESCRIPTORS, 1))
    return max(1, cores - 1, needed)


def game_ids(tag: str, number: int) -> tuple[str, ...]:
    """Ids of `number` games; `tag`: four characters that tell loads apart."""
    return tuple(f"g{tag}{place:06d}" for place in range(number))


def four(number: int) -> str:
    """`number` in four characters of [0-9a-z]."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(digits[number // 36**place % 36] for place in (3, 2, 1, 0))
