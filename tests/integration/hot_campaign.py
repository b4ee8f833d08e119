"""
A hot game beside cold ones, over three nodes behind HAProxy: `scripts/campaign-hot --help`.

All followers come by the address that HAProxy knows a game by, so those of the hot game fill its
home and overflow to the other nodes. Rounds are quiet (the cold games go on, the hot one is
silent, its followers are there) and loud (it goes on as well), in turn; of each kind the median
of the 99th percentiles of the cold games is shown. Beforehand the hot game alone is told of, and
it is counted how many entries each node has taken over: each of those that were written, once.

Followers of cold games are in processes of their own, which those of the hot one do not hold up.
On one machine everybody competes for its processors. The followers of the hot game, who are phones
elsewhere, are given a lower priority; `--level` leaves all alike. Nodes spread what they write as
`docs/haproxy.md` says; `--spread-s 0` shows what happens if they do not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from scoreboard.tools.bench_stall import Stall
from scoreboard.tools.load_crew import Crew, crew
from scoreboard.tools.load_feed import Sent
from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_plan import Group, Plan, four, game_ids
from scoreboard.tools.load_result import expected
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned
from tests.support.haproxy import haproxy_is_missing
from tests.support.redis import redis_is_missing
from tests.support.town import NAMES, Town, built, by_node

#: What the quiet latency of a cold game may grow by.
GOAL = 1.5

#: How much less urgent the followers of the hot game are.
NICE = 19

Show = Callable[[str], None]


@attrs.frozen
class Size:
    """
    How much there is of everything.

    Attributes:
        hot, each: followers of the hot game, of each cold one.
        seed: of the ids of the games, and so of their homes.
        level: whether all processes have the same priority.
        spread_s: the nodes' setting.
        hot_rate, cold_rate: scores a second, of each game.
        seconds: of each round.
        alone: scores of the hot game, told while nothing else is.
        join_rate: connections opened in a second.
    """

    hot: int = 6_000
    cold: int = 60
    each: int = 5
    hot_rate: float = 2.0
    cold_rate: float = 0.5
    seconds: float = 20.0
    rounds: int = 3
    seed: int = 1
    alone: int = 50
    join_rate: float = 400.0
    level: bool = False
    spread_s: float = 0.5


@attrs.frozen
class Round:
    """
    One round.

    Attributes:
        cold, hot: milliseconds by percentile, as `load_order.percentiles` gives them.
        busy: part of all processors' time that was used, by whomever.
        cpu: processor seconds of a second, of each process.
        stalls: how late the loop of each node was, p99, milliseconds.
        relayed: entries that each node took over; sent: of the hot game and of all others.
        faults: events that were missing, out of order, or not sent.
    """

    is_loud: bool
    cold: dict[str, float]
    hot: dict[str, float]
    busy: float
    cpu: dict[str, float]
    stalls: dict[str, float]
    relayed: dict[str, float]
    sent: tuple[int, int]
    faults: int


@attrs.frozen
class Outcome:
    """
    What came of it.

    Attributes:
        home: of the hot game.
        seated: followers on each node, of whatever game.
        alone: scores that were told of the hot game alone.
        told, taken: how often each node was told of it then, and entries that it took over.
    """

    home: str
    seated: dict[str, int]
    alone: int
    told: dict[str, float]
    taken: dict[str, float]
    rounds: tuple[Round, ...]

    def p99(self, *, is_loud: bool) -> float:
        """Of the cold games; the median of the rounds."""
        return statistics.median(r.cold["p99"] for r in self.rounds if r.is_loud is is_loud)

    @property
    def ratio(self) -> float:
        return self.p99(is_loud=True) / self.p99(is_loud=False)

    @property
    def is_once(self) -> bool:
        """Whether each entry came to each other node once, and to the home not at all."""
        return self.taken == {name: self.alone * (name != self.home) for name in NAMES}

    @property
    def faults(self) -> int:
        return sum(one.faults for one in self.rounds)

    def table(self) -> str:
        heads = ["round", "cold p50", "p90", "p99", "max", "hot p50", "p99", "machine", "faults"]
        rows = [heads]
        for one in self.rounds:
            cold = [f"{one.cold[name]:.1f}" for name in ("p50", "p90", "p99", "max")]
            hot = [f"{one.hot[name]:.1f}" if one.hot else "-" for name in ("p50", "p99")]
            name = "loud" if one.is_loud else "quiet"
            rows.append([name, *cold, *hot, f"{one.busy:.0%}", str(one.faults)])
        lines = aligned(rows, right=range(1, len(heads)))
        names = list(self.rounds[0].cpu)
        cpu = [["processor, of one core; loop p99 ms", *names, *NAMES]]
        for one in self.rounds:
            shares = [f"{one.cpu[name]:.0%}" for name in names]
            late = [f"{one.stalls[name]:.1f}" for name in NAMES]
            cpu.append(["loud" if one.is_loud else "quiet", *shares, *late])
        loud, quiet = self.p99(is_loud=True), self.p99(is_loud=False)
        return "\n".join(
            [
                *lines,
                "",
                *aligned(cpu, right=range(1, len(cpu[0]))),
                "",
                f"home of the hot game: {self.home}; followers: {by_node(self.seated)}",
                f"scores of the hot game alone: {self.alone}",
                f"  a node was told of it: {by_node(self.told)}",
                f"  entries taken over: {by_node(self.taken)}",
                f"cold p99: quiet {quiet:.1f} ms, loud {loud:.1f} ms, ratio {loud / quiet:.2f}",
            ]
        )


@contextmanager
def crews(town: Town, size: Size, show: Show) -> Iterator[tuple[Crew, Plan, Crew, Plan]]:
    """The followers and the feed of the cold games, and those of the hot one; all are there."""

    def plan(name: str, games: int, sessions: int, tagged: int) -> Plan:
        group = Group(name, sessions, tuple(range(games)))
        ids = game_ids(four(tagged), games)
        port, rate = town.proxy.port, size.join_rate
        return Plan("127.0.0.1", port, ids, (group,), path="/ws/{game}", rate=rate)

    cold = plan("cold", size.cold, size.cold * size.each, 2 * size.seed)
    hot = plan("hot", 1, size.hot, 2 * size.seed + 1)
    with crew(cold, town.url, "secret", "arena", show) as cold_hands:
        earlier = set(multiprocessing.active_children())
        with crew(hot, town.url, "secret", "arena", show) as hot_hands:
            if not size.level:
                for phones in set(multiprocessing.active_children()) - earlier:
                    _less_urgent(phones.pid or 0)
            _joined((cold_hands, cold), (hot_hands, hot))
            yield cold_hands, cold, hot_hands, hot


def _joined(cold: tuple[Crew, Plan], hot: tuple[Crew, Plan]) -> None:
    for hands, plan in (cold, hot):
        hands.create()
        joined = hands.join()
        assert joined.live == plan.sessions, joined.gone


def _less_urgent(pid: int) -> None:
    # On Linux it is a thread that has a priority.
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.setpriority(os.PRIO_PROCESS, int(thread.name), NICE)


def measured(town: Town, size: Size, show: Show = lambda _: None) -> Outcome:
    """Tell of the hot game alone, then quiet and loud rounds in turn."""
    with crews(town, size, show) as (cold, cold_plan, hot, hot_plan):
        home = town.home(hot_plan.games[0])
        seated = town.seated("followers")
        told, taken = (town.counted(f"relay_{name}_total") for name in ("notices", "entries"))
        alone = _alone(hot, hot_plan, size)
        told, taken = (
            {name: now[name] - before[name] for name in NAMES}
            for now, before in (
                (town.counted("relay_notices_total"), told),
                (town.counted("relay_entries_total"), taken),
            )
        )
        rounds = []
        for number in range(2 * size.rounds):
            show(f"round {number + 1} of {2 * size.rounds}")
            hands = (cold, cold_plan, hot, hot_plan)
            rounds.append(_round(town, size, hands, is_loud=bool(number % 2)))
    return Outcome(home, seated, alone, told, taken, tuple(rounds))


def _alone(hot: Crew, plan: Plan, size: Size) -> int:
    """Tell of the hot game alone; how many scores."""
    seconds = max(2.0, size.alone / 10)
    hot.measure()
    hot.begin_feed({0: size.alone / seconds}, seconds)
    sent = hot.end_feed()
    hot.drain(expected(plan, sent), 30.0)
    return sum(sent.by_game.values())


def _round(town: Town, size: Size, hands: tuple[Crew, Plan, Crew, Plan], *, is_loud: bool) -> Round:
    cold, cold_plan, hot, hot_plan = hands
    cold.measure()
    hot.measure()
    relayed = town.counted("relay_entries_total")
    before, stalls = _processors(town), _stalls(town)
    cold.begin_feed(dict.fromkeys(range(size.cold), size.cold_rate), size.seconds)
    hot_sent = Sent()
    if is_loud:
        hot.begin_feed({0: size.hot_rate}, size.seconds)
        hot_sent = hot.end_feed()
    cold_sent = cold.end_feed()
    after, late = _processors(town), _stalls(town)
    cold.drain(expected(cold_plan, cold_sent), 30.0)
    hot.drain(expected(hot_plan, hot_sent), 30.0)
    faults, found = 0, []
    for crew_, plan, sent in ((cold, cold_plan, cold_sent), (hot, hot_plan, hot_sent)):
        state = crew_.report()
        heard = sum(counts.events for counts in state.counts)
        faults += state.gaps + state.repeats + abs((expected(plan, sent) or 0) - heard)
        faults += sent.refused + sent.unsent + plan.sessions - state.live
        found.append(state.counts[0].latencies.summary())
    taken = {name: now - relayed[name] for name, now in town.counted("relay_entries_total").items()}
    took = after["clock"] - before["clock"]
    used = {name: (after[name] - before[name]) / took for name in after}
    sums = (sum(hot_sent.by_game.values()), sum(cold_sent.by_game.values()))
    busy = used.pop("machine")
    used.pop("clock")
    late_ms = {name: late[name].since(stalls[name]).quantile_ms(0.99) for name in NAMES}
    return Round(is_loud, found[0], found[1], busy, used, late_ms, taken, sums, faults)


def _stalls(town: Town) -> dict[str, Stall]:
    """How late the loop of each node has been."""
    found = {}
    for name, node in town.nodes.items():
        told = Stall.read(node.request("GET", "/healthz").json)
        assert told is not None
        found[name] = told
    return found


def _processors(town: Town) -> dict[str, float]:
    """Seconds that each process has used; the whole machine as a part of all its processors."""
    names = {name: [node.process.pid] for name, node in town.nodes.items()}
    names["HAProxy"] = [town.proxy.pid]
    names["Redis"] = [store.process.pid for store in town.stores]
    found = {name: sum(map(_cpu_s, pids)) for name, pids in names.items()}
    # proc(5): user, nice, system, idle, iowait, ... of all processors, in ticks of 1/100 s.
    lines = Path("/proc/stat").read_text().splitlines()
    ticks = list(map(int, lines[0].split()[1:9]))
    processors = sum(line.startswith("cpu") for line in lines) - 1
    found["machine"] = (sum(ticks) - ticks[3] - ticks[4]) / 100 / processors
    found["clock"] = time.monotonic()
    return found


def _cpu_s(pid: int) -> float:
    # proc(5): utime and stime are the 14th and 15th field.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="scripts/campaign-hot", description=__doc__)
    add = parser.add_argument
    whole = Size()
    add("--hot", type=int, default=whole.hot, help="followers of the hot game")
    add("--cold", type=int, default=whole.cold, help="cold games")
    add("--each", type=int, default=whole.each, help="followers of each")
    add("--hot-rate", type=float, default=whole.hot_rate, help="scores a second")
    add("--cold-rate", type=float, default=whole.cold_rate, help="scores a second, of each game")
    add("--seconds", type=float, default=whole.seconds, help="of a round")
    add("--rounds", type=int, default=whole.rounds, help="of each kind")
    add("--spread-s", type=float, default=whole.spread_s, help="`[fanout] spread_s` of the nodes")
    add("--level", action="store_true", help="give all processes the same priority")
    add("--seed", type=int, default=whole.seed, help="of the games' ids, and so of their homes")
    asked = parser.parse_args(argv)
    missing = haproxy_is_missing() or redis_is_missing()
    if missing:
        print(missing)
        return 2
    raise_descriptor_limit(0)
    size = Size(**vars(asked))
    most = size.hot + size.cold * size.each + 500
    progress = ProgressLine(rarely=20)
    more = f"[fanout]\nspread_s = {size.spread_s}\n"
    with tempfile.TemporaryDirectory() as folder, built(Path(folder), most=most, more=more) as town:
        outcome = measured(town, size, progress.show)
    progress.clear()
    print(outcome.table())
    is_good = outcome.is_once and not outcome.faults and outcome.ratio <= GOAL
    print("all is well" if is_good else "NOT ALL IS WELL")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
