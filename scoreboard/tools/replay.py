"""
`scoreboard replay`: recorded games, sent to a running server as their feeds would.

Rule: the server hears what a feed would have said, in the order and, at the chosen
speed, at the time it would have; a game that fails costs the others nothing. Shell.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

import attrs

from scoreboard.codec.json_text import write_json
from scoreboard.codec.shape_game import meta as write_meta
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.telling.timeline import Arrival
from scoreboard.model.ids import BadId, parse_source_id
from scoreboard.tools.feed_options import add_feed_arguments, address_of, token_of
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.recorded import read_recorded
from scoreboard.tools.recorded_fold import about
from scoreboard.tools.replay_feed import Script
from scoreboard.tools.replay_schedule import Pace, Plan, plan
from scoreboard.tools.replay_tally import GameTally, Tally
from scoreboard.tools.usage import UsageError

#: A replay in which nobody would see anything for so long is a mistake, seconds.
_MAX_SILENCE_S = 6 * 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    add = parser.add_argument
    add("paths", metavar="DIR", nargs="+", type=Path, help="folder with recorded games, or a file")
    add_feed_arguments(parser, "replay")
    add("--align", action="store_true", help="shift the games so that their first plays coincide")
    add(
        "--game",
        action="append",
        metavar="PATTERN",
        help="only games whose name fits (shell pattern or part of the name); can be repeated",
    )
    add("--seed", type=int, metavar="N", help="make the random waits between attempts repeatable")
    add("--json", action="store_true", help="print one JSON document instead of the table")


@attrs.frozen
class Prepared:
    """
    All that is to be sent.

    Attributes:
        unreadable: files that hold no game that can be read, and why.
    """

    plan: Plan
    scripts: tuple[Script, ...]
    tallies: tuple[GameTally, ...]
    unreadable: tuple[str, ...]


def run(args: argparse.Namespace) -> int:
    """
    Send the games.

    Returns:
        0 if the server has recorded every message of every game; else 1.
    """
    to = (address_of(args), _source(args), token_of(args))
    progress = ProgressLine()
    prepared = prepare(args.paths, args.game or (), align=args.align, progress=progress)
    pace = Pace(args.speed)
    _check_silence(prepared.plan, pace)
    # The reactor is imported only now: parsing needs none, and `--help` must not wait for it.
    from scoreboard.tools.replay_run import perform

    chance = random.Random(args.seed).random  # noqa: S311 - a wait is no secret
    tally = Tally(list(prepared.tallies))
    took = perform(prepared.plan, prepared.scripts, tally, pace, to, chance)
    if args.json:
        print(json.dumps(tally.document(took.elapsed_s, prepared.unreadable), indent=1))
    else:
        print("\n".join(tally.lines(took.elapsed_s)))
    if took.interrupted:
        raise KeyboardInterrupt
    return 1 if tally.failing or prepared.unreadable else 0


def _source(args: argparse.Namespace) -> str:
    try:
        return parse_source_id(args.source)
    except BadId as why:
        raise UsageError(f"--source: {why}") from why


def prepare(
    paths: Sequence[Path], patterns: Sequence[str], *, align: bool, progress: ProgressLine
) -> Prepared:
    """
    Read the games and lay out when everything is due.

    Raises:
        UsageError: there are no such games.
    """
    recorded, unreadable = read_recorded(paths, patterns, progress)
    laid = plan([one.arrivals for one in recorded], align=align)
    scripts = (
        _script(one.document, one.arrivals, offsets)
        for one, offsets in zip(recorded, laid.offsets, strict=True)
    )
    tallies = (
        GameTally(one.game.name, _teams(one.document), len(one.arrivals)) for one in recorded
    )
    return Prepared(laid, tuple(scripts), tuple(tallies), unreadable)


def _teams(document: Document) -> str:
    return f"{document.meta.away.abbrev}-{document.meta.home.abbrev}"


def _script(document: Document, arrivals: Sequence[Arrival], offsets: tuple[int, ...]) -> Script:
    meta = document.meta
    return Script(
        game_id=meta.game_id,
        meta=write_json(write_meta(meta)),
        lines=tuple(write_json(write_message(a.message, meta)) for a in arrivals),
        about=tuple(about(arrival.message.report) for arrival in arrivals),
        offsets=offsets,
    )


def _check_silence(laid: Plan, pace: Pace) -> None:
    """Refuse a replay that would stand still for hours: games of different days."""
    if pace.speed is None:
        return
    silence_s = laid.longest_silence_ms / 1000 / pace.speed
    if silence_s > _MAX_SILENCE_S:
        raise UsageError(
            f"at this speed nothing would happen for {silence_s / 3600:.0f} hours between two "
            "games; use --align, a higher --speed, or one folder at a time"
        )
