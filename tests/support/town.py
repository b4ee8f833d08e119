"""Three nodes behind HAProxy, on a Redis with a replica: all real, on free ports of loopback."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import attrs

from scoreboard.codec.cbor import decode_entry
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.shard.placement import Placement
from scoreboard.shard.placement import Server as Line
from tests.support.haproxy import HaProxy, haproxy, shipped
from tests.support.redis import Redis, free_port, replicated
from tests.support.server import OPS, Reply, Server

#: The nodes of the shipped file, each with the weight that it has there.
NAMES = ("node1", "node2", "node3")
WEIGHT = 100

#: Everybody in a test comes from one address, and all at once.
_CROWDED = f"""
{OPS}
[limits]
arrivals_per_s = 0.0
"""


def placement(without: str = "") -> Placement:
    """Homes while all nodes are up, but one."""
    lines = [Line(name, n, WEIGHT) for n, name in enumerate(NAMES, start=1) if name != without]
    return Placement(lines)


@attrs.frozen
class Town:
    """
    What runs.

    Attributes:
        stores: Redis, the primary first.
    """

    proxy: HaProxy
    nodes: dict[str, Server]
    stores: list[Redis]

    def home(self, game: str) -> str:
        """The node that must write `game`."""
        name = placement().home(GameId(game))
        assert name is not None
        return name

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Over HAProxy."""
        front = attrs.make_class("Front", ["port"])(self.proxy.port)
        return Server.request(front, method, path, body, **headers)  # type: ignore[arg-type]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}"

    def entries(self, game: str, store: int = 0) -> list[Entry]:
        """The log of `game`, as Redis has it; each under its own `seq`."""
        found = self.stores[store].ask("XRANGE", f"scoreboard:log:{game}", "-", "+")
        entries = [decode_entry(fields[1]) for _, fields in found]
        assert [ident.decode() for ident, _ in found] == [f"{e.seq}-0" for e in entries]
        return entries

    def counted(self, name: str) -> dict[str, float]:
        """A counter without labels, by node."""
        return {node: counted(server, name) for node, server in self.nodes.items()}

    def seated(self, backend: str) -> dict[str, int]:
        """Connections that each node has now by way of a backend of HAProxy."""
        return seated(self.proxy, backend)


def seated(proxy: HaProxy, backend: str) -> dict[str, int]:
    """Connections that each node has now by way of `backend`."""
    rows = [line.split(",") for line in proxy.tell("show stat").splitlines()]
    return {row[1]: int(row[4]) for row in rows if row[0] == backend and row[1] in NAMES}


def by_node(counts: Mapping[str, float]) -> str:
    """Of each node, for people."""
    return ", ".join(f"{name} {counts.get(name, 0):,.0f}" for name in NAMES)


def counted(server: Server, name: str) -> float:
    """A metric of a node, the labels being added up."""
    ops = attrs.make_class("Ops", ["port"])(server.ops_port)
    text = Server.request(ops, "GET", "/metrics", token=None).body.decode()  # type: ignore[arg-type]
    lines = re.findall(rf"^scoreboard_{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE)
    assert lines, name
    return sum(map(float, lines))


def log_of(stores: list[Redis], node: str) -> str:
    """The settings of a node's log; an entry is waited for on every replica."""
    addresses = ", ".join(f'"{store.address}"' for store in stores)
    redis = f"[log.redis]\naddresses = [{addresses}]\nreplicas = {len(stores) - 1}\n"
    return f'provider = "redis"\n{redis}[shard]\nnode = "{node}"\n'


@contextmanager
def built(folder: Path, *, replicas: int = 1, most: int = 1_000, more: str = "") -> Iterator[Town]:
    """
    For the time of a test; no node may have a fault of its own.

    Args:
        most: connections to HAProxy.
        more: settings of every node.
    """
    with ExitStack() as stack:
        stores = stack.enter_context(replicated(folder / "redis", replicas))
        nodes = {}
        for name in NAMES:
            (folder / name).mkdir()
            log = log_of(stores, name)
            nodes[name] = Server(folder / name, log=log, more=_CROWDED + more)
            stack.callback(nodes[name].stop, signal.SIGKILL)
        port = free_port()
        text = shipped(folder, port, nodes)
        text = text.replace("maxconn 1000", f"maxconn {most}")
        # What is shown here is not who is taken for dead on a loaded machine.
        text = text.replace("timeout check 200ms", "timeout check 5s")
        # Here one address stands for the public.
        text = re.sub(r"(sc0_conn_(?:cur|rate) gt) \d+", r"\1 100000", text)
        proxy = stack.enter_context(haproxy(folder, text, port))
        yield Town(proxy, nodes, stores)
        for node in nodes.values():
            assert node.complaints == [], "".join(node.output)
