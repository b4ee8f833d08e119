"""
The plan: how many of what a demand takes, how late events are, and what breaks first.

Rule: a node is filled until the first of its limits is met; every limit is computed by itself,
so that the next ones are known, too. What more machines do not mend is said apart. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import attrs

from scoreboard.tools.plan_cost import (
    LOOK_S,
    Crowd,
    NodeLoad,
    RedisLoad,
    event_bytes,
    memory,
    node_cost,
    redis_cost,
    storm_s,
)
from scoreboard.tools.plan_demand import RESERVE, Build, Demand
from scoreboard.tools.plan_figures import Figures
from scoreboard.tools.usage import UsageError

#: Bytes around a write on the wire: Ethernet, IPv4, TCP with timestamps.
HEADERS = 14 + 20 + 32
#: Bytes of an entry and its notice between Redis and who reads it (docs/redis.md: 320 and 420).
ENTRY_BYTES = 500
#: Messages of a game that a ring keeps at most (`ring.max_publications`).
RING = 4_096
#: Nodes that write games, at least: one may fail.
HOMES = 2
#: Replicas of the primary that stand ready to be the next one.
STANDBY = 1
#: Connections through one HAProxy: two descriptors each, of a million.
PROXIED = 500_000

_MIB = 1024.0
#: Sessions of a node that no limit is looked for above.
_MOST = 10_000_000.0


@attrs.frozen
class Limit:
    """What a node may run out of, and how many sessions it holds by this alone."""

    name: str
    sessions: float


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
    count = ceil(demand.connections / most)
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
        walls=_walls(figures, demand, build, edge, tiers),
        stages=_stages(figures, demand, edge),
        storms=_storms(figures, build, edge, count),
        out_gbit=count * _out(figures, edge) * 8 / 1e9,
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


def edge_load(demand: Demand, sessions: float) -> NodeLoad:
    """What an edge node does that has so many sessions, drawn evenly from the whole audience."""
    hot = sessions * demand.hottest / demand.connections
    others = demand.games - 1 if demand.hottest else demand.games
    rest = sessions - hot if others else 0.0
    follows, each = min(demand.follows, others), demand.per_message
    crowds, followed, relayed = [], 0.0, 0.0
    if hot:
        crowds.append(Crowd(hot, 1, 1, demand.hot_messages, demand.subscriptions, each))
        followed += min(hot, 1.0)
        relayed += min(hot, 1.0) * demand.hot_messages
    if rest:
        subscriptions = follows * demand.subscriptions
        crowds.append(Crowd(rest, others, follows, demand.messages, subscriptions, each))
        seen = others * (1 - (1 - follows / others) ** rest)
        followed += seen
        relayed += seen * demand.messages
    kept = followed * min(demand.messages * demand.hours * 3600, RING)
    wires = {wire: share for wire, share in demand.wires.items() if share}
    return NodeLoad(tuple(crowds), 0.0, relayed, followed, wires, kept)


def node_limits(figures: Figures, demand: Demand, build: Build) -> tuple[Limit, ...]:
    """What a node may run out of, the first first."""

    def most(fits: Callable[[NodeLoad], bool]) -> float:
        return _most(lambda sessions: fits(edge_load(demand, sessions)))

    mib = build.memory_gib * _MIB * build.memory_load / build.nodes
    network = build.network_bytes * build.load / build.nodes
    found = [
        Limit("limits.max_connections", build.max_connections),
        Limit("descriptors", build.descriptors - RESERVE),
        Limit("processor", most(lambda load: node_cost(figures, load).cpu <= build.load)),
        Limit("memory", most(lambda load: _mib(figures, load) <= mib)),
        Limit("network", most(lambda load: _out(figures, load) <= network)),
        Limit("last follower", most(lambda load: last_ms(figures, load) <= build.last_ms)),
    ]
    return tuple(sorted(found, key=lambda limit: limit.sessions))


def _most(fits: Callable[[float], bool]) -> float:
    """The most sessions that fit; `fits` says so of every number below, too."""
    low, high = 0.0, _MOST
    if fits(high):
        return high
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return float(int(low))


def _mib(figures: Figures, load: NodeLoad) -> float:
    return memory(figures, load) + load.sessions * figures.kernel_kib / 1024


def _out(figures: Figures, load: NodeLoad) -> float:
    """Bytes a second to followers, on the wire."""
    size = event_bytes(figures, load.wires)
    return load.events * size + node_cost(figures, load).writes * HEADERS


def last_ms(figures: Figures, load: NodeLoad) -> float:
    """Milliseconds until an event is with the last of a node's followers of one game."""
    cost = node_cost(figures, load)
    free = max(1 - (cost.cpu - cost.sends), 0.01)
    most = max((c.sessions for c in load.crowds if c.is_single), default=0.0)
    each = max(
        (c.sessions * c.follows / c.games for c in load.crowds if not c.is_single), default=0.0
    )
    burst = (most * figures.send_us + each * figures.several_us) / 1e3 / free
    # Beyond what a processor has, nothing is in time.
    late = 1e6 if cost.cpu >= 1 else 0.0
    return burst + cost.round_s * 1e3 + late


def _tiers(
    figures: Figures, demand: Demand, build: Build, edge: NodeLoad, count: int, *, proxied: bool
) -> tuple[Tier, ...]:
    homes = max(HOMES, ceil(demand.all_messages * figures.ingest_us / 1e6 / build.load) + 1)
    home = NodeLoad(
        written=demand.all_messages / homes,
        followed=demand.games / homes,
        kept=demand.games / homes * min(demand.messages * demand.hours * 3600, RING),
    )
    replicas = _replicas(figures, demand, build, edge, count)
    every = replicas + STANDBY
    primary = RedisLoad(homes, demand.all_messages, 0, 0, demand.games / LOOK_S, every)
    read = edge.relayed * count / replicas
    replica = RedisLoad(
        count / replicas, 0, demand.all_messages, read, edge.followed / LOOK_S * count / replicas
    )
    held = demand.all_messages * demand.hours * 3600 * ENTRY_BYTES / _MIB**2
    entries = demand.all_messages * ENTRY_BYTES * 8 / 1e6
    tiers = [
        _tier("home nodes", homes, build, node_cost(figures, home).cpu, _mib(figures, home), 0.0),
        _tier("Redis primary", 1, build, redis_cost(figures, primary), held, entries * every),
        _tier("Redis standby", STANDBY, build, 0.0, held, 0.0),
        _tier(
            "Redis replicas",
            replicas,
            build,
            redis_cost(figures, replica),
            held,
            read * ENTRY_BYTES * 8 / 1e6,
        ),
        _tier(
            "edge nodes",
            count,
            build,
            node_cost(figures, edge).cpu,
            _mib(figures, edge),
            _out(figures, edge) * 8 / 1e6,
        ),
    ]
    if proxied:
        tiers.append(_proxies(figures, demand, build, edge, count))
    return tuple(tiers)


def _tier(name: str, processes: int, build: Build, cpu: float, mib: float, mbit: float) -> Tier:
    return Tier(name, processes, ceil(processes / build.nodes), cpu, mib, mbit)


def _proxies(figures: Figures, demand: Demand, build: Build, edge: NodeLoad, count: int) -> Tier:
    """HAProxy has a thread for each core, so one is a whole machine."""
    cost = node_cost(figures, edge)
    cores = cost.writes * count * figures.proxy_event_us / 1e6
    mib = demand.connections * (figures.proxy_kib + 2 * figures.kernel_kib) / _MIB
    mbit = _out(figures, edge) * count * 8 / 1e6
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
    apply = redis_cost(figures, RedisLoad(applied=demand.all_messages))
    one = RedisLoad(nodes=1, relayed=edge.relayed, looks=edge.followed / LOOK_S)
    fed = int((build.load - apply) / redis_cost(figures, one))
    if fed < 1:
        raise UsageError("a Redis replica cannot feed one edge: too many messages a second")
    return max(int(demand.regions), ceil(count / fed))


def _walls(
    figures: Figures, demand: Demand, build: Build, edge: NodeLoad, tiers: tuple[Tier, ...]
) -> tuple[Wall, ...]:
    primary = next(tier for tier in tiers if tier.name == "Redis primary")
    one = max(demand.hot_messages, demand.messages) * figures.ingest_us / 1e6
    found = [
        Wall("the one Redis primary, its processor", primary.cpu / build.load),
        Wall(
            "the one Redis primary, its memory",
            primary.mib / _MIB / build.memory_gib / build.memory_load,
        ),
        Wall("the home of the busiest game, its processor", one / build.load),
        Wall("an event to the last follower on a node", last_ms(figures, edge) / build.last_ms),
    ]
    return tuple(sorted(found, key=lambda wall: -wall.used))


def _stages(figures: Figures, demand: Demand, edge: NodeLoad) -> tuple[Stage, ...]:
    """An event's way to the followers of the hottest game."""
    first = [max(whole - part, 0.0) for whole, part in _pairs(figures.home_ms, figures.accept_ms)]
    hop = [max(whole - part, 0.0) for whole, part in _pairs(figures.across_ms, figures.home_ms)]
    last, round_ms = last_ms(figures, edge), node_cost(figures, edge).round_s * 1e3
    half = demand.rtt_ms / 2
    return (
        Stage("judged and durable, at its home", *figures.accept_ms),
        Stage("to the first follower there", first[0], first[1]),
        Stage("to the region (half of --rtt-ms)", half, half),
        Stage("told, read and folded by the edge", hop[0], hop[1]),
        Stage("to the last follower there", (last - round_ms) / 2, last - round_ms),
        Stage("until its round, who follows several", round_ms / 2, round_ms),
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
