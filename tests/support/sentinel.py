"""A primary, its replicas and the Sentinels that watch them, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from tests.support.redis import DURABLE, Redis, until

#: Under which Sentinel knows them.
NAME = "scores"
#: Milliseconds without an answer after which a Sentinel takes a primary for dead.
DOWN_AFTER_MS = 1_000


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


@contextmanager
def watched(folder: Path, *, partitioned: bool = False) -> Iterator[Watched]:
    """
    A primary, two replicas and three Sentinels, all of whom know each other.

    `partitioned`: replicas connect from 127.0.0.2 and .3, so that their lines can be cut.
    """
    started: list[Redis] = []
    try:
        options = [*DURABLE, "--min-replicas-to-write 1", "--min-replicas-max-lag 10"]
        if partitioned:
            options.append("--protected-mode no")
        nodes = [Redis(folder / "node0", *options)]
        started += nodes
        for number in (1, 2):
            more = [f"--replicaof 127.0.0.1 {nodes[0].port}"]
            if partitioned:
                more += [
                    f"--bind-source-addr 127.0.0.{number + 1}",
                    "--replica-announce-ip 127.0.0.1",
                ]
            nodes.append(Redis(folder / f"node{number}", *options, *more))
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
    said = sentinel.ask("SENTINEL", "MASTER", NAME)
    fields = dict(zip(said[::2], said[1::2], strict=True))
    return (fields[b"num-slaves"], fields[b"num-other-sentinels"]) == (b"2", b"2")
