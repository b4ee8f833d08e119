"""
`scoreboard plan`: what an audience takes, from costs that were measured.

Rule: it computes and starts nothing; the same words and figures give the same plan. Shell.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from scoreboard.tools.plan_cost import node_cost
from scoreboard.tools.plan_demand import Build, Demand, amount, wires_of
from scoreboard.tools.plan_figures import PACKAGED, Figures, read_figures
from scoreboard.tools.plan_table import costs, report
from scoreboard.tools.plan_tiers import Plan, planned

_DEMAND = Demand(connections=10_000, games=10)
_BUILD = Build()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    _add_demand(parser)
    _add_build(parser)
    add = parser.add_argument
    add(
        "--figures",
        type=Path,
        default=PACKAGED,
        metavar="FILE",
        help="costs, as scripts/measure-capacity writes them (default: those that come with "
        "scoreboard)",
    )
    add("--json", action="store_true", help="the plan as JSON")
    add("--costs", action="store_true", help="print the costs, and plan nothing")


def _add_demand(parser: argparse.ArgumentParser) -> None:
    """Who follows what."""
    add, known = parser.add_argument, _DEMAND
    add("--connections", type=_amount, default=known.connections, metavar="N", help="as 50m or 20k")
    add("--games", type=_whole, default=known.games, metavar="N", help="at a time (default: 10)")
    add(
        "--hottest",
        type=_amount,
        default=0.0,
        metavar="N",
        help="follow one game only (default: 0)",
    )
    add("--follows", type=_amount, default=1.0, metavar="K", help="games a session (default: 1)")
    add("--messages", type=_amount, default=0.2, metavar="X", help="a second a game (default: 0.2)")
    add("--hot-messages", type=_amount, metavar="X", help="of the hottest (default: as the others)")
    add(
        "--per-message", type=_amount, default=1.0, metavar="X", help="events a follower gets of it"
    )
    add("--subscriptions", type=_amount, default=1.0, metavar="N", help="a session a game")
    add("--wires", default="json", metavar="WIRE=PART,...", help="formats (default: json)")
    add("--event-bytes", type=_amount, metavar="N", help="of an event as JSON (default: measured)")
    add("--hours", type=_amount, default=known.hours, metavar="H", help="of a game (default: 3)")
    add("--regions", type=_whole, default=1, metavar="N", help="with edges in them (default: 1)")
    add("--rtt-ms", type=_amount, default=0.0, metavar="MS", help="to the farthest (default: 0)")
    add("--mile-ms", type=_amount, default=0.0, metavar="MS", help="edge to follower and back")


def _add_build(parser: argparse.ArgumentParser) -> None:
    """What it is built of."""
    add, known = parser.add_argument, _BUILD
    shown = "(default: %(default)s)"
    add("--cores", type=_whole, default=known.cores, metavar="N", help=f"of a machine {shown}")
    add("--memory-gib", type=_amount, default=known.memory_gib, metavar="N", help=shown)
    add("--network-gbit", type=_amount, default=known.network_gbit, metavar="N", help=shown)
    add("--descriptors", type=_amount, default=known.descriptors, metavar="N", help="of a process")
    add(
        "--max-connections",
        type=_amount,
        default=known.max_connections,
        metavar="N",
        help=f"of a node: its setting limits.max_connections {shown}",
    )
    add(
        "--arrivals",
        type=_amount,
        default=known.arrivals_per_s,
        metavar="N",
        help=f"a second on a node: its setting limits.arrivals_per_s; 0: no limit {shown}",
    )
    add("--load", type=_amount, default=known.load, metavar="PART", help=f"of a core used {shown}")
    add("--last-ms", type=_amount, default=known.last_ms, metavar="MS", help="to the last follower")
    add("--direct", action="store_true", help="followers come to the edges without HAProxy")


def _amount(text: str) -> float:
    try:
        return amount(text)
    except ValueError:
        says = f"{text!r} is no number; write it as 300, 1.5k or 50m"
        raise argparse.ArgumentTypeError(says) from None


def _whole(text: str) -> int:
    number = _amount(text)
    if number != int(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(number)


def demand_of(args: argparse.Namespace, figures: Figures) -> Demand:
    """Who follows what. Raises: UsageError."""
    hot = args.messages if args.hot_messages is None else args.hot_messages
    return Demand(
        connections=args.connections,
        games=args.games,
        hottest=args.hottest,
        follows=args.follows,
        messages=args.messages,
        hot_messages=hot,
        per_message=args.per_message,
        subscriptions=args.subscriptions,
        wires=wires_of(args.wires, figures.wire_bytes),
        event_bytes=args.event_bytes,
        hours=args.hours,
        regions=args.regions,
        rtt_ms=args.rtt_ms,
        mile_ms=args.mile_ms,
    )


def build_of(args: argparse.Namespace) -> Build:
    """What it is built of. Raises: UsageError."""
    return Build(
        cores=args.cores,
        memory_gib=args.memory_gib,
        network_gbit=args.network_gbit,
        descriptors=args.descriptors,
        max_connections=args.max_connections,
        arrivals_per_s=args.arrivals,
        load=args.load,
        last_ms=args.last_ms,
    )


def run(args: argparse.Namespace) -> int:
    """Print the plan; 0."""
    print("\n".join(_lines(args)))
    return 0


def _lines(args: argparse.Namespace) -> list[str]:
    known = read_figures(args.figures)
    if args.costs:
        return costs(known)
    plan = _planned(args, known.figures)
    if args.json:
        return [json.dumps(_shape(plan), indent=2)]
    return report(plan, node_cost(known.figures, plan.edge), known.caption)


def _planned(args: argparse.Namespace, figures: Figures) -> Plan:
    demand, build = demand_of(args, figures), build_of(args)
    return planned(figures, demand, build, proxied=not args.direct)


def _shape(plan: Plan) -> dict[str, Any]:
    """As plain data."""
    shape: dict[str, Any] = attrs.asdict(plan)
    shape["storms"] = [
        {**one, "seconds": storm.seconds}
        for one, storm in zip(shape["storms"], plan.storms, strict=True)
    ]
    return shape


def lines_of(words: Sequence[str]) -> list[str]:
    """What the command prints for `words`. Raises: UsageError; exits as argparse does."""
    return _lines(_parsed(words))


def plan_of(words: Sequence[str]) -> Plan:
    """The plan itself. Raises: as `lines_of`."""
    args = _parsed(words)
    return _planned(args, read_figures(args.figures).figures)


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scoreboard plan")
    add_arguments(parser)
    return parser.parse_args(list(words))
