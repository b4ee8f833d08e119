"""
`scoreboard serve-feed`: recorded games, served as their providers would have.

Rule: a real server for a real poller: what it makes wrong it makes wrong on purpose, by a
seed, and counts. Shell.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from scoreboard.tools.datasets import read
from scoreboard.tools.feed_faults import FAULTS, read_faults
from scoreboard.tools.feed_game import FeedGame, feed_game
from scoreboard.tools.feed_options import speed
from scoreboard.tools.feed_pages import pages
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.recorded import read_recorded
from scoreboard.tools.replay_schedule import Pace, plan
from scoreboard.tools.table import aligned

_EPILOG = """\
what is served over HTTP:
  /games                the games: address, companions, stream, meta of each
  /games/GAME           the document of a game as it stands now, in the provider's own format
  /games/GAME/ROLE      a companion (box score, schedule, ...) that the format needs
and over TCP: connect, send {"game_id": "GAME"} and a line end (or {} for all games), and read
one message a line, from the first one on.

faults (--faults stall,drop=0.1 or all), with their rates per answer or line:
""" + "\n".join(f"  {name:<10} {what} ({rate:g})" for name, (what, rate) in FAULTS.items())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("paths", metavar="DIR", nargs="+", type=Path, help="folder with recorded games, or a file")
    add("--interface", default="127.0.0.1", metavar="ADDRESS", help="default: %(default)s")
    add("--port", type=_port, default=8090, metavar="N", help="HTTP (default: 8090; 0: any)")
    add("--stream-port", type=_port, default=8091, metavar="N", help="TCP (default: 8091; 0: any)")
    add(
        "--speed",
        type=speed,
        default=1.0,
        metavar="N|max",
        help="seconds of the games in a second; max: all is over at once (default: 1)",
    )
    add("--align", action="store_true", help="shift the games so that their first plays coincide")
    add("--wait", action="store_true", help="begin with the first poll or connection")
    add("--game", action="append", metavar="PATTERN", help="only games whose name fits")
    add("--seed", type=int, default=1, metavar="N", help="of the faults (default: 1)")
    add("--faults", type=_faults, default={}, metavar="LIST", help="what to make wrong; see below")
    add("--stall", type=float, default=2.0, metavar="S", help="seconds of a stall (default: 2)")
    add(
        "--die-for",
        type=float,
        default=3.0,
        metavar="S",
        help="seconds that the provider is gone; 0: for good, and then it exits (default: 3)",
    )
    add("--for", dest="seconds", type=float, metavar="S", help="end after so many seconds")
    add("--list", action="store_true", help="print the games and end")
    add("--json", action="store_true", help="print the final table as one JSON document")


def _port(text: str) -> int:
    if not text.isdecimal() or not int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not 0-65535")
    return int(text)


def _faults(text: str) -> dict[str, float]:
    try:
        return read_faults(text)
    except ValueError as why:
        raise argparse.ArgumentTypeError(str(why)) from why


def run(args: argparse.Namespace) -> int:
    """
    Serve the games until Ctrl-C, SIGTERM, or the time of `--for`.

    Returns:
        0, also after Ctrl-C; 1 if a file could not be read or a port not be opened.
    """
    games, unreadable = prepare(args)
    if args.list:
        rows = [("game", "name", "format", "teams", "rows", "lines")]
        rows += [
            (g.game_id, g.name, g.provider, g.teams, str(len(g.times)), str(len(g.steps)))
            for g in games
        ]
        print("\n".join(aligned(rows, (4, 5))))
        return 1 if unreadable else 0
    # The reactor is imported only now: parsing needs none, and `--help` must not wait for it.
    from scoreboard.tools.serve_feed_run import Offer, perform

    offer = Offer(
        interface=args.interface,
        port=args.port,
        stream_port=args.stream_port,
        pace=Pace(args.speed),
        waits=args.wait,
        seed=args.seed,
        rates=args.faults,
        stall_s=args.stall,
        die_s=args.die_for,
        seconds=args.seconds,
    )
    tally = perform(offer, games)
    print(json.dumps(tally.document(), indent=1) if args.json else "\n".join(tally.lines()))
    return 1 if unreadable else 0


def prepare(args: argparse.Namespace) -> tuple[list[FeedGame], tuple[str, ...]]:
    """
    Read the games; those that cannot be read are said on standard error.

    Raises:
        UsageError: there are no such games.
    """
    recorded, unreadable = read_recorded(args.paths, args.game or (), ProgressLine())
    laid = plan([one.arrivals for one in recorded], align=args.align)
    games: dict[str, FeedGame] = {}
    for one, offsets in zip(recorded, laid.offsets, strict=True):
        game = one.game
        companions = {role: read(path) for role, path in game.companions}
        taken = pages(game.provider, read(game.path), companions)
        made = feed_game(
            game.name, one.document, one.arrivals, offsets, taken, args.faults, args.seed
        )
        games.setdefault(made.game_id, made)
    return list(games.values()), unreadable
