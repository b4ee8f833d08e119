"""
What is impossible in settings whose names and types are right.

Rule: every mistake has an error that names the file, the table and the setting. Pure.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.model.ids import BadId, parse_source_id
from scoreboard.model.source import BadSource, check
from scoreboard.settings.operation import ManholeSettings
from scoreboard.settings.principals import FeedSettings, token_hash
from scoreboard.settings.record import EDGE, HOME, RedisSettings
from scoreboard.settings.tables import ArbitrationSettings, Settings

#: A name or a number, in brackets if it is IPv6's, and a port.
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]\s]+)(:\d{1,5})?")
#: Who follows a score is to have it within a second or two.
MOST_SPREAD_S = 1.0
#: The name of a node.
_NODE = re.compile(r"[a-z0-9-]{1,32}")


class BadSettings(LocalError):
    """A setting that is unknown, of the wrong type, or impossible; the text names it."""


def check_settings(settings: Settings, origin: str) -> None:
    """Raises: BadSettings, naming `origin`, the table and the setting."""
    if settings.log.provider not in ("sqlite", "redis", "memory"):
        raise BadSettings(f"{origin}: log.provider must be sqlite, redis or memory")
    _check_redis(settings.log.redis, origin)
    _check_shard(settings, origin)
    if not 0 <= settings.listen.port < 65536:
        raise BadSettings(f"{origin}: listen.port must be 0-65535")
    _check_limits(settings, origin)
    if not 0 <= settings.fanout.spread_s <= MOST_SPREAD_S:
        raise BadSettings(f"{origin}: fanout.spread_s must be 0 to {MOST_SPREAD_S:g}")
    _check_ops(settings, origin)
    _check_arbitration(settings.arbitration, origin)
    _check_manhole(settings.manhole, origin)
    _check_feeds(settings.feeds, origin)
    _check_names(settings, origin)
    _check_people(settings, origin)
    for name, spec in settings.sources.items():
        try:
            check(name, spec)
        except BadSource as why:
            raise BadSettings(f"{origin}: {why}") from why


def _check_shard(settings: Settings, origin: str) -> None:
    node = settings.shard.node
    if node and not _NODE.fullmatch(node):
        raise BadSettings(f"{origin}: shard.node {node!r} is not 1 to 32 of a-z0-9-")
    if node and settings.log.provider != "redis":
        raise BadSettings(f"{origin}: shard.node needs log.provider redis, the log of all nodes")
    if settings.shard.role not in (HOME, EDGE):
        raise BadSettings(f"{origin}: shard.role must be home or edge")
    if settings.shard.is_edge:
        _check_edge(settings, origin)
    elif settings.shard.ingest:
        raise BadSettings(
            f"{origin}: shard.ingest is said by edges; this node takes messages itself"
        )


def _check_edge(settings: Settings, origin: str) -> None:
    """What would have to write, or to know more than one replica can tell, has no place there."""
    if not settings.shard.node:
        raise BadSettings(f"{origin}: shard.role edge needs shard.node, a name")
    for table in ("feeds", "scorers", "sources"):
        for name in getattr(settings, table):
            raise BadSettings(
                f"{origin}: {table}.{name} has no place on an edge, which takes nothing in: "
                "leave it to the home nodes"
            )
    redis = settings.log.redis
    if redis.sentinel:
        raise BadSettings(
            f"{origin}: log.redis.sentinel names the primary; an edge reads from the replicas that "
            "log.redis.addresses name, the nearest first"
        )
    if redis.replicas > 1:
        raise BadSettings(
            f"{origin}: log.redis.replicas must be 0 or 1 on an edge, as on its home nodes: it "
            "knows of one replica, its own (docs/tiers.md)"
        )


def _check_redis(redis: RedisSettings, origin: str) -> None:
    if not redis.addresses:
        raise BadSettings(f"{origin}: log.redis.addresses must have at least one host:port")
    for address in redis.addresses:
        if not _ADDRESS.fullmatch(address):
            raise BadSettings(f"{origin}: log.redis.addresses: {address!r} is not host:port")
    if redis.replicas < 0:
        raise BadSettings(f"{origin}: log.redis.replicas must not be below 0")
    for name in ("wait_s", "reply_s", "connect_s", "max_retry_s"):
        if getattr(redis, name) <= 0:
            raise BadSettings(f"{origin}: log.redis.{name} must be above 0")
    if redis.wait_s >= redis.reply_s:
        raise BadSettings(f"{origin}: log.redis.wait_s must be below log.redis.reply_s")
    if not redis.prefix:
        raise BadSettings(f"{origin}: log.redis.prefix must not be empty")
    for name in ("username", "sentinel_username"):
        if getattr(redis, name) and not getattr(redis, name.replace("username", "password")):
            raise BadSettings(f"{origin}: log.redis.{name} needs a password")
    if redis.key and not redis.certificate:
        raise BadSettings(f"{origin}: log.redis.key needs log.redis.certificate")
    files = redis.authorities or redis.certificate
    if files and not redis.tls:
        raise BadSettings(f"{origin}: log.redis.tls is false, but {files!r} is given for it")


def _check_limits(settings: Settings, origin: str) -> None:
    for table in ("limits", "websocket", "http", "logs"):
        for name, value in attrs.asdict(getattr(settings, table)).items():
            if isinstance(value, int | float) and value < 0:
                raise BadSettings(f"{origin}: {table}.{name} must not be below 0")
    for network in settings.limits.trusted:
        try:
            ipaddress.ip_network(network)
        except ValueError as why:
            raise BadSettings(f"{origin}: limits.trusted: {why}") from why
    if settings.websocket.max_viewer_bytes > settings.websocket.max_message_bytes:
        raise BadSettings(
            f"{origin}: websocket.max_viewer_bytes must not be above max_message_bytes"
        )


def _check_arbitration(chosen: ArbitrationSettings, origin: str) -> None:
    if chosen.failback not in ("", "auto", "ask", "never"):
        raise BadSettings(f"{origin}: arbitration.failback must be auto, ask, never or empty")
    if chosen.speed <= 0:
        raise BadSettings(f"{origin}: arbitration.speed must be above 0")


def _check_feeds(feeds: Mapping[str, FeedSettings], origin: str) -> None:
    for name, feed in feeds.items():
        if feed.role not in ("scoring", "console"):
            raise BadSettings(f"{origin}: feeds.{name}.role must be scoring or console")
        _check_pace(feed, f"{origin}: feeds.{name}")


def _check_pace(feed: FeedSettings, where: str) -> None:
    if not 0 <= feed.messages_per_s < math.inf:
        raise BadSettings(f"{where}.messages_per_s must be 0 (no limit) or above, and finite")
    if feed.bytes_per_min < 0:
        raise BadSettings(f"{where}.bytes_per_min must be 0 (no limit) or above")
    if feed.burst < 1:
        raise BadSettings(f"{where}.burst must be at least 1")


def _check_names(settings: Settings, origin: str) -> None:
    """A name stands for one of them all: it is the source of what is logged."""
    names: dict[str, str] = {}
    for table in ("feeds", "scorers", "operators", "sources"):
        for name in getattr(settings, table):
            _check_name(name, f"{origin}: {table}")
            if name in names:
                both = f"{names[name]}.{name} and {table}.{name}"
                raise BadSettings(f"{origin}: {both} are one name; take another")
            names[name] = table


def _check_name(name: str, where: str) -> None:
    try:
        parse_source_id(name)
    except BadId as why:
        raise BadSettings(f"{where}: {why}") from why


def _check_people(settings: Settings, origin: str) -> None:
    owners: dict[str, str] = {}
    for table in ("feeds", "scorers", "operators"):
        for name, entry in getattr(settings, table).items():
            if not entry.token and not entry.token_sha256:
                raise BadSettings(f"{origin}: {table}.{name} needs token or token_sha256")
            # Over HTTP a token is all that is shown: it says who somebody is.
            owner = owners.setdefault(token_hash(entry), f"{table}.{name}")
            if owner != f"{table}.{name}":
                raise BadSettings(
                    f"{origin}: {owner} and {table}.{name} have the same token; give each its own"
                )
    for name, scorer in settings.scorers.items():
        if scorer.role not in ("scorer", "official"):
            raise BadSettings(f"{origin}: scorers.{name}.role must be scorer or official")


def _check_ops(settings: Settings, origin: str) -> None:
    if not -1 <= settings.ops.port < 65536:
        raise BadSettings(f"{origin}: ops.port must be -1-65535")
    if settings.logs.format not in ("text", "json"):
        raise BadSettings(f"{origin}: logs.format must be text or json")
    drain = settings.drain
    if min(drain.accept_s, drain.spread_s) < 0:
        raise BadSettings(f"{origin}: drain.accept_s and drain.spread_s must not be below 0")
    if drain.deadline_s <= drain.accept_s + drain.spread_s:
        raise BadSettings(
            f"{origin}: drain.deadline_s must be above accept_s and spread_s together"
        )


def _check_manhole(manhole: ManholeSettings, origin: str) -> None:
    if not 0 <= manhole.port < 65536:
        raise BadSettings(f"{origin}: manhole.port must be 0-65535")
    if manhole.port and not manhole.authorized_keys:
        raise BadSettings(f"{origin}: manhole.port needs manhole.authorized_keys")
    if not _is_loopback(manhole.interface):
        raise BadSettings(
            f"{origin}: manhole.interface must be an address of loopback (127.0.0.1, ::1), "
            f"not {manhole.interface!r}"
        )
    for name in ("login_timeout_s", "attempts", "max_sessions", "idle_s"):
        if getattr(manhole, name) <= 0:
            raise BadSettings(f"{origin}: manhole.{name} must be above 0")


def _is_loopback(interface: str) -> bool:
    try:
        return ipaddress.ip_address(interface).is_loopback
    except ValueError:
        return False
