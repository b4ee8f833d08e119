"""
What a cluster on one machine consists of: processes, their names, their ports, who reads where.

Rule: the same wish and the same ports give the same cluster; what is written down of it can be
read again by any later call. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import attrs
import cattrs

from scoreboard.model.errors import LocalError
from scoreboard.tools.usage import UsageError

#: Home nodes, replicas and edges that one machine is asked for at most.
MOST = 64
#: Sentinels: the fewest that can lose one and still agree.
SENTINELS = 3
#: How many of them must agree that a primary is dead.
QUORUM = 2
#: Under which name they know the primary.
WATCHED = "scores"
#: Feeds that may send, by the names that `simulate` and `replay` take by themselves.
FEEDS = ("simulate", "replay")
#: Version of what is written down.
VERSION = 1


class Kind(Enum):
    """What a process is."""

    REDIS = "redis"  #: the log: the primary or a replica
    SENTINEL = "sentinel"  #: watches the primary
    HOME = "home"  #: a node that writes games and serves followers
    EDGE = "edge"  #: a node that serves followers only
    PROXY = "haproxy"  #: the one address of all


@attrs.frozen
class Wanted:
    """
    What is asked for.

    Attributes:
        nodes: that are home to games.
        replicas: of Redis, beside its primary.
        edges: nodes that read from replicas and write nothing.
        sentinel: whether Sentinels make a replica the primary when that is lost.
    """

    nodes: int
    replicas: int = 0
    edges: int = 0
    sentinel: bool = False

    def check(self) -> None:
        """Raises: UsageError: it cannot be."""
        for what, number, least in (
            ("nodes", self.nodes, 1),
            ("--replicas", self.replicas, 0),
            ("--edges", self.edges, 0),
        ):
            if not least <= number <= MOST:
                raise UsageError(f"{what}: {number} is not {least} to {MOST}")
        if self.edges and not self.replicas:
            raise UsageError("--edges: an edge reads from a replica; give --replicas 1 or more")
        if self.sentinel and not self.replicas:
            raise UsageError("--sentinel: nothing could take over; give --replicas 1 or more")

    @property
    def ports(self) -> int:
        """How many ports it takes, without the public one: nodes have one more, for `/metrics`."""
        sentinels = SENTINELS if self.sentinel else 0
        return 1 + self.replicas + sentinels + 2 * (self.nodes + self.edges)


@attrs.frozen
class Member:
    """
    A process.

    Attributes:
        port: of loopback.
        ops: of a node: where `/metrics` is.
        reads: names of the Redis that it reads from, the first one first; none: it is the first
            primary, or finds it by itself.
    """

    name: str
    kind: Kind
    port: int
    ops: int = 0
    reads: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def is_node(self) -> bool:
        """Whether it is one of ours."""
        return self.kind in (Kind.HOME, Kind.EDGE)


@attrs.frozen
class Cluster:
    """
    All of it.

    Attributes:
        token: what the tokens of the feeds have in common; see `token_of`.
    """

    members: tuple[Member, ...]
    token: str = attrs.field(repr=False)

    def token_of(self, feed: str) -> str:
        """The token of one of `FEEDS`. A token that two feeds had would be the first one's."""
        return f"{feed}-{self.token}"

    def of(self, *kinds: Kind) -> list[Member]:
        """The members of these kinds."""
        return [member for member in self.members if member.kind in kinds]

    def named(self, name: str) -> Member:
        """Raises: UsageError: nobody has that name."""
        for member in self.members:
            if member.name == name:
                return member
        raise UsageError(f"no {name!r} here: {', '.join(one.name for one in self.members)}")

    @property
    def replicas(self) -> int:
        """How many there were at the beginning."""
        return len(self.of(Kind.REDIS)) - 1

    @property
    def url(self) -> str:
        """The one address."""
        return f"http://{self.of(Kind.PROXY)[0].address}"


def laid_out(wanted: Wanted, public: int, ports: Sequence[int], token: str) -> Cluster:
    """
    The cluster that is asked for.

    Args:
        public: port of the one address.
        ports: `wanted.ports` different ones.
    """
    wanted.check()
    free = iter(ports)
    stores = [f"redis{number}" for number in range(1, wanted.replicas + 2)]
    members = [
        Member(name, Kind.REDIS, next(free), reads=() if name == stores[0] else (stores[0],))
        for name in stores
    ]
    if wanted.sentinel:
        members += [
            Member(f"sentinel{number}", Kind.SENTINEL, next(free))
            for number in range(1, SENTINELS + 1)
        ]
    members += [
        Member(f"n{number}", Kind.HOME, next(free), next(free))
        for number in range(1, wanted.nodes + 1)
    ]
    members += _edges(wanted, stores[1:], free)
    members.append(Member("haproxy", Kind.PROXY, public))
    return Cluster(tuple(members), token)


def _edges(wanted: Wanted, replicas: list[str], free: Iterator[int]) -> Iterator[Member]:
    """Edges take turns at the replicas; each knows the others as well, for when its own is away."""
    for number in range(wanted.edges):
        at = number % len(replicas)
        reads = (*replicas[at:], *replicas[:at])
        yield Member(f"e{number + 1}", Kind.EDGE, next(free), next(free), reads)


def waves(cluster: Cluster) -> list[list[Member]]:
    """
    Who is started together, when those before are ready; the other way round for the end.

    A replica wants its primary, Sentinels want replicas, edges a log that a home node has begun.
    """
    stores = cluster.of(Kind.REDIS)
    found = [
        stores[:1],
        stores[1:],
        cluster.of(Kind.SENTINEL),
        cluster.of(Kind.HOME),
        cluster.of(Kind.EDGE),
        cluster.of(Kind.PROXY),
    ]
    return [wave for wave in found if wave]


@attrs.frozen
class Process:
    """
    A member that was started.

    Attributes:
        began: when the kernel started it, in its own ticks: another process of the same pid has
            another.
    """

    pid: int
    began: int


def written(cluster: Cluster, processes: Mapping[str, Process]) -> dict[str, Any]:
    """What is kept in cluster.json."""
    return {
        "version": VERSION,
        "url": cluster.url,
        "token": cluster.token,
        "feeds": {feed: cluster.token_of(feed) for feed in FEEDS},
        "members": [cattrs.unstructure(member) for member in cluster.members],
        "processes": {name: cattrs.unstructure(process) for name, process in processes.items()},
    }


def read(data: Any) -> tuple[Cluster, dict[str, Process]]:
    """
    What cluster.json says.

    Raises:
        LocalError: it says something else.
    """
    try:
        if data["version"] != VERSION:
            raise LocalError(f"version {data['version']!r}, not {VERSION}")
        members = cattrs.structure(data["members"], tuple[Member, ...])
        processes = cattrs.structure(data["processes"], dict[str, Process])
        return Cluster(members, str(data["token"])), processes
    except (KeyError, TypeError, AttributeError, cattrs.BaseValidationError) as why:
        raise LocalError(f"not what a cluster writes: {why!r}") from why


#: The names that members have, and so the folders that a cluster makes.
FOLDER = re.compile(r"(redis|sentinel|n|e)[0-9]+|haproxy")
