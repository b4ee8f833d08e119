"""
What is asked of a cluster, and what it is to be built of.

Rule: every number has a unit in its name, and one that cannot be is refused with what it may
be. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from scoreboard.settings.connections import LimitSettings
from scoreboard.tools.usage import UsageError

_LIMITS = LimitSettings()

#: Descriptors of a node that are not sessions (docs/limits.md).
RESERVE = 256

_SUFFIXES = {"": 1.0, "k": 1e3, "m": 1e6}
_AMOUNT = re.compile(r"(\d+(?:_\d{3})*(?:\.\d+)?)([km]?)", re.IGNORECASE)


def amount(text: str) -> float:
    """A number as people write it: 50m, 1.5k, 300_000. Raises: ValueError."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return float(found[1]) * _SUFFIXES[found[2].lower()]


@attrs.frozen(kw_only=True)
class Demand:
    """
    An audience and what it watches.

    Attributes:
        connections: open at a time.
        games: that are played at a time.
        hottest: connections that follow the hottest game, and nothing else.
        follows: games that each of the others follows.
        messages: a second that feeds send, in each game.
        hot_messages: the same of the hottest game.
        per_message: events that a follower gets of each message.
        subscriptions: of a session, for each game that it follows.
        wires: wire format -> its share of the sessions.
        event_bytes: of an event as JSON; None: as measured.
        hours: that a game lasts.
        rtt_ms: between the primary's place and the farthest region, there and back.
        mile_ms: the same between an edge and its followers.
        regions: at least so many places with edges.
    """

    connections: float
    games: int
    hottest: float = 0.0
    follows: float = 1.0
    messages: float = 0.2
    hot_messages: float = 0.2
    per_message: float = 1.0
    subscriptions: float = 1.0
    wires: Mapping[str, float] = attrs.field(factory=lambda: {"json": 1.0})
    event_bytes: float | None = None
    hours: float = 3.0
    rtt_ms: float = 0.0
    mile_ms: float = 0.0
    regions: int = 1

    def __attrs_post_init__(self) -> None:
        _demand_above_0(self, "connections", "games", "follows", "messages", "hot_messages")
        _demand_above_0(self, "per_message", "subscriptions", "hours", "regions")
        if self.event_bytes is not None:
            _demand_above_0(self, "event_bytes")
        if self.hottest > self.connections:
            raise UsageError(
                f"--hottest {self.hottest:,.0f}: there are only {self.connections:,.0f} connections"
            )
        if self.follows > self.games:
            raise UsageError(f"--follows {self.follows:g}: there are only {self.games} games")
        total = sum(self.wires.values())
        if abs(total - 1) > 0.001:
            raise UsageError(f"--wires: the shares add up to {total:g}, not to 1")

    @property
    def all_messages(self) -> float:
        """A second, of all games."""
        return (self.games - 1) * self.messages + self.hot_messages


@attrs.frozen(kw_only=True)
class Build:
    """
    Machines, and how nodes are set up on them.

    Attributes:
        cores: of a machine; a node uses one, and one is the kernel's if there are several.
        memory_gib, network_gbit: of a machine.
        descriptors: that a process may have open.
        max_connections, arrivals_per_s: of a node's settings (`limits`).
        load: part of a core, and of the network, that is used when nothing is wrong.
        memory_load: part of the memory.
        last_ms: milliseconds within which a node must have written an event of the hottest game
            to all who follow it there.
    """

    cores: int = 8
    memory_gib: float = 32.0
    network_gbit: float = 10.0
    descriptors: float = 65_536
    max_connections: float = _LIMITS.max_connections
    arrivals_per_s: float = _LIMITS.arrivals_per_s
    load: float = 0.6
    memory_load: float = 0.75
    last_ms: float = 500.0

    def __attrs_post_init__(self) -> None:
        _demand_above_0(self, "cores", "memory_gib", "network_gbit", "max_connections", "last_ms")
        if self.descriptors <= RESERVE:
            raise UsageError(f"--descriptors {self.descriptors:g}: {RESERVE} are kept for others")
        if not 0 < self.load <= 0.95:
            raise UsageError(f"--load {self.load:g}: it must be above 0 and at most 0.95")

    @property
    def nodes(self) -> int:
        """Nodes (or Redis servers) that a machine is for."""
        return max(self.cores - 1, 1)

    @property
    def network_bytes(self) -> float:
        """A second, of a machine, out."""
        return self.network_gbit * 1e9 / 8


def _demand_above_0(value: Demand | Build, *names: str) -> None:
    for name in names:
        number = getattr(value, name)
        if not 0 < number < float("inf"):
            option = name.replace("_", "-")
            raise UsageError(f"--{option} {number:g}: it must be above 0")


def wires_of(text: str, known: Mapping[str, float]) -> dict[str, float]:
    """
    Shares of wire formats, as "json=0.7,msgpack=0.3"; one alone may stand without its share.

    Raises:
        UsageError: it says something else, or a format that was not measured.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.strip().partition("=")
        if name not in known:
            raise UsageError(f"--wires {name}: there is {', '.join(known)}")
        try:
            found[name] = float(share or 1)
        except ValueError:
            raise UsageError(f"--wires {part}: write it as json=0.7,msgpack=0.3") from None
    return found
