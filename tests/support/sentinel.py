"""A primary, its replicas and the Sentinels that watch them, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from tests.support.redis import DURABLE, Redis, lasting_port, until

#: Under which Sentinel knows them.
NAME = "scores"
#: Milliseconds without an answer after which a Sentinel takes a primary for dead.
DOWN_AFTER_MS = 1_000
#: From where each node connects to its primary, so that one can be cut off by address.
SOURCES = ("127.0.0.2", "127.0.0.3", "127.0.0.4")


@attrs.frozen
class Watched:
    """
    Redis under Sentinel.

    Attributes:
        nodes: the first primary first.
    """

    nodes: tuple[Redis, ...]
    sentinels: tuple[Redis, ...]

    @property
    def primary(self) -> Redis:
        """The node that the Sentinels name now."""
        _, port = self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
        return next(node for node in self.nodes if node.port == int(port))

    def others(self, node: Redis) -> list[Redis]:
        return [one for one in self.nodes if one is not node]

    def rejoin(self, node: Redis) -> None:
        """Start a node that was killed again, as a replica of whoever is the primary now."""
        conf = node.folder / "redis.conf"
        lines = [line for line in conf.read_text().splitlines() if not line.startswith("replicaof")]
        conf.write_text("\n".join([*lines, f"replicaof 127.0.0.1 {self.primary.port}", ""]))
        node.restart()

    def settle(self) -> None:
        """Wait until both replicas are in step, and all Sentinels see it so."""
        until(lambda: self.primary.ask("WAIT", 2, 100) == 2)
        for sentinel in self.sentinels:
            until(lambda sentinel=sentinel: _sees_all_well(sentinel, self.primary.port))


@contextmanager
def watched(folder: Path, *, partitioned: bool = False) -> Iterator[Watched]:
    """
    A primary, two replicas and three Sentinels, all of whom know each other.

    `partitioned`: each connects to its primary from one of `SOURCES`, so that lines can be cut.
    """
    started: list[Redis] = []
    try:
        nodes: list[Redis] = []
        for number, source in enumerate(SOURCES):
            options = [*DURABLE, "--min-replicas-to-write 1", "--min-replicas-max-lag 10"]
            if partitioned:
                options += ["--protected-mode no", f"--bind-source-addr {source}"]
                options.append("--replica-announce-ip 127.0.0.1")
            if nodes:
                options.append(f"--replicaof 127.0.0.1 {nodes[0].port}")
            nodes.append(Redis(folder / f"node{number}", *options, port=lasting_port()))
            started.append(nodes[-1])
        until(lambda: nodes[0].ask("WAIT", 2, 100) == 2)
        sentinels = []
        for number in range(3):
            rules = _rules(nodes[0])
            sentinels.append(Redis(folder / f"sentinel{number}", *rules, sentinel=True))
            started.append(sentinels[-1])
        for sentinel in sentinels:
            until(lambda sentinel=sentinel: _knows_all(sentinel))
        yield Watched(tuple(nodes), tuple(sentinels))
    finally:
        for one in started:
            one.stop()


def _rules(primary: Redis) -> list[str]:
    return [
        f"--sentinel monitor {NAME} 127.0.0.1 {primary.port} 2",
        f"--sentinel down-after-milliseconds {NAME} {DOWN_AFTER_MS}",
        f"--sentinel failover-timeout {NAME} 5000",
        f"--sentinel parallel-syncs {NAME} 1",
    ]


def _knows_all(sentinel: Redis) -> bool:
    fields = _fields(sentinel.ask("SENTINEL", "MASTER", NAME))
    return (fields[b"num-slaves"], fields[b"num-other-sentinels"]) == (b"2", b"2")


def _sees_all_well(sentinel: Redis, port: int) -> bool:
    """Whether it names that primary, and finds nothing wrong with it and its two replicas."""
    primary = _fields(sentinel.ask("SENTINEL", "MASTER", NAME))
    replicas = [_fields(one) for one in sentinel.ask("SENTINEL", "REPLICAS", NAME)]
    return (
        primary[b"port"] == str(port).encode()
        and primary[b"flags"] == b"master"
        and [one[b"flags"] for one in replicas] == [b"slave"] * 2
        and all(one[b"master-link-status"] == b"ok" for one in replicas)
    )


def _fields(said: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(said[::2], said[1::2], strict=True))
