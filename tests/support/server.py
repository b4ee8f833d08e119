"""A real server in a process of its own, on a free port of loopback, ended by its pid."""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).parents[2]
TWISTD = Path(sys.executable).with_name("twistd")

#: Seconds that a server may take to say that it is ready, or to stop.
PATIENCE = 30.0

#: Settings of a server that has a listener for those who watch.
OPS = "\n[ops]\nport = 0\n"

_OPS_AT = re.compile(r"metrics at http://[\d.]+:(\d+)/metrics")
_READY = re.compile(r"scoreboard is ready: (\d+) games in the log, http://([\d.]+):(\d+)/")

SETTINGS = """
[drain]
{drain}
[listen]
port = {port}
[log]
path = "{path}"
{log}
[feeds.arena]
token = "secret"
messages_per_s = 0
bytes_per_min = 0
[feeds.other]
token = "another"
messages_per_s = 0
bytes_per_min = 0
[feeds.football]
token = "touchdown"
leagues = ["nfl_"]
[scorers.jo]
token = "pencil"
[scorers.ann]
token = "whistle"
role = "official"
[scorers.bob]
token = "flag"
role = "official"
leagues = ["nba_"]
[scorers.tim]
token = "stopwatch"
role = "official"
leagues = ["nfl_"]
[operators.desk]
token = "operate"
"""


@attrs.frozen
class Reply:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.body.splitlines()]


#: How the server itself is started; a test may have another program in its place.
TWISTED = (str(TWISTD), "--pidfile=", "-n", "scoreboard")


class Server:
    """
    A running `twistd scoreboard`.

    Args:
        folder: where its settings are, and its data unless `data` is elsewhere.
        log: more lines of the settings' table `log`.
        drain: lines of the table `drain`.
        more: more tables of the settings.
        environ: more of the process's environment.
        program: what is started, its settings being given with `--config`.
        settings: in which those are filled in; as they are, they say who may write.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        arguments: tuple[str, ...] = (),
        *,
        data: Path | None = None,
        log: str = "",
        drain: str = "accept_s = 0.0",
        more: str = "",
        environ: Mapping[str, str] | None = None,
        program: tuple[str, ...] = TWISTED,
        settings: str = SETTINGS,
    ) -> None:
        self.folder = folder
        config = folder / "scoreboard.toml"
        path = (data or folder) / "games.sqlite"
        text = settings.format(port=port, path=path, log=log, drain=drain)
        config.write_text(text + more)
        command = [*program, "--config", str(config)]
        self.process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})},
        )
        self.output: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        found = self.until(_READY)
        self.games = int(found[1])
        self.port = int(found[3])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            self._lines.put(line)
        self._lines.put(None)

    def until(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """What of the next line that fits."""
        while True:
            line = self._lines.get(timeout=PATIENCE)
            assert line is not None, "the server ended:\n" + "".join(self.output)
            found = pattern.search(line)
            if found:
                return found

    @property
    def ops_port(self) -> int:
        """Of the listener for those who watch; its line comes before that of the server."""
        (found,) = [found for line in self.output if (found := _OPS_AT.search(line))]
        return int(found[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = "secret",
        **headers: str,
    ) -> Reply:
        """One HTTP request; a body that is not bytes goes as JSON."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Reply(
                answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
            )
        finally:
            connection.close()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the process by its pid; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end of the process; its exit code."""
        code = self.process.wait(PATIENCE)
        self._thread.join(PATIENCE)
        return code

    @property
    def complaints(self) -> list[str]:
        """Lines of the log that speak of something gone wrong."""
        return [line for line in self.output if "Traceback" in line or "Unhandled" in line]


@contextmanager
def running(
    folder: Path, port: int = 0, arguments: tuple[str, ...] = (), more: str = ""
) -> Iterator[Server]:
    """
    A server for the time of a test; it must have nothing to complain of at the end.

    `more`: further settings, as TOML.
    """
    server = Server(folder, port, arguments, more=more)
    try:
        yield server
        assert server.stop() == 0
        assert server.complaints == [], "".join(server.output)
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()
