"""
The outcome of a comparison: medians, ratios, a table, and the machine it was made on.

Rule: a ratio above 1 is in our favour, whichever way the measure goes; a measure without
counterpart has none. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import attrs

from scoreboard.tools.table import aligned

#: Ends of the names of measures of which more is better; of all others, less.
_MORE = ("/s",)

#: Measures that count what must not happen, or explain others: without a ratio.
_PLAIN = (
    "delivered a second",
    "faults",
    "undelivered",
    "unsent",
    "receivers' busy part",
    "bytes/delivery",
    "back",
    "sync MiB",
    "sessions closed",
    "at that rate",
)


#: Scenario and measure -> what it must be, and whether it is (`bench_goals`).
Goals = Mapping[tuple[str, str], str]


@attrs.frozen
class Runs:
    """
    One measure of one scenario.

    Attributes:
        ours, stock: its value in each run; empty if it was not measured.
    """

    scenario: str
    measure: str
    ours: tuple[float, ...]
    stock: tuple[float, ...]

    @property
    def ratio(self) -> float | None:
        """How many times better we are, of medians; None if that cannot be said."""
        if not self.ours or not self.stock or self.measure.endswith(_PLAIN):
            return None
        mine, theirs = median(self.ours), median(self.stock)
        if not mine or not theirs:
            return None
        return mine / theirs if self.measure.endswith(_MORE) else theirs / mine


def collect(runs: Mapping[str, Mapping[str, Sequence[Mapping[str, float]]]]) -> list[Runs]:
    """
    Every measure of every scenario.

    Args:
        runs: scenario -> server ("ours", "stock") -> the measures of each run.
    """
    return list(_collected(runs))


def _collected(
    runs: Mapping[str, Mapping[str, Sequence[Mapping[str, float]]]],
) -> Iterator[Runs]:
    for scenario, servers in runs.items():
        names = dict.fromkeys(name for done in servers.values() for run in done for name in run)
        for name in names:
            ours, stock = (
                tuple(run[name] for run in servers.get(server, ()) if name in run)
                for server in ("ours", "stock")
            )
            yield Runs(scenario, name, ours, stock)


def number(value: float) -> str:
    """A value with three figures or so."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def _cell(values: Sequence[float]) -> str:
    return number(median(values)) if values else "-"


def table(found: Sequence[Runs], goals: Goals) -> list[str]:
    """The comparison as lines of text; values are medians."""
    rows = [("scenario", "measure", "scoreboard", "stock Autobahn", "better by", "goal")]
    for one in found:
        by = "" if one.ratio is None else f"{number(one.ratio)}x"
        goal = goals.get((one.scenario, one.measure), "")
        rows.append((one.scenario, one.measure, _cell(one.ours), _cell(one.stock), by, goal))
    return aligned(rows, right=(2, 3, 4))


def document(
    earlier: Mapping[str, Any],
    machine: Mapping[str, str],
    titles: Mapping[str, str],
    found: Sequence[Runs],
    goals: Goals,
    problems: Sequence[str],
) -> dict[str, Any]:
    """
    The comparison as it is saved.

    Args:
        earlier: what was saved before; its other scenarios are kept.
        titles: name of each scenario that was measured now -> its title.
        goals: of each measure that has one, with its verdict.
    """
    return {
        **earlier,
        **{
            name: {
                "title": title,
                "machine": dict(machine),
                "problems": [one for one in problems if f", {name}, " in one],
                "measures": [_saved(one, goals) for one in found if one.scenario == name],
            }
            for name, title in titles.items()
        },
    }


def _saved(one: Runs, goals: Goals) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "ours": list(one.ours),
        "stock": list(one.stock),
        "better_by": None if one.ratio is None else round(one.ratio, 3),
        "goal": goals.get((one.scenario, one.measure)),
    }


def restored(saved: Mapping[str, Any]) -> list[Runs]:
    """Every measure of a comparison that was saved."""
    return [
        Runs(name, one["measure"], tuple(one["ours"]), tuple(one["stock"]))
        for name, scenario in saved.items()
        for one in scenario["measures"]
    ]
