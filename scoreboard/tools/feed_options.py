"""
Options of the commands that send: where to, as whom, how fast.

Rule: a token is taken from where others cannot read it, if the user lets it. Shell.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from scoreboard.tools.usage import UsageError

#: Where the token is looked for when no option says it.
TOKEN_VARIABLE = "SCOREBOARD_TOKEN"  # noqa: S105 - the name of a variable


def add_feed_arguments(parser: argparse.ArgumentParser, source: str) -> None:
    """
    `--to`, `--source`, `--token`, `--token-file`, `--speed`.

    Args:
        source: the feed's name unless the user gives one.
    """
    add = parser.add_argument
    add(
        "--speed",
        type=speed,
        default=1.0,
        metavar="N|max",
        help="seconds of the games in a second: 60 is a minute a second; "
        "max: as fast as the server answers (default: 1)",
    )
    add(
        "--to",
        default="http://127.0.0.1:8080",
        metavar="URL",
        help="the server (default: %(default)s)",
    )
    add(
        "--source",
        default=source,
        metavar="NAME",
        help="name of the feed, as in [feeds.NAME] of the server's settings (default: %(default)s)",
    )
    add("--token", metavar="TOKEN", help="the feed's token; other users can see it in 'ps'")
    add(
        "--token-file",
        type=Path,
        metavar="FILE",
        help=f"file with the token (default: the variable {TOKEN_VARIABLE})",
    )


def speed(text: str) -> float | None:
    """A speed, None for "max". Raises: ArgumentTypeError."""
    if text == "max":
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no speed: a number above 0, or max")
    return value


def address_of(args: argparse.Namespace) -> str:
    """The server's address without a slash at the end. Raises: UsageError."""
    address: str = args.to.rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise UsageError(f"--to {args.to}: write it as http://HOST:PORT")
    return address


def token_of(args: argparse.Namespace) -> str:
    """The token, from where the user keeps it. Raises: UsageError."""
    if args.token:
        return str(args.token)
    if args.token_file:
        try:
            token: str = args.token_file.read_text().strip()
        except OSError as why:
            raise UsageError(f"--token-file {args.token_file}: {why.strerror}") from why
    else:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise UsageError(
            f"no token: set {TOKEN_VARIABLE}, or use --token-file FILE or --token TOKEN; it is "
            f"the token of [feeds.{args.source}] in the server's settings"
        )
    return token
