"""
`kill -9` at random instants:

    python -m tests.durability.kill --rounds 200 --seed 1

Exit code 1 if anything was lost, doubled, or is otherwise than its log says.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.durability.campaign import Campaign, Plan, progress, report
from tests.durability.disk import RealDisk


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scoreboard-kill-") as name:
        folder = Path(name)
        plan = Plan(options.rounds, options.seed)
        result = Campaign(plan, folder, RealDisk(folder), progress(plan.rounds)).run()
    report(result)
    sys.exit(0 if result.is_good else 1)


if __name__ == "__main__":
    main()
