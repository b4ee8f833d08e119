"""
`scoreboard simulate`: a day of invented games, sent to a running server as a feed would.

Rule: the server hears only what a feed would say; the true results are known here and
compared with what the server made of it. Shell.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

import attrs

from scoreboard.codec.text import parse_iso
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import BadId, parse_source_id
from scoreboard.simulator.day import SimulatedGame, Slate, fixtures, played
from scoreboard.tools.feed_options import add_feed_arguments, address_of, token_of
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.replay_schedule import Pace
from scoreboard.tools.replay_tally import Tally
from scoreboard.tools.simulate_plan import laid_out, listed, result_lines, tally_of
from scoreboard.tools.usage import UsageError

_SPORTS = tuple(field.name for field in attrs.fields(Slate))

#: A day for a first look: one game of each kind that has a clock of its own.
_DEFAULT = {"football": 2, "soccer": 2, "basketball": 2}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    add = parser.add_argument
    add("--seed", type=int, default=1, metavar="N", help="another number, another day (default: 1)")
    for sport in _SPORTS:
        number = _DEFAULT.get(sport, 0)
        add(
            f"--{sport}",
            type=_count,
            metavar="N",
            help=f"games of {sport} (default: {number}, or 0 if a number of another is given)",
        )
    add(
        "--start",
        type=_moment,
        metavar="TIME",
        help="beginning of the day, ISO 8601 (default: now). The games of a seed and a start have "
        "the same ids each time, so the same day can be sent on after a break",
    )
    add("--waves", action="store_true", help="begin in waves over hours, as on a real day")
    add_feed_arguments(parser, "simulate")
    add("--list", action="store_true", help="print the games and their true finals; send nothing")


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value


def _moment(text: str) -> int:
    try:
        return parse_iso(text)
    except RemoteError as why:
        raise argparse.ArgumentTypeError(str(why)) from why


def slate_of(args: argparse.Namespace) -> Slate:
    """How many games of each sport. Raises: UsageError when there are none."""
    asked = {sport: getattr(args, sport) for sport in _SPORTS}
    chosen = {sport: count or 0 for sport, count in asked.items()}
    if all(count is None for count in asked.values()):
        chosen = {sport: _DEFAULT.get(sport, 0) for sport in _SPORTS}
    if not any(chosen.values()):
        raise UsageError(f"no games: give a number to --{', --'.join(_SPORTS)}")
    return Slate(**chosen)


def run(args: argparse.Namespace) -> int:
    """
    Play the day.

    Returns:
        0 if the server recorded every message and has every true final; else 1.
    """
    start_ms = time.time_ns() // 1_000_000 if args.start is None else args.start
    slate = slate_of(args)
    if args.list:
        print("\n".join(listed(_played(args, start_ms, slate))))
        return 0
    parse_source_id(args.source)
    to = (address_of(args), _source(args), token_of(args))
    games = _played(args, start_ms, slate)
    # The reactor is imported only now: `--list` and `--help` must not wait for it.
    from scoreboard.tools.simulate_run import perform

    plan, scripts = laid_out(games, start_ms)
    tally = Tally(tally_of(games))
    chance = random.Random(args.seed).random  # noqa: S311 - a wait is no secret
    took, found = perform(plan, scripts, tally, Pace(args.speed), to, chance)
    print("\n".join(tally.lines(took.elapsed_s)))
    if took.interrupted:
        raise KeyboardInterrupt
    lines, wrong = result_lines(games, found)
    print("\n".join(["", *lines]))
    return 1 if tally.failing or wrong else 0


def _source(args: argparse.Namespace) -> str:
    try:
        return parse_source_id(args.source)
    except BadId as why:
        raise UsageError(f"--source: {why}") from why


def _played(args: argparse.Namespace, start_ms: int, slate: Slate) -> list[SimulatedGame]:
    progress = ProgressLine(sys.stderr)
    laid = fixtures(args.seed, start_ms, slate, aligned=not args.waves)
    games = []
    for number, fixture in enumerate(laid, 1):
        progress.show(f"playing {number}/{len(laid)} {fixture.meta.sport}")
        games.append(played(fixture))
    progress.clear()
    return games
