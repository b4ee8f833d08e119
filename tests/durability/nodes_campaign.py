"""
A campaign: three nodes behind HAProxy with Redis under Sentinel, and something happens to one of
them at an instant drawn from a seed, while feeds tell and followers follow.

    scripts/campaign-nodes --rounds 50 --seed 1
    scripts/campaign-nodes --rounds 5 --seed 1 --only kill,stop
    scripts/campaign-nodes --rounds 1 --seed 1 --only kill --from 17     # that round alone
    scripts/campaign-nodes --rounds 4 --seed 1 --only partition --replicas 0   # must lose

The nodes' clocks of doom: kill (`kill -9`), stop (SIGSTOP for 3 to 6 s), drain (SIGTERM); HAProxy:
reload; Redis: primary (`kill -9`), partition (cut off from its replicas, then `kill -9`). After
each round the log is read from Redis and held against what feeds, nodes and followers have.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs

from tests.durability.failover_campaign import partition_is_missing
from tests.durability.nodes_followers import Gallery, gallery
from tests.durability.nodes_harm import KINDS
from tests.durability.nodes_round import Round, Stage
from tests.support.cluster import cluster
from tests.support.haproxy import haproxy_is_missing
from tests.support.redis import redis_is_missing

#: Rounds that one cluster serves.
KEPT = 10
#: Counts that must be 0, as the table names them.
_NONE = {
    "lost": "acknowledged, lost",
    "forks": "forks",
    "holes": "`seq` holes",
    "repeats": "repeated",
    "missed": "critical events missed",
    "disordered": "out of order",
    "unlike": "nodes or replicas that differ",
    "terms": "moves without a higher term",
}


@attrs.frozen
class Asked:
    """What the user asked for."""

    rounds: int
    seed: int
    kinds: tuple[str, ...]
    first: int
    replicas: int


def rounds(asked: Asked, stalls: Gallery) -> Iterator[Round]:
    """All of them, on a new cluster for each `KEPT`."""
    numbers = range(asked.first, asked.first + asked.rounds)
    due = [(kind, number) for kind in asked.kinds for number in numbers]
    while due:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            is_cut = "partition" in asked.kinds
            here = stack.enter_context(cluster(folder, replicas=asked.replicas, partitioned=is_cut))
            here.settle()
            past: dict[Any, int] = {}
            for kind, number in due[:KEPT]:
                due = due[1:]
                stage = Stage(kind, number, asked.seed, here, stalls)
                try:
                    yield stage.play(past)
                except Exception:
                    # Whatever it was: this cluster is of no use any more.
                    stage.round.faults.append(traceback.format_exc())
                    yield stage.round
                    break


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that is not below `share` of them; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def table(found: Sequence[Round]) -> str:
    """All kinds side by side."""
    kinds = list(dict.fromkeys(one.kind for one in found))
    groups = [[one for one in found if one.kind == kind] for kind in kinds]
    rows: list[tuple[str, list[Any]]] = [
        ("rounds", [len(group) for group in groups]),
        ("  of them bad", [sum(not one.is_good for one in group) for group in groups]),
        *[
            (text, [sum(getattr(one.found, name) for one in group) for group in groups])
            for name, text in (
                ("acked", "plays acknowledged"),
                ("entries", "entries in the logs"),
                ("moves", "games moved"),
                ("covered", "told by a snapshot instead"),
                *_NONE.items(),
            )
        ],
        ("other faults", [sum(len(one.faults) for one in group) for group in groups]),
        ("new connections that failed", [sum(len(o.strangers) for o in g) for g in groups]),
        ("followers' connections lost", [sum(len(o.lost) for o in g) for g in groups]),
    ]
    for name, values in (
        (
            "next acknowledged write of a game",
            [[t for o in g for t in o.writes.values()] for g in groups],
        ),
        (
            "a new connection served",
            [[o.served for o in g if o.served is not None] for g in groups],
        ),
        ("a round", [[o.seconds for o in g] for g in groups]),
    ):
        for title, share in (("p50", 0.5), ("p95", 0.95), ("longest", 1.0)):
            rows.append((f"{name}, s, {title}", [f"{quantile(v, share):.2f}" for v in values]))
    head = f"| | {' | '.join(kinds)} |\n|---|{'---:|' * len(kinds)}"
    lines = [f"| {name} | {' | '.join(map(str, values))} |" for name, values in rows]
    return "\n".join([head, *lines])


def _parsed(words: Sequence[str]) -> tuple[Asked, Path | None]:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(KINDS), help="kinds, with commas between")
    parser.add_argument("--from", type=int, default=1, dest="first", help="number of the first")
    parser.add_argument("--replicas", type=int, default=1, help="that must have an entry")
    parser.add_argument("--save", type=Path, help="write all rounds there, as JSON")
    chosen = parser.parse_args(words)
    kinds = tuple(chosen.only.split(","))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        parser.error(f"--only: there is no {', '.join(unknown)}; there are {', '.join(KINDS)}")
    asked = Asked(chosen.rounds, chosen.seed, kinds, chosen.first, chosen.replicas)
    return asked, chosen.save


def main(words: Sequence[str]) -> int:
    """The campaign as a command."""
    asked, save = _parsed(words)
    missing = redis_is_missing() or haproxy_is_missing()
    if "partition" in asked.kinds:
        missing = missing or partition_is_missing()
    if missing:
        print(missing, file=sys.stderr)
        return 2
    done: list[Round] = []
    with gallery(asked.seed) as stalls:
        for one in rounds(asked, stalls):
            done.append(one)
            _progress(one, done)
            if save is not None:
                text = json.dumps([attrs.asdict(each) for each in done], indent=1)
                save.write_text(text + "\n")
    print(table(done))
    bad = [one for one in done if not one.is_good]
    for one in bad:
        print(f"bad: --seed {asked.seed} --only {one.kind} --rounds 1 --from {one.number}")
        print("\n".join([*one.found.told[:5], *one.faults[:5]]))
    return 1 if bad else 0


def _progress(one: Round, done: Sequence[Round]) -> None:
    writes = max(one.writes.values(), default=0.0)
    print(
        f"{one.kind} {one.number} {one.victim}: {one.seconds:.1f} s, {one.found.acked} plays, "
        f"{one.found.moves} moves, writes again {writes:.2f} s, served {one.served or 0:.2f} s, "
        f"{len(one.strangers)} strangers failed, {len(one.lost)} links lost, {one.troubles} "
        f"{'good' if one.is_good else 'BAD'}; {sum(not each.is_good for each in done)} bad",
        file=sys.stderr,
        flush=True,
    )
    for text in (*one.found.told[:3], *one.faults[:3]):
        print("    " + text.replace("\n", "\n    ")[:3_000], file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
