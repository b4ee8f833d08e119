"""
What a game is before a play is played: league, teams, schedule, ruleset.

Rule: `game_id` is the identity; everything else here is an attribute and may
change, for instance when a game is moved. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs

from scoreboard.model.ids import GameId, League, PersonId, TeamId
from scoreboard.model.side import Side


class Coverage(Enum):
    """How much of a game a source tells."""

    FULL = "full"
    BOX = "box"
    SCORE = "score"
    FINAL = "final"


@attrs.frozen
class Player:
    """
    Somebody who may play.

    Attributes:
        jersey: number on the shirt, as text, since "00" and "0" are two players.
        ref: the provider's own id, as text.
    """

    name: str | None = None
    jersey: str | None = None
    person_id: PersonId | None = None
    ref: str | None = None


@attrs.frozen
class Team:
    """
    One of the two.

    Attributes:
        abbrev: short name as the league shows it, at most 8 characters by custom.
        roster: who may play; empty: unknown.
        provider_refs: the team's id at each provider, sorted by provider.
    """

    team_id: TeamId
    name: str
    abbrev: str
    record: str | None = None
    rank: int | None = None
    color: str | None = None
    provider_refs: tuple[tuple[str, str], ...] = ()
    roster: tuple[Player, ...] = ()


@attrs.frozen
class GameMeta:
    """
    A game and its circumstances.

    Attributes:
        ruleset: id of a ruleset in `scoreboard.sports.rulesets`.
        scheduled_start_ms: milliseconds UTC.
        official_date: YYYY-MM-DD in the league's own zone.
        stage: week, round or stage, as the league says it.
        provider_refs: the game's id at each provider, sorted by provider.
    """

    game_id: GameId
    league: League
    sport: str
    ruleset: str
    home: Team
    away: Team
    season: str | None = None
    season_type: str | None = None
    stage: str | None = None
    game_number: int | None = None
    official_date: str | None = None
    scheduled_start_ms: int | None = None
    start_status: str | None = None
    neutral_site: bool = False
    venue: str | None = None
    coverage: Coverage = Coverage.FULL
    provider_refs: tuple[tuple[str, str], ...] = ()

    def team(self, side: Side) -> Team:
        """The team on `side`."""
        return self.home if side is Side.HOME else self.away

    def side_of(self, reference: str) -> Side | None:
        """The side that `reference` (a team id, "home" or "away") names; None if neither."""
        if reference in (self.home.team_id, Side.HOME.value):
            return Side.HOME
        if reference in (self.away.team_id, Side.AWAY.value):
            return Side.AWAY
        return None
