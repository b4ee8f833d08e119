"""
Many who poll one snapshot over HTTP: `scripts/bench-http --help`.

A real server has one whole invented game. wrk keeps a thousand connections busy, each asking again
as soon as it is answered: with 200 and the body, plain or compressed, and with 304 to who has
it already. Nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from scoreboard.codec.shape import meta as write_meta
from scoreboard.codec.shape_message import write_message
from scoreboard.simulator.day import fixtures, played, slate
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned
from tests.support.server import Server, running

#: Sends the headers that it is given, and tells what came of it as JSON on its last line.
_LUA = """
function init(args)
  for n = 1, #args, 2 do wrk.headers[args[n]] = args[n + 1] end
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "us": %d, "bytes": %d, "p50_us": %d, "p99_us": %d, "max_us": %d, ' ..
    '"errors": %d}\\n', summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""

_KICKOFF_MS = 1_795_000_000_000
_BATCH = 400


@attrs.frozen
class Way:
    """A way of asking: its name, the path, the headers, and the status of the answers."""

    name: str
    path: str
    headers: Mapping[str, str]
    status: int


def fill(server: Server) -> str:
    """Have one whole game of basketball in the server; its path."""
    (fixture,) = fixtures(5, _KICKOFF_MS, slate(football=0, soccer=0, basketball=1))
    game = played(fixture)
    path = f"/v1/games/{game.meta.game_id}"
    assert server.request("PUT", path, write_meta(game.meta)).status == 200
    lines = [json.dumps(write_message(t.message, game.meta)).encode() for t in game.reports]
    for start in range(0, len(lines), _BATCH):
        body = b"\n".join(lines[start : start + _BATCH])
        to = f"/v1/feeds/arena/games/{game.meta.game_id}/messages"
        reply = server.request("POST", to, body, Content_Type="application/x-ndjson")
        assert reply.status < 300, reply.body
    return path


def ways(server: Server, path: str) -> list[Way]:
    """How it is asked for."""
    gzip = {"Accept-Encoding": "gzip"}
    plain = server.request("GET", path, token=None)
    small = server.request("GET", path, token=None, Accept_Encoding="gzip")
    place = server.request("GET", "/v1/changes", token=None).json["next"]
    changes = f"/v1/changes?since={place}"
    sizes = [f"{len(reply.body) / 1024:.0f} KiB" for reply in (plain, small)]
    return [
        Way(f"snapshot, {sizes[0]}", path, {}, 200),
        Way(f"snapshot, gzip, {sizes[1]}", path, gzip, 200),
        Way("snapshot, If-None-Match", path, {"If-None-Match": plain.headers["etag"]}, 304),
        Way("changes, none", changes, {}, 200),
    ]


def cpu_s(server: Server) -> float:
    """Processor time of the server so far."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(server: Server, way: Way, lua: Path, options: argparse.Namespace) -> tuple[str, ...]:
    """Let wrk ask in that way; a line of the table."""
    headers = {name.replace("-", "_"): value for name, value in way.headers.items()}
    reply = server.request("GET", way.path, token=None, **headers)
    assert reply.status == way.status, f"{way.name}: {reply.status}"
    command = [
        *("wrk", "--threads", "1", "--connections", str(options.connections)),
        *("--duration", f"{options.seconds}s", "--timeout", "10s", "--latency"),
        *("--script", str(lua), server.url + way.path, "--"),
        *(word for header in way.headers.items() for word in header),
    ]
    before, began = cpu_s(server), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    busy = (cpu_s(server) - before) / (time.monotonic() - began)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    per_s = found["requests"] / (found["us"] / 1e6)
    return (
        way.name,
        str(way.status),
        f"{per_s:,.0f}",
        f"{found['bytes'] / found['us']:.1f}",
        *(f"{found[name] / 1_000:.0f}" for name in ("p50_us", "p99_us", "max_us")),
        str(found["errors"]),
        f"{busy:.0%}",
    )


_HEAD = ("asked for", "answer", "requests/s", "MB/s", "p50 ms", "p99 ms", "max ms", "errors", "CPU")


def table(options: argparse.Namespace) -> list[str]:
    """Measure all ways."""
    # One socket a connection, here and there.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    progress = ProgressLine()
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as server:
        lua = Path(name) / "ask.lua"
        lua.write_text(_LUA)
        rows: list[Sequence[str]] = [_HEAD]
        for way in ways(server, fill(server)):
            progress.show(way.name)
            rows.append(measured(server, way, lua, options))
        progress.clear()
    return aligned(rows, right=range(2, 9))


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="Many who poll one snapshot over HTTP, by wrk.")
    parser.add_argument("--connections", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=10, help="for each way of asking")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("wrk is not installed: apt-get install wrk")
    load = os.getloadavg()[0]
    lines = table(options)
    told = f"{options.connections} connections, {options.seconds} s each; load before: {load:.1f}"
    sys.stdout.write("\n".join([*lines, told]) + "\n")


if __name__ == "__main__":
    main()
