"""
The plan: how many of what a demand takes, how late events are, and what breaks first.

Rule: a node is filled until the first of its limits is met (`plan_edge`). What more machines do
not mend is said apart. Pure.
"""

from __future__ import annotations

from math import ceil

import attrs

from scoreboard.tools.plan_cost import (
    LOOK_S,
    NodeLoad,
    RedisLoad,
    node_cost,
    redis_cost,
    storm_s,
)
from scoreboard.tools.plan_demand import Build, Demand
from scoreboard.tools.plan_edge import (
    RING,
    Limit,
    burst_ms,
    edge_load,
    node_limits,
    node_mib,
    out_bytes,
    rounds_ms,
)
from scoreboard.tools.plan_figures import Figures
from scoreboard.tools.usage import UsageError

#: Bytes of an entry and its notice between Redis and who reads it (docs/redis.md: 320 and 420).
ENTRY_BYTES = 500
#: Nodes that write games, at least, each on a machine of its own: one may fail.
HOMES = 2
#: Replicas of the primary that stand ready to be the next one.
STANDBY = 1
#: Connections through one HAProxy: two descriptors each, of a million.
PROXIED = 500_000

_MIB = 1024.0


@attrs.frozen
class Tier:
    """
    Processes of one kind.

    Attributes:
        cpu: part of a core that each takes.
        mib: of memory that each takes, the kernel's part included.
        mbit: a second that each sends.
    """

    name: str
    processes: int
    machines: int
    cpu: float
    mib: float
    mbit: float


@attrs.frozen
class Wall:
    """What is not mended by more machines; `used` is the part of it that the demand takes."""

    name: str
    used: float


@attrs.frozen
class Stage:
    """A part of an event's way, milliseconds."""

    name: str
    p50: float
    p99: float


@attrs.frozen
class Storm:
    """
    A reconnect storm, of one node's sessions.

    Attributes:
        allowed_s: at the pace that the node lets them in.
        able_s: as fast as its processor can, with events going on.
        mib: of answers that one node gives.
    """

    name: str
    sessions: float
    allowed_s: float
    able_s: float
    mib: float

    @property
    def seconds(self) -> float:
        """Until all are back."""
        return max(self.allowed_s, self.able_s)


@attrs.frozen
class Plan:
    """
    What a demand takes.

    Attributes:
        sessions: of each edge node.
        edge: what such a node does.
        limits: of it, the first to be met first.
        walls: the highest first.
        rounds_ms: from an edge's first to its last follower of several games, instead.
        out_gbit: a second, to all followers.
        joins: a second that a node can take which does nothing else.
    """

    demand: Demand
    build: Build
    sessions: float
    edge: NodeLoad
    limits: tuple[Limit, ...]
    tiers: tuple[Tier, ...]
    walls: tuple[Wall, ...]
    stages: tuple[Stage, ...]
    storms: tuple[Storm, ...]
    rounds_ms: float
    out_gbit: float
    joins: float


def planned(figures: Figures, demand: Demand, build: Build, *, proxied: bool = True) -> Plan:
    """
    The plan.

    Args:
        proxied: whether followers come through HAProxy; else straight to the edges.

    Raises:
        UsageError: there is no such cluster, with why.
    """
    figures = _scaled(figures, demand)
    limits = node_limits(figures, demand, build)
    most = limits[0].sessions
    if most < 1:
        raise UsageError(f"not one session fits on a node: {limits[0].name} is used up before")
    count = max(ceil(demand.connections / most), demand.regions)
    each = demand.connections / count
    edge = edge_load(demand, each)
    tiers = _tiers(figures, demand, build, edge, count, proxied=proxied)
    return Plan(
        demand=demand,
        build=build,
        sessions=each,
        edge=edge,
        limits=limits,
        tiers=tiers,
        walls=_walls(figures, demand, build, tiers),
        stages=_stages(figures, demand, edge),
        storms=_storms(figures, build, edge, count),
        rounds_ms=rounds_ms(figures, edge),
        out_gbit=count * out_bytes(figures, edge) * 8 / 1e9,
        joins=_joins(figures, edge),
    )


def _scaled(figures: Figures, demand: Demand) -> Figures:
    """With events of the size that is asked for; formats keep their proportions."""
    if demand.event_bytes is None:
        return figures
    factor = demand.event_bytes / figures.wire_bytes["json"]
    return attrs.evolve(
        figures, wire_bytes={wire: size * factor for wire, size in figures.wire_bytes.items()}
    )


def _tiers(
    figures: Figures, demand: Demand, build: Build, edge: NodeLoad, count: int, *, proxied: bool
) -> tuple[Tier, ...]:
    def tier(
        name: str, processes: int, cpu: float, mib: float, mbit: float, places: int = 1
    ) -> Tier:
        machines = max(ceil(processes / build.nodes), places)
        return Tier(name, processes, machines, cpu, mib, mbit)

    homes, home = _homes(figures, demand, build)
    replicas = _replicas(figures, demand, build, edge, count)
    every, each = replicas + STANDBY, count / replicas
    told = demand.all_messages
    primary = RedisLoad(homes, told, looks=demand.games / LOOK_S, replicas=every)
    replica = RedisLoad(each, 0, told, edge.relayed * each, edge.followed / LOOK_S * each)
    held = told * demand.hours * 3600 * ENTRY_BYTES / _MIB**2
    entry = ENTRY_BYTES * 8 / 1e6
    read, out = edge.relayed * each * entry, out_bytes(figures, edge) * 8 / 1e6
    tiers = [
        tier(
            "home nodes", homes, node_cost(figures, home).cpu, node_mib(figures, home), 0.0, HOMES
        ),
        tier("Redis primary", 1, redis_cost(figures, primary), held, told * entry * every),
        tier("Redis standby", STANDBY, redis_cost(figures, RedisLoad(applied=told)), held, 0.0),
        tier("Redis replicas", replicas, redis_cost(figures, replica), held, read, demand.regions),
        tier("edge nodes", count, node_cost(figures, edge).cpu, node_mib(figures, edge), out),
    ]
    if proxied:
        tiers.append(_proxies(figures, demand, build, edge, count))
    return tuple(tiers)


def _homes(figures: Figures, demand: Demand, build: Build) -> tuple[int, NodeLoad]:
    """How many there are, one more than must be, and what each does."""
    least = ceil(demand.all_messages * figures.ingest_us / 1e6 / build.load)
    homes = max(HOMES, least + 1)
    games = demand.games / homes
    kept = games * min(demand.messages * demand.hours * 3600, RING)
    return homes, NodeLoad(written=demand.all_messages / homes, followed=games, kept=kept)


def _proxies(figures: Figures, demand: Demand, build: Build, edge: NodeLoad, count: int) -> Tier:
    """HAProxy has a thread for each core, so one is a whole machine."""
    cost = node_cost(figures, edge)
    cores = cost.writes * count * figures.proxy_event_us / 1e6
    mib = demand.connections * (figures.proxy_kib + 2 * figures.kernel_kib) / _MIB
    mbit = out_bytes(figures, edge) * count * 8 / 1e6
    machines = max(
        2,
        ceil(cores / build.cores / build.load),
        ceil(mib / _MIB / build.memory_gib / build.memory_load),
        ceil(mbit / 1e3 / build.network_gbit / build.load),
        ceil(demand.connections / PROXIED),
    )
    return Tier("HAProxy", machines, machines, cores / machines, mib / machines, mbit / machines)


def _replicas(figures: Figures, demand: Demand, build: Build, edge: NodeLoad, count: int) -> int:
    """Redis replicas from which so many edges read. Raises: UsageError."""
    alone = RedisLoad(applied=demand.all_messages)
    fixed = redis_cost(figures, alone)
    looks = edge.followed / LOOK_S
    one = redis_cost(figures, attrs.evolve(alone, nodes=1, relayed=edge.relayed, looks=looks))
    fed = int((build.load - fixed) / (one - fixed))
    if fed < 1:
        raise UsageError("a Redis replica cannot feed one edge: too many messages a second")
    return max(demand.regions, ceil(count / fed))


def _walls(
    figures: Figures, demand: Demand, build: Build, tiers: tuple[Tier, ...]
) -> tuple[Wall, ...]:
    primary = next(tier for tier in tiers if tier.name == "Redis primary")
    one = max(demand.hot_messages, demand.messages) * figures.ingest_us / 1e6
    found = [
        Wall("the one Redis primary, its processor", primary.cpu / build.load),
        Wall(
            "the one Redis primary, its memory",
            primary.mib / _MIB / build.memory_gib / build.memory_load,
        ),
        Wall(
            "the one Redis primary, its network",
            primary.mbit / 1e3 / build.network_gbit / build.load,
        ),
        Wall("the home of the busiest game, its processor", one / build.load),
    ]
    return tuple(sorted(found, key=lambda wall: -wall.used))


def _stages(figures: Figures, demand: Demand, edge: NodeLoad) -> tuple[Stage, ...]:
    """An event's way to the followers of the hottest game."""
    first = [max(whole - part, 0.0) for whole, part in _pairs(figures.home_ms, figures.accept_ms)]
    hop = [max(whole - part, 0.0) for whole, part in _pairs(figures.across_ms, figures.home_ms)]
    last = burst_ms(figures, edge)
    half = demand.rtt_ms / 2
    return (
        Stage("judged and durable, at its home", *figures.accept_ms),
        Stage("to the first follower there", first[0], first[1]),
        Stage("to the region (half of --rtt-ms)", half, half),
        Stage("told, read and folded by the edge", hop[0], hop[1]),
        Stage("to the last follower there", last / 2, last),
        Stage("last mile (half of --mile-ms)", demand.mile_ms / 2, demand.mile_ms / 2),
    )


def _pairs(one: tuple[float, float], other: tuple[float, float]) -> list[tuple[float, float]]:
    return list(zip(one, other, strict=True))


def _joins(figures: Figures, edge: NodeLoad) -> float:
    subscriptions = sum(crowd.sessions * crowd.subscriptions for crowd in edge.crowds)
    each = figures.join_us + subscriptions / edge.sessions * figures.subscribe_us
    return 1e6 / each if each else 0.0


def _storms(figures: Figures, build: Build, edge: NodeLoad, count: int) -> tuple[Storm, ...]:
    lost = min(build.nodes, count - 1)
    share = edge.sessions * lost / (count - lost) if count > 1 else edge.sessions
    found = []
    for name, sessions in (
        ("one machine is lost, the others take its sessions", share),
        ("everybody was cut, and comes back", edge.sessions),
    ):
        part = sessions / edge.sessions
        able = storm_s(figures, [edge]) * part
        allowed = sessions / build.arrivals_per_s if build.arrivals_per_s else 0.0
        games = sum(crowd.sessions * crowd.follows for crowd in edge.crowds) * part
        found.append(Storm(name, sessions, allowed, able, games * figures.sync_bytes / _MIB**2))
    return tuple(found)
