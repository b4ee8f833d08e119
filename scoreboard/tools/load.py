"""
`scoreboard load`: thousands of followers of a running server, and a feed of theirs.

Rule: nothing is printed on standard output but the result, as JSON. Shell.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from scoreboard.tools.feed_options import TOKEN_VARIABLE, token_of
from scoreboard.tools.load_crew import Crew, crew
from scoreboard.tools.load_feed import Sent
from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_plan import SUBPROTOCOLS, Group, Plan, four, game_ids, workers_for
from scoreboard.tools.load_result import result
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.usage import UsageError

#: Without a terminal, one line of progress in so many.
_RARELY = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    _add_sessions(parser)
    _add_events(parser)
    _add_trouble(parser)
    _add_feed(parser)


def _add_sessions(parser: argparse.ArgumentParser) -> None:
    """Who follows, and what."""
    add = parser.add_argument
    add("--to", default="http://127.0.0.1:8080", metavar="URL", help="(default: %(default)s)")
    add("--sessions", type=_count, default=1000, metavar="N", help="(default: %(default)s)")
    add("--processes", type=_count, metavar="N", help="that follow (default: one core is left)")
    add("--subprotocol", choices=SUBPROTOCOLS, default="json", help="(default: %(default)s)")
    add("--games", type=_count, default=1, metavar="N", help="that are made (default: 1)")
    add("--follow", type=_count, default=1, metavar="K", help="games a session (default: 1)")
    add(
        "--kinds",
        default="score",
        metavar="KIND,...",
        help="of publications, one subscription each a game (default: %(default)s)",
    )
    add(
        "--match",
        choices=("exact", "prefix", "wildcard"),
        default="exact",
        help="kind by kind, all of a game, or the kinds of all games (default: %(default)s)",
    )
    add(
        "--path",
        default="/ws",
        metavar="PATH",
        help="of the WebSocket; /ws/{game} before HAProxy: each session goes where its first "
        "game is (default: %(default)s)",
    )
    add(
        "--connect-rate",
        type=float,
        default=2000.0,
        metavar="N",
        help="connections opened in a second; 0: as fast as they go (default: 2000)",
    )


def _add_events(parser: argparse.ArgumentParser) -> None:
    """What happens meanwhile."""
    add = parser.add_argument
    add("--seconds", type=float, default=10.0, metavar="S", help="of feeding (default: 10)")
    add(
        "--rate",
        type=float,
        default=10.0,
        metavar="N",
        help="events a second, all games together; 0: only hold the sessions (default: 10)",
    )
    add(
        "--clocks",
        type=float,
        default=0.0,
        metavar="N",
        help="reports of its clock a second, in each game (default: 0)",
    )


def _add_trouble(parser: argparse.ArgumentParser) -> None:
    """What goes wrong with sessions."""
    add = parser.add_argument
    add("--stop", type=_part, default=0.0, metavar="PART", help="of the sessions stops reading")
    add("--stop-seconds", type=float, default=5.0, metavar="S", help="for so long (default: 5)")
    add(
        "--cut",
        action="store_true",
        help="in the middle, cut all sessions at once; they come back with scoreboard.v1.sync",
    )


def _add_feed(parser: argparse.ArgumentParser) -> None:
    """How the events go in."""
    add = parser.add_argument
    add(
        "--feed",
        choices=("http", "wamp"),
        default="http",
        help="how the events go in: a request for each, or calls that do not wait for each "
        "other (default: %(default)s)",
    )
    add("--source", default="load", metavar="NAME", help="name of the feed (default: load)")
    add("--token", metavar="TOKEN", help="its token; other users can see it in 'ps'")
    add("--token-file", metavar="FILE", help=f"file with it (default: variable {TOKEN_VARIABLE})")


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _part(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def plan_of(args: argparse.Namespace, descriptors: int, cores: int, tag: str) -> Plan:
    """The load that is asked for. Raises: UsageError."""
    address = urlsplit(args.to)
    if address.scheme != "http" or not address.hostname:
        raise UsageError(f"--to {args.to}: write it as http://HOST:PORT")
    if args.follow > args.games:
        raise UsageError(f"--follow {args.follow} of {args.games} games: there are not so many")
    group = Group(
        name="all",
        sessions=args.sessions,
        games=tuple(range(args.games)),
        follows=args.follow,
        kinds=tuple(kind.strip() for kind in args.kinds.split(",")),
        match=args.match,
    )
    return Plan(
        host=address.hostname,
        port=address.port or 80,
        games=game_ids(tag, args.games),
        groups=(group,),
        subprotocol=args.subprotocol,
        path=args.path,
        workers=args.processes or workers_for(args.sessions, cores, descriptors),
        rate=args.connect_rate,
        stopped=args.stop,
    )


def run(args: argparse.Namespace) -> int:
    """
    Follow, feed, and print what came of it.

    Returns:
        0 if every session was served every event in order; else 1.
    """
    descriptors = raise_descriptor_limit(0)
    tag = four(int(time.time()))
    plan = plan_of(args, descriptors, os.cpu_count() or 1, tag)
    token = token_of(args)
    progress = ProgressLine(sys.stderr, _RARELY)
    to = urlsplit(args.to)._replace(scheme=args.feed).geturl()
    with crew(plan, to, token, args.source, progress.show) as hands:
        found = _performed(hands, plan, args)
    progress.clear()
    print(json.dumps(found, indent=2))
    return 1 if found["failing"] else 0


def _performed(hands: Crew, plan: Plan, args: argparse.Namespace) -> dict[str, Any]:
    hands.create()
    joined = hands.join()
    hands.measure()
    sent, back = Sent(), None
    if args.rate:
        share = args.rate / args.games
        hands.begin_feed(dict.fromkeys(range(args.games), share), args.seconds, args.clocks)
        if plan.stopped:
            hands.stop_reading(args.stop_seconds)
        if args.cut:
            hands.listen(args.seconds / 2)
            hands.cut()
            back = hands.join()
        sent = hands.end_feed()
        hands.drain(None, args.stop_seconds + 10 if plan.stopped else 10)
    else:
        hands.listen(args.seconds)
    return result(plan, args.seconds, joined, back, sent, hands.report())
