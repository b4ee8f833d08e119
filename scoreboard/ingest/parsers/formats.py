"""
The formats that can be read, and how to tell them apart.

Rule: nobody else lists them; the content of a file decides, never its name. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs

from scoreboard.ingest.parsers.college import espn_csv, espn_json, stats
from scoreboard.ingest.parsers.document import Companions, Document
from scoreboard.ingest.parsers.hockeytech import parser as hockeytech
from scoreboard.ingest.parsers.nba import live as nba_live
from scoreboard.ingest.parsers.nba import stats as nba_stats
from scoreboard.ingest.parsers.nfl import parser as nfl
from scoreboard.ingest.parsers.retrosheet import parser as retrosheet
from scoreboard.ingest.parsers.wyscout import parser as wyscout

#: Bytes of a file, uncompressed, that are enough to recognise it. NFL documents name
#: their members only after a list of external ids.
HEAD = 64 * 1024


def _alone(_name: str) -> dict[str, str]:
    return {}


@attrs.frozen
class Format:
    """
    A provider's format.

    Attributes:
        provider: as `Document.provider` has it.
        title: for people.
        looks_like: whether a file with that name and those first bytes is in it.
        companions: name of a game's file -> role -> where a companion may lie: a shell
            pattern relative to the file's folder, names without ".gz". A role that ends
            in "." is completed by the name that is found, up to its first digit.
    """

    provider: str
    title: str
    looks_like: Callable[[str, bytes], bool]
    parse: Callable[[bytes, Companions], Document]
    companions: Callable[[str], dict[str, str]] = _alone


def _schedule(_name: str) -> dict[str, str]:
    return {"schedule": "schedule.csv"}


def _matches(_name: str) -> dict[str, str]:
    return {"matches": "matches.json"}


def _rosters(_name: str) -> dict[str, str]:
    return {"roster.": "rosters/*.ROS"}


def _box(name: str) -> dict[str, str]:
    box = name.replace("playbyplay", "boxscore")
    return {} if box == name else {"boxscore": box}


def _shots(name: str) -> dict[str, str]:
    """A table of shots in a folder beside that of the events, or one document a side."""
    if "playbyplay" not in name:
        return {"shots": f"../shots/{name}"}
    roles = ("shots-home", "shots-away", "summary")
    return {role.replace("-", "."): name.replace("playbyplay", role) for role in roles}


class _Parser(Protocol):
    """What a module of a format offers."""

    PROVIDER: str

    def looks_like(self, name: str, head: bytes, /) -> bool:
        """Whether a file is in the format."""

    def parse(self, data: bytes, companions: Companions, /) -> Document:
        """The game in `data`."""


def _of(
    module: _Parser, title: str, companions: Callable[[str], dict[str, str]] = _alone
) -> Format:
    return Format(module.PROVIDER, title, module.looks_like, module.parse, companions)


FORMATS: tuple[Format, ...] = (
    _of(nfl, "NFL game details, JSON"),
    _of(nba_live, "NBA live play-by-play, JSON", _box),
    _of(nba_stats, "stats.nba.com play-by-play, CSV or JSON", _shots),
    _of(stats, "STATS college play-by-play, CSV", _schedule),
    _of(espn_csv, "ESPN college play-by-play, CSV"),
    _of(espn_json, "ESPN game summary, JSON"),
    _of(wyscout, "Wyscout match events, JSON", _matches),
    _of(hockeytech, "HockeyTech play-by-play, JSON"),
    _of(retrosheet, "Retrosheet event file", _rosters),
)


def recognise(name: str, head: bytes) -> Format | None:
    """
    The format of a file; None if it is in none of them.

    Args:
        name: without folder and ".gz".
        head: its first `HEAD` bytes, uncompressed.
    """
    return next((known for known in FORMATS if known.looks_like(name, head)), None)
