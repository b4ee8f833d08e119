"""An operator with the ssh of OpenSSH: one line, lines, or a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from tests.support.server import PATIENCE, Server


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        return there.getsockname()[1]


def make_key(path: Path, kind: str = "ed25519", *more: str) -> Path:
    """A key without a passphrase; its public half is beside it."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", f"{path.name}@desk", "-f", path]
    subprocess.run([*command, *more], check=True)
    return path


@attrs.frozen
class Manhole:
    """A server with a manhole, the key that opens it, and what it writes of that."""

    server: Server
    port: int
    folder: Path

    @property
    def key(self) -> Path:
        return self.folder / "jo"

    @property
    def audit(self) -> list[dict[str, Any]]:
        lines = (self.folder / "var" / "audit.log").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def command(self, *words: str, keys: tuple[Path, ...] = (), user: str = "ops") -> list[str]:
        """How ssh is called: nothing of this machine's user is read or written."""
        options = {
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self.folder / "known_hosts"),
            "BatchMode": "yes",
        }
        named = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        shown = [word for key in keys or (self.key,) for word in ("-i", str(key))]
        return [
            *("ssh", "-F", "none", *named, *shown, "-p", str(self.port)),
            *(f"{user}@127.0.0.1", *words),
        ]

    def run(self, *words: str, given: str = "", **how: Any) -> subprocess.CompletedProcess[str]:
        """Call ssh and wait for its end."""
        options = tuple(word for word in words if word.startswith("-"))
        rest = words[len(options) :]
        command = self.command(*rest, **how)
        return subprocess.run(
            [command[0], *options, *command[1:]],
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@contextmanager
def manhole(folder: Path, *, drain: str = "accept_s = 0.0", **settings: Any) -> Iterator[Manhole]:
    """A server with a manhole for the time of a test; `drain`: lines of that table."""
    port = settings.setdefault("port", free_port())
    keys = folder / "authorized_keys"
    make_key(folder / "jo")
    keys.write_bytes((folder / "jo.pub").read_bytes())
    keys.chmod(0o600)
    settings = {"authorized_keys": "authorized_keys", **settings}
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    server = Server(folder, drain=drain, more="\n".join(["[manhole]", *lines, ""]))
    try:
        public = ["ssh-keygen", "-y", "-f", folder / "var" / "ssh_host_ed25519"]
        shown = subprocess.run(public, capture_output=True, text=True, check=True).stdout
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {shown}")
        yield Manhole(server, port, folder)
        if server.process.poll() is None:
            server.stop()
        assert server.complaints == [], "".join(server.output)
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


class AtTerminal:
    """An operator who sits at a terminal."""

    def __init__(self, there: Manhole, **how: Any) -> None:
        self._ours, theirs = pty.openpty()
        command = there.command(**how)
        self.process = subprocess.Popen(
            [command[0], "-tt", *command[1:]],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(theirs)
        self._seen = ""

    def types(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def sees(self, text: str) -> str:
        """All that was shown until `text` was."""
        until = time.monotonic() + PATIENCE
        while text not in self._seen:
            assert self._reads(until), f"{text!r} did not come, but {self._seen!r}"
        shown, _, self._seen = self._seen.partition(text)
        return shown + text

    def _reads(self, until: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(until - time.monotonic(), 0))
        try:
            data = os.read(self._ours, 65_536) if ready else b""
        except OSError:
            data = b""
        self._seen += data.decode(errors="replace")
        return bool(data)

    def ends(self) -> int:
        """The exit status, when it has come to an end."""
        until = time.monotonic() + PATIENCE
        while self._reads(until):
            pass
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)


@contextmanager
def at_terminal(there: Manhole, **how: Any) -> Iterator[AtTerminal]:
    """Somebody at a terminal, until the end of the block."""
    sitting = AtTerminal(there, **how)
    try:
        yield sitting
    finally:
        sitting.close()
