"""
`scoreboard verify`: recorded games, folded by our rules and compared with the results.

Rule: a game that cannot be read is reported like one that differs, and the others go
on; nothing is judged here (see `verdict`). Shell.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from scoreboard.model.errors import RemoteError
from scoreboard.tools import verdict, verify_table
from scoreboard.tools.checked import Checked, Facts
from scoreboard.tools.datasets import GameFile, find, load
from scoreboard.tools.finals import Final, Finals
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.recorded_fold import fold_recorded

#: More than this many processes do not pay: a game takes a tenth of a second.
_MAX_JOBS = 8
#: And more than this many are a slip of the keyboard.
_LIMIT_JOBS = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "paths", metavar="DIR", nargs="+", type=Path, help="folder with recorded games, or one file"
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document instead of tables"
    )
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=min(_MAX_JOBS, os.cpu_count() or 1),
        metavar="N",
        help="games checked at the same time (default: %(default)s)",
    )


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LIMIT_JOBS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {_LIMIT_JOBS}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """
    Check every game and print the result.

    Returns:
        0 if no game differs, was refused a message or could not be read; else 1.
    """
    found = find(args.paths)
    if not found.games:
        print(f"no recorded game in {', '.join(map(str, args.paths))}", file=sys.stderr)
        return 1
    progress = ProgressLine()
    finals = Finals()
    results: list[Checked] = []
    for result in _checked(found.games, finals, args.jobs):
        results.append(result)
        progress.show(f"{len(results)}/{len(found.games)} games  {result.dataset} {result.game}")
    progress.clear()
    if args.json:
        print(json.dumps(verify_table.document(results, found.skipped), indent=1))
    else:
        print("\n".join(verify_table.lines(results, found.skipped)))
    return 1 if any(result.fails for result in results) else 0


def _checked(games: Sequence[GameFile], finals: Finals, jobs: int) -> Iterator[Checked]:
    """Every game's result, in order."""
    work = [(game, *_final(finals, game)) for game in games]
    if jobs == 1 or len(games) == 1:
        yield from map(check, work)
        return
    with ProcessPoolExecutor(min(jobs, len(games))) as pool:
        yield from pool.map(check, work, chunksize=1)


def _final(finals: Finals, game: GameFile) -> tuple[Final | None, str]:
    try:
        return finals.of(game.path), ""
    except RemoteError as why:
        return None, str(why)


def check(work: tuple[GameFile, Final | None, str]) -> Checked:
    """
    One game, from its file to the verdict.

    Args:
        work: the game, the result beside it, and why that could not be read.
    """
    game, final, trouble = work
    if trouble:
        return Checked(game.dataset, game.name, game.provider, str(game.path), error=trouble)
    try:
        document = load(game)
    except RemoteError as why:
        return Checked(game.dataset, game.name, game.provider, str(game.path), error=str(why))
    folded = fold_recorded(document)
    return Checked(
        dataset=game.dataset,
        game=game.name,
        provider=game.provider,
        path=str(game.path),
        facts=Facts.of(document, folded),
        verdict=verdict.judge(document, folded.state, final),
        refusals=folded.refusals,
    )
