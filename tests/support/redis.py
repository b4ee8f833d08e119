"""Real Redis servers and Sentinels on free ports of loopback, ended by their pids."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

#: Seconds that a Redis may take to answer or to end.
PATIENCE = 20.0
#: Ports that Linux gives to nobody by itself.
_LASTING = (16_000, 32_000)

#: What `docs/redis.md` says of a primary: every write synced before it is answered.
DURABLE = (
    "--appendonly yes",
    "--appendfsync always",
    "--aof-load-truncated yes",
    "--maxmemory-policy noeviction",
    "--save ''",
)


def redis_is_missing() -> str | None:
    """Why tests with Redis cannot run; None: they can."""
    if shutil.which("redis-server") is None:
        reason = "redis-server is not installed (apt-get install redis-server)"
        if os.environ.get("SCOREBOARD_REQUIRE_CLIENTS"):
            raise RuntimeError(reason)
        return reason
    return None


needs_redis = pytest.mark.skipif(redis_is_missing() is not None, reason=f"{redis_is_missing()}")


class RedisError(Exception):
    """What Redis has refused."""


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def lasting_port() -> int:
    """
    A free port below those that connections are made from.

    Who listens there and ends can come back: nobody is given it meanwhile.
    """
    while True:
        port = random.randrange(*_LASTING)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


class Redis:
    """
    A Redis server (or Sentinel) that is running.

    Args:
        folder: its own; made, and kept over restarts.
        options: of the command line, besides port and folder.
        sentinel: whether it is a Sentinel.
    """

    def __init__(self, folder: Path, *options: str, port: int = 0, sentinel: bool = False) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._options = options
        self._words = ["--sentinel"] if sentinel else []
        folder.mkdir(parents=True, exist_ok=True)
        self.process = self._started()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _started(self) -> subprocess.Popen[bytes]:
        conf = self.folder / "redis.conf"
        if not conf.exists():
            lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", "daemonize no"]
            lines += [option.removeprefix("--") for option in self._options]
            conf.write_text("\n".join(lines) + "\n")
        with (self.folder / "redis.log").open("ab") as log:
            process = subprocess.Popen(
                ["redis-server", str(conf), *self._words], stdout=log, stderr=log, cwd=self.folder
            )
        try:
            self._came_up(process)
        except BaseException:
            process.kill()
            process.wait(PATIENCE)
            raise
        return process

    def _came_up(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert process.poll() is None, (self.folder / "redis.log").read_text()
            try:
                said = self.ask("PING")
            except OSError:
                said = None
            except RedisError as why:
                # It loads its file, or wants a password: then it is there.
                said = None if "LOADING" in str(why) else "up"
            if said:
                return
            time.sleep(0.02)
        raise AssertionError("redis did not come up")

    def ask(self, *words: str | bytes | int) -> Any:
        """The answer to one command, over a connection of its own. Raises: RedisError."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
            line.sendall(_command(words))
            with line.makefile("rb") as reader:
                return _reply(reader)

    def kill(self) -> None:
        """As the kernel would end it, at once."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def restart(self) -> None:
        """Start it again on what it has written."""
        self.process = self._started()

    def pause(self) -> None:
        """Let it hang."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it, whatever its state."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)


def _command(words: tuple[str | bytes | int, ...]) -> bytes:
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)


def _reply(reader: Any) -> Any:
    line = reader.readline()
    if not line:
        raise OSError("the connection was closed")
    kind, rest = line[:1], line[1:-2]
    if kind == b"-":
        raise RedisError(rest.decode())
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == b"-1" else reader.read(int(rest) + 2)[:-2]
    if kind == b"*":
        return None if rest == b"-1" else [_reply(reader) for _ in range(int(rest))]
    return rest.decode()


@contextmanager
def redis(folder: Path, *options: str) -> Iterator[Redis]:
    """A durable Redis for the time of a test."""
    one = Redis(folder, *DURABLE, *options)
    try:
        yield one
    finally:
        one.stop()


@contextmanager
def replicated(folder: Path, replicas: int = 1, *options: str) -> Iterator[list[Redis]]:
    """A primary and its replicas, in step."""
    nodes = [Redis(folder / "primary", *DURABLE, *options)]
    try:
        for number in range(replicas):
            of = f"--replicaof 127.0.0.1 {nodes[0].port}"
            nodes.append(Redis(folder / f"replica{number}", *DURABLE, *options, of))
        until(lambda: nodes[0].ask("WAIT", replicas, 100) == replicas)
        yield nodes
    finally:
        for node in nodes:
            node.stop()


def until(question: Any, patience: float = PATIENCE) -> Any:
    """Ask again until the answer is something."""
    end = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)
    return answer
