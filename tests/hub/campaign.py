"""
A long random campaign against the hub: `scripts/campaign-hub --help`.

The steps and the model are those of `tests/hub/world.py`; hypothesis runs few of them in
every run of the suite and shrinks what fails, this runs as many as there is time for. A
failure prints the seed and the step, which repeat it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

from tests.hub.world import MEMBERS, PATTERNS, SUBJECTS, Terms, World, tighten

Step = Callable[[World, random.Random], None]


def _publish(world: World, chance: random.Random) -> None:
    world.publish(chance.choices(list(SUBJECTS), k=chance.choice((1, 1, 2, 3, 8))))


def _who(chance: random.Random) -> int:
    return chance.randrange(MEMBERS)


def _drain(world: World, _chance: random.Random) -> None:
    while world.hub.needs():
        world.catch_up()


#: Step -> how often, relative to the others.
STEPS: dict[str, tuple[int, Step]] = {
    "publish": (30, _publish),
    "slice": (20, lambda world, chance: world.slice(chance.randint(1, 4))),
    "flush": (6, lambda world, _: world.flush()),
    "subscribe": (16, lambda world, c: world.subscribe(_who(c), c.choice(PATTERNS))),
    "unsubscribe": (3, lambda world, c: world.unsubscribe(_who(c), c.randrange(20))),
    "stall": (8, lambda world, c: world.tire(_who(c), c.randint(0, 2))),
    "drain": (6, lambda world, c: world.recover(_who(c))),
    "answer": (1, lambda world, c: world.answer(_who(c))),
    "drop": (2, lambda world, c: world.replace(_who(c))),
    "read a page": (4, lambda world, _: world.catch_up()),
    "read all": (2, _drain),
    "lose a page": (0.05, lambda world, _: world.abandon()),
    "wait": (6, lambda world, c: world.pass_time(c.choice((1, 20, 2_000, 9_000)))),
    "wait long": (0.3, lambda world, _: world.pass_time(61_000)),
    "sweep": (2, lambda world, _: world.sweep()),
    "quiesce": (0.7, lambda world, _: world.everybody_recovers()),
}

#: Steps after which a world of other terms begins.
_WORLD = 500


def _terms(chance: random.Random) -> Terms:
    return Terms(
        ring=chance.choice((3, 12, 40, 1_000)),
        marks=chance.choice((0, 8, 10_000, 10_000)),
        write_bytes=chance.choice((1, 12, 60, 65_536)),
        page=chance.choice((1, 4, 100)),
    )


def _close(world: World, totals: Counter[str]) -> None:
    world.everybody_recovers()
    for which in range(MEMBERS):
        world.replace(which)
    tally = world.hub.tally
    totals.update(world.totals)
    totals.update(
        published=tally.publications,
        writes=tally.writes,
        parked=tally.parked,
        lagging=tally.lagging,
        slow=tally.slow,
        pages=world.done["restored"],
        worlds=1,
    )


def run(seed: int, steps: int, progress: Callable[[int], None]) -> tuple[Counter[str], Counter]:
    """So many steps; how often each was made, and what came of it. Raises what went wrong."""
    chance = random.Random(seed)
    names = list(STEPS)
    weights = [STEPS[name][0] for name in names]
    made: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    world = World(_terms(chance))
    name = "begin"
    for step in range(1, steps + 1):
        try:
            name = chance.choices(names, weights)[0]
            STEPS[name][1](world, chance)
            world.check()
            made[name] += 1
            if step % _WORLD == 0 or step == steps:
                name = "quiesce"
                _close(world, totals)
                world = World(_terms(chance))
        except Exception:
            _say(f"\nseed {seed}, step {step} ({name}), {world.terms}\n")
            raise
        progress(step)
    return made, totals


def _table(made: Counter[str], totals: Counter[str], took_s: float) -> str:
    steps = sum(made.values())
    lines = [f"{'step':<16}{'times':>10}"]
    lines += [f"{name:<16}{made[name]:>10,}" for name in STEPS]
    lines += [f"{'all':<16}{steps:>10,}", "", f"{'what came of it':<28}{'':>4}"]
    words = {
        "worlds": "hubs, of other rings each",
        "published": "publications",
        "taken": "received by members",
        "merged": "merged into a newer one",
        "expired": "ticks too old to be sent",
        "writes": "writes",
        "parked": "times a member stalled",
        "lagging": "times one fell off a ring",
        "pages": "pages read from the log",
        "slow": "members given up as slow",
    }
    lines += [f"{text:<28}{totals[name]:>10,}" for name, text in words.items()]
    lines += [
        "",
        f"lost, repeated, reordered, miscounted: 0   ({steps / took_s:,.0f} steps a second)",
    ]
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="A long random campaign against the hub.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=100_000)
    options = parser.parse_args()
    began = time.monotonic()

    def progress(step: int) -> None:
        if step % 1_000 == 0 and sys.stderr.isatty():
            rate = step / (time.monotonic() - began)
            left = (options.steps - step) / rate
            line = (
                f"\r{step:,} of {options.steps:,} steps, {rate:,.0f} a second, {left:.0f} s left "
            )
            _say(line)

    tight = tighten()
    made, totals = run(options.seed, options.steps, progress)
    tight.undo()
    if sys.stderr.isatty():
        _say("\n")
    sys.stdout.write(_table(made, totals, time.monotonic() - began) + "\n")


if __name__ == "__main__":
    main()
