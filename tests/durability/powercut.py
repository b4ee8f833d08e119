"""
Power cuts at random instants, on a file system that loses what was not synced:

    python -m tests.durability.powercut --rounds 100 --seed 1
    python -m tests.durability.powercut --rounds 10 --server normal    # must lose: exit code 0 if
    python -m tests.durability.powercut --rounds 10 --server off       # every round
    python -m tests.durability.powercut --rounds 10 --server early     # lost something

Exit code 1 if anything was lost; of a weak server, if nothing was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.durability.campaign import Campaign, Plan, Result, progress, report
from tests.durability.disk import LossyDisk, lossy_is_missing
from tests.durability.weak import WEAKNESSES
from tests.support.server import TWISTED

_WEAK = Path(__file__).with_name("weak.py")


def attack(server: str, rounds: int, seed: int, keeps: float, folder: Path) -> Result:
    """
    A campaign of power cuts.

    Args:
        server: "full", the real one, or the name of a weakness.
        keeps: share of the sectors that survive a cut without a sync.
    """
    weak = server in WEAKNESSES
    program = (sys.executable, str(_WEAK), server) if weak else TWISTED
    plan = Plan(rounds, seed, program, until_lost=weak)
    disk = LossyDisk(folder, seed, keeps)
    return Campaign(plan, folder, disk, progress(rounds)).run()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", choices=("full", *WEAKNESSES), default="full")
    parser.add_argument("--keeps", type=float, default=0.0)
    options = parser.parse_args()
    missing = lossy_is_missing()
    if missing:
        sys.exit(missing)
    with tempfile.TemporaryDirectory(prefix="scoreboard-powercut-") as name:
        result = attack(options.server, options.rounds, options.seed, options.keeps, Path(name))
    report(result)
    if options.server == "full":
        sys.exit(0 if result.is_good else 1)
    sys.exit(0 if result.losing else 1)


if __name__ == "__main__":
    main()
