"""
The record of a Wyscout match: competition, teams, official score, how it was decided.

Rule: without a record nothing official is said: no header, no start, and a league that
stands for any. Names that were escaped twice are decoded and counted. Pure.

# Note [Home without a record]

A match file does not say who is at home. Its `teams` name the home team first, in all 12
recorded matches; this is relied on only where there is no record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

import attrs

from scoreboard.ingest.parsers.college import game as college_game
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.ingest.parsers.wyscout.event import SCHEME
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import League, game_id, team_id
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine

#: Wyscout's number of a competition -> our league; others are "socr".
_LEAGUES = {364: League("epl_"), 28: League("wc__")}
_ANY_LEAGUE = League("socr")

_STATUSES = {
    "played": Status.FINAL,
    "fixture": Status.SCHEDULED,
    "postponed": Status.POSTPONED,
    "cancelled": Status.CANCELLED,
    "suspended": Status.SUSPENDED,
    "abandoned": Status.ABANDONED,
}

_DECIDED = {"regular": "REG", "extratime": "AET", "penalties": "PENS"}

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LABEL = re.compile(r".*,\s*(\d{1,2}) - (\d{1,2})(?: \([EP]\))?\s*")


@attrs.frozen
class Match:
    """
    What the record says; all None without one.

    Attributes:
        score: after extra time, without the shoot-out.
        label: the score in the record's label.
        shootout: its tally; None if there was none.
    """

    record: Member
    home: str | None = None
    status: StatusLine | None = None
    duration: str | None = None
    score: Score | None = None
    label: Score | None = None
    shootout: Score | None = None


@lru_cache(maxsize=4)
def _records(data: bytes) -> Mapping[str, Member]:
    """The first record of each match; a season's matches share one file, so it is read once."""
    records = list(json_member.read(data, "matches").items())
    return {record["wyId"].text() or "": record for record in reversed(records)}


def find(matches: bytes | None, ref: str, quirks: Counter[str]) -> Match:
    """
    The record of match `ref` among `matches`.

    Raises:
        BadDocument: not a list of records, or a number is none.
    """
    record = None if matches is None else _records(matches).get(ref)
    if record is not None:
        return _match(record, quirks)
    quirks["not in matches"] += matches is not None
    return Match(Member("matches", None))


def _match(record: Member, quirks: Counter[str]) -> Match:
    duration = (record["duration"].text() or "").lower()
    clubs = dict(_clubs(record))
    played = record["status"].text()
    status = _STATUSES.get((played or "").lower())
    quirks["unknown status"] += played is not None and status is None
    line = StatusLine(status) if status else None
    if status is Status.FINAL:
        line = StatusLine(status, _DECIDED.get(duration))
    score = _score(clubs, "score")
    extra = _score(clubs, "scoreET") if duration in {"extratime", "penalties"} else None
    if score and extra:
        # `scoreET` goes on counting from `score`; some records count it in both.
        score = Score(max(score.home, extra.home), max(score.away, extra.away))
    home = clubs.get(Side.HOME)
    return Match(
        record=record,
        home=home["teamId"].text() if home else None,
        status=line,
        duration=duration,
        score=score,
        label=_label(record),
        shootout=_score(clubs, "scoreP") if duration == "penalties" else None,
    )


def names(member: Member) -> tuple[str, ...]:
    """The names in an object, in its own order; none if it is absent. Raises: BadDocument."""
    if member.value is not None and not isinstance(member.value, dict):
        raise member.wrong("is not an object")
    return tuple(member.value or ())


def _clubs(record: Member) -> Iterator[tuple[Side, Member]]:
    """The two teams of the record, by side."""
    for number in names(record["teamsData"]):
        club = record["teamsData"][number]
        for side in Side:
            if club["side"].text() == side.value:
                yield side, club


def _score(clubs: dict[Side, Member], name: str) -> Score | None:
    goals = {side: club[name].integer() for side, club in clubs.items()}
    home, away = goals.get(Side.HOME), goals.get(Side.AWAY)
    return None if home is None or away is None else Score(home, away)


def _label(record: Member) -> Score | None:
    """The score in "Croatia - Denmark, 1 - 1 (P)"; the home team stands first."""
    found = _LABEL.fullmatch(record["label"].text() or "")
    return Score(int(found[1]), int(found[2])) if found else None


def plain(text: str, quirks: Counter[str]) -> str:
    r"""`text` with what was escaped twice ("Begovi\u0107", as text) decoded and counted."""
    if not _ESCAPED.search(text):
        return text
    quirks["escaped name"] += 1
    decoded = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Characters beyond the 16-bit ones come as two halves.
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def meta(
    match: Match, ref: str, clubs: dict[Side, Member], *, cup: bool, quirks: Counter[str]
) -> GameMeta:
    """
    The match's meta.

    Args:
        clubs: the two teams as the match file has them.
        cup: extra time or a shoot-out was or may be played.
    """
    record = match.record
    competition = record["competitionId"].integer()
    league = _LEAGUES.get(competition or 0, _ANY_LEAGUE)
    start_ms = record["dateutc"].utc_ms()
    gameweek = record["gameweek"].integer()
    venue = record["venue"].text()
    return GameMeta(
        game_id=game_id(league, SCHEME, ref),
        league=league,
        sport="soccer",
        ruleset="soccer_cup" if cup else "soccer_league",
        home=_team(clubs[Side.HOME], league, quirks),
        away=_team(clubs[Side.AWAY], league, quirks),
        season=_season(record, league),
        stage=f"Gameweek {gameweek}" if gameweek else None,
        official_date=(record["dateutc"].text() or "")[:10] or None,
        scheduled_start_ms=start_ms,
        venue=plain(venue, quirks) if venue else None,
        provider_refs=((SCHEME, ref),),
    )


def _season(record: Member, league: League) -> str | None:
    """A league's season spans two years, a World Cup one."""
    text = record["dateutc"].text()
    if text is None or league == _ANY_LEAGUE:
        return None
    day = datetime.fromisoformat(text).date()
    return str(day.year) if league == "wc__" else college_game.season(day)


def _team(club: Member, league: League, quirks: Counter[str]) -> Team:
    name = club["name"].text() or club["officialName"].text()
    number = club["wyId"].text()
    if name is None or number is None:
        raise club.wrong("must have a name and a number")
    name = plain(name, quirks)
    code = club["area"]["alpha3code"].text() if club["type"].text() == "national" else None
    return Team(
        team_id=team_id(league, number),
        name=name,
        abbrev=code or college_game.short_name(name),
        provider_refs=((SCHEME, number),),
    )
