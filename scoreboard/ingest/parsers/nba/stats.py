"""
Play-by-play of stats.nba.com: one game as a CSV or a JSON table.

Rule: `EVENTNUM` is the identity, the file is the order, and the two never stand in for
each other; the SCORE column is the authority for totals. Pure.

Companions: "shots" (NBA_Shots table), or "shots.home" and "shots.away" (shot charts), for
places and the date of the game; "summary" (boxscoresummary) for the header score, teams
and status. Without them a game has no places, no wall clock and no header.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from scoreboard.ingest.parsers.document import BadDocument, Companions, Document, PlayRow
from scoreboard.ingest.parsers.nba import game as nba_game
from scoreboard.ingest.parsers.nba import score as nba_score
from scoreboard.ingest.parsers.nba import shots as nba_shots
from scoreboard.ingest.parsers.nba import summary as nba_summary
from scoreboard.ingest.parsers.nba import tables as nba_tables
from scoreboard.ingest.parsers.nba import text as nba_text
from scoreboard.ingest.parsers.nba import wallclock as nba_wallclock
from scoreboard.ingest.parsers.nba.game import Club, NbaGame
from scoreboard.ingest.parsers.nba.shots import Shots
from scoreboard.ingest.parsers.nba.stats_play import (
    FREE_THROW,
    PERIOD_END,
    REBOUND,
    Setting,
    attempt,
    facts,
    score_after,
    side_of,
    text_of,
)
from scoreboard.ingest.parsers.reading import csv_table, json_member
from scoreboard.ingest.parsers.reading.csv_table import Row
from scoreboard.ingest.parsers.telling.arrival import arrivals
from scoreboard.model.play import ORDER_STEP
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine

PROVIDER = "nba_stats"

_NEEDED = ("GAME_ID", "EVENTNUM", "EVENTMSGTYPE", "PERIOD", "PCTIMESTRING", "SCORE")
_JSON = re.compile(rb'"EVENTNUM"\s*,\s*"EVENTMSGTYPE"')

#: PERSONnTYPE of a player of each side.
_PLAYER_OF = {4: Side.HOME, 5: Side.AWAY}


def looks_like(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` is in this format, whatever its `name`."""
    del name
    if json_member.is_json(head):
        return bool(_JSON.search(head))
    return set(_NEEDED) <= set(csv_table.headings(head))


def parse(data: bytes, companions: Companions) -> Document:
    """
    The game in `data`.

    Raises:
        BadDocument: not this format, with the row and column that show it.
    """
    table = nba_tables.rows(data, _NEEDED, "PlayByPlay")
    ident = _game(data, table)
    quirks: Counter[str] = Counter()
    table = _in_order(table, quirks)
    summary = nba_summary.read(companions)
    shots = nba_shots.read(companions)
    day = nba_wallclock.day(summary.date) or nba_wallclock.day(shots.date)
    plays = _plays(table, ident, shots, day, quirks)
    rows, notes = nba_score.counted(plays, quirks, "EVENTNUM")
    if not any(role in companions for role in nba_shots.ROLES):
        del quirks["shot without a place"]
    quirks["place without a shot"] = shots.left_over()
    last = next((row.score_after for row in reversed(plays) if row.score_after), None)
    return Document(
        provider=PROVIDER,
        meta=ident.meta(
            _clubs(table) | dict(summary.clubs), official_date=day.isoformat() if day else None
        ),
        rows=rows,
        status=_status(summary, plays, last),
        header=summary.header,
        claims=(("last SCORE", last),) if last else (),
        rows_read=len(table),
        quirks=tuple(sorted((+quirks).items())),
        notes=(*_unsaid(table), *notes),
    )


def _game(data: bytes, table: Sequence[Row]) -> NbaGame:
    """The game by the first row; before the first row, by the request that JSON repeats."""
    if table:
        return nba_game.game_of(table[0].needed_text("GAME_ID"), f"row {table[0].number}")
    if not json_member.is_json(data):
        raise BadDocument("row 2: there is no row to name the game")
    asked = json_member.read(data)["parameters"]["GameID"]
    return nba_game.game_of(asked.text() or "", asked.path)


def _in_order(table: Sequence[Row], quirks: Counter[str]) -> tuple[Row, ...]:
    """
    The rows in game order: that of the file, but for rows outside their period.

    A row of an earlier period stands with that period, and the end of a period behind
    the rest of it, so that the last row tells whether the game is over.
    """
    places = [
        (row.needed_integer("PERIOD"), row.integer("EVENTMSGTYPE") == PERIOD_END) for row in table
    ]
    for before, after in pairwise(places):
        quirks["period steps back"] += after[0] < before[0]
        quirks["row after the end of its period"] += after[0] == before[0] and before[1]
    return tuple(table[index] for index in sorted(range(len(table)), key=places.__getitem__))


def _plays(
    table: Sequence[Row], ident: NbaGame, shots: Shots, day: date | None, quirks: Counter[str]
) -> list[PlayRow]:
    numbers = [row.needed_integer("EVENTNUM") for row in table]
    orders = [ORDER_STEP * place for place in range(1, len(table) + 1)]
    times = [nba_wallclock.minutes(row.text("WCTIMESTRING")) for row in table]
    walls = nba_wallclock.utc_ms(times, day)
    rebounds = nba_text.rebounds(_rebound_texts(table))
    quirks.update("id steps back" for a, b in pairwise(numbers) if b < a)
    quirks["no wall clock"] = sum(time is None for time in times)
    quirks["wall clock steps back"] = sum(
        b < a for a, b in pairwise(wall for wall in walls if wall is not None)
    )
    came = arrivals(numbers, orders)
    met: Counter[int] = Counter()
    plays = []
    for place, row in enumerate(table):
        number = numbers[place]
        met[number] += 1
        tried = attempt(row)
        shot = shots.take(tried) if tried else None
        said = facts(row, ident, Setting(orders[place], walls[place], rebounds[place], shot))
        ref = str(number) if met[number] == 1 else f"{number}#{met[number]}"
        arrival = None if came is None else came[place]
        plays.append(PlayRow(ref, said, score_after=score_after(row), arrival=arrival))
        quirks["repeated id"] += met[number] > 1
        quirks["late row"] += arrival is not None and arrival != orders[place]
        quirks["no clock"] += said.clock_ms is None
        quirks["unknown type"] += said.play_type == "unknown"
        quirks["shot without a place"] += tried is not None and shot is None
        quirks["free throw without a result"] += said.play_type == "freethrow" and not said.shot
    return plays


def _rebound_texts(table: Sequence[Row]) -> list[tuple[int | None, str | None]]:
    """Player and description of each rebound; (None, None) for every other row."""
    return [
        (row.integer("PLAYER1_ID"), text_of(row, side_of(row)))
        if row.integer("EVENTMSGTYPE") == REBOUND
        else (None, None)
        for row in table
    ]


def _unsaid(table: Sequence[Row]) -> list[str]:
    """A note for each free throw that says neither made nor missed."""
    return [
        f"EVENTNUM {row.text('EVENTNUM')}: {text!r} says neither made nor missed: counts nothing"
        for row in table
        if row.integer("EVENTMSGTYPE") == FREE_THROW
        and nba_text.free_throw_made(
            text := text_of(row, side_of(row)), scored=bool(row.text("SCORE"))
        )
        is None
    ]


def _clubs(table: Sequence[Row]) -> dict[Side, Club]:
    """The teams by the players: the first player of each side names them."""
    clubs: dict[Side, Club] = {}
    for row in table:
        for place in (1, 2, 3):
            side = _PLAYER_OF.get(row.integer(f"PERSON{place}TYPE") or 0)
            prefix = f"PLAYER{place}_TEAM_"
            abbrev = row.text(prefix + "ABBREVIATION")
            if side is None or side in clubs or abbrev is None:
                continue
            words = (row.text(prefix + "CITY"), row.text(prefix + "NICKNAME"))
            number = row.integer(prefix + "ID")
            clubs[side] = Club(
                ref=None if number is None else str(number),
                name=" ".join(word for word in words if word) or None,
                abbrev=abbrev,
            )
        if len(clubs) == len(Side):
            break
    return clubs


def _status(
    summary: nba_summary.Summary, plays: Sequence[PlayRow], last: Score | None
) -> StatusLine:
    """The status by the summary, or else by the last row of the table."""
    if not plays:
        return StatusLine(Status.SCHEDULED)
    period = max(row.facts.period_index for row in plays)
    ended = plays[-1].facts.play_type == "period_end"
    decided = period >= nba_game.REGULATION and last is not None and last.leader is not None
    if summary.status == nba_summary.FINAL or (ended and decided):
        return StatusLine(Status.FINAL, nba_game.decided_in(period))
    return nba_game.break_after(period) if ended else StatusLine(Status.IN_PROGRESS)
