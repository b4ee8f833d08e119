"""
Where the shots of an NBA game were taken, and which event each belongs to.

Rule: a shot is given to an event only if number, or player, period and second,
agree; what is left over on either side is counted, not guessed. Pure.

Two forms. The shot chart of stats.nba.com names its event (GAME_EVENT_ID). The NBA_Shots
tables do not, so they are joined on (player, period, seconds left), where a
made shot goes to a made one first if two share the second.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.ingest.parsers.document import BadDocument
from scoreboard.ingest.parsers.nba import court as nba_court
from scoreboard.ingest.parsers.nba import tables as nba_tables
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.csv_table import Row
from scoreboard.model.play import Place

_CHART = ("GAME_EVENT_ID", "PLAYER_ID", "LOC_X", "LOC_Y")
_TABLE = ("PLAYER_ID", "QUARTER", "MINS_LEFT", "SECS_LEFT", "LOC_X", "LOC_Y")

#: Roles of the companions that hold shots.
ROLES = ("shots", "shots.home", "shots.away")


@attrs.frozen
class Shot:
    """
    A shot with its place.

    Attributes:
        value: 2 or 3; None if the row does not say.
        date: of the game, as the row writes it.
    """

    place: Place
    made: bool
    value: int | None
    zone: str | None
    action: str | None
    date: str | None


@attrs.frozen
class Attempt:
    """What an event says of a shot: all that a shot is looked up by."""

    event: int
    player: int | None
    period: int
    seconds_left: int | None
    made: bool


@attrs.define
class Shots:
    """The shots that no event has taken yet."""

    by_event: dict[int, Shot] = attrs.Factory(dict)
    by_moment: dict[tuple[int | None, int, int | None], list[Shot]] = attrs.Factory(dict)
    date: str | None = None

    def take(self, attempt: Attempt) -> Shot | None:
        """The shot of `attempt`, which nobody else can get afterwards; None if there is none."""
        named = self.by_event.pop(attempt.event, None)
        if named is not None:
            return named
        moment = (attempt.player, attempt.period, attempt.seconds_left)
        waiting = self.by_moment.get(moment, [])
        for index, shot in enumerate(waiting):
            if shot.made == attempt.made:
                return waiting.pop(index)
        return waiting.pop(0) if waiting else None

    def left_over(self) -> int:
        """How many shots no event has taken."""
        return len(self.by_event) + sum(len(waiting) for waiting in self.by_moment.values())


def read(companions: Mapping[str, bytes]) -> Shots:
    """
    The shots in the companions that hold some; without any, no event finds one.

    Raises:
        BadDocument: a companion is neither form of the table.
    """
    shots = Shots()
    for role in ROLES:
        if role not in companions:
            continue
        try:
            _add(shots, companions[role])
        except BadDocument as error:
            raise BadDocument(f"{role}: {error}") from error
    return shots


def _add(shots: Shots, data: bytes) -> None:
    chart = json_member.is_json(data)
    needed = _CHART if chart else _TABLE
    for row in nba_tables.rows(data, needed, "Shot_Chart_Detail"):
        shot = _shot(row, chart=chart)
        shots.date = shots.date or shot.date
        if chart:
            shots.by_event[row.needed_integer("GAME_EVENT_ID")] = shot
            continue
        left = row.needed_integer("MINS_LEFT") * 60 + row.needed_integer("SECS_LEFT")
        moment = (row.integer("PLAYER_ID"), row.needed_integer("QUARTER"), left)
        shots.by_moment.setdefault(moment, []).append(shot)


def _shot(row: Row, *, chart: bool) -> Shot:
    x, y = row.number_in("LOC_X"), row.number_in("LOC_Y")
    if x is None or y is None:
        raise row.wrong("LOC_X" if x is None else "LOC_Y", "must be a number")
    kind = row.text("SHOT_TYPE") or ""
    return Shot(
        place=nba_court.from_legacy(x, y) if chart else nba_court.from_feet(x, y),
        made=(row.text("EVENT_TYPE") or "").lower().startswith("made"),
        value={"2": 2, "3": 3}.get(kind[:1]),
        zone=row.text("SHOT_ZONE_BASIC") or row.text("BASIC_ZONE"),
        action=row.text("ACTION_TYPE"),
        date=row.text("GAME_DATE"),
    )
