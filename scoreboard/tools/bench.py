"""
`scoreboard bench`: our server and a stock Autobahn broadcast server, given the same work.

Rule: runs alternate between the two, so that what the machine does meanwhile falls on
both; what failed is said and saved with the rest. Shell.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from scoreboard.tools import bench_servers
from scoreboard.tools.bench_chart import chart
from scoreboard.tools.bench_goals import COLD, LOUD_COLD, QUIET_COLD, verdicts
from scoreboard.tools.bench_machine import caption, facts
from scoreboard.tools.bench_plan import Scenario, scenarios, total_seconds
from scoreboard.tools.bench_report import collect, document, restored, table
from scoreboard.tools.bench_run import DELIVERED, Measures, perform
from scoreboard.tools.bench_servers import ServerFailed, Target
from scoreboard.tools.load_crew import LoadFailed
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.usage import UsageError

#: Without a terminal, one line of progress in so many.
_RARELY = 20

_NAMES = tuple(scenarios(1, 1))

#: Names of what is saved.
_RESULTS, _PICTURE = "results.json", "results.svg"

#: scenario -> server -> the measures of each run.
Done = dict[str, dict[str, list[Measures]]]

_SERVERS: dict[str, Callable[[Path], AbstractContextManager[Target]]] = {
    "ours": bench_servers.ours,
    "stock": bench_servers.stock,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    add = parser.add_argument
    add("--only", metavar="NAME,...", help=f"of {', '.join(_NAMES)} (default: all)")
    add("--scale", type=_positive, default=1.0, metavar="X", help="of the sessions (default: 1)")
    add("--runs", type=int, default=3, metavar="N", help="of each server (default: 3)")
    add("--seconds", type=_positive, default=8.0, metavar="S", help="of one feeding (default: 8)")
    add("--list", action="store_true", help="say what would be done and how long it takes")
    add(
        "--save",
        type=Path,
        default=Path("docs/benchmarks"),
        metavar="DIR",
        help="folder for results.json and results.svg; scenarios that are not measured now are "
        "kept as they stand there (default: %(default)s)",
    )


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def chosen(only: str | None, scale: float, seconds: float) -> list[Scenario]:
    """The scenarios that are asked for. Raises: UsageError."""
    every = scenarios(scale, seconds)
    names = list(every) if only is None else [name.strip() for name in only.split(",")]
    unknown = [name for name in names if name not in every]
    if unknown:
        raise UsageError(f"--only: there is no {', '.join(unknown)}; there is {', '.join(every)}")
    return [every[name] for name in names]


def run(args: argparse.Namespace) -> int:
    """
    Measure, print the table, save it.

    Returns:
        0 if all that was asked for could be measured, else 1.
    """
    if args.runs < 1:
        raise UsageError("--runs must be at least 1")
    plan = chosen(args.only, args.scale, args.seconds)
    for line in announced(plan, args.runs):
        print(line, file=sys.stderr)
    if args.list:
        return 0
    machine = facts()
    problems: list[str] = []
    done = _measured(plan, args.runs, problems)
    found = collect(done)
    goals = verdicts(found)
    print("\n".join([*table(found, goals), *problems]))
    titles = {one.name: one.title for one in plan}
    saved = document(_earlier(args.save), machine, titles, found, goals, problems)
    _save(args.save, saved, caption(machine))
    return 1 if problems else 0


def announced(plan: Sequence[Scenario], runs: int) -> list[str]:
    """What will be done, and how long it takes."""
    lines = [f"{one.name}: {one.title}{', ours only' if one.alone else ''}" for one in plan]
    minutes = total_seconds(plan, runs) / 60
    return [*lines, f"{runs} runs each, about {minutes:.0f} minutes in all"]


def _measured(plan: Sequence[Scenario], runs: int, problems: list[str]) -> Done:
    progress = ProgressLine(sys.stderr, _RARELY)
    done: Done = {one.name: {} for one in plan}
    for number in range(1, runs + 1):
        for scenario in plan:
            for name in ("ours",) if scenario.alone else tuple(_SERVERS):
                title = f"run {number}/{runs}, {scenario.name}, {name}"

                def show(text: str, title: str = title) -> None:
                    progress.show(f"{title}: {text}")

                try:
                    with tempfile.TemporaryDirectory(prefix="scoreboard-bench-") as folder:
                        measures = _once(scenario, name, Path(folder), show)
                except (LoadFailed, ServerFailed) as why:
                    problems.append(f"{title}: {why}")
                    continue
                finally:
                    progress.clear()
                done[scenario.name].setdefault(name, []).append(measures)
    return done


def _once(scenario: Scenario, name: str, folder: Path, show: Callable[[str], None]) -> Measures:
    found: Measures = {}
    for number, part in enumerate(scenario.parts):
        inside = folder / str(number)
        inside.mkdir()
        with _SERVERS[name](inside) as target:
            found |= perform(part, target, show)
    if any(step.overloads for step in scenario.steps):
        most = max(value for name, value in found.items() if name.endswith(DELIVERED))
        found["saturation deliveries/s"] = most
    if found.get(QUIET_COLD):
        found[COLD] = found[LOUD_COLD] / found[QUIET_COLD]
    return found


def _earlier(folder: Path) -> dict[str, Any]:
    """What was saved there before; nothing if that cannot be read."""
    try:
        found = json.loads((folder / _RESULTS).read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: one for name, one in found.items() if isinstance(one, dict) and "measures" in one}


def _save(folder: Path, saved: dict[str, Any], line: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _RESULTS).write_text(json.dumps(saved, indent=2) + "\n")
        (folder / _PICTURE).write_text(chart(restored(saved), line))
    except OSError as why:
        raise UsageError(f"--save {folder}: {why.strerror}") from why
