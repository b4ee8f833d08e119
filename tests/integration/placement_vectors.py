"""
Asks a real HAProxy where games are, and writes the vectors:

    python -m tests.integration.placement_vectors
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from scoreboard.shard.placement import Server
from tests.support.haproxy import HaProxy, bodies, haproxy
from tests.support.placements import FILE, Case, backends, games
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
        folder=folder, port=port, servers="\n    ".join(lines), nodes="".join(nodes)
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


def main() -> None:
    """Write the file."""
    found = []
    for servers in backends():
        with tempfile.TemporaryDirectory() as folder:
            found += [attrs.asdict(case) for case in asked(Path(folder), servers)]
    FILE.write_text("[\n" + ",\n".join(json.dumps(one) for one in found) + "\n]\n")


if __name__ == "__main__":
    main()
