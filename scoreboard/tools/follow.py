"""
`scoreboard follow`: games, live in the terminal.

Rule: a viewer like any other; it sees what every follower could see. Shell.
"""

from __future__ import annotations

import argparse

from scoreboard.client.interest import Interest
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import parse_game_id, parse_league
from scoreboard.tools.usage import UsageError

_FORMATS = ("cbor", "msgpack", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    add = parser.add_argument
    add("--game", action="append", default=[], metavar="ID", help="a game; can be repeated")
    add(
        "--team",
        action="append",
        default=[],
        metavar="TEAM",
        help="every game of a team, by its id or abbreviation; can be repeated",
    )
    add(
        "--league",
        action="append",
        default=[],
        metavar="CODE",
        help="every game of a league, for instance nba_; can be repeated",
    )
    add(
        "--to",
        default="ws://127.0.0.1:8080/ws",
        metavar="URL",
        help="the server (default: %(default)s)",
    )
    add("--format", choices=_FORMATS, default=_FORMATS[0], help="wire format (default: cbor)")
    add(
        "--plays",
        type=int,
        default=8,
        metavar="N",
        help="plays that are shown of a single game (default: %(default)s)",
    )
    add("--once", action="store_true", help="print the board and exit")
    add(
        "--until-final",
        action="store_true",
        help="exit when all games are over, with the finals and what the stream was like",
    )
    add("--json", action="store_true", help="print every envelope as it comes, one a line")


def run(args: argparse.Namespace) -> int:
    """
    Follow.

    Returns:
        0 if it ended as asked; 1 if the server cannot be reached (--once) or the follower
        failed; 130 after Ctrl-C.
    """
    interest = _interest(args)
    # Imported only now: the reactor and the libraries of the network.
    from scoreboard.client.address import parse_address
    from scoreboard.tools.follow_run import Asked, perform

    try:
        address = parse_address(args.to)
    except RemoteError as why:
        raise UsageError(f"--to {why}") from why
    asked = Asked(
        address=address,
        wire_format=args.format,
        interest=interest,
        plays=max(0, args.plays),
        once=args.once,
        until_final=args.until_final,
        json=args.json,
    )
    return perform(asked)


def _interest(args: argparse.Namespace) -> Interest:
    """What is to be followed. Raises: UsageError."""
    try:
        for game in args.game:
            parse_game_id(game)
        for league in args.league:
            parse_league(league)
    except RemoteError as why:
        raise UsageError(str(why)) from why
    return Interest(tuple(args.game), tuple(args.team), tuple(args.league))
