"""A command that does what its argument says, for tests of the dispatcher."""

from __future__ import annotations

import argparse
import sys

from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.tools.usage import UsageError

FAULTS = {
    "usage": UsageError("write it so"),
    "local": LocalError("the disk is full"),
    "remote": RemoteError("row 5 is odd"),
    "stop": KeyboardInterrupt(),
    "pipe": BrokenPipeError(),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fault")


def run(args: argparse.Namespace) -> int:
    if args.fault in FAULTS:
        raise FAULTS[args.fault]
    sys.stdout.write(f"did {args.fault}\n")
    return int(args.fault)
