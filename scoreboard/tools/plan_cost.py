"""
What a load costs: the one model that `scoreboard plan` and `scripts/check-plan` both use.

Rule: a cost is a figure times how often it is paid; what is shared, or saved by doing several
things at once, is modelled where the server does it, and nowhere else. Pure.

# Note [Rounds]

Followers of several games are written to in rounds (`hub.rounds`): after a round there is a
rest of four times its length, 0.35 s at most, and what is published meanwhile joins one write.
So the more there is to do, the fewer writes an event costs. A round writes to everybody who is
owed something since the one before: of S sessions with r messages a second each, S(1 - e^-rP)
after a period P, and P is that work and its rest: the largest solution is looked for. There is
none above zero while a write for each message takes less than a fifth of the time; then each
message is a write.

# Note [One after the other]

A node is one process: what it does in a storm it does one after the other. On a machine that
several processes share, all of them together have no more than its cores. A storm is over when
the slower of the two is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp

import attrs

from scoreboard.tools.plan_figures import Figures

#: Seconds between two looks of a node at a game that it follows (`shard.tails`).
LOOK_S = 2.0

#: A rest after a round: in rounds, and in seconds at most (`hub.rounds`).
REST, LONGEST_REST_S = 4.0, 0.35

#: Steps in which the period of the rounds is looked for, and where that begins, seconds.
_STEPS, _LONGEST_S = 200, 60.0
_NEVER_S = 1e-5

_US = 1e-6


@attrs.frozen
class Crowd:
    """
    Sessions of one node that follow in the same way.

    Attributes:
        games: that they choose from.
        follows: games that each follows.
        rate: messages a second, in each of these games, of which one who follows it gets
            something.
        subscriptions: of each session.
        events: that it gets of such a message, in one write.
    """

    sessions: float
    games: int
    follows: float
    rate: float
    subscriptions: float = 1.0
    events: float = 1.0

    @property
    def is_single(self) -> bool:
        """Whether each follows one game, so that no rounds are needed."""
        return self.follows <= 1

    @property
    def heard(self) -> float:
        """Messages a second of which one session gets something."""
        return self.follows * self.rate


@attrs.frozen
class NodeLoad:
    """
    What a node has to do.

    Attributes:
        written: messages a second of games that are at home here.
        relayed: messages a second of games that are followed here and at home elsewhere.
        followed: games that the relay tells it of.
        wires: wire formats that its sessions speak -> their share, which add up to 1.
        kept: messages that its rings hold.
    """

    crowds: tuple[Crowd, ...] = ()
    written: float = 0.0
    relayed: float = 0.0
    followed: float = 0.0
    wires: Mapping[str, float] = attrs.field(factory=lambda: {"json": 1.0})
    kept: float = 0.0

    @property
    def sessions(self) -> float:
        """All of them."""
        return sum(crowd.sessions for crowd in self.crowds)

    @property
    def events(self) -> float:
        """Events a second, one for each session that gets it."""
        return sum(crowd.sessions * crowd.heard * crowd.events for crowd in self.crowds)


@attrs.frozen
class NodeCost:
    """
    What that takes, in seconds of a processor a second, but for the last three.

    Attributes:
        round_s: from one write to a follower of several games to the next, if rounds are
            that long; 0: each message is written of at once.
        writes: a second.
        mib: resident memory.
    """

    idle: float
    heartbeats: float
    ingest: float
    relay: float
    looks: float
    flushes: float
    sends: float
    round_s: float
    writes: float
    mib: float

    @property
    def cpu(self) -> float:
        """All of it."""
        return sum(self.stages.values())

    @property
    def stages(self) -> dict[str, float]:
        """By what it is spent on."""
        return {
            "idle": self.idle,
            "pings": self.heartbeats,
            "ingest": self.ingest,
            "relay": self.relay,
            "looks": self.looks,
            "encoding": self.flushes,
            "writes": self.sends,
        }


def node_cost(figures: Figures, load: NodeLoad) -> NodeCost:
    """What a node takes for its load."""
    single = [crowd for crowd in load.crowds if crowd.is_single]
    several = [crowd for crowd in load.crowds if not crowd.is_single]
    flushed = sum(min(crowd.games, crowd.sessions) * crowd.rate * crowd.events for crowd in single)
    direct = sum(crowd.sessions * crowd.heard for crowd in single)
    round_s = period(several, figures.several_us * _US)
    joined = sum(crowd.sessions * _writes(crowd, round_s) for crowd in several)
    sends = direct * figures.send_us + joined * figures.several_us
    return NodeCost(
        idle=figures.node_idle_us_s * _US,
        heartbeats=load.sessions * figures.session_idle_us_s * _US,
        ingest=load.written * figures.ingest_us * _US,
        relay=load.relayed * figures.relay_us * _US,
        looks=load.followed / LOOK_S * figures.look_us * _US,
        flushes=flushed * len(load.wires) * figures.flush_us * _US,
        sends=sends * _US,
        round_s=round_s,
        writes=direct + joined,
        mib=memory(figures, load),
    )


def memory(figures: Figures, load: NodeLoad) -> float:
    """Resident memory of a node, MiB; what the kernel keeps is not in it."""
    subscriptions = sum(crowd.sessions * crowd.subscriptions for crowd in load.crowds)
    kib = load.sessions * figures.session_kib + subscriptions * figures.subscription_kib
    return figures.node_mib + (kib + load.kept * figures.message_kib) / 1024


def period(crowds: Iterable[Crowd], write_s: float) -> float:
    """Seconds from one round to the next; 0: each message is a write. See Note [Rounds]."""
    crowds = list(crowds)
    found = _LONGEST_S
    for _ in range(_STEPS):
        owed = sum(crowd.sessions * (1 - exp(-crowd.heard * found)) for crowd in crowds)
        work = owed * write_s
        found = work + min(REST * work, LONGEST_REST_S)
    return found if found > _NEVER_S else 0.0


def _writes(crowd: Crowd, round_s: float) -> float:
    """Writes a second to one session."""
    if not round_s:
        return crowd.heard
    return (1 - exp(-crowd.heard * round_s)) / round_s


def event_bytes(figures: Figures, wires: Mapping[str, float]) -> float:
    """Of one event, on the average."""
    return sum(share * figures.wire_bytes[wire] for wire, share in wires.items())


@attrs.frozen
class RedisLoad:
    """
    What a Redis has to do.

    Attributes:
        nodes: that are connected to it.
        appended: messages a second that are written to it.
        applied: messages a second that it has from its primary.
        relayed: messages a second times the nodes that are told of each and read it.
        looks: a second.
        replicas: that it feeds.
    """

    nodes: float = 0.0
    appended: float = 0.0
    applied: float = 0.0
    relayed: float = 0.0
    looks: float = 0.0
    replicas: float = 0.0


def redis_cost(figures: Figures, load: RedisLoad) -> float:
    """Seconds of a processor a second."""
    us = (
        figures.redis_base_us_s
        + load.nodes * figures.redis_idle_us_s
        + load.appended * figures.redis_append_us
        + load.applied * figures.redis_apply_us
        + load.relayed * figures.redis_relay_us
        + load.looks * figures.redis_look_us
        + (load.appended + load.applied) * load.replicas * figures.redis_replica_us
    )
    return us * _US


def client_cost(figures: Figures, events: float, messages: float) -> float:
    """Of the load generator: receivers and feed together."""
    return (events * figures.client_event_us + messages * figures.feed_us) * _US


def storm_s(
    figures: Figures, nodes: Sequence[NodeLoad], cores: float | None = None, others: float = 0.0
) -> float:
    """
    Seconds until all sessions are back that were cut at once. See Note [One after the other].

    Args:
        cores: that the nodes share with their clients; None: each node has one of its own, and
            clients are elsewhere.
        others: cores that are taken by other processes of the same machine.
    """
    busy = [node_cost(figures, node).cpu for node in nodes]
    works, clients = storm_work(figures, nodes)
    alone = [work / max(1 - cpu, 0.05) for work, cpu in zip(works, busy, strict=True)]
    slowest = max(alone, default=0.0)
    if cores is None:
        return slowest
    left = max(cores - others - sum(busy), 0.05)
    return max(slowest, clients, (sum(works) + clients) / left)


def storm_work(figures: Figures, nodes: Sequence[NodeLoad]) -> tuple[list[float], float]:
    """Seconds of a processor that a storm takes: of each node, and of all clients."""
    works = [_back(node, figures.resume_us, figures.resume_game_us) for node in nodes]
    first, further = figures.client_resume_us, figures.client_resume_game_us
    return works, sum(_back(node, first, further) for node in nodes)


def _back(node: NodeLoad, first_us: float, further_us: float) -> float:
    """Seconds of a processor to bring all sessions of a node back."""
    further = sum(crowd.sessions * max(crowd.follows - 1, 0) for crowd in node.crowds)
    return (node.sessions * first_us + further * further_us) * _US
