"""
Holds `scoreboard plan`'s model against runs of 1, 2 and 4 nodes: `scripts/check-plan --help`.

Each run is predicted from the figures file before it begins, by the functions that the plan is
made of. All processes share this machine: what is compared is the processor time that each
kind of process uses, memory, bytes, messages over the relay, and how long a storm takes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

import attrs

from scoreboard.tools.bench_machine import caption, facts
from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_plan import Group
from scoreboard.tools.plan_cost import (
    LOOK_S,
    Crowd,
    NodeLoad,
    RedisLoad,
    client_cost,
    event_bytes,
    node_cost,
    redis_cost,
    storm_s,
    storm_work,
)
from scoreboard.tools.plan_figures import PACKAGED, Figures, read_figures
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned
from tests.capacity.rig import Rig, rig
from tests.capacity.work import Fed, Phase, work
from tests.support.redis import redis_is_missing

#: How far a prediction may be from what is measured.
MOST = 0.25

#: Messages of a game before its first event: it is made, and begins.
_MADE = 2


@attrs.frozen
class Audience:
    """Sessions of a run; `games` are places, `rate` is of events a second in each."""

    sessions: int
    games: range
    follows: int
    rate: float


@attrs.frozen
class Run:
    """
    A run: audiences that are spread evenly over the nodes; the first node is home to all games.

    Attributes:
        wire: that all sessions speak.
    """

    name: str
    nodes: int
    audiences: tuple[Audience, ...]
    seconds: float = 15.0
    wire: str = "json"

    @property
    def games(self) -> int:
        return max(audience.games.stop for audience in self.audiences)

    @property
    def messages(self) -> float:
        """A second."""
        return sum(len(audience.games) * audience.rate for audience in self.audiences)

    @property
    def sessions(self) -> int:
        return sum(audience.sessions for audience in self.audiences)


RUNS = (
    Run(
        "1 node",
        1,
        (
            Audience(1600, range(1), 1, 1.5),
            Audience(900, range(1, 13), 3, 0.5),
            Audience(20, range(13, 33), 1, 0.5),
        ),
    ),
    Run(
        "2 nodes",
        2,
        (
            Audience(2000, range(1), 1, 1.5),
            Audience(800, range(1, 9), 2, 1.0),
            Audience(40, range(9, 29), 1, 0.3),
        ),
    ),
    Run(
        "4 nodes",
        4,
        (
            Audience(2400, range(1), 1, 1.0),
            Audience(1200, range(1, 17), 4, 0.25),
            Audience(80, range(17, 37), 1, 0.4),
        ),
    ),
)

#: Storms of a run; the one counts during which others took least of the machine.
_STORMS = 3
#: Cores that may be taken by others without being counted.
_QUIET = 0.05
_STORM = "storm, s"


@attrs.frozen
class Row:
    """One comparison."""

    run: str
    what: str
    predicted: float
    measured: float

    @property
    def error(self) -> float:
        """Relative."""
        if not self.measured:
            return 0.0 if not self.predicted else float("inf")
        return self.predicted / self.measured - 1

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.run,
            self.what,
            *(f"{number:,.2f}" for number in (self.predicted, self.measured)),
            f"{self.error:+.1%}",
        )


def crowds(run: Run) -> tuple[Crowd, ...]:
    """What one of its nodes has of its audiences."""
    return tuple(
        Crowd(one.sessions / run.nodes, len(one.games), one.follows, one.rate, one.follows)
        for one in run.audiences
    )


def loads(run: Run) -> list[NodeLoad]:
    """Node by node. Every game is fed, so that its home follows it; and somebody everywhere."""
    kept = run.messages * run.seconds + run.games * _MADE
    wires = {run.wire: 1.0}
    home = NodeLoad(crowds(run), run.messages, 0.0, run.games, wires, kept)
    other = NodeLoad(crowds(run), 0.0, run.messages, run.games, wires, kept)
    return [home, *[other] * (run.nodes - 1)]


def _quiet(load: NodeLoad) -> NodeLoad:
    """The same without events, as when the storms come."""
    silent = tuple(attrs.evolve(crowd, rate=0.0) for crowd in load.crowds)
    return attrs.evolve(load, crowds=silent, written=0.0, relayed=0.0)


def predictions(figures: Figures, run: Run, cores: float) -> dict[str, float]:
    """What the run will have used, on a machine that does nothing else."""
    nodes = loads(run)
    costs = [node_cost(figures, node) for node in nodes]
    events = sum(node.events for node in nodes)
    others = run.nodes - 1
    redis = RedisLoad(
        nodes=run.nodes,
        appended=run.messages,
        relayed=run.messages * others,
        looks=run.games * run.nodes / LOOK_S,
    )
    quiet = [_quiet(node) for node in nodes]
    works, receivers = storm_work(figures, quiet)
    clients = client_cost(figures, events, run.messages)
    found = {
        "home: processor, s": costs[0].cpu * run.seconds,
        "all nodes: processor, s": sum(cost.cpu for cost in costs) * run.seconds,
        "Redis: processor, s": redis_cost(figures, redis) * run.seconds,
        "load: processor, s": clients * run.seconds,
        "home: memory, MiB": costs[0].mib,
        "to followers, MB": events * run.seconds * event_bytes(figures, nodes[0].wires) / 1e6,
        _STORM: storm_s(figures, quiet, cores),
        "storm: processor, s": sum(works) + receivers,
    }
    if others:
        found["others, each: processor, s"] = costs[1].cpu * run.seconds
        found["others, each: memory, MiB"] = costs[1].mib
        found["others, each: entries read"] = run.messages * run.seconds
        found["others, each: notices"] = run.messages * run.seconds
    return found


def groups(one: Rig, run: Run) -> list[Group]:
    """The sessions: each audience in equal parts on all nodes."""
    ports = [server.port for server in one.nodes.values()]
    return [
        Group(
            f"{place} {port}",
            audience.sessions // run.nodes,
            tuple(audience.games),
            follows=audience.follows,
            port=port,
        )
        for place, audience in enumerate(run.audiences)
        for port in ports
    ]


def storm_beside(figures: Figures, run: Run, cores: float, others: float) -> float:
    """How long the storm is while others take so many cores."""
    return storm_s(figures, [_quiet(node) for node in loads(run)], cores, others)


def perform(folder: Path, run: Run, show: Callable[[str], None]) -> tuple[dict[str, float], float]:
    """Do it; under the same names, what was measured, and what others took in the storm."""
    with rig(folder, run.nodes) as one:
        time.sleep(4)
        wanted = groups(one, run)
        more = {"subprotocol": run.wire, "rate": 1500.0}
        with work(one, "chck", run.games, wanted, show, **more) as load:
            load.create()
            load.join()
            rates = {game: a.rate for a in run.audiences for game in a.games}
            fed = load.feed(rates, run.seconds)
            storms = [load.storm() for _ in range(_STORMS)]
        return measured(run, fed, storms), calmest(storms).others


def measured(run: Run, fed: Fed, storms: Sequence[Phase]) -> dict[str, float]:
    """In the words of `predictions`."""
    cpu, rss = fed.spent.cpu, fed.spent.rss
    names = [f"n{number}" for number in range(1, run.nodes + 1)]
    found = {
        "home: processor, s": cpu["n1"],
        "all nodes: processor, s": sum(cpu[name] for name in names),
        "Redis: processor, s": cpu["redis"],
        "load: processor, s": cpu["load"] + cpu["feed"],
        "home: memory, MiB": rss["n1"],
        "to followers, MB": fed.bytes / 1e6,
        _STORM: calmest(storms).seconds,
        "storm: processor, s": mean(_spent(storm, names) for storm in storms),
    }
    others = names[1:]
    if others:
        counts = [fed.spent.counts[name] for name in others]
        found["others, each: processor, s"] = mean(cpu[name] for name in others)
        found["others, each: memory, MiB"] = mean(rss[name] for name in others)
        entries = mean(count["scoreboard_relay_entries_total"] for count in counts)
        notices = mean(count["scoreboard_relay_notices_total moved"] for count in counts)
        found["others, each: entries read"] = entries
        found["others, each: notices"] = notices
    return found


def calmest(storms: Sequence[Phase]) -> Phase:
    """The one that others have disturbed least."""
    return min(storms, key=lambda storm: storm.others)


def _spent(storm: Phase, nodes: Sequence[str]) -> float:
    """By nodes and receivers."""
    return storm.spent.cpu["load"] + sum(storm.spent.cpu[name] for name in nodes)


def compared(
    figures: Figures, runs: Sequence[Run], cores: int, show: Callable[[str], None]
) -> list[Row]:
    """All predictions first, then all runs."""
    foretold = [predictions(figures, run, cores) for run in runs]
    rows = []
    for run, predicted in zip(runs, foretold, strict=True):
        show(f"{run.name}, {run.sessions} sessions, {run.messages:.1f} messages/s")
        with tempfile.TemporaryDirectory(prefix="scoreboard-check-") as folder:
            seen, others = perform(Path(folder), run, show)
        rows += [Row(run.name, what, value, seen[what]) for what, value in predicted.items()]
        if others > _QUIET:
            # What else this machine did is no part of the model, but of the storm's time.
            beside = storm_beside(figures, run, cores, others)
            row = Row(run.name, f"storm, s, others on {others:.1f} cores", beside, seen[_STORM])
            rows = [row if (one.run, one.what) == (run.name, _STORM) else one for one in rows]
    return rows


def table(rows: Sequence[Row]) -> list[str]:
    """The comparison, and how good it is."""
    head = ("run", "what", "predicted", "measured", "error")
    worst = max(rows, key=lambda row: abs(row.error))
    off = [row for row in rows if abs(row.error) > MOST]
    summary = f"{len(rows) - len(off)} of {len(rows)} within {MOST:.0%}"
    return [
        *aligned([head, *(row.cells for row in rows)], (2, 3, 4)),
        f"{summary}; the worst: {worst.run}, {worst.what}, {worst.error:+.1%}",
    ]


def main(words: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(
        prog="scripts/check-plan",
        description="Predicts runs of 1, 2 and 4 nodes on this machine from the figures of "
        f"scoreboard plan, does them, and compares. Exit code: 0 if all is within {MOST:.0%}.",
    )
    parser.add_argument("--figures", type=Path, default=PACKAGED, help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=15.0, help="of a run (default: 15)")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the comparison as JSON")
    options = parser.parse_args(words)
    missing = redis_is_missing()
    if missing:
        parser.error(missing)
    raise_descriptor_limit(0)
    machine, known = facts(), read_figures(options.figures)
    progress = ProgressLine(sys.stderr, 40)
    runs = [attrs.evolve(run, seconds=options.seconds) for run in RUNS]
    rows = compared(known.figures, runs, os.cpu_count() or 1, progress.show)
    progress.clear()
    sys.stdout.write("\n".join([*table(rows), caption(machine)]) + "\n")
    if options.save:
        shape = {"machine": machine, "figures": dict(known.machine), "rows": []}
        shape["rows"] = [{**attrs.asdict(row), "error": round(row.error, 4)} for row in rows]
        options.save.write_text(json.dumps(shape, indent=2) + "\n")
    return 0 if all(abs(row.error) <= MOST for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
