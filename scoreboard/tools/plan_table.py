"""
A plan as text, for people and for docs/capacity.md.

Rule: the same plan gives the same text. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from scoreboard.tools.plan_cost import NodeCost
from scoreboard.tools.plan_figures import Measured
from scoreboard.tools.plan_tiers import Plan, Storm, Wall
from scoreboard.tools.table import aligned

_GROWS = 999.0


def tables(plan: Plan, cost: NodeCost) -> dict[str, list[str]]:
    """
    Title -> lines.

    Args:
        cost: of an edge node.
    """
    return {
        "What it takes": _tiers(plan),
        "An edge node": _node(plan, cost),
        "What a node runs out of first": _limits(plan),
        "What more machines do not mend": _walls(plan.walls),
        "An event's way, milliseconds": _stages(plan),
        "Reconnect storms": _storms(plan.storms),
    }


def report(plan: Plan, cost: NodeCost, caption: str) -> list[str]:
    """All of it."""
    demand = plan.demand
    audience = f"{demand.connections:,.0f} connections, {demand.games} games"
    told = f"{demand.all_messages:,.1f} messages a second in all"
    lines = [
        f"{audience}, the hottest with {demand.hottest:,.0f}; {told}",
        f"costs as measured on: {caption}",
    ]
    for title, table in tables(plan, cost).items():
        lines += ["", title, *(f"  {line}" for line in table)]
    return lines


def costs(known: Measured) -> list[str]:
    """The figures by themselves."""
    rows: list[Sequence[str]] = [("figure", "")]
    for name, value in attrs.asdict(known.figures, recurse=False).items():
        if isinstance(value, Mapping):
            rows += [(f"{name} {wire}", _figure(size)) for wire, size in value.items()]
        elif isinstance(value, tuple):
            rows.append((f"{name} p50, p99", ", ".join(map(_figure, value))))
        else:
            rows.append((name, _figure(value)))
    return [*aligned(rows, (1,)), f"measured by {known.command} on: {known.caption}"]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


def _tiers(plan: Plan) -> list[str]:
    rows = [("tier", "processes", "machines", "core each", "memory each", "sends each")]
    rows += [
        (
            tier.name,
            f"{tier.processes:,}",
            f"{tier.machines:,}",
            f"{tier.cpu:.2f}" if tier.cpu >= 0.005 else f"{tier.cpu:.4f}",
            _mib(tier.mib),
            f"{tier.mbit:,.1f} Mbit/s",
        )
        for tier in plan.tiers
    ]
    machines = sum(tier.machines for tier in plan.tiers)
    rows.append(("all", f"{sum(t.processes for t in plan.tiers):,}", f"{machines:,}", "", "", ""))
    return [
        *aligned(rows, range(1, 6)),
        f"to followers in all: {plan.out_gbit:,.1f} Gbit/s, headers included",
    ]


def _mib(mib: float) -> str:
    return f"{mib / 1024:,.1f} GiB" if mib >= 1024 else f"{mib:,.0f} MiB"


def _node(plan: Plan, cost: NodeCost) -> list[str]:
    parts = [(f"  {name}", f"{seconds * 1e3:,.2f} ms/s") for name, seconds in cost.stages.items()]
    rows = [
        ("sessions", f"{plan.sessions:,.0f}"),
        ("events delivered", f"{plan.edge.events:,.0f}/s"),
        ("writes", f"{cost.writes:,.0f}/s"),
        ("messages read from Redis", f"{plan.edge.relayed:,.1f}/s"),
        ("sessions that can join", f"{plan.joins:,.0f}/s"),
        ("its own memory", f"{cost.mib:,.0f} MiB"),
        ("processor", f"{cost.cpu * 1e3:,.1f} ms/s"),
        *parts,
    ]
    return aligned(rows, (1,))


def _limits(plan: Plan) -> list[str]:
    rows = [("limit", "sessions a node, by this alone")]
    rows += [
        (limit.name, "no limit" if limit.sessions >= 1e7 else f"{limit.sessions:,.0f}")
        for limit in plan.limits
    ]
    return aligned(rows, (1,))


def _walls(walls: Iterable[Wall]) -> list[str]:
    rows = [("what", "used", "the demand may grow")]
    for wall in walls:
        grows = 1 / wall.used if wall.used else _GROWS
        times = f"{grows:,.1f} times" if grows < _GROWS else "hundreds of times"
        rows.append((wall.name, f"{wall.used:.1%}", times))
    return aligned(rows, (1, 2))


def _stages(plan: Plan) -> list[str]:
    rows: list[Sequence[str]] = [("stage", "p50", "p99")]
    rows += [(stage.name, f"{stage.p50:.1f}", f"{stage.p99:.1f}") for stage in plan.stages]
    whole = [sum(getattr(stage, which) for stage in plan.stages) for which in ("p50", "p99")]
    rows.append(("in all (the p99 of a sum is less)", *(f"{number:.1f}" for number in whole)))
    return [
        *aligned(rows, (1, 2)),
        f"who follows several games is written to within {plan.rounds_ms:,.0f} ms instead",
    ]


def _storms(storms: Iterable[Storm]) -> list[str]:
    rows = [("what", "sessions a node", "let in", "able", "all are back", "answers")]
    rows += [
        (
            storm.name,
            f"{storm.sessions:,.0f}",
            f"{storm.allowed_s:.1f} s",
            f"{storm.able_s:.1f} s",
            f"{storm.seconds:.1f} s",
            _mib(storm.mib),
        )
        for storm in storms
    ]
    return aligned(rows, range(1, 6))
