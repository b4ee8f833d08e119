"""
What the measures must be.

Rule: a goal is met or not by the measures alone; what was not measured is neither. What
must not happen at all must not happen in any run, everything else is judged by medians. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

import attrs

from scoreboard.tools.bench_report import Runs

#: Measure of the same scenario -> its runs.
Others = Mapping[str, Runs]


@attrs.frozen
class Goal:
    """
    What a measure must be.

    Attributes:
        says: in a few characters.
        test: whether it is met; None: that cannot be said.
    """

    says: str
    test: Callable[[Runs, Others], bool | None]

    def verdict(self, one: Runs, others: Others) -> str:
        """The goal and "pass", "fail" or "?"."""
        found = self.test(one, others)
        return f"{self.says}: {'?' if found is None else 'pass' if found else 'fail'}"


def _at_most(limit: float, unit: str = "") -> Goal:
    def test(one: Runs, _others: Others) -> bool | None:
        return median(one.ours) <= limit if one.ours else None

    return Goal(f"<= {limit:g}{unit}", test)


def _times(least: float) -> Goal:
    def test(one: Runs, _others: Others) -> bool | None:
        return None if one.ratio is None else one.ratio >= least

    return Goal(f">= {least:g}x", test)


def _always(value: float) -> Goal:
    def test(one: Runs, _others: Others) -> bool | None:
        return all(run == value for run in one.ours) if one.ours else None

    return Goal(f"{value:g}", test)


def _cold(one: Runs, others: Others) -> bool | None:
    loud = others.get(LOUD_COLD)
    if not one.ours or loud is None or not loud.ours:
        return None
    return median(one.ours) <= 1.5 or median(loud.ours) <= 100


#: Of `fairness`: the cold games' latency beside the hot game and without it, and their ratio.
LOUD_COLD, QUIET_COLD, COLD = "loud cold p99 ms", "quiet cold p99 ms", "cold p99 loud/quiet"

_NEVER = _always(0)
_STALL = _at_most(25, " ms")

#: Scenario and measure -> what it must be.
GOALS: dict[tuple[str, str], Goal] = {
    **{
        ("hot", f"{rate}/s {what}"): _NEVER
        for rate in (10, 40, 200, 500)
        for what in ("faults", "undelivered")
    },
    ("hot", "10/s p99 ms"): _times(1),
    ("hot", "200/s p99 ms"): _at_most(500, " ms"),
    ("hot", "saturation deliveries/s"): _times(30),
    ("games", "sustained events/s"): _times(10),
    ("games", "faults"): _NEVER,
    ("fairness", COLD): Goal("<= 1.5 or 100 ms", _cold),
    ("fairness", "loud loop stall p99 ms"): _STALL,
    ("fairness", "quiet faults"): _NEVER,
    ("fairness", "quiet undelivered"): _NEVER,
    ("fairness", "loud faults"): _NEVER,
    ("fairness", "loud undelivered"): _NEVER,
    ("stopped", "others' p99 stopped/before"): _at_most(1.2),
    ("stopped", "KiB/stopped session"): _at_most(64, " KiB"),
    ("stopped", "read while stopped"): _NEVER,
    ("stopped", "faults"): _NEVER,
    ("stopped", "undelivered"): _NEVER,
    ("stopped", "sessions closed"): _NEVER,
    ("stopped", "oldest tick s"): _at_most(15, " s"),
    ("idle", "KiB/session"): _at_most(12, " KiB"),
    ("joins", "joins/s"): _times(2),
    ("storm", "back"): _always(1),
    ("storm", "faults"): _NEVER,
    ("order", "inversions"): _NEVER,
    ("order", "gaps"): _NEVER,
    ("order", "undelivered"): _NEVER,
}


def verdict(one: Runs, found: Mapping[tuple[str, str], Runs]) -> str:
    """
    What `one` must be and whether it is; "" if nothing is asked of it.

    Args:
        found: scenario and measure -> its runs.
    """
    goal = GOALS.get((one.scenario, one.measure))
    if goal is None:
        return ""
    others = {runs.measure: runs for runs in found.values() if runs.scenario == one.scenario}
    return goal.verdict(one, others)


def verdicts(found: list[Runs]) -> dict[tuple[str, str], str]:
    """Scenario and measure -> what it must be, and whether it is."""
    every = {(one.scenario, one.measure): one for one in found}
    said = {key: verdict(one, every) for key, one in every.items()}
    return {key: text for key, text in said.items() if text}
