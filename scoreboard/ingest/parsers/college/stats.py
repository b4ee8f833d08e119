"""
STATS play-by-play of college basketball: one CSV table per game.

Rule: columns are read by name (files of 34 and of 45 columns are told apart by
nothing); the score is the one on the rows, not the sum of the shots. Pure.

Companion "schedule": the provider's schedule lines; the one with the same `game_id` has
the official totals, the start and the teams' short names. Without it there is no header.
A contradiction between the two is not mended: compare `header` with the claim "last row".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import attrs

from scoreboard.ingest.parsers.college.game import LEAGUE, RULESET, SPORT, final, is_over, team
from scoreboard.ingest.parsers.college.stats_play import SCHEME, cast, draft
from scoreboard.ingest.parsers.document import BadDocument, Companions, Document
from scoreboard.ingest.parsers.nba import wallclock as nba_wallclock
from scoreboard.ingest.parsers.reading import csv_table
from scoreboard.ingest.parsers.reading.csv_table import Row
from scoreboard.ingest.parsers.running.game_rows import in_order
from scoreboard.ingest.parsers.running.scored_rows import disagreement, scored
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import game_id
from scoreboard.model.side import Score, Side

PROVIDER = "stats"

#: Columns without which a file is not in this format.
_NEEDED = (
    "game_id",
    "play_id",
    "half",
    "home",
    "away",
    "home_score",
    "away_score",
    "event_team",
    "half_secs_remaining",
    "desc",
)
_SCHEDULE = ("game_id", "home", "away", "home_total", "away_total")

#: A gap in the numbers of the plays is counted only between numbers.
_DIGITS = frozenset("0123456789")


def looks_like(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` is in this format, whatever its `name`."""
    del name
    return set(_NEEDED) <= set(csv_table.headings(head))


def parse(data: bytes, companions: Companions) -> Document:
    """
    The game in `data`.

    Raises:
        BadDocument: not this format, with the row and column that shows it.
    """
    rows = csv_table.read(data, _NEEDED).rows
    if not rows:
        raise BadDocument("row 2: no plays, so nothing says which game this is")
    ref = _game_ref(rows)
    quirks: Counter[str] = Counter()
    who = cast(rows)
    drafts = in_order((draft(row, who, quirks) for row in rows), quirks, end_clock_ms=0)
    played = scored(drafts, quirks)
    quirks["id gap"] += _gaps(rows)
    line = _line(companions.get("schedule"), ref)
    header = _header(line)
    notes = disagreement(header, played.last_claim, quirks)
    over = is_over(drafts[-1].facts)
    return Document(
        provider=PROVIDER,
        meta=_meta(rows, ref, line),
        rows=played.rows,
        status=final(drafts[-1].facts.period_index) if over else None,
        header=header,
        claims=(("last row", played.last_claim),) if played.last_claim else (),
        rows_read=len(rows),
        quirks=tuple(sorted((+quirks).items())),
        notes=(*played.notes, *notes),
    )


def _game_ref(rows: tuple[Row, ...]) -> str:
    """The one game that all rows are of. Raises: BadDocument."""
    ref = rows[0].needed_text("game_id")
    for row in rows:
        if row.text("game_id") != ref:
            raise row.wrong("game_id", f"is another game than {ref}")
    return ref


def _gaps(rows: tuple[Row, ...]) -> int:
    """How often a play's number is not the next one."""
    numbers = [int(text) for row in rows if (text := row.text("play_id")) and set(text) <= _DIGITS]
    steps = (after - before for before, after in pairwise(numbers))
    return sum(step > 1 for step in steps)


def _line(schedule: bytes | None, ref: str) -> Row | None:
    """The schedule's line of the game; None without one. Raises: BadDocument."""
    return None if schedule is None else _schedule(schedule).get(ref)


@lru_cache(maxsize=4)
def _schedule(data: bytes) -> Mapping[str, Row]:
    """The first line of each game; a season's games share one schedule, so it is read once."""
    try:
        lines = csv_table.read(data, _SCHEDULE).rows
    except BadDocument as error:
        raise BadDocument(f"schedule: {error}") from error
    return {line.text("game_id") or "": line for line in reversed(lines)}


def _header(line: Row | None) -> Score | None:
    if line is None:
        return None
    home, away = line.integer("home_total"), line.integer("away_total")
    return None if home is None or away is None else Score(home, away)


def _meta(rows: tuple[Row, ...], ref: str, line: Row | None) -> GameMeta:
    first = rows[0]
    day = nba_wallclock.day(first.text("date") or (line.text("game_date") if line else None))
    start = (line.text("start_time") or "").removesuffix(" ET") if line else ""
    (start_ms,) = nba_wallclock.utc_ms([nba_wallclock.minutes(start)], day)
    return GameMeta(
        game_id=game_id(LEAGUE, SCHEME, ref),
        league=LEAGUE,
        sport=SPORT,
        ruleset=RULESET.id,
        home=_team(rows, Side.HOME, line),
        away=_team(rows, Side.AWAY, line),
        season=first.text("season"),
        official_date=day.isoformat() if day else None,
        scheduled_start_ms=start_ms,
        neutral_site=bool(first.flag("neutral")),
        provider_refs=((SCHEME, ref),),
    )


def _team(rows: tuple[Row, ...], side: Side, line: Row | None) -> Team:
    name = rows[0].needed_text(side.value)
    numbers = (row.text("team_id") for row in rows if row.text("event_team") == name)
    number = next((number for number in numbers if number), None)
    plain = team(name)
    if line is not None:
        number = line.text(f"{side.value}_id") or number
        plain = team(
            name,
            abbrev=line.text(f"{side.value}_abbr"),
            record=line.text(f"{side.value}_record"),
            rank=line.integer(f"{side.value}_ap_ranking"),
        )
    refs = ((SCHEME, number.removesuffix(".0")),) if number else ()
    return attrs.evolve(plain, provider_refs=refs)
