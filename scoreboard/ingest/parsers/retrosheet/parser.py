"""
Retrosheet event files: one baseball game as its scorer wrote it down.

Rule: the format has no score and no clock; runs are read from the text of each event
by way of the bases, and nothing else makes one. Pure.

The information used here was obtained free of charge from and is copyrighted by
Retrosheet. Interested parties may contact Retrosheet at www.retrosheet.org.

Source: Retrosheet, "The Event File" (retrosheet.org/eventfile.htm).
"""

from __future__ import annotations

import re

from scoreboard.ingest.parsers.document import Companions, Document
from scoreboard.ingest.parsers.retrosheet.clubs import CLUBS
from scoreboard.ingest.parsers.retrosheet.game import LEAGUE, PROVIDER, GameReader
from scoreboard.ingest.parsers.retrosheet.lineup import Lineup, roster_names
from scoreboard.ingest.parsers.retrosheet.records import GameFile, read_game
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import League, game_id, team_id
from scoreboard.model.status import Status, StatusLine

__all__ = ["PROVIDER", "looks_like", "parse"]

#: Innings of a game that `info,innings` does not make shorter.
_INNINGS = 9

_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?\s*id,\"?[A-Za-z0-9]{3}[0-9]{9}\"?\s")
_NEXT_LINES = re.compile(rb"^(?:version|info|start|play),", re.MULTILINE)
_DATE = re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})\Z")


def looks_like(name: str, head: bytes) -> bool:  # noqa: ARG001
    """
    Whether a file is in this format; its content decides.

    Args:
        name: of the file; the content says enough.
        head: its first bytes, uncompressed.
    """
    return bool(_FIRST_LINE.match(head) and _NEXT_LINES.search(head))


def parse(data: bytes, companions: Companions) -> Document:
    """
    The game in `data`.

    Args:
        data: the records of one game, from its id record on.
        companions: rosters under "roster.<club code>"; they name people whom the
            game's own records do not.

    Raises:
        BadDocument: not the format, or more than one game; the text names the line.
    """
    file = read_game(data)
    reader = GameReader(
        home_first=file.info.get("htbf", "").lower() == "true",
        lineup=Lineup(names=roster_names(companions)),
    )
    reader.read(file)
    _check_winner(file, reader)
    return Document(
        provider=PROVIDER,
        meta=_meta(file),
        rows=tuple(reader.rows),
        status=_status(file, reader),
        rows_read=file.lines,
        quirks=tuple(sorted(reader.quirks.items())),
        notes=tuple(reader.notes),
    )


def _meta(file: GameFile) -> GameMeta:
    date = _DATE.match(file.info.get("date", ""))
    number = file.info.get("number", "")
    visitors = file.info.get("visteam") or "unknown"
    return GameMeta(
        game_id=game_id(LEAGUE, PROVIDER, file.game),
        league=League(LEAGUE),
        sport="baseball",
        ruleset="mlb",
        home=_team(file.info.get("hometeam") or file.game[:3]),
        away=_team(visitors),
        season=date[1] if date else None,
        season_type=file.info.get("gametype") or None,
        # 0 is the only game of the day, 1 and 2 are those of a double-header.
        game_number=int(number) if number in ("1", "2", "3") else None,
        official_date="-".join(date.groups()) if date else None,
        venue=file.info.get("site") or None,
        provider_refs=((PROVIDER, file.game),),
    )


def _team(code: str) -> Team:
    abbrev, name = CLUBS.get(code, (code, code))
    return Team(team_id(LEAGUE, code), name, abbrev, provider_refs=((PROVIDER, code),))


def _status(file: GameFile, reader: GameReader) -> StatusLine | None:
    """Final, as event files are of games that have been played; None without a single play."""
    if reader.half is None:
        return None
    scheduled = file.info.get("innings", "")
    innings = int(scheduled) if scheduled in ("3", "5", "6", "7", "8") else _INNINGS
    played = reader.half.inning
    return StatusLine(Status.FINAL, "REG" if played == innings else f"F/{played}")


def _check_winner(file: GameFile, reader: GameReader) -> None:
    """Note it if the winning pitcher played for a side that did not win."""
    winner = reader.lineup.sides.get(file.info.get("wp", ""))
    if winner is not None and winner is not reader.score.leader:
        reader.quirks["winning pitcher on a side that did not win"] += 1
        reader.notes.append(
            f"info wp: {file.info['wp']} pitched for the {winner.value} side, "
            f"the events give home {reader.score.home}, away {reader.score.away}"
        )
