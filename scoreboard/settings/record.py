"""
What an operator can choose of the record: where games are kept, what of them is at hand.

Rule: a default is right for one machine. Pure.
"""

from __future__ import annotations

import attrs

#: The roles of a node.
HOME, EDGE = "home", "edge"


@attrs.frozen
class RedisSettings:
    """
    Redis as the log (docs/redis.md).

    Attributes:
        addresses: host:port of Redis; with `sentinel`, of the Sentinels.
        sentinel: name under which Sentinel knows the primary; "": `addresses` are Redis.
        username, password: of Redis; `sentinel_...`: of the Sentinels.
        tls: whether to speak TLS, to the Sentinels too.
        authorities, certificate, key: paths of PEM files; "": the system's, none.
        prefix: of every key.
        replicas: that must have an entry before it counts as written.
        wait_s: seconds that they may take.
        reply_s: seconds that Redis may take, with its replicas.
        connect_s: seconds that a connection may take.
        max_retry_s: seconds between two attempts to connect, at most.
    """

    addresses: tuple[str, ...] = ("127.0.0.1:6379",)
    sentinel: str = ""
    username: str = ""
    password: str = ""
    sentinel_username: str = ""
    sentinel_password: str = ""
    tls: bool = False
    authorities: str = ""
    certificate: str = ""
    key: str = ""
    prefix: str = "scoreboard:"
    replicas: int = 0
    wait_s: float = 1.0
    reply_s: float = 2.0
    connect_s: float = 2.0
    max_retry_s: float = 0.5


@attrs.frozen
class LogSettings:
    """
    Where games are recorded. `provider` is "sqlite", "redis" or "memory".

    Attributes:
        shared_memory: whether `path` is on a file system that can map memory between
            processes; without it reads wait behind commits.
    """

    provider: str = "sqlite"
    path: str = "var/scoreboard.sqlite"
    max_waiting: int = 20_000
    shared_memory: bool = True
    redis: RedisSettings = attrs.field(factory=RedisSettings)


@attrs.frozen
class RingSettings:
    """Recent publications that a stream keeps: at most so many, and so many bytes of them."""

    max_publications: int = 4_096
    max_bytes: int = 8 * 1024 * 1024


@attrs.frozen
class ShardSettings:
    """
    One of several nodes that have one log in Redis (docs/nodes.md).

    Attributes:
        node: its name, which no other node has; "": it is alone.
        role: "home" (writes games and serves followers) or "edge" (serves followers only, out of
            the nearest replica of Redis: docs/tiers.md).
        ingest: of an edge: the address that whoever wants to write is told to go to.
    """

    node: str = ""
    role: str = "home"
    ingest: str = ""

    @property
    def is_edge(self) -> bool:
        """Whether nothing is written from here."""
        return self.role == EDGE
