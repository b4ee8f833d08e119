"""
Asks a real HAProxy where games are, and writes the vectors:

    python -m tests.integration.placement_vectors
"""

from __future__ import annotations

import json
import selectors
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs

from scoreboard.shard.placement import Server
from tests.support.haproxy import PATIENCE, HaProxy, bodies, haproxy
from tests.support.placements import (
    FILE,
    FOLLOWERS,
    Case,
    Flood,
    backends,
    comers,
    floods,
    games,
)
from tests.support.redis import free_port

_TEXT = """
global
    stats socket {folder}/admin.sock mode 600 level admin
defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
frontend fe
    bind 127.0.0.1:{port}
    http-request set-var(txn.game) path,field(4,/)
    default_backend be
backend be
    balance hash var(txn.game)
    hash-type consistent sdbm avalanche
    {bound}
    {servers}
{nodes}
"""
_SERVER = "server {one.name} 127.0.0.1:{port} id {one.id} weight {one.weight}"
#: A node that says its name.
_NODE = """
frontend {one.name}
    bind 127.0.0.1:{port}
    http-request return status 200 content-type text/plain string {one.name}
"""


def asked(folder: Path, servers: Sequence[Server]) -> Iterator[Case]:
    """Every case with those servers, as the HAProxy that is installed has it."""
    lines, nodes = [], []
    for one in servers:
        port = free_port()
        lines.append(_SERVER.format(one=one, port=port))
        nodes.append(_NODE.format(one=one, port=port))
    port = free_port()
    text = _TEXT.format(
        folder=folder, port=port, bound="", servers="\n    ".join(lines), nodes="".join(nodes)
    )
    with haproxy(folder, text, port) as proxy:
        yield Case(tuple(servers), (), _homes(proxy))
        for one in servers:
            proxy.tell(f"set server be/{one.name} state maint")
            yield Case(tuple(servers), (one.name,), _homes(proxy))
            proxy.tell(f"set server be/{one.name} state ready")


def _homes(proxy: HaProxy) -> str:
    # Without a server HAProxy closes the connection; a letter stands for that.
    status = proxy.tell("show stat")
    rows = [line.split(",") for line in status.splitlines() if line.startswith("be,")]
    usable = [
        row for row in rows if row[1] != "BACKEND" and row[17] == "no check" and row[18] != "0"
    ]
    paths = [f"/v1/games/{game}" for game in games()]
    return "".join(bodies(proxy.port, paths)) if usable else "-" * len(paths)


def followed(folder: Path, flood: Flood) -> Flood:
    """Where the HAProxy that is installed sends those who come and stay."""
    with ExitStack() as stack:
        doors = {one.name: stack.enter_context(_door()) for one in flood.servers}
        lines = [
            _SERVER.format(one=one, port=doors[one.name].getsockname()[1]) for one in flood.servers
        ]
        port = free_port()
        bound = f"hash-balance-factor {flood.factor}"
        servers = "\n    ".join(lines)
        text = _TEXT.format(folder=folder, port=port, bound=bound, servers=servers, nodes="")
        stack.enter_context(haproxy(folder, text, port))
        seats = "".join(_seat(stack, port, game, doors) for game in comers())
    return attrs.evolve(flood, seats=seats)


def _door() -> socket.socket:
    """A server of which nobody gets an answer, and which keeps everybody."""
    return socket.create_server(("127.0.0.1", 0), backlog=256)


def _seat(stack: ExitStack, port: int, game: str, doors: dict[str, socket.socket]) -> str:
    """Come, and stay as long as `stack` does; whose door it was."""
    line = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
    line.sendall(f"GET /v1/games/{game} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    with selectors.DefaultSelector() as selector:
        for name, door in doors.items():
            selector.register(door, selectors.EVENT_READ, name)
        ((key, _),) = selector.select(PATIENCE)
    taken, _ = doors[key.data].accept()
    stack.enter_context(taken)
    return str(key.data)


def _write(path: Path, found: list[dict[str, Any]]) -> None:
    path.write_text("[\n" + ",\n".join(json.dumps(one) for one in found) + "\n]\n")


def main() -> None:
    """Write the files."""
    found = []
    for servers in backends():
        with tempfile.TemporaryDirectory() as folder:
            found += [attrs.asdict(case) for case in asked(Path(folder), servers)]
    _write(FILE, found)
    found = []
    for flood in floods():
        with tempfile.TemporaryDirectory() as folder:
            found.append(attrs.asdict(followed(Path(folder), flood)))
    _write(FOLLOWERS, found)


if __name__ == "__main__":
    main()
