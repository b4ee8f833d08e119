"""
The files that a cluster's processes are started with.

Rule: what is not said here is as the shipped files and the documents have it: Redis as
`docs/redis.md`, HAProxy as `conf/haproxy.cfg`, nodes by their defaults. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scoreboard.model.errors import LocalError
from scoreboard.tools.cluster_plan import FEEDS, QUORUM, WATCHED, Cluster, Kind, Member

#: Milliseconds without an answer after which a Sentinel takes the primary for dead.
DOWN_AFTER_MS = 1_000

#: Descriptors that HAProxy keeps for itself.
_RESERVE = 200
#: Connections of HAProxy at most, as shipped.
_MOST_CONNECTIONS = 20_000
#: A line of a backend that names a server.
_SERVER = re.compile(r"\s+server \w+ 127\.0\.0\.1:\d+ ")

_DURABLE = """\
appendonly yes
appendfsync always
aof-load-truncated yes
save ""
maxmemory-policy noeviction
"""

#: A drain of seconds: who ends a cluster of a trial does not want to wait.
_NODE = """\
[listen]
port = {port}
[ops]
port = {ops}
[drain]
accept_s = 0.5
spread_s = 1.0
deadline_s = 10.0
elsewhere = {url}
[fanout]
spread_s = 0.5
[log]
provider = "redis"
path = {path}
[log.redis]
{redis}
[shard]
node = "{name}"
"""
_FEED = """\
[feeds.{name}]
token = {token}
messages_per_s = 0
bytes_per_min = 0
"""


def config_name(member: Member) -> str:
    """The file's name in the member's folder."""
    return {
        Kind.REDIS: "redis.conf",
        Kind.SENTINEL: "sentinel.conf",
        Kind.PROXY: "haproxy.cfg",
    }.get(member.kind, "scoreboard.toml")


def config(cluster: Cluster, member: Member, folder: Path, shipped: str, descriptors: int) -> str:
    """
    What stands in a member's file.

    Args:
        folder: of the cluster.
        shipped: text of `conf/haproxy.cfg`.
        descriptors: that a process may have.
    """
    match member.kind:
        case Kind.REDIS:
            return _redis(cluster, member, folder)
        case Kind.SENTINEL:
            return _sentinel(cluster, member, folder)
        case Kind.PROXY:
            return _proxy(cluster, member, folder, shipped, descriptors)
        case _:
            return _node(cluster, member, folder)


def command(member: Member, folder: Path, twistd: str) -> list[str]:
    """What starts a member, in its own folder."""
    file = str(folder / member.name / config_name(member))
    match member.kind:
        case Kind.REDIS:
            return ["redis-server", file]
        case Kind.SENTINEL:
            return ["redis-server", file, "--sentinel"]
        case Kind.PROXY:
            return ["haproxy", "-W", "-f", file]
        case _:
            return [twistd, "--pidfile=", "-n", "scoreboard", "--config", file]


def _quoted(text: object) -> str:
    """As TOML and Redis have it."""
    return json.dumps(str(text), ensure_ascii=False)


def _redis(cluster: Cluster, member: Member, folder: Path) -> str:
    lines = [f"port {member.port}", "bind 127.0.0.1", f"dir {_quoted(folder / member.name)}"]
    lines += _DURABLE.splitlines()
    if cluster.replicas:
        # Who has lost its replicas waits for them, not for others that may come as well.
        lines.append("repl-diskless-sync-delay 0")
        lines += ["min-replicas-to-write 1", "min-replicas-max-lag 3"]
    lines += [f"replicaof 127.0.0.1 {cluster.named(name).port}" for name in member.reads]
    return "\n".join(lines) + "\n"


def _sentinel(cluster: Cluster, member: Member, folder: Path) -> str:
    primary = cluster.of(Kind.REDIS)[0]
    return f"""\
port {member.port}
bind 127.0.0.1
dir {_quoted(folder / member.name)}
sentinel monitor {WATCHED} 127.0.0.1 {primary.port} {QUORUM}
sentinel down-after-milliseconds {WATCHED} {DOWN_AFTER_MS}
sentinel failover-timeout {WATCHED} 5000
sentinel parallel-syncs {WATCHED} 1
"""


def _node(cluster: Cluster, member: Member, folder: Path) -> str:
    is_edge = member.kind is Kind.EDGE
    sentinels = [] if is_edge else cluster.of(Kind.SENTINEL)
    stores = [cluster.named(name) for name in member.reads] or cluster.of(Kind.REDIS)
    addresses = [one.address for one in sentinels or stores]
    redis = [f"addresses = {json.dumps(addresses)}", f"replicas = {min(1, cluster.replicas)}"]
    if sentinels:
        redis.append(f'sentinel = "{WATCHED}"')
    text = _NODE.format(
        port=member.port,
        ops=member.ops,
        url=_quoted(cluster.url),
        path=_quoted(folder / member.name / "scoreboard.sqlite"),
        redis="\n".join(redis),
        name=member.name,
    )
    if is_edge:
        return f'{text}role = "edge"\ningest = "{cluster.url}"\n'
    feeds = (_FEED.format(name=name, token=_quoted(cluster.token_of(name))) for name in FEEDS)
    return text + "".join(feeds)


def _proxy(cluster: Cluster, member: Member, folder: Path, shipped: str, descriptors: int) -> str:
    """
    The shipped file with these servers.

    All clients of a trial come from one address, so nothing is counted by address.
    """
    connections = max(100, min(_MOST_CONNECTIONS, (descriptors - _RESERVE) // 2))
    changes = (
        (r"/run/haproxy/admin\.sock", str(folder / "admin.sock")),
        (rf"maxconn {_MOST_CONNECTIONS}\b", f"maxconn {connections}"),
        (r"bind 127\.0\.0\.1:8000", f"bind {member.address}"),
        (r"\n    http-request return status 429 [^\n]*", ""),
    )
    for what, instead in changes:
        # A path is no pattern: backslashes in it stand for themselves.
        shipped, times = re.subn(what, instead.replace("\\", r"\\"), shipped)
        if times != 1:
            raise LocalError(
                f"conf/haproxy.cfg has {times} times {what!r}, which must be there once"
            )
    return "\n".join(_with_servers(shipped.splitlines(), cluster)) + "\n"


def _with_servers(lines: Sequence[str], cluster: Cluster) -> Iterator[str]:
    """The lines with our servers behind each backend's own lines."""
    homes = cluster.of(Kind.HOME)
    ours = {
        "nodes": [
            f"    server {home.name} {home.address} id {number} check port {home.ops}"
            for number, home in enumerate(homes, 1)
        ],
        "followers": [
            f"    server {home.name} {home.address} id {number} track nodes/{home.name}"
            for number, home in enumerate(homes, 1)
        ],
        "anywhere": [
            *(f"    server {one.name} {one.address} track nodes/{one.name}" for one in homes),
            *(
                f"    server {one.name} {one.address} check port {one.ops} "
                "inter 500ms fall 2 rise 2"
                for one in cluster.of(Kind.EDGE)
            ),
        ],
    }
    waiting: list[str] = []
    for line in lines:
        if not line.strip():
            yield from waiting
            waiting = []
        elif line.startswith("backend "):
            waiting = ours.pop(line.split()[1], [])
        if not _SERVER.match(line):
            yield line
    yield from waiting
    if ours:
        raise LocalError(f"conf/haproxy.cfg has no backend {' and no backend '.join(ours)}")
