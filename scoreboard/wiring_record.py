"""
The record, and the way to the nodes that share it, made of their settings.

Rule: as in `wiring`, a function makes one part and starts nothing. Shell.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from scoreboard.gateway.edge import Edge
from scoreboard.log.interface import Commit, IEventLog
from scoreboard.log.memory import MemoryLog
from scoreboard.log.redis import RedisLog
from scoreboard.log.redis_access import Access, Address, Login, Tls
from scoreboard.log.redis_replica import ReplicaLog
from scoreboard.log.sqlite import SqliteLog
from scoreboard.settings.record import EDGE, LogSettings, ShardSettings
from scoreboard.settings.tables import Settings
from scoreboard.shard.redis import RedisRelay
from scoreboard.shard.tails import Here, Tails


def open_log(
    reactor: Any,
    settings: LogSettings,
    sqlite: type[SqliteLog] = SqliteLog,
    on_commit: Callable[[Commit], None] = lambda _: None,
    *,
    is_edge: bool = False,
) -> IEventLog:
    """
    The record that the settings choose, not started.

    Args:
        is_edge: whether it is only read.
        sqlite: what a provider of that name is.
        on_commit: is told of each sync of the disk.
    """

    def new_epoch() -> int:
        return int(reactor.seconds())

    if settings.provider == "memory":
        return MemoryLog(new_epoch)
    path = Path(settings.path)
    # A folder that cannot be made is told when the log is opened, in one line.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    if settings.provider == "redis":
        if is_edge:
            return ReplicaLog(reactor, redis_access(settings, is_edge=True))
        # Beside `path` stands what else a node keeps.
        return RedisLog(reactor, redis_access(settings), new_epoch, on_commit)
    return sqlite(
        reactor,
        path,
        new_epoch,
        max_waiting=settings.max_waiting,
        shared_memory=settings.shared_memory,
        on_commit=on_commit,
    )


def redis_access(settings: LogSettings, *, is_edge: bool = False) -> Access:
    """How Redis is reached, as the settings say it."""
    redis = settings.redis
    return Access(
        addresses=tuple(map(Address.parse, redis.addresses)),
        sentinel=redis.sentinel,
        login=Login(redis.username, redis.password),
        sentinel_login=Login(redis.sentinel_username, redis.sentinel_password),
        tls=Tls(redis.authorities, redis.certificate, redis.key) if redis.tls else None,
        prefix=redis.prefix,
        replicas=redis.replicas,
        connect_s=redis.connect_s,
        reply_s=redis.reply_s,
        wait_s=redis.wait_s,
        max_retry_s=redis.max_retry_s,
        max_waiting=settings.max_waiting,
        is_edge=is_edge,
    )


def edge(settings: ShardSettings) -> Edge | None:
    """What is said to those who want to write; None: they may."""
    return Edge(settings.ingest) if settings.is_edge else None


def standing(reactor: Any, record: IEventLog) -> Mapping[str, Any]:
    """
    What `/readyz` tells besides: where an edge reads; of another node, that nothing can be recorded
    now, as far as is known.

    That is no reason to send anybody elsewhere: followers and questions are served on, and the
    other nodes have the same log.
    """
    if not isinstance(record, ReplicaLog):
        return {} if record.is_up else {"record": "away"}
    now = record.standing
    return {
        "role": EDGE,
        "log": {
            "supply": now.supply.value,
            "at": now.address,
            "why": now.why,
            "for_s": round(reactor.seconds() - now.since, 1),
        },
    }


def tails(reactor: Any, settings: Settings, here: Here) -> Tails:
    """What is done about the games that other nodes write."""
    access = redis_access(settings.log, is_edge=settings.shard.is_edge)
    return Tails(reactor, partial(RedisRelay, reactor, access), here)
