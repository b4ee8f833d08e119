"""
The summary of a HockeyTech game: teams, header score, status, ruleset.

Rule: the summary's own words decide the status; the plays only say which rules the
overtime followed. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from scoreboard.ingest.parsers.hockeytech.event import LEAGUE, REGULATION, SCHEME, HockeyEvent
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import League, game_id, team_id
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine

_TEAMS = {Side.HOME: "homeTeam", Side.AWAY: "visitingTeam"}
_GOALS = {Side.HOME: "homeGoals", Side.AWAY: "visitingGoals"}

#: "Final", "Final OT", "Final OT4", "Final SO", "Unofficial Final".
_FINAL = re.compile(r"(?:unofficial )?final(?:[ /]*(so|ot)([0-9]*))?\b", re.IGNORECASE)
_OFF = {
    "postponed": Status.POSTPONED,
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
    "suspended": Status.SUSPENDED,
}

#: A regular season's overtime ends after so long (milliseconds); a longer one is a playoff's.
_SHORT_OVERTIME_MS = 5 * 60_000


@attrs.frozen
class Summary:
    """
    What the summary says.

    Attributes:
        sides: team ids, as texts, and the side of each.
        header: goals, with the one for a shoot-out won.
        claims: goals by period, added up.
    """

    meta: GameMeta
    sides: dict[str, Side]
    line: StatusLine
    header: Score | None
    claims: tuple[tuple[str, Score], ...]

    def playing(self, events: Sequence[HockeyEvent]) -> Summary:
        """This summary with the ruleset that the overtime of `events` followed."""
        long = any(
            event.period_index > REGULATION + 1
            or (event.period_index > REGULATION and (event.clock_ms or 0) > _SHORT_OVERTIME_MS)
            for event in events
            if event.kind != "shootout"
        )
        overtimes = re.match(r"([0-9]+)OT\Z", self.line.decided_in or "")
        if not long and not (overtimes and int(overtimes[1]) > 1):
            return self
        return attrs.evolve(self, meta=attrs.evolve(self.meta, ruleset="pwhl_playoffs"))


def summary_of(summary: Member, *, started: bool) -> Summary:
    """
    The summary in our terms.

    Args:
        started: there are events, whatever the summary says.

    Raises:
        BadDocument: the game has no id, or a member is not what it must be.
    """
    details = summary["details"]
    number = str(details["id"].needed_integer())
    teams = {side: _team(summary[name], side, number) for side, name in _TEAMS.items()}
    start = details["GameDateISO8601"]
    meta = GameMeta(
        game_id=game_id(LEAGUE, SCHEME, number),
        league=League(LEAGUE),
        sport="hockey",
        ruleset="pwhl",
        home=teams[Side.HOME],
        away=teams[Side.AWAY],
        official_date=(start.text() or "")[:10] or None,
        scheduled_start_ms=start.utc_ms(),
        venue=details["venue"].text(),
        provider_refs=((SCHEME, number),),
    )
    line = _line(details, started=started)
    return Summary(
        meta=meta,
        sides=_sides(summary),
        line=line,
        header=_header(summary) if started or line.status is Status.FINAL else None,
        claims=_claims(summary),
    )


def _sides(summary: Member) -> dict[str, Side]:
    refs = {summary[name]["info"]["id"].text(): side for side, name in _TEAMS.items()}
    return {ref: side for ref, side in refs.items() if ref}


def _team(team: Member, side: Side, game: str) -> Team:
    """A team; one without a name gets a stand-in that belongs to this game only."""
    info = team["info"]
    ref, abbrev, name = info["id"].text(), info["abbreviation"].text(), info["name"].text()
    return Team(
        team_id=team_id(LEAGUE, abbrev or ref or f"{game} {side.value}"),
        name=name or abbrev or side.value.capitalize(),
        abbrev=abbrev or side.value.upper(),
        record=team["seasonStats"]["teamRecord"]["formattedRecord"].text(),
        provider_refs=((SCHEME, ref),) if ref else (),
    )


def _line(details: Member, *, started: bool) -> StatusLine:
    text = details["status"].text() or ""
    final = _FINAL.match(text)
    if final:
        return StatusLine(Status.FINAL, _decided_in(final[1], final[2]))
    if details["final"].flag():
        return StatusLine(Status.FINAL)
    for word, status in _OFF.items():
        if word in text.lower():
            return StatusLine(status, reason=text)
    if started or details["started"].flag():
        return StatusLine(Status.IN_PROGRESS)
    return StatusLine(Status.SCHEDULED)


def _decided_in(how: str | None, number: str | None) -> str:
    if how is None:
        return "REG"
    if how.upper() == "SO":
        return "SO"
    return "OT" if (number or "1") == "1" else f"{number}OT"


def _header(summary: Member) -> Score | None:
    home, away = (summary[name]["stats"]["goals"].integer() for name in _TEAMS.values())
    return None if home is None or away is None else Score(home, away)


def _claims(summary: Member) -> tuple[tuple[str, Score], ...]:
    total = Score()
    for period in summary["periods"].items():
        for side, name in _GOALS.items():
            total = total.plus(side, period["stats"][name].integer() or 0)
    return (("goals by period", total),) if summary["periods"] else ()
