"""
Every attack on the front door at full length: `scripts/campaign-attacks --help`.

A server with its delivered limits (but for `--quick`), a feed, and followers; then one attack
after the other, each after a quiet while. What it cost, how the attackers ended and how late the
followers heard of plays meanwhile are put in a table. It fails if a follower was lost, a play was
refused, an attacker was still there that should not have been, or memory grew beyond bounds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import attrs

from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned
from tests.integration.test_hostile import CBOR_BOMBS, JSON_BOMBS, MSGPACK_BOMBS
from tests.support import attacks
from tests.support.attacks import Attack, Size
from tests.support.server import Server, running
from tests.support.siege import HEADS, LONG, Attacker, Followers, Outcome, begin, measured

#: Times of `--quick`.
QUICK = """
[websocket]
handshake_timeout_s = 1.0
message_timeout_s = 1.0
stall_s = 2.0
"""

_CORPUS = {"json": JSON_BOMBS, "msgpack": MSGPACK_BOMBS, "cbor": CBOR_BOMBS}


@attrs.frozen
class Plan:
    """
    One attack of the campaign.

    Attributes:
        size: at full length.
        stays: whether attackers may be there at the end: they did nothing that is forbidden.
        once: it is not repeated while there is time.
        least_s: that it takes until all are thrown out.
        most_mib: by which memory may grow.
    """

    name: str
    attack: Attack
    size: Size
    stays: bool = False
    once: bool = False
    least_s: float = 10.0
    most_mib: int = 16


PLANS = (
    Plan("S1 endless head, WebSocket", attacks.endless_head(b"GET /ws"), Size(200, 60)),
    Plan("S1 endless head, HTTP", attacks.endless_head(b"GET /v1/games"), Size(200, 60)),
    Plan("S1 slow head, WebSocket", attacks.slow_head(b"GET /ws"), Size(500, 60)),
    Plan("S1 slow head, HTTP", attacks.slow_head(b"GET /v1/games"), Size(500, 60)),
    Plan("S1 silent", attacks.silent, Size(500, 60)),
    Plan("S2 bomb of 8 MiB", attacks.deflate_bomb(8), Size(200, 30)),
    Plan("S2 bomb of 512 MiB", attacks.deflate_bomb(512), Size(50, 30)),
    Plan("S3 empty fragments", attacks.fragments(b""), Size(200, 30)),
    Plan("S3 fragments of a byte", attacks.fragments(b"a"), Size(200, 30)),
    Plan("S3 unfinished messages", attacks.unfinished, Size(2_000, 30, 15_000), most_mib=48),
    Plan("S4 pings, not reading", attacks.ping_flood, Size(200, 60)),
    Plan(
        "S5 slow readers", attacks.slow_readers, Size(500, 75), once=True, least_s=75, most_mib=128
    ),
    Plan("S6 subscriptions", attacks.subscription_flood, Size(200, 30)),
    Plan("S6 topics", attacks.topics, Size(100, 5, 128), stays=True, once=True, most_mib=48),
    Plan("S7 bombs", attacks.bombs(_CORPUS), Size(3, 5), once=True),
    Plan("L9 calls", attacks.message_flood, Size(200, 30)),
    Plan(
        "L9 bursts, slate",
        attacks.bursts("scoreboard.v1.slate.get"),
        Size(50, 5, 190),
        stays=True,
        once=True,
    ),
    Plan(
        "L9 bursts, a whole game",
        attacks.bursts("scoreboard.v1.game.get", f'["{LONG}"]'),
        Size(50, 10, 190),
        stays=True,
        once=True,
        most_mib=64,
    ),
    Plan("S17 bad handshakes", attacks.bad_handshakes, Size(100_000, 5), once=True),
)

#: Bytes of log that all of it may leave (security page, S17).
MOST_LOG = 10_000_000


def shortened(size: Size, scale: float) -> Size:
    """A part of it."""
    many = max(1, round(size.many * scale))
    return attrs.evolve(size, many=many, seconds=max(3.0, size.seconds * scale))


def in_waves(plan: Plan, port: int, size: Size) -> list[Attacker]:
    """The attack again and again, until its time is over: who is thrown out comes back."""
    until = time.monotonic() + size.seconds
    found: list[Attacker] = []
    while True:
        left = max(plan.least_s, until - time.monotonic())
        found += plan.attack(port, attrs.evolve(size, seconds=left))
        if plan.once or time.monotonic() >= until:
            return found


def wrong(plan: Plan, outcome: Outcome) -> str:
    """What went wrong; empty if nothing did."""
    found = []
    if outcome.lost:
        found.append(f"{outcome.lost} followers were lost")
    if not plan.stays and outcome.ended["left"]:
        found.append(f"{outcome.ended['left']} attackers were still there")
    if outcome.rss_kib > plan.most_mib * 1024:
        found.append(f"memory grew by more than {plan.most_mib} MiB")
    return "; ".join(found)


def campaign(server: Server, options: argparse.Namespace) -> list[str]:
    """All attacks; what went wrong."""
    plans = [plan for plan in PLANS if not options.only or options.only in plan.name]
    random.Random(options.seed).shuffle(plans)
    progress, rows, faults = ProgressLine(rarely=1), [HEADS], []
    with Followers(server, options.followers) as followers:
        # What so many connections cost once is no attack's.
        for one in attacks.silent(server.port, Size(500, 1.0)):
            one.leave()
        for number, plan in enumerate(plans, 1):
            progress.show(f"{number} of {len(plans)}: {plan.name}")
            size = shortened(plan.size, options.scale)
            outcome = measured(
                server,
                followers,
                plan.name,
                lambda plan=plan, size=size: in_waves(plan, server.port, size),  # type: ignore[misc]
                options.quiet,
            )
            rows.append(outcome.cells)
            fault = wrong(plan, outcome)
            if fault:
                faults.append(f"{plan.name}: {fault}")
    progress.clear()
    print("\n".join(aligned(rows, right=(1, 3, 4, 5, 6, 7, 8))))
    if followers.refused:
        faults.append(f"{followers.refused} plays were not recorded")
    written = sum(map(len, server.output))
    print(f"{written} bytes of log")
    if written > MOST_LOG:
        faults.append("the log is too long")
    return faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="scripts/campaign-attacks", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="order of the attacks (1)")
    parser.add_argument("--scale", type=float, default=1.0, help="of sizes and times (1.0)")
    parser.add_argument("--followers", type=int, default=40, help="who must not notice (40)")
    parser.add_argument("--quiet", type=float, default=5.0, help="seconds before each (5)")
    parser.add_argument("--only", default="", help="attacks whose name has this in it")
    parser.add_argument("--quick", action="store_true", help="with deadlines of a second")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    print(f"seed {options.seed}, scale {options.scale}")
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), more=QUICK if options.quick else "") as server,
    ):
        begin(server)
        faults = campaign(server, options)
    print(f"{time.monotonic() - began:.0f} s")
    for fault in faults:
        print(f"wrong: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
