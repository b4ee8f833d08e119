"""A real HAProxy on free ports of loopback, ended by its pid."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server import Server

#: Seconds that HAProxy may take for anything.
PATIENCE = 20.0
#: The file that is shipped.
CONF = Path(__file__).parents[2] / "conf" / "haproxy.cfg"
AGAIN = 2.0


def haproxy_is_missing() -> str | None:
    """Why tests with HAProxy cannot run; None: they can."""
    if shutil.which("haproxy") is None:
        reason = "haproxy is not installed (apt-get install haproxy)"
        if os.environ.get("SCOREBOARD_REQUIRE_CLIENTS"):
            raise RuntimeError(reason)
        return reason
    return None


needs_haproxy = pytest.mark.skipif(
    haproxy_is_missing() is not None, reason=f"{haproxy_is_missing()}"
)


class HaProxy:
    """
    A HAProxy that is running, in master and worker as systemd runs it.

    Args:
        folder: for its file and its sockets.
        text: the configuration; its stats socket must be `folder`/admin.sock.
        port: where it listens, which shows that it is there.
    """

    def __init__(self, folder: Path, text: str, port: int) -> None:
        self.port = port
        self._admin = folder / "admin.sock"
        config = folder / "haproxy.cfg"
        config.write_text(text)
        self._log = folder / "haproxy.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                ["haproxy", "-W", "-f", str(config)], stdout=log, stderr=log, cwd=folder
            )
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Until it takes connections."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, self._log.read_text()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                self.tell("show info")
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("haproxy did not come up: " + self._log.read_text())

    def tell(self, command: str) -> str:
        """Say something to its admin socket; the answer."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(str(self._admin))
            line.sendall(command.encode() + b"\n")
            answer = b""
            while part := line.recv(65_536):
                answer += part
        return answer.decode()

    def is_up(self, server: str) -> bool:
        """Whether the health check of `backend/server` passes."""
        backend, _, name = server.partition("/")
        for line in self.tell("show stat").splitlines():
            words = line.split(",")
            if words[:2] == [backend, name]:
                return words[17].startswith("UP") or words[17] == "no check"
        raise AssertionError(f"no server {server}")

    @property
    def downs(self) -> list[str]:
        """What it has said of servers that it took for dead."""
        return [line for line in self._log.read_text().splitlines() if " is DOWN" in line]

    @property
    def pid(self) -> int:
        """Of the worker."""
        found = re.search(r"^Pid: (\d+)$", self.tell("show info"), re.MULTILINE)
        assert found is not None
        return int(found[1])

    def reload(self) -> None:
        """
        Start a new worker on the same file; the old one serves what it has.

        A master that is not through with its last reload loses the signal, so it is sent
        again from time to time.
        """
        before = self.pid
        end = time.monotonic() + PATIENCE
        again = 0.0
        while time.monotonic() < end:
            if time.monotonic() >= again:
                self.process.send_signal(signal.SIGUSR2)
                again = time.monotonic() + AGAIN
            try:
                if self.pid != before:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError("no new worker")

    def stop(self) -> None:
        """End it and its workers."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)


@contextmanager
def haproxy(folder: Path, text: str, port: int) -> Iterator[HaProxy]:
    """For the time of a test."""
    one = HaProxy(folder, text, port)
    try:
        yield one
    finally:
        one.stop()


def shipped(folder: Path, port: int, nodes: Mapping[str, Server]) -> str:
    """The shipped file, listening on `port`, with the nodes' ports; they must have `OPS`."""
    text = CONF.read_text()
    text = text.replace("/run/haproxy/admin.sock", str(folder / "admin.sock"))
    # Descriptors that a test's process may have.
    text = text.replace("maxconn 20000", "maxconn 1000")
    text = text.replace("bind 127.0.0.1:8000", f"bind 127.0.0.1:{port}")
    for name, node in nodes.items():
        text = re.sub(rf"(server {name} 127\.0\.0\.1):\d+", rf"\1:{node.port}", text)
        text, found = re.subn(rf"(server {name} .* check port) \d+", rf"\1 {node.ops_port}", text)
        assert found == 1, name
    return text


def bodies(port: int, paths: Sequence[str]) -> list[str]:
    """The bodies of the answers to many requests, sent at once over one connection."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        asked = "".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths)
        line.sendall(asked.encode())
        with line.makefile("rb") as reader:
            return [_body(reader) for _ in paths]


def _body(reader: object) -> str:
    length = 0
    while line := reader.readline().strip():  # type: ignore[attr-defined]
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return reader.read(length).decode()  # type: ignore[attr-defined, no-any-return]
