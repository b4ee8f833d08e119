"""
What an NBA game id says, and the game's meta made from it.

Rule: both NBA formats name a game, a team and a person in one way, so that one may
stand in for the other in the middle of a game. Pure.

Source: the ids of the recorded games; "00" to "20" are the leagues of stats.nba.com.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from scoreboard.ingest.parsers.document import BadDocument
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import League, PersonId, game_id, person_id, team_id
from scoreboard.model.side import Side
from scoreboard.model.status import Status, StatusLine

#: The id scheme that the NBA's formats share.
SCHEME = "nba"

#: Regulation periods of every league that has these ids.
REGULATION = 4

_GAME_ID = re.compile(r"[0-9]{1,10}\Z")
_DIGITS = 10  #: of a game id, leading zeros included
_LEAGUES = {"10": ("wnba", "fiba"), "20": ("nbag", "nba")}
_SEASON_TYPES = {
    "1": "preseason",
    "2": "regular",
    "3": "allstar",
    "4": "playoffs",
    "5": "playin",
    "6": "cup_final",
}


@attrs.frozen
class Club:
    """
    A team as the document has it.

    Attributes:
        ref: the NBA's number for it, as text; None if the document has none.
    """

    ref: str | None = None
    name: str | None = None
    abbrev: str | None = None
    record: str | None = None


@attrs.frozen
class NbaGame:
    """
    The game, as far as its id says.

    Attributes:
        ref: ten digits, leading zeros included.
        ruleset: of the NBA, or of the WNBA's ten-minute quarters, which FIBA plays too.
    """

    ref: str
    league: League
    ruleset: str
    season: str | None
    season_type: str | None

    def person(self, ref: str) -> PersonId:
        """Our id of the person with the NBA's number `ref`."""
        return person_id(self.league, SCHEME, ref)

    def meta(
        self,
        clubs: Mapping[Side, Club],
        official_date: str | None = None,
        scheduled_start_ms: int | None = None,
        venue: str | None = None,
    ) -> GameMeta:
        """
        The game's meta.

        Args:
            clubs: what is known of the teams; a side that is not there gets a
                stand-in that belongs to this game only.
        """
        return GameMeta(
            game_id=game_id(self.league, SCHEME, self.ref),
            league=self.league,
            sport="basketball",
            ruleset=self.ruleset,
            home=self._team(Side.HOME, clubs.get(Side.HOME, Club())),
            away=self._team(Side.AWAY, clubs.get(Side.AWAY, Club())),
            season=self.season,
            season_type=self.season_type,
            official_date=official_date,
            scheduled_start_ms=scheduled_start_ms,
            venue=venue,
            provider_refs=((SCHEME, self.ref),),
        )

    def _team(self, side: Side, club: Club) -> Team:
        key = club.abbrev or club.ref or club.name or f"{self.ref} {side.value}"
        return Team(
            team_id=team_id(self.league, key),
            name=club.name or club.abbrev or side.value.capitalize(),
            abbrev=club.abbrev or side.value.upper(),
            record=club.record,
            provider_refs=((SCHEME, club.ref),) if club.ref else (),
        )


def game_of(reference: str, where: str) -> NbaGame:
    """
    The game that `reference` names, with or without leading zeros.

    Args:
        where: the member or the row and column that holds it, for the error.

    Raises:
        BadDocument: it is no NBA game id.
    """
    if not _GAME_ID.match(reference):
        raise BadDocument(f"{where}: {reference[:40]!r} is not an NBA game id")
    ref = reference.zfill(_DIGITS)
    league, ruleset = _LEAGUES.get(ref[:2], ("nba_", "nba"))
    return NbaGame(
        ref=ref,
        league=League(league),
        ruleset=ruleset,
        season=_season(league, int(ref[3:5])),
        season_type=_SEASON_TYPES.get(ref[2]),
    )


def _season(league: str, years: int) -> str:
    """The season that began in year `years` of its century: "2015-16", or "2015" for a summer."""
    # The league was founded in 1946; no stored game is older.
    first = (1900 if years >= 46 else 2000) + years
    return str(first) if league == "wnba" else f"{first}-{(first + 1) % 100:02d}"


def decided_in(period: int) -> str:
    """How a game that ended in `period` was decided."""
    overtimes = period - REGULATION
    if overtimes <= 0:
        return "REG"
    return "OT" if overtimes == 1 else f"{overtimes}OT"


def break_after(period: int) -> StatusLine:
    """The status between `period` and the next one."""
    return StatusLine(Status.HALFTIME if period == REGULATION // 2 else Status.END_PERIOD)
