"""
A cluster on this machine: started, looked at, and ended by the pids of its processes.

Rule: whatever was started stands in cluster.json before anybody waits for it, so that `down` finds
it whatever happens in between. Shell.
"""

from __future__ import annotations

import json
import resource
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from scoreboard.model.errors import LocalError
from scoreboard.tools import cluster_ask as ask
from scoreboard.tools import cluster_processes as processes
from scoreboard.tools.cluster_files import command, config, config_name
from scoreboard.tools.cluster_plan import (
    FOLDER,
    QUORUM,
    SENTINELS,
    WATCHED,
    Cluster,
    Kind,
    Member,
    Process,
    Wanted,
    laid_out,
    read,
    waves,
    written,
)
from scoreboard.tools.cluster_status import Found
from scoreboard.tools.usage import UsageError

#: Where the cluster is written down while it is up, and after its end.
UP, ENDED = "cluster.json", "ended.json"

#: Seconds that a process may take to be ready; machines may be busy.
READY_S = 60.0
#: Seconds that one may take to end by itself: longer than a node's drain.
END_S = 15.0
#: Seconds between two questions.
_LOOK_S = 0.1

#: Characters that the path of a socket may have (unix(7)), with what HAProxy adds for a while.
_LONGEST_SOCKET = 90

_SHIPPED = Path(__file__).parents[2] / "conf" / "haproxy.cfg"

#: Is told of progress, a line at a time.
Say = Callable[[str], None]


class Running:
    """
    The cluster of a folder.

    Attributes:
        cluster: what there is.
        processes: by name, those that were started.
    """

    def __init__(self, folder: Path, cluster: Cluster, started: dict[str, Process]) -> None:
        self.folder = folder
        self.cluster = cluster
        self.processes = started

    @classmethod
    def found(cls, folder: Path) -> Running:
        """
        The one that is up in `folder`.

        Raises:
            UsageError: there is none.
            LocalError: what is written down cannot be read.
        """
        path = folder.absolute() / UP
        if not path.exists():
            raise UsageError(f"no cluster in {folder}: `up N` starts one")
        return cls(path.parent, *_read(path))

    def life(self, member: Member) -> str:
        """Whether a member lives: "yes", "no", "stopped"."""
        return processes.life(self.processes.get(member.name))

    def start(self, members: Sequence[Member], say: Say) -> None:
        """
        Start members together, and wait until they are ready.

        Raises:
            LocalError: one of them ended, or takes too long.
        """
        twistd = str(Path(sys.executable).with_name("twistd"))
        began = time.monotonic()
        for member in members:
            words = command(member, self.folder, twistd)
            self.processes[member.name] = processes.started(words, self.folder / member.name)
            self.save()
        for member in members:
            self._wait(member)
            took = time.monotonic() - began
            say(f"{member.kind.value:9}{member.name:10}{member.address}  ready after {took:.1f} s")

    def save(self) -> None:
        """Write down what there is; others may read it at any time."""
        new = self.folder / "cluster.new"
        new.touch(mode=0o600)
        new.write_text(json.dumps(written(self.cluster, self.processes), indent=1) + "\n")
        new.replace(self.folder / UP)

    def _wait(self, member: Member) -> None:
        until = time.monotonic() + READY_S
        while not _is_ready(member, self.cluster):
            if self.life(member) == "no":
                raise LocalError(f"{member.name} ended: {self._last_words(member)}")
            if time.monotonic() > until:
                raise LocalError(
                    f"{member.name} is not ready after {READY_S:.0f} s: {self._last_words(member)}"
                )
            time.sleep(_LOOK_S)

    def _last_words(self, member: Member) -> str:
        log = self.folder / member.name / "log"
        said = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        ours = [line for line in said if "scoreboard:" in line]
        return f"{(ours or said)[-1]} ({log})"

    def end(self, say: Say) -> list[str]:
        """
        End everything in order, and write that down.

        Returns:
            The names of those that had to be killed.
        """
        killed: list[str] = []
        for wave in reversed(waves(self.cluster)):
            alive = [one for one in wave if self.life(one) != "no"]
            for member in alive:
                # What was stopped can hear nothing.
                processes.send(self.processes[member.name], signal.SIGCONT)
                processes.send(self.processes[member.name], signal.SIGTERM)
            left = processes.ended((self.processes[one.name] for one in alive), END_S)
            for process in left:
                processes.send(process, signal.SIGKILL)
            processes.ended(left, END_S)
            for member in alive:
                was_killed = self.processes[member.name] in left
                killed += [member.name] if was_killed else []
                how = "killed: it did not end by itself" if was_killed else "ended"
                say(f"{member.kind.value:9}{member.name:10}pid {self._pid(member)}  {how}")
        (self.folder / UP).replace(self.folder / ENDED)
        return killed

    def _pid(self, member: Member) -> int:
        process = self.processes.get(member.name)
        return 0 if process is None else process.pid

    def look(self) -> list[Found]:
        """Every member as it is now."""
        return [self._look(member) for member in self.cluster.members]

    def _look(self, member: Member) -> Found:
        life = self.life(member)
        pid = self._pid(member)
        if life != "yes":
            return Found(member, pid, life)
        if member.is_node:
            said = ask.http_get(member.ops, "/metrics")
            text = said[1] if said is not None and said[0] == 200 else ""
            return Found(member, pid, life, text, ask.ready(member.ops))
        if member.kind is Kind.REDIS:
            return Found(member, pid, life, role=_role(member))
        return Found(member, pid, life)


def up(folder: Path, wanted: Wanted, public: int, say: Say) -> Running:
    """
    Start a cluster.

    Args:
        public: port of the one address; 0: any free one.

    Raises:
        UsageError: there is one already, or it cannot be as it is wanted.
        LocalError: something of it does not start; then nothing of it is left running.
    """
    wanted.check()
    folder = folder.absolute()
    _demand_programs()
    _prepare(folder)
    ports = _free_ports(wanted.ports + 1)
    if public:
        _demand_free(public)
    cluster = laid_out(wanted, public or ports.pop(), ports, secrets.token_hex(16))
    running = Running(folder, cluster, {})
    _write_files(running)
    running.save()
    try:
        for wave in waves(cluster):
            running.start(wave, say)
    except BaseException:
        say("ending what was started")
        running.end(lambda _: None)
        raise
    return running


def _demand_programs() -> None:
    for program, package in (("redis-server", "redis-server"), ("haproxy", "haproxy")):
        if shutil.which(program) is None:
            raise LocalError(
                f"{program} is not installed: apt-get install {package} (scripts/cluster does "
                "it, as root on Debian)"
            )


def _prepare(folder: Path) -> None:
    """An empty place; what an earlier cluster has left is thrown away."""
    if len(str(folder / "admin.sock")) > _LONGEST_SOCKET:
        raise UsageError(f"--folder {folder}: the path is too long for a socket in it")
    if (folder / UP).exists():
        running = Running.found(folder)
        alive = sum(running.life(member) != "no" for member in running.cluster.members)
        raise UsageError(
            f"a cluster is up in {folder} ({alive} of {len(running.cluster.members)} processes "
            "live): end it first, with `down`"
        )
    if (folder / ENDED).exists():
        for member in _read(folder / ENDED)[0].members:
            if FOLDER.fullmatch(member.name):
                shutil.rmtree(folder / member.name, ignore_errors=True)
        (folder / ENDED).unlink()
        (folder / "admin.sock").unlink(missing_ok=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        has_others = any(folder.iterdir())
    except OSError as why:
        raise UsageError(f"--folder {folder}: {why.strerror}") from why
    if has_others:
        raise UsageError(f"--folder {folder} has files that are no cluster's; take another")


def _read(path: Path) -> tuple[Cluster, dict[str, Process]]:
    try:
        return read(json.loads(path.read_text()))
    except (OSError, ValueError, LocalError) as why:
        raise LocalError(f"{path} cannot be read: {why}") from why


def _free_ports(number: int) -> list[int]:
    """Ports of loopback that nobody listens on now."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]


def _demand_free(port: int) -> None:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError as why:
            raise UsageError(f"--port {port}: {why.strerror}; give another") from why


def _write_files(running: Running) -> None:
    try:
        shipped = _SHIPPED.read_text()
    except OSError as why:
        raise LocalError(f"{_SHIPPED}: {why.strerror}; a cluster needs the source tree") from why
    # HAProxy raises its own limit up to here.
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for member in running.cluster.members:
        place = running.folder / member.name
        place.mkdir()
        file = place / config_name(member)
        file.touch(mode=0o600)
        file.write_text(config(running.cluster, member, running.folder, shipped, descriptors))


def _role(member: Member) -> Sequence[object] | None:
    try:
        found: Sequence[object] | None = ask.redis(member.port, "ROLE")
    except ask.Refused:
        return None
    return found


def _is_ready(member: Member, cluster: Cluster) -> bool:
    match member.kind:
        case Kind.REDIS:
            role = _role(member)
            return role is not None and (role[0] == b"master" or role[3] == b"connected")
        case Kind.SENTINEL:
            return _knows_all(member, cluster.replicas)
        case _:
            said = ask.http_get(member.port, "/readyz")
            return said is not None and said[0] == 200


def _knows_all(sentinel: Member, replicas: int) -> bool:
    try:
        said = ask.redis(sentinel.port, "SENTINEL", "MASTER", WATCHED)
    except ask.Refused:
        return False
    fields = dict(zip(said[::2], said[1::2], strict=True)) if said else {}
    found = (fields.get(b"num-slaves"), fields.get(b"num-other-sentinels"), fields.get(b"quorum"))
    return found == (b"%d" % replicas, b"%d" % (SENTINELS - 1), b"%d" % QUORUM)
