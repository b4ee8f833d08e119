"""
The header of an ESPN summary: game, teams, status, official score.

Rule: the header is the official word; what the plays say is compared with it and
never put in its place. Leagues and statuses that are not in the tables are refused or
counted, never guessed. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import attrs

from scoreboard.ingest.parsers.college import game as college_game
from scoreboard.ingest.parsers.college.espn_text import ESPN
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import League, game_id, team_id
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.registry import RULESETS

#: ESPN's name of a league -> ours and its ruleset; women's quarters are as long as FIBA's.
_LEAGUES = {
    "mens-college-basketball": (college_game.LEAGUE, "ncaa_mens_basketball"),
    "womens-college-basketball": (League("ncaw"), "fiba"),
    "nba": (League("nba_"), "nba"),
    "wnba": (League("wnba"), "fiba"),
}

#: A college game of two halves, women's until 2015 too.
_HALVES = college_game.RULESET

#: ESPN's short names of NBA teams that the league itself calls otherwise.
_NBA_NAMES = {
    "GS": "GSW",
    "NO": "NOP",
    "NY": "NYK",
    "SA": "SAS",
    "UTAH": "UTA",
    "WSH": "WAS",
}

_STATUSES = {
    "STATUS_TBD": Status.TBD,
    "STATUS_SCHEDULED": Status.SCHEDULED,
    "STATUS_IN_PROGRESS": Status.IN_PROGRESS,
    "STATUS_END_PERIOD": Status.END_PERIOD,
    "STATUS_HALFTIME": Status.HALFTIME,
    "STATUS_DELAYED": Status.DELAYED,
    "STATUS_RAIN_DELAY": Status.DELAYED,
    "STATUS_SUSPENDED": Status.SUSPENDED,
    "STATUS_POSTPONED": Status.POSTPONED,
    "STATUS_CANCELED": Status.CANCELLED,
    "STATUS_CANCELLED": Status.CANCELLED,
    "STATUS_ABANDONED": Status.ABANDONED,
    "STATUS_FORFEIT": Status.FORFEITED,
    "STATUS_FINAL": Status.FINAL,
}

_SEASON_TYPES = {1: "preseason", 2: "regular", 3: "postseason"}

_POINTS = re.compile(r"[0-9]{1,3}")

#: The polls rank so many; a higher number stands for unranked.
_RANKED = 25

#: No team has ever had so many points.
_MAX_SCORE = 999

#: The leagues' own zone, Eastern standard time. No game begins in the hour after midnight,
#: the only one in which summer time would give another date.
_EASTERN = timedelta(hours=-5)


@attrs.frozen
class Header:
    """
    What the header says.

    Attributes:
        sides: ESPN's numbers of the teams, as texts, and the side of each.
        score: the official score; None before the game.
        lines: what the points by period add up to; None without them.
        status: None if ESPN's name for it is unknown or absent.
    """

    meta: GameMeta
    ruleset: Ruleset
    sides: Mapping[str, Side]
    score: Score | None
    lines: Score | None
    status: Status | None

    def line(self, last_period: int) -> StatusLine | None:
        """The status, a final one with how it was decided in `last_period`."""
        if self.status is Status.FINAL:
            return college_game.final(last_period, self.ruleset)
        return None if self.status is None else StatusLine(self.status)


def read(document: Member, quirks: Counter[str]) -> Header:
    """
    The header of `document`.

    Raises:
        BadDocument: no game, no teams, or a league that we do not know.
    """
    header = document["header"]
    game = _first(header["competitions"])
    ref = header["id"].text() or game["id"].text()
    if ref is None:
        raise header["id"].wrong("must name the game")
    slug = header["league"]["slug"]
    if slug.text() not in _LEAGUES:
        raise slug.wrong(f"is not one of {', '.join(_LEAGUES)}")
    league, rules = _LEAGUES[slug.text() or ""]
    if document["format"]["regulation"]["periods"].integer() == _HALVES.periods:
        rules = _HALVES.id
    clubs = _competitors(game)
    return Header(
        meta=_meta(document, game, league, rules, ref, clubs),
        ruleset=RULESETS[rules],
        sides={number: side for side, club in clubs.items() if (number := _number(club))},
        score=_score({side: club["score"] for side, club in clubs.items()}),
        lines=_lines(clubs),
        status=_status(game, quirks),
    )


def _first(member: Member) -> Member:
    for item in member.items():
        return item
    raise member.wrong("must hold one game")


def _competitors(game: Member) -> dict[Side, Member]:
    found: dict[Side, Member] = {}
    for club in game["competitors"].items():
        for side in Side:
            if club["homeAway"].text() == side.value:
                found[side] = club
    if len(found) < len(Side):
        raise game["competitors"].wrong("must hold a home and an away team")
    return found


def _number(club: Member) -> str | None:
    return club["team"]["id"].text() or club["id"].text()


def points(member: Member) -> int | None:
    """A score, as text or number; None if absent. Raises: BadDocument: no team has so many."""
    value = member.integer()
    if value is not None and not 0 <= value <= _MAX_SCORE:
        raise member.wrong(f"is not in 0-{_MAX_SCORE}")
    return value


def _score(members: Mapping[Side, Member]) -> Score | None:
    home, away = points(members[Side.HOME]), points(members[Side.AWAY])
    return None if home is None or away is None else Score(home, away)


def _lines(clubs: Mapping[Side, Member]) -> Score | None:
    """What the points by period add up to; None if a side has none."""
    total = Score()
    for side, club in clubs.items():
        periods = [period["displayValue"].text() or "" for period in club["linescores"].items()]
        if not periods or not all(_POINTS.fullmatch(text) for text in periods):
            return None  # "-" stands for a period that was not played
        total = total.plus(side, sum(int(text) for text in periods))
    return total


def _status(game: Member, quirks: Counter[str]) -> Status | None:
    name = game["status"]["type"]["name"].text()
    status = _STATUSES.get(name or "")
    quirks["unknown status"] += name is not None and status is None
    return status


def _meta(
    document: Member,
    game: Member,
    league: League,
    rules: str,
    ref: str,
    clubs: Mapping[Side, Member],
) -> GameMeta:
    header = document["header"]
    start_ms = game["date"].utc_ms()
    return GameMeta(
        game_id=game_id(league, ESPN, ref),
        league=league,
        sport="basketball",
        ruleset=rules,
        home=_team(clubs[Side.HOME], league),
        away=_team(clubs[Side.AWAY], league),
        season=_season(header["season"]["year"].integer()),
        season_type=_SEASON_TYPES.get(header["season"]["type"].integer() or 0),
        stage=header["gameNote"].text(),
        official_date=_day(start_ms),
        scheduled_start_ms=start_ms,
        neutral_site=game["neutralSite"].flag(),
        venue=document["gameInfo"]["venue"]["fullName"].text(),
        provider_refs=((ESPN, ref),),
    )


def _season(year: int | None) -> str | None:
    """ESPN names a season by the year in which it ends."""
    return None if year is None else f"{year - 1}-{year % 100:02d}"


def _day(start_ms: int | None) -> str | None:
    """The date of the game in the leagues' own zone."""
    if start_ms is None:
        return None
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=start_ms)
    return (start + _EASTERN).date().isoformat()


def _team(club: Member, league: League) -> Team:
    team = club["team"]
    abbrev, number = team["abbreviation"].text(), _number(club)
    rank = club["rank"].integer()
    name = team["location"].text() or team["displayName"].text() or team["name"].text()
    if name is None:
        raise team.wrong("must have a name")
    made = college_game.team(
        name,
        abbrev=abbrev,
        record=_record(club),
        rank=rank if rank and rank <= _RANKED else None,
        provider_refs=((ESPN, number),) if number else (),
    )
    color = team["color"].text()
    if color:
        made = attrs.evolve(made, color=f"#{color}")
    if league == college_game.LEAGUE:
        return made
    tricode = _NBA_NAMES.get(made.abbrev, made.abbrev)
    full = team["displayName"].text() or name
    return attrs.evolve(made, team_id=team_id(league, tricode), abbrev=tricode, name=full)


def _record(club: Member) -> str | None:
    for record in club["record"].items():
        if record["type"].text() in {"total", None}:
            return record["summary"].text()
    return None
