"""
An edge node: what it does when it has so many sessions, and what it runs out of first.

Rule: each limit is computed by itself, so that the next ones are known, too. Pure.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from scoreboard.tools.plan_cost import Crowd, NodeLoad, event_bytes, memory, node_cost
from scoreboard.tools.plan_demand import RESERVE, Build, Demand
from scoreboard.tools.plan_figures import Figures

#: Bytes around a write on the wire: Ethernet, IPv4, TCP with timestamps.
HEADERS = 14 + 20 + 32
#: Messages of a game that a ring keeps at most (`ring.max_publications`).
RING = 4_096

_MIB = 1024.0
#: Sessions of a node that no limit is looked for above.
_MOST = 10_000_000.0


@attrs.frozen
class Limit:
    """What a node may run out of, and how many sessions it holds by this alone."""

    name: str
    sessions: float


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
        Limit("memory", most(lambda load: node_mib(figures, load) <= mib)),
        Limit("network", most(lambda load: out_bytes(figures, load) <= network)),
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


def node_mib(figures: Figures, load: NodeLoad) -> float:
    """Memory that a node takes, the kernel's part included."""
    return memory(figures, load) + load.sessions * figures.kernel_kib / 1024


def out_bytes(figures: Figures, load: NodeLoad) -> float:
    """Bytes a second to followers, on the wire."""
    size = event_bytes(figures, load.wires)
    return load.events * size + node_cost(figures, load).writes * HEADERS


def last_ms(figures: Figures, load: NodeLoad) -> float:
    """Milliseconds until an event is with the last of a node's followers of its game."""
    return max(burst_ms(figures, load), rounds_ms(figures, load))


def burst_ms(figures: Figures, load: NodeLoad) -> float:
    """The same of those who follow that game only, while all else goes on."""
    most = max((c.sessions / c.games for c in load.crowds if c.is_single), default=0.0)
    return _stretched(figures, load, most * figures.send_us / 1e3)


def rounds_ms(figures: Figures, load: NodeLoad) -> float:
    """The same of those who follow several: they are written to, or wait for the next round."""
    several = [crowd for crowd in load.crowds if not crowd.is_single]
    each = max((c.sessions * c.follows / c.games for c in several), default=0.0)
    written = _stretched(figures, load, each * figures.several_us / 1e3)
    return max(node_cost(figures, load).round_s * 1e3, written)


def _stretched(figures: Figures, load: NodeLoad, ms: float) -> float:
    """So much work, by what else takes the processor."""
    cost = node_cost(figures, load)
    # Beyond what a processor has, nothing is in time.
    return 1e6 if cost.cpu >= 1 else ms / max(1 - (cost.cpu - cost.sends), 0.01)
