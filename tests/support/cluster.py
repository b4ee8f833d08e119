"""Three real nodes behind a real HAProxy, with Redis under Sentinel as their log."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import attrs

from scoreboard.model.ids import GameId
from tests.support.haproxy import HaProxy, haproxy, shipped
from tests.support.redis import lasting_port, until
from tests.support.sentinel import NAME, Watched, watched
from tests.support.server import Server
from tests.support.town import NAMES, placement


@attrs.define
class Cluster:
    """
    What runs.

    Attributes:
        nodes: name -> its process now.
        ended: lives of nodes that are over.
        replicas: that an entry must be on before it is acknowledged.
    """

    folder: Path
    redis: Watched
    proxy: HaProxy
    nodes: dict[str, Server]
    replicas: int
    ended: list[Server] = attrs.field(factory=list)

    def restart(self, name: str) -> None:
        """Start a node whose process has ended again, where it was."""
        old = self.nodes[name]
        old.ended()
        self.ended.append(old)
        self.nodes[name] = _node(
            self.folder, name, self.redis, self.replicas, (old.port, old.ops_port)
        )

    def settle(self) -> None:
        """Wait until HAProxy takes every node for well, and Sentinel every Redis."""
        for name in NAMES:
            until(lambda name=name: self.proxy.is_up(f"nodes/{name}"))
        self.redis.settle()

    @property
    def complaints(self) -> list[str]:
        """What any node has said of a fault of its own, and the lines after it."""
        return [
            f"{name}: " + "".join(server.output[-40:])
            for server in (*self.ended, *self.nodes.values())
            for name in [server.folder.name]
            if server.complaints
        ]


def homes(games: list[GameId], without: str = "") -> dict[GameId, str]:
    """Where HAProxy sends each game while all nodes but one are up."""
    places = placement(without)
    return {game: str(places.home(game)) for game in games}


def drawn_games(draw: Random, each: int) -> list[GameId]:
    """New games, so many at home on each node."""
    found: dict[str, list[GameId]] = {name: [] for name in NAMES}
    while any(len(games) < each for games in found.values()):
        game = GameId(f"g{draw.randrange(10**10):010}")
        home = found[homes([game])[game]]
        if len(home) < each:
            home.append(game)
    return [game for games in found.values() for game in games]


def _node(folder: Path, name: str, redis: Watched, replicas: int, ports: tuple[int, int]) -> Server:
    port, ops = ports
    addresses = json.dumps([one.address for one in redis.sentinels])
    log = (
        f'provider = "redis"\n[log.redis]\naddresses = {addresses}\n'
        f'sentinel = "{NAME}"\nreplicas = {replicas}\n[shard]\nnode = "{name}"\n'
    )
    (folder / name).mkdir(exist_ok=True)
    # A drain as it is by default: HAProxy has time to notice.
    more = f"[ops]\nport = {ops}\n"
    return Server(folder / name, port, log=log, drain="accept_s = 2.0", more=more)


@contextmanager
def cluster(folder: Path, *, replicas: int = 1, partitioned: bool = False) -> Iterator[Cluster]:
    """
    For the time of a campaign.

    `partitioned`: replicas can be cut off from their primary.
    """
    with ExitStack() as stack:
        redis = stack.enter_context(watched(folder / "redis", partitioned=partitioned))
        nodes = {}
        for name in NAMES:
            nodes[name] = _node(folder, name, redis, replicas, (lasting_port(), lasting_port()))
        stack.callback(_end, nodes)
        port = lasting_port()
        text = shipped(folder, port, nodes)
        # Here one address stands for the public.
        text = text.replace("sc0_conn_rate gt 500", "sc0_conn_rate gt 50000")
        proxy = stack.enter_context(haproxy(folder, text, port))
        yield Cluster(folder, redis, proxy, nodes, replicas)


def _end(nodes: dict[str, Server]) -> None:
    for node in nodes.values():
        # One that was stopped must be woken to be reaped.
        node.stop(signal.SIGKILL)
