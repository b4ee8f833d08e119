"""
A cluster to be measured: real nodes, a real Redis, and what each of their processes has used.

Processor time is the scheduler's own account, in nanoseconds, of all threads of a process.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs

from tests.integration.test_ops import ops_port, scraped
from tests.integration.test_redis_log import table
from tests.support.redis import DURABLE, Redis, until
from tests.support.server import Server

#: How fast sessions can come, and a feed can speak, is what is measured.
_SETTINGS = """
[limits]
arrivals_per_s = 0.0
max_connections = 20000
[websocket]
ticket_messages_per_s = 0.0
[ops]
port = 0
"""

_FOLLOWED = "scoreboard_relay_followed_games"

#: The feed of the nodes' settings that has no limits.
SOURCE, TOKEN = "arena", "secret"


def cpu_s(pid: int) -> float:
    """Seconds of a processor that the threads of a process have used which it has now."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            spent += int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return spent / 1e9


def cpu_of_ended_s(pid: int) -> float:
    """The same in ticks of 10 ms, with the threads that have ended: proc(5), utime and stime."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_s() -> float:
    """Seconds of its processors that this machine has used or been denied (steal), by all."""
    first = Path("/proc/stat").read_text().splitlines()[0]
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, first.split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid: int) -> float:
    """Resident memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


@attrs.frozen
class Reading:
    """
    Of all processes of a rig.

    Attributes:
        cpu: process -> seconds.
        counts: node -> what it has counted.
    """

    cpu: dict[str, float]
    rss: dict[str, float]
    counts: dict[str, dict[str, float]]


@attrs.frozen
class Spent:
    """
    What was used between two readings.

    Attributes:
        rss, grown: memory at the end, and how much more that is.
        counts: node -> how much was counted.
        followed: node -> games that it follows at the end.
    """

    cpu: dict[str, float]
    rss: dict[str, float]
    grown: dict[str, float]
    counts: dict[str, dict[str, float]]
    followed: dict[str, float]

    @classmethod
    def between(cls, before: Reading, after: Reading) -> Spent:
        counts = {
            node: {name: value - before.counts[node].get(name, 0.0) for name, value in now.items()}
            for node, now in after.counts.items()
        }
        return cls(
            cpu={name: value - before.cpu[name] for name, value in after.cpu.items()},
            rss=after.rss,
            grown={name: value - before.rss[name] for name, value in after.rss.items()},
            counts=counts,
            followed={node: now[_FOLLOWED] for node, now in after.counts.items()},
        )


@attrs.frozen
class Rig:
    """
    The cluster.

    Attributes:
        nodes: by name; the first is home to all games.
        others: further processes by name: their pids.
    """

    nodes: dict[str, Server]
    others: dict[str, int]

    @property
    def home(self) -> Server:
        return next(iter(self.nodes.values()))

    @property
    def pids(self) -> dict[str, int]:
        return {**{name: one.process.pid for name, one in self.nodes.items()}, **self.others}

    def read(self, *, ends: bool = False) -> Reading:
        """
        How everything stands.

        Args:
            ends: whether this is the end of what is measured: to be asked what it has counted
                takes a node some milliseconds, which must not count.
        """
        counts = {} if ends else self._counts()
        pids = self.pids.items()
        cpu = {name: cpu_s(pid) for name, pid in pids}
        rss = {name: rss_mib(pid) for name, pid in pids}
        return Reading(cpu, rss, self._counts() if ends else counts)

    def _counts(self) -> dict[str, dict[str, float]]:
        return {name: scraped(ops_port(node)) for name, node in self.nodes.items()}


@contextmanager
def rig(folder: Path, nodes: int, replicas: int = 0) -> Iterator[Rig]:
    """So many nodes on one Redis, which has so many replicas."""
    with ExitStack() as stack:
        stores: dict[str, Redis] = {}
        for number in range(replicas + 1):
            name = f"replica{number}" if number else "redis"
            of = [f"--replicaof 127.0.0.1 {stores['redis'].port}"] if number else []
            stores[name] = Redis(folder / name, *DURABLE, *of)
            stack.callback(stores[name].stop)
        if replicas:
            until(lambda: stores["redis"].ask("WAIT", replicas, 100) == replicas)
        servers: dict[str, Server] = {}
        for number in range(1, nodes + 1):
            name = f"n{number}"
            (folder / name).mkdir()
            log = table(stores["redis"], replicas=replicas) + f'[shard]\nnode = "{name}"\n'
            servers[name] = Server(folder / name, log=log, more=_SETTINGS)
            stack.callback(servers[name].stop, signal.SIGKILL)
        others = {name: store.process.pid for name, store in stores.items()}
        yield Rig(servers, others)
        for server in servers.values():
            assert server.complaints == [], "".join(server.output)
