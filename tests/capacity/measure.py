"""
Measures the figures of `scoreboard plan` on this machine: `scripts/measure-capacity --help`.

Each figure is a difference of two phases that differ in one thing, on real nodes, a real Redis,
a real HAProxy and real sessions. No figure is taken from the runs of `scripts/check-plan`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

import attrs

from scoreboard.tools.bench_machine import facts
from scoreboard.tools.bench_plan import FIVE
from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_plan import SUBPROTOCOLS, Group
from scoreboard.tools.plan_cost import LOOK_S
from scoreboard.tools.plan_figures import PACKAGED, Figures, document
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned
from tests.capacity.rig import Rig, Spent, rig
from tests.capacity.work import Fed, Phase, work
from tests.support.haproxy import haproxy, haproxy_is_missing
from tests.support.redis import free_port, redis_is_missing

#: Objects of Linux that a connection of a server has (slabinfo(5)), each once.
_KERNEL = ("TCP", "sock_inode_cache", "filp", "dentry", "eventpoll_epi")

_LOOKS = "scoreboard_relay_looks_total"
_WRITES = "scoreboard_writes_total"
_BUCKET = "scoreboard_stage_seconds_bucket"


@attrs.frozen
class Size:
    """
    How much of it.

    Attributes:
        scale: of the sessions.
        seconds: of one feeding.
    """

    scale: float
    seconds: float

    def many(self, number: int) -> int:
        return max(20, round(number * self.scale))


class Bench:
    """Takes the figures, one after the other; each uses those before."""

    def __init__(self, folder: Path, size: Size, show: Callable[[str], None]) -> None:
        self._folder, self._size, self._show = folder, size, show
        self.found: dict[str, Any] = {}
        self.facts: dict[str, float] = {}

    def measure(self) -> Figures:
        """All of them."""
        self.found["kernel_kib"] = kernel_kib()
        with self._rig("alone", 0) as one:
            self._alone(one)
        with self._rig("a", 3) as one:
            self._idle(one)
            self._looks(one)
            self._sessions(one)
        with self._rig("b", 3) as one:
            self._subscriptions(one)
            self._ingest(one)
            self._sends(one)
            self._several(one)
        with self._rig("c", 3) as one:
            self._relay(one)
            self._wires(one)
        with self._rig("d", 1, replicas=1) as one:
            self._replica(one)
        with self._rig("e", 1) as one:
            self._proxy(one)
        return Figures(**self.found)

    @contextmanager
    def _rig(self, name: str, nodes: int, replicas: int = 0) -> Iterator[Rig]:
        self._show(f"starting {nodes} nodes")
        folder = self._folder / name
        folder.mkdir()
        with rig(folder, nodes, replicas) as one:
            time.sleep(4)
            yield one

    def _us(self, spent: float, times: float, seconds: float, **extra: float) -> float:
        """
        Microseconds a time, of what is left of `spent` seconds.

        Args:
            seconds: during which the node was not idle.
            extra: figure -> how often that was paid as well.
        """
        us = spent * 1e6 - seconds * self.found["node_idle_us_s"]
        us -= sum(self.found[name] * often for name, often in extra.items())
        return max(us / times, 0.0)

    # What is there without any event

    def _idle(self, one: Rig) -> None:
        self._show("idle nodes")
        before, began = one.read(), time.monotonic()
        time.sleep(2 * self._size.seconds)
        seconds = time.monotonic() - began
        spent = Spent.between(before, one.read(ends=True))
        names = list(one.nodes)
        self.found["node_idle_us_s"] = mean(spent.cpu[n] for n in names) * 1e6 / seconds
        redis = spent.cpu["redis"] * 1e6 / seconds - self.found["redis_base_us_s"]
        self.found["redis_idle_us_s"] = max(redis, 0.0) / len(names)
        self.found["node_mib"] = mean(spent.rss[n] for n in names)

    def _alone(self, one: Rig) -> None:
        """Redis without a node."""
        before, began = one.read(), time.monotonic()
        time.sleep(self._size.seconds)
        spent = Spent.between(before, one.read(ends=True))
        self.found["redis_base_us_s"] = spent.cpu["redis"] * 1e6 / (time.monotonic() - began)

    def _redis_idle_us(self, one: Rig) -> float:
        """In a second, with the nodes that it has."""
        base: float = self.found["redis_base_us_s"]
        return base + self.found["redis_idle_us_s"] * len(one.nodes)

    def _looks(self, one: Rig) -> None:
        """Nobody writes; a node looks at the games that somebody follows there."""
        games = self._size.many(200)
        groups = [Group("all", games, tuple(range(games)), port=one.nodes["n2"].port)]
        with work(one, "look", games, groups, self._show) as load:
            load.create()
            load.join()
            rest = load.rest(max(self._size.seconds, 2 * LOOK_S))
        looks = {name: rest.spent.counts[name][_LOOKS] for name in one.nodes}
        assert looks["n2"] >= games, looks
        self.found["look_us"] = self._us(rest.spent.cpu["n2"], looks["n2"], rest.seconds)
        redis = rest.spent.cpu["redis"] * 1e6
        redis -= rest.seconds * self._redis_idle_us(one)
        self.found["redis_look_us"] = redis / sum(looks.values())

    def _sessions(self, one: Rig) -> None:
        """On a node that has had none: they come, have a few events, rest, are cut, come back."""
        sessions, games = self._size.many(2000), 20
        groups = [Group("all", sessions, tuple(range(games)), port=one.nodes["n3"].port)]
        with work(one, "sess", games, groups, self._show) as load:
            load.create()
            joined = load.join()
            load.feed(dict.fromkeys(range(games), 1.0), 2.0)
            rest = load.rest(max(2 * self._size.seconds, 2.0))
            storms = [load.storm() for _ in range(2)]
        self._came(joined, sessions)
        looks = _looks(rest, "n3")
        spent, many = rest.spent.cpu["n3"], sessions * rest.seconds
        self.found["session_idle_us_s"] = self._us(spent, many, rest.seconds, look_us=looks)
        back = [self._back(storm, sessions, "n3") for storm in storms]
        self.found["resume_us"] = mean(one for one, _, _ in back)
        self.found["client_resume_us"] = mean(one for _, one, _ in back)
        self.found["sync_bytes"] = mean(one for _, _, one in back)

    def _came(self, joined: Phase, sessions: int) -> None:
        self._joined = self._us(joined.spent.cpu["n3"], sessions, joined.seconds)
        self._kib = joined.spent.grown["n3"] * 1024 / sessions
        self.found["client_join_us"] = joined.spent.cpu["load"] * 1e6 / sessions

    def _back(self, storm: Phase, sessions: int, node: str) -> tuple[float, float, float]:
        """Microseconds of the node and of the receivers, and bytes, for each session."""
        assert storm.state is not None
        looks = _looks(storm, node)
        return (
            self._us(storm.spent.cpu[node], sessions, storm.seconds, look_us=looks),
            storm.spent.cpu["load"] * 1e6 / sessions,
            storm.state.synced_bytes / sessions,
        )

    def _subscriptions(self, one: Rig) -> None:
        """As the sessions before, with five subscriptions each."""
        sessions, games = self._size.many(2000), 20
        port = one.nodes["n3"].port
        groups = [Group("all", sessions, tuple(range(games)), kinds=FIVE, port=port)]
        with work(one, "five", games, groups, self._show) as load:
            load.create()
            joined = load.join()
        more = len(FIVE) - 1
        five = self._us(joined.spent.cpu["n3"], sessions, joined.seconds)
        kib = joined.spent.grown["n3"] * 1024 / sessions
        self.found["subscribe_us"] = max(five - self._joined, 0.0) / more
        self.found["join_us"] = max(self._joined - self.found["subscribe_us"], 0.0)
        self.found["subscription_kib"] = max(kib - self._kib, 0.0) / more
        self.found["session_kib"] = max(self._kib - self.found["subscription_kib"], 0.0)

    # Events

    def _ingest(self, one: Rig) -> None:
        """Twenty games that nobody follows, then one follower each, in turn."""
        quiet: list[Fed] = []
        heard: list[Fed] = []
        for number in range(2):
            quiet.append(self._fed(one, f"qui{number}", 1, (20,), "n3"))
            heard.append(self._fed(one, f"hea{number}", 20, tuple(range(20)), "n1"))
        self.found["ingest_us"] = mean(
            self._us(f.spent.cpu["n1"], f.messages, f.seconds, look_us=_looks(f, "n1"))
            for f in quiet
        )
        alone = mean(
            self._us(f.spent.cpu["n1"], f.messages, f.seconds, look_us=_looks(f, "n1"))
            for f in heard
        )
        # With its one write, whose cost is found next.
        self._flush_and_send = max(alone - self.found["ingest_us"], 0.0)
        self.found["feed_us"] = mean(f.spent.cpu["feed"] * 1e6 / f.messages for f in quiet)
        self.found["message_kib"] = mean(f.spent.grown["n1"] * 1024 / f.messages for f in quiet)
        self.found["redis_append_us"] = mean(self._redis_us(one, f) for f in quiet)

    def _fed(self, one: Rig, tag: str, sessions: int, followed: tuple[int, ...], node: str) -> Fed:
        groups = [Group("all", sessions, followed, port=one.nodes[node].port)]
        with work(one, tag, 21, groups, self._show) as load:
            load.create()
            load.join()
            return load.feed(dict.fromkeys(range(20), 1.0), 1.5 * self._size.seconds)

    def _redis_us(self, one: Rig, fed: Fed, appended: float = 0.0) -> float:
        """Of Redis for a message, besides looks and what each of them costs without."""
        us = fed.spent.cpu["redis"] * 1e6
        us -= fed.seconds * self._redis_idle_us(one)
        looks = sum(_looks(fed, name) for name in one.nodes)
        us -= looks * self.found["redis_look_us"] + fed.messages * appended
        return max(us / fed.messages, 0.0)

    def _sends(self, one: Rig) -> None:
        """One game with many followers."""
        sessions = self._size.many(1200)
        with work(one, "send", 1, [Group("all", sessions, (0,))], self._show) as load:
            load.create()
            load.join()
            fed = load.feed({0: 10.0}, self._size.seconds)
        left = fed.spent.cpu["n1"] * 1e6
        left -= fed.seconds * (
            self.found["node_idle_us_s"] + sessions * self.found["session_idle_us_s"]
        )
        left -= fed.messages * self.found["ingest_us"]
        left -= _looks(fed, "n1") * self.found["look_us"]
        # A message is a flush and its writes: two equations, two figures.
        each = left / fed.messages
        send = max(each - self._flush_and_send, 0.0) / max(sessions - 1, 1)
        self.found["send_us"] = send
        self.found["flush_us"] = max(self._flush_and_send - send, 0.0)
        self.found["client_event_us"] = fed.spent.cpu["load"] * 1e6 / fed.events

    def _several(self, one: Rig) -> None:
        """Followers of four games of twenty."""
        sessions, games = self._size.many(1000), tuple(range(20))
        groups = [Group("all", sessions, games, follows=4)]
        with work(one, "many", 20, groups, self._show) as load:
            load.create()
            load.join()
            fed = load.feed(dict.fromkeys(games, 1.0), self._size.seconds)
            back = [self._back(load.storm(), sessions, "n1") for _ in range(2)]
        for name, place in (("resume", 0), ("client_resume", 1)):
            more = mean(one[place] for one in back) - self.found[f"{name}_us"]
            self.found[f"{name}_game_us"] = max(more, 0.0) / 3
        self.found["several_us"] = self._us(
            fed.spent.cpu["n1"],
            fed.spent.counts["n1"][_WRITES],
            fed.seconds,
            ingest_us=fed.messages,
            look_us=_looks(fed, "n1"),
            session_idle_us_s=sessions * fed.seconds,
        )
        self.facts["writes of an event, several games"] = (
            fed.spent.counts["n1"][_WRITES] / fed.events
        )

    def _relay(self, one: Rig) -> None:
        """Ten games with a follower each at home and elsewhere; on a third node nobody is."""
        games = tuple(range(10))
        groups = [
            Group("home", 10, games, port=one.nodes["n1"].port),
            Group("across", 10, games, port=one.nodes["n2"].port),
        ]
        with work(one, "rela", 10, groups, self._show) as load:
            load.create()
            load.join()
            fed = load.feed(dict.fromkeys(games, 0.8), 4.5 * self._size.seconds)
        looks = _looks(fed, "n2")
        self.found["relay_us"] = self._us(
            fed.spent.cpu["n2"],
            fed.messages,
            fed.seconds,
            look_us=looks,
            flush_us=fed.messages,
            send_us=fed.messages,
        )
        appended = self.found["redis_append_us"]
        self.found["redis_relay_us"] = self._redis_us(one, fed, appended)
        for place, name in enumerate(("home", "across")):
            summary = fed.latency(place)
            self.found[f"{name}_ms"] = (summary["p50"], summary["p99"])
            self.facts[f"events, {name}"] = summary["n"]
        self.found["accept_ms"] = quantiles_ms(fed.spent.counts["n1"])
        idle = fed.seconds * self.found["node_idle_us_s"]
        n3, counts = fed.spent.cpu["n3"] * 1e6, fed.spent.counts["n3"]
        self.facts["no follower: us a message above idle"] = (n3 - idle) / fed.messages
        for what in ("notices_total moved", "looks_total", "entries_total"):
            self.facts[f"no follower: {what}"] = counts[f"scoreboard_relay_{what}"]
        for what in ("notices_total moved", "looks_total", "entries_total"):
            self.facts[f"follows: {what}"] = fed.spent.counts["n2"][f"scoreboard_relay_{what}"]
        self.facts["messages"] = fed.messages

    def _wires(self, one: Rig) -> None:
        """Bytes of an event in each wire format."""
        found = {}
        for number, wire in enumerate(SUBPROTOCOLS):
            groups = [Group("all", 5, (0,))]
            with work(one, f"wir{number}", 1, groups, self._show, subprotocol=wire) as load:
                load.create()
                load.join()
                fed = load.feed({0: 20.0}, 2.0)
            found[wire] = fed.bytes / fed.events
        self.found["wire_bytes"] = found

    def _replica(self, one: Rig) -> None:
        """What a replica costs the primary and itself, each message awaited there."""
        fed = self._fed(one, "repl", 1, (20,), "n1")
        appended = self.found["redis_append_us"]
        self.found["redis_replica_us"] = self._redis_us(one, fed, appended)
        us = fed.spent.cpu["replica1"] * 1e6 - fed.seconds * self.found["redis_base_us_s"]
        self.found["redis_apply_us"] = max(us / fed.messages, 0.0)

    def _proxy(self, one: Rig) -> None:
        """As the sends, through HAProxy."""
        sessions, port = self._size.many(1000), free_port()
        folder = self._folder / "proxy"
        folder.mkdir()
        text = _HAPROXY.format(port=port, node=one.home.port, admin=folder / "admin.sock")
        with haproxy(folder, text, port) as proxy:
            one.others["haproxy"] = proxy.pid
            groups = [Group("all", sessions, (0,), port=port)]
            with work(one, "prox", 1, groups, self._show) as load:
                load.create()
                joined = load.join()
                fed = load.feed({0: 10.0}, self._size.seconds)
            del one.others["haproxy"]
        self.found["proxy_join_us"] = joined.spent.cpu["haproxy"] * 1e6 / sessions
        self.found["proxy_kib"] = joined.spent.grown["haproxy"] * 1024 / sessions
        self.found["proxy_event_us"] = fed.spent.cpu["haproxy"] * 1e6 / fed.events


_HAPROXY = """
global
    maxconn 8000
    stats socket {admin} mode 600 level admin
defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
    timeout tunnel 60s
frontend public
    bind 127.0.0.1:{port}
    default_backend nodes
backend nodes
    server n1 127.0.0.1:{node}
"""


def _looks(phase: Fed | Phase, node: str) -> float:
    """Those that time alone has caused; what a notice causes is part of its message's cost."""
    return phase.spent.followed[node] * phase.seconds / LOOK_S


def slabinfo_is_missing() -> str | None:
    """Why the kernel's own memory cannot be found out; None: it can."""
    try:
        Path("/proc/slabinfo").read_text()
    except OSError as why:
        return f"/proc/slabinfo: {why.strerror}; run this as root"
    return None


def kernel_kib() -> float:
    """What Linux keeps for one idle connection: the sizes of its objects."""
    sizes: dict[str, int] = {}
    for line in Path("/proc/slabinfo").read_text().splitlines():
        words = line.split()
        if words[0] in _KERNEL:
            sizes[words[0]] = int(words[3])
    missing = sorted(set(_KERNEL) - sizes.keys())
    assert not missing, f"/proc/slabinfo has no {missing}"
    return sum(sizes.values()) / 1024


def quantiles_ms(counts: Mapping[str, float]) -> tuple[float, float]:
    """p50 and p99 of the stage "durable", between the bounds of the classes they lie in."""
    buckets = []
    for name, count in counts.items():
        metric, *labels = name.split()
        if metric == _BUCKET and "durable" in labels:
            (bound,) = (label for label in labels if label != "durable")
            buckets.append((float(bound), count))
    buckets.sort()
    return (_quantile(buckets, 0.5), _quantile(buckets, 0.99))


def _quantile(buckets: list[tuple[float, float]], share: float) -> float:
    wanted = share * buckets[-1][1]
    low, before = 0.0, 0.0
    for bound, count in buckets:
        if count >= wanted and count > before:
            upper = min(bound, 2 * low) if bound == float("inf") else bound
            return 1e3 * (low + (upper - low) * (wanted - before) / (count - before))
        low, before = bound, count
    return 1e3 * low


def table(figures: Figures, more: Mapping[str, float]) -> list[str]:
    """The figures, a line each, and what was counted besides."""
    rows = []
    for name, value in attrs.asdict(figures, recurse=False).items():
        if isinstance(value, dict):
            rows += [(f"{name} {key}", f"{one:.1f}") for key, one in value.items()]
        elif isinstance(value, tuple):
            rows.append((f"{name} p50 / p99", " / ".join(f"{one:.1f}" for one in value)))
        else:
            rows.append((name, f"{value:,.2f}"))
    rows += [(name, f"{value:,.2f}") for name, value in more.items()]
    return aligned([("figure", "value"), *rows], (1,))


def main(words: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(
        prog="scripts/measure-capacity",
        description="Measures what things cost on this machine, for scoreboard plan: some five "
        "minutes, best on a machine that does nothing else.",
    )
    parser.add_argument("--save", type=Path, default=PACKAGED, help="(default: %(default)s)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the sessions (default: 1)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of a feeding (default: 10)")
    options = parser.parse_args(words)
    missing = redis_is_missing() or haproxy_is_missing() or slabinfo_is_missing()
    if missing:
        parser.error(missing)
    raise_descriptor_limit(0)
    machine = facts()
    progress = ProgressLine(sys.stderr, 40)
    with tempfile.TemporaryDirectory(prefix="scoreboard-capacity-") as folder:
        bench = Bench(Path(folder), Size(options.scale, options.seconds), progress.show)
        figures = bench.measure()
    progress.clear()
    sys.stdout.write("\n".join(table(figures, bench.facts)) + "\n")
    command = f"scripts/measure-capacity --scale {options.scale:g} --seconds {options.seconds:g}"
    saved = {**document(figures, machine, command), "counted": bench.facts}
    options.save.write_text(json.dumps(saved, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
