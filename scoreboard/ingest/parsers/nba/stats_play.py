"""
One event of stats.nba.com's play-by-play as a play.

Rule: an event is worth what its type and description say; a free throw that says
neither made nor missed and carries no score counts nothing. Pure.

Source: the columns of the recorded games. PERSONnTYPE 4 and 5 are players of the home
and the visiting team, 2 and 3 the teams themselves (their number stands in the player's
column), 1 and 6, 7 officials and coaches.
"""

from __future__ import annotations

import re

import attrs

from scoreboard.ingest.parsers.nba import court as nba_court
from scoreboard.ingest.parsers.nba import text as nba_text
from scoreboard.ingest.parsers.nba.game import NbaGame
from scoreboard.ingest.parsers.nba.shots import Attempt, Shot
from scoreboard.ingest.parsers.reading.csv_table import Row
from scoreboard.model.play import Participant, PlayFacts, ShotFacts
from scoreboard.model.side import Score, Side

MADE, MISSED, FREE_THROW, REBOUND, FOUL, PERIOD_END = 1, 2, 3, 4, 6, 13

_TYPES = {
    3: "freethrow",
    4: "rebound",
    5: "turnover",
    6: "foul",
    7: "violation",
    8: "substitution",
    9: "timeout",
    10: "jumpball",
    11: "ejection",
    12: "period_start",
    13: "period_end",
    18: "review",
    20: "stoppage",
}

#: EVENTMSGTYPE -> roles of the three players.
_ROLES = {
    1: ("shooter", "assist", "player"),
    2: ("shooter", "player", "blocker"),
    3: ("shooter", "player", "player"),
    4: ("rebounder", "player", "player"),
    5: ("loser", "stealer", "player"),
    6: ("fouler", "fouled", "player"),
    7: ("violator", "player", "player"),
    8: ("out", "in", "player"),
    10: ("jumper", "jumper", "jumpball_recovered"),
    11: ("ejected", "player", "player"),
}
_SIDES = {2: Side.HOME, 3: Side.AWAY, 4: Side.HOME, 5: Side.AWAY}
_TEXTS = {Side.HOME: "HOMEDESCRIPTION", Side.AWAY: "VISITORDESCRIPTION"}

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?:\.([0-9]))?\Z")
_SCORE = re.compile(r"([0-9]{1,3}) - ([0-9]{1,3})\Z")


@attrs.frozen
class Setting:
    """What a row cannot say by itself: wall clock, kind of rebound, place of the shot."""

    order: int
    wallclock_ms: int | None = None
    rebound: str | None = None
    shot: Shot | None = None


def clock_ms(row: Row) -> int | None:
    """What is left of the period; None if the row has no clock."""
    text = row.text("PCTIMESTRING")
    if text is None:
        return None
    found = _CLOCK.match(text)
    if not found:
        raise row.wrong("PCTIMESTRING", "is not a clock such as 11:40")
    return (int(found[1]) * 60 + int(found[2])) * 1000 + int(found[3] or 0) * 100


def score_after(row: Row) -> Score | None:
    """The running score on the row, which is written "visitor - home"; most rows have none."""
    text = row.text("SCORE")
    if text is None:
        return None
    found = _SCORE.match(text)
    if not found:
        raise row.wrong("SCORE", "is not a score such as 3 - 2")
    return Score(home=int(found[2]), away=int(found[1]))


def side_of(row: Row) -> Side | None:
    """Who acted: by the first person, or else by the only side that has a description."""
    by_person = _SIDES.get(row.integer("PERSON1TYPE") or 0)
    if by_person:
        return by_person
    told = [side for side, column in _TEXTS.items() if row.text(column)]
    return told[0] if len(told) == 1 else None


def text_of(row: Row, side: Side | None) -> str | None:
    """The description of what `side` did; without a side, whatever there is."""
    if side is not None:
        return row.text(_TEXTS[side]) or row.text("NEUTRALDESCRIPTION")
    columns = ("HOMEDESCRIPTION", "NEUTRALDESCRIPTION", "VISITORDESCRIPTION")
    return "; ".join(text for text in map(row.text, columns) if text) or None


def attempt(row: Row) -> Attempt | None:
    """What the row says of a shot from the field; None if it is no such shot."""
    kind = row.integer("EVENTMSGTYPE")
    if kind not in (MADE, MISSED):
        return None
    left = clock_ms(row)
    return Attempt(
        event=row.needed_integer("EVENTNUM"),
        player=row.integer("PLAYER1_ID"),
        period=row.needed_integer("PERIOD"),
        seconds_left=None if left is None else left // 1000,
        made=kind == MADE,
    )


def facts(row: Row, game: NbaGame, setting: Setting) -> PlayFacts:
    """What the row says happened."""
    kind = row.integer("EVENTMSGTYPE") or 0
    side = side_of(row)
    acted = text_of(row, side)
    goal = nba_text.field_goal(acted)
    shot = _shot(row, acted, setting)
    points = shot.value if shot and shot.made and side else 0
    if shot is None:
        play_type = _TYPES.get(kind, "unknown")
    else:
        play_type = _TYPES.get(kind, f"{shot.value}pt")
    return PlayFacts(
        play_type=play_type,
        period_index=row.needed_integer("PERIOD"),
        subtype=_subtype(row, kind, acted, goal, setting),
        clock_ms=clock_ms(row),
        wallclock_ms=setting.wallclock_ms,
        order=setting.order,
        side=side,
        points=points,
        points_to=side if points else None,
        result=("made" if shot.made else "missed") if shot else None,
        participants=_participants(row, kind, game),
        place=setting.shot.place if setting.shot else None,
        shot=shot,
        text=text_of(row, None),
    )


def _shot(row: Row, acted: str | None, setting: Setting) -> ShotFacts | None:
    kind = row.integer("EVENTMSGTYPE")
    if kind == FREE_THROW:
        made = nba_text.free_throw_made(acted, scored=bool(row.text("SCORE")))
        return None if made is None else ShotFacts(1, made)
    if kind not in (MADE, MISSED):
        return None
    goal = nba_text.field_goal(acted)
    found = setting.shot
    value = 3 if goal.three else 2
    if not acted and found and found.value:
        value = found.value
    distance = goal.distance_ft
    if distance is None and found:
        distance = nba_court.distance_ft(found.place)
    return ShotFacts(value, kind == MADE, distance, found.zone if found else None)


def _subtype(
    row: Row, kind: int, acted: str | None, goal: nba_text.FieldGoal, setting: Setting
) -> str | None:
    if kind in (MADE, MISSED):
        return goal.kind
    if kind == FREE_THROW:
        return nba_text.free_throw(acted)
    if kind == REBOUND:
        return setting.rebound
    action = row.integer("EVENTMSGACTIONTYPE")
    return nba_text.SUBTYPES.get(kind, {}).get(action if action is not None else -1)


def _participants(row: Row, kind: int, game: NbaGame) -> tuple[Participant, ...]:
    roles = _ROLES.get(kind, ("player",) * 3)
    if kind == FOUL and row.integer("EVENTMSGACTIONTYPE") in nba_text.DOUBLE_FOULS:
        roles = ("fouler", "fouler", "player")
    people = []
    for place, role in enumerate(roles, start=1):
        number = row.integer(f"PLAYER{place}_ID")
        name = row.text(f"PLAYER{place}_NAME")
        # A team, an official's number or 0 for nobody has no name in this column.
        if number and name:
            ref = str(number)
            side = _SIDES.get(row.integer(f"PERSON{place}TYPE") or 0)
            people.append(Participant(role, game.person(ref), name, side=side, ref=ref))
    return tuple(people)
