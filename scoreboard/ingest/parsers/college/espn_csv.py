"""
ESPN play-by-play of college basketball as a CSV table, one game per file.

Rule: a row names no side and no points: both are read from the text and from whose
score moves, and the score is the one on the rows. There is no header. Pure.

# Note [Whose player]

The table says "Foul on Jalen Adams." and not for whom he plays. A player of whom some
basket or assist moved the score of one side only is of that side, in all rows; of
others nothing is said. Teams are known by their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import attrs

from scoreboard.ingest.parsers.college import espn_text
from scoreboard.ingest.parsers.college.espn_text import ESPN
from scoreboard.ingest.parsers.college.game import (
    LEAGUE,
    MAX_PERIODS,
    MAX_SCORE,
    RULESET,
    SPORT,
    clock_in,
    final,
    is_over,
    season,
    team,
)
from scoreboard.ingest.parsers.document import BadDocument, Companions, Document
from scoreboard.ingest.parsers.reading import csv_table
from scoreboard.ingest.parsers.reading.csv_table import Row
from scoreboard.ingest.parsers.reading.text_form import Told
from scoreboard.ingest.parsers.running.game_rows import Draft, in_order
from scoreboard.ingest.parsers.running.scored_rows import scored
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import game_id
from scoreboard.model.play import Participant, PlayFacts, ShotFacts
from scoreboard.model.side import Score, Side

PROVIDER = "espn_csv"

_NEEDED = (
    "play_id",
    "half",
    "time_remaining_half",
    "description",
    "home_score",
    "away_score",
    "home",
    "away",
    "game_id",
)

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


@attrs.frozen
class _Line:
    """A row, and what its text says."""

    row: Row
    says: Told
    claim: Score | None


def looks_like(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` is in this format, whatever its `name`."""
    del name
    return set(_NEEDED) <= set(csv_table.headings(head))


def parse(data: bytes, companions: Companions) -> Document:
    """
    The game in `data`; needs no companions.

    Raises:
        BadDocument: not this format, with the row and column that shows it.
    """
    del companions
    rows = csv_table.read(data, _NEEDED).rows
    if not rows:
        raise BadDocument("row 2: no plays, so nothing says which game this is")
    quirks: Counter[str] = Counter()
    lines = [_line(row, rows[0]) for row in rows]
    plays = [line for line in lines if line.says.play_type != "heading"]
    quirks["heading"] = len(lines) - len(plays)
    sides = _sides(plays)
    drafts = in_order((_draft(line, sides, quirks) for line in plays), quirks, end_clock_ms=0)
    played = scored(drafts, quirks)
    over = bool(drafts) and is_over(drafts[-1].facts)
    return Document(
        provider=PROVIDER,
        meta=_meta(rows[0]),
        rows=played.rows,
        status=final(drafts[-1].facts.period_index) if over else None,
        claims=(("last row", played.last_claim),) if played.last_claim else (),
        rows_read=len(rows),
        quirks=tuple(sorted((+quirks).items())),
        notes=played.notes,
    )


def _line(row: Row, first: Row) -> _Line:
    for column in ("game_id", "home", "away"):
        if row.needed_text(column) != first.needed_text(column):
            raise row.wrong(column, f"is another game than row {first.number}")
    return _Line(row, espn_text.told(row.text("description") or ""), _score(row))


def _score(row: Row) -> Score | None:
    if row.text("home_score") is None or row.text("away_score") is None:
        return None
    return Score(row.bounded("home_score", 0, MAX_SCORE), row.bounded("away_score", 0, MAX_SCORE))


def _sides(lines: Sequence[_Line]) -> Mapping[str, Side]:
    """The side of each name that a text uses. See Note [Whose player]."""
    seen: dict[str, set[Side]] = {}
    before = Score()
    for line in lines:
        change = (line.claim or before) - before
        before = line.claim or before
        if line.says.play_type not in {"shot", "freethrow"} or not espn_text.made(line.says):
            continue
        points = espn_text.value(line.says)
        scorers = [side for side in Side if change == Score().plus(side, points)]
        for person in line.says.people if scorers else ():
            seen.setdefault(person.name, set()).add(scorers[0])
    found = {name: sides.pop() for name, sides in seen.items() if len(sides) == 1}
    first = lines[0].row if lines else None
    return found | ({first.needed_text(side.value): side for side in Side} if first else {})


def _draft(line: _Line, sides: Mapping[str, Side], quirks: Counter[str]) -> Draft:
    row, says = line.row, line.says
    text = row.text("description")
    teams = frozenset(row.needed_text(side.value) for side in Side)
    side = next((sides[person.name] for person in says.people if person.name in sides), None)
    shot = _shot(says)
    quirks["no text"] += text is None
    quirks["unknown play"] += text is not None and says.play_type == "unknown"
    period = row.bounded("half", 1, MAX_PERIODS)
    facts = PlayFacts(
        play_type=espn_text.play_type(says, shot) if text else "comment",
        period_index=period,
        subtype=says.variety,
        clock_ms=clock_in(_clock(row), period, quirks),
        side=side,
        points=shot.value if shot and shot.made else 0,
        points_to=side if shot and shot.made else None,
        result=("made" if shot.made else "missed") if shot else None,
        participants=_people(says, sides, teams),
        shot=shot,
        text=text,
    )
    return Draft(row.needed_text("play_id"), f"row {row.number}", facts, line.claim)


def _clock(row: Row) -> int | None:
    text = row.text("time_remaining_half")
    value = None if text is None else espn_text.clock_ms(text)
    if text is not None and value is None:
        raise row.wrong("time_remaining_half", "is no clock such as 19:46")
    return value


def _shot(says: Told) -> ShotFacts | None:
    if says.play_type not in {"shot", "freethrow"}:
        return None
    return ShotFacts(
        espn_text.value(says), espn_text.made(says), espn_text.feet(says.variety or "")
    )


def _people(
    says: Told, sides: Mapping[str, Side], teams: frozenset[str]
) -> tuple[Participant, ...]:
    """Who the text names, teams left out."""
    return tuple(
        Participant(role=person.role, name=person.name, side=sides.get(person.name))
        for person in says.people
        if person.role != "team" and person.name not in teams
    )


def _meta(first: Row) -> GameMeta:
    ref = first.needed_text("game_id")
    home, away = first.needed_text("home"), first.needed_text("away")
    day = _day(first.text("date") or "")
    return GameMeta(
        game_id=game_id(LEAGUE, ESPN, ref),
        league=LEAGUE,
        sport=SPORT,
        ruleset=RULESET.id,
        home=team(home),
        away=team(away),
        season=season(day) if day else None,
        official_date=day.isoformat() if day else None,
        provider_refs=((ESPN, ref),),
    )


def _day(text: str) -> date | None:
    """The date "March 15, 2018" or "2018-03-15"; None if it is neither."""
    words = text.replace(",", " ").split()
    if len(words) == 3 and words[0].lower() in _MONTHS and words[1].isdigit():
        month = _MONTHS.index(words[0].lower()) + 1
        text = f"{words[2]}-{month:02d}-{int(words[1]):02d}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
