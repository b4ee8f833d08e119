"""
The boxscoresummary of stats.nba.com: header score, teams, status and date of a game.

Rule: what the summary does not say stays None; the play-by-play never fills it in. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.ingest.parsers.nba import tables as nba_tables
from scoreboard.ingest.parsers.nba.game import Club
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.csv_table import Row
from scoreboard.model.side import Score, Side

#: GAME_STATUS_ID of a finished game.
FINAL = 3

_SIDES = {"HOME_TEAM_ID": Side.HOME, "VISITOR_TEAM_ID": Side.AWAY}


@attrs.frozen
class Summary:
    """What the summary says; nothing without one."""

    clubs: Mapping[Side, Club] = attrs.Factory(dict)
    header: Score | None = None
    status: int | None = None
    date: str | None = None


def read(companions: Mapping[str, bytes]) -> Summary:
    """
    The summary in the companion "summary", if there is one.

    Raises:
        BadDocument: it is not JSON, or a member is not what it must be.
    """
    if "summary" not in companions:
        return Summary()
    document = json_member.read(companions["summary"], "summary")
    game = next(iter(nba_tables.result_set(document, "GameSummary")), None)
    if game is None:
        return Summary()
    numbers = {game.integer(column): side for column, side in _SIDES.items()}
    numbers.pop(None, None)
    clubs: dict[Side, Club] = {}
    points: dict[Side, int] = {}
    for line in nba_tables.result_set(document, "LineScore"):
        side, total = numbers.get(line.integer("TEAM_ID")), line.integer("PTS")
        if side is None:
            continue
        clubs[side] = _club(line)
        if total is not None:
            points[side] = total
    return Summary(
        clubs=clubs,
        header=Score(points[Side.HOME], points[Side.AWAY]) if len(points) == len(Side) else None,
        status=game.integer("GAME_STATUS_ID"),
        date=game.text("GAME_DATE_EST"),
    )


def _club(line: Row) -> Club:
    words = (line.text("TEAM_CITY_NAME"), line.text("TEAM_NICKNAME"))
    return Club(
        ref=str(line.needed_integer("TEAM_ID")),
        name=" ".join(word for word in words if word) or None,
        abbrev=line.text("TEAM_ABBREVIATION"),
        record=line.text("TEAM_WINS_LOSSES"),
    )
