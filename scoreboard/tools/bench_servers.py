"""
The two servers of a comparison, each a process that is started for one run.

Rule: a server is ended by the process that started it, whatever happens. Shell.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.tools.bench_stall import Stall

#: Seconds that a server may take to start, or to stop.
_PATIENCE_S = 30.0

_TOKEN = "bench"  # noqa: S105 - of a server that lives for a minute, on loopback

_SETTINGS = """
[listen]
port = 0
[log]
path = "{path}"
[feeds.load]
token = "{token}"
messages_per_s = 0
bytes_per_min = 0
# How fast sessions can come, and a feed can speak, is what is measured.
[limits]
arrivals_per_s = 0.0
max_connections = 20000
[websocket]
ticket_messages_per_s = 0.0
"""

_OURS_READY = re.compile(r"scoreboard is ready: \d+ games in the log, http://[\d.]+:(\d+)/")
_STOCK_READY = re.compile(r"^ready (\d+) (\d+)$", re.MULTILINE)


class ServerFailed(LocalError):
    """A server did not start; the text has what it said."""


@attrs.frozen
class Target:
    """
    A server that is measured.

    Attributes:
        name: "ours" or "stock".
        feed: where its events go in, over HTTP or as lines.
    """

    name: str
    port: int
    feed: str
    token: str
    pid: int

    def feeds(self, way: str) -> str:
        """Where its events go in by `way`, "http" or "wamp"; lines are lines."""
        return self.feed.replace("http://", f"{way}://")

    def rss_kib(self) -> int:
        """Its resident memory now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) if found else 0

    def stall(self) -> Stall | None:
        """How late its loop was so far; None if it does not tell."""
        if not self.feed.startswith("http://"):
            return None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        try:
            connection.request("GET", "/healthz")
            return Stall.read(json.loads(connection.getresponse().read()))
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def cpu_s(self) -> float:
        """Processor time that it has used, seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        # proc(5): utime and stime are the 14th and 15th field, in ticks of 1/100 s.
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def ours(folder: Path) -> Iterator[Target]:
    """Our server, with its log on the disk of `folder`."""
    twistd = shutil.which("twistd", path=str(Path(sys.executable).parent)) or "twistd"
    config = folder / "scoreboard.toml"
    config.write_text(_SETTINGS.format(path=folder / "games.sqlite", token=_TOKEN))
    command = [twistd, "--pidfile=", "-n", "scoreboard", "--config", str(config)]
    with _running(command, folder / "ours.log", _OURS_READY) as (process, found):
        port = int(found[1])
        yield Target("ours", port, f"http://127.0.0.1:{port}", _TOKEN, process.pid)


@contextmanager
def stock(folder: Path) -> Iterator[Target]:
    """The stock Autobahn server."""
    command = [sys.executable, "-m", "scoreboard.tools.bench_stock"]
    with _running(command, folder / "stock.log", _STOCK_READY) as (process, found):
        feed = f"lines://127.0.0.1:{found[2]}"
        yield Target("stock", int(found[1]), feed, "", process.pid)


@contextmanager
def _running(
    command: list[str], output: Path, ready: re.Pattern[str]
) -> Iterator[tuple[subprocess.Popen[bytes], re.Match[str]]]:
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)  # noqa: S603
    try:
        yield process, _wait(process, output, ready)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], output: Path, ready: re.Pattern[str]) -> re.Match[str]:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        found = ready.search(output.read_text(errors="replace"))
        if found:
            return found
        time.sleep(0.05)
    said = output.read_text(errors="replace").strip().splitlines() or ["nothing was said"]
    raise ServerFailed(f"the server did not start: {said[-1]}")
