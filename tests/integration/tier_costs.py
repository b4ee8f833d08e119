"""
What an event costs each tier: a home node, a replica of Redis, an edge, with a follower each.

    python -m tests.integration.tier_costs --events 2000 --every 0.01

Prints a table: bytes and processor time for each event, without what passes while nothing happens
(as measured for some seconds before). docs/tiers.md has a run of it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs

from scoreboard.tools.table import aligned
from tests.durability.talk import GAME, begin, play, post, shown
from tests.integration.test_edges import edge
from tests.integration.test_nodes import Events, nodes
from tests.support.redis import Redis, replicated, until
from tests.support.server import Server

#: Seconds in which it is measured what passes without any event.
IDLE_S = 10.0

_TICKS = os.sysconf("SC_CLK_TCK")


@attrs.frozen
class Reading:
    """
    What a process has used so far.

    Attributes:
        cpu_s: processor time.
        sent, repl: bytes that a Redis has sent to clients, and to replicas.
        received: bytes that a Redis has got, from clients and from its primary.
    """

    cpu_s: float
    sent: float = 0
    repl: float = 0
    received: float = 0

    def since(self, before: Reading, times: float = 1.0) -> Reading:
        pairs = zip(attrs.astuple(self), attrs.astuple(before), strict=True)
        return Reading(*(now - times * then for now, then in pairs))


def of_redis(store: Redis) -> Reading:
    fields: dict[str, str] = {}
    for section in ("stats", "cpu"):
        for line in store.ask("INFO", section).decode().splitlines():
            name, _, value = line.partition(":")
            fields[name] = value
    return Reading(
        float(fields["used_cpu_user"]) + float(fields["used_cpu_sys"]),
        int(fields["total_net_output_bytes"]),
        int(fields["total_net_repl_output_bytes"]),
        int(fields["total_net_input_bytes"]),
    )


def of_process(server: Server) -> Reading:
    stat = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return Reading((int(stat[11]) + int(stat[12])) / _TICKS)


def measured(folder: Path, events: int, every: float) -> list[list[str]]:
    """Rows of the table."""
    with (
        replicated(folder / "redis") as (primary, replica),
        nodes(folder, primary, names=("n1",), replicas=1) as (home,),
        edge(folder / "e1", replica, replicas=1) as far,
        edge(folder / "e2", replica, replicas=1) as idle,
    ):
        begin(home)
        streams = [Events(one, f"/v1/events?game={GAME}") for one in (home, far)]
        parts: dict[str, Any] = {
            "primary": lambda: of_redis(primary),
            "replica": lambda: of_redis(replica),
            "home node, 1 follower": lambda: of_process(home),
            "edge, 1 follower": lambda: of_process(far),
            "edge, no follower": lambda: of_process(idle),
        }
        start = {name: read() for name, read in parts.items()}
        time.sleep(IDLE_S)
        before = {name: read() for name, read in parts.items()}
        first, began = shown(home)["seq"], time.monotonic()
        for number in range(events):
            assert post(home, play(f"p{number}", "x" * 120)).status == 200
            time.sleep(max(0.0, began + (number + 1) * every - time.monotonic()))
        tip = shown(home)["seq"]
        took = time.monotonic() - began
        for one in streams:
            until(lambda one=one: any(f'"seq":{tip},' in text for text in one.envelopes))
        lasted = (time.monotonic() - began) / IDLE_S
        used = {
            name: read().since(before[name]).since(before[name].since(start[name]), lasted)
            for name, read in parts.items()
        }
        for one in streams:
            one.close()
    written = tip - first
    print(f"{written} entries in {took:.1f} s, one at a time")
    return [_row(name, reading, written) for name, reading in used.items()]


def _row(name: str, used: Reading, entries: int) -> list[str]:
    each = [used.received, used.sent - used.repl, used.repl]
    shown_bytes = [f"{value / entries:.0f}" if value > 0 else "" for value in each]
    return [name, *shown_bytes, f"{used.cpu_s / entries * 1e6:.0f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--every", type=float, default=0.01, help="seconds from one to the next")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(Path(folder), args.events, args.every)
    head = ["an entry", "bytes in", "out to clients", "out to replicas", "µs of a processor"]
    print("\n".join(aligned([head, *rows], (1, 2, 3, 4))))


if __name__ == "__main__":
    main()
