"""
What is to be followed, and which topics that takes.

Rule: each game's own topics are subscribed in one way only, so that nothing comes twice.
Pure.

Source: `scoreboard.projection.publish` gives the topics; WAMP advanced profile,
pattern-based subscriptions.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import attrs

from scoreboard.client.views import SlateLine, TeamView

_ROOT = "scoreboard.v1"

#: Games that are followed whole; the server allows 128 subscriptions of a session, and
#: what is beyond is followed by the lines of its slate.
MOST_GAMES = 100

#: What is followed of every game where no game was named.
_ASPECTS = ("score", "status", "clock", "situation")


class Match(Enum):
    """How a subscription's topic is meant."""

    EXACT = "exact"
    PREFIX = "prefix"
    WILDCARD = "wildcard"


@attrs.frozen
class Topic:
    """What to subscribe to."""

    uri: str
    match: Match = Match.EXACT


@attrs.frozen
class Interest:
    """
    What is to be followed; nothing named means everything.

    Attributes:
        teams: team ids, or abbreviations in any case.
        leagues: league codes.
    """

    games: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    leagues: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether all games are meant."""
        return not (self.games or self.teams or self.leagues)

    def wants(self, line: SlateLine) -> bool:
        """Whether that game is meant."""
        return (
            self.everything
            or line.game_id in self.games
            or line.league in self.leagues
            or any(is_named(team, name) for team in (line.home, line.away) for name in self.teams)
        )

    def unmatched(self, lines: Iterable[SlateLine]) -> tuple[str, ...]:
        """Teams and leagues that none of `lines` has."""
        known = list(lines)
        teams = [team for line in known for team in (line.home, line.away)]
        leagues = {line.league for line in known}
        return tuple(
            name for name in self.teams if not any(is_named(team, name) for team in teams)
        ) + tuple(code for code in self.leagues if code not in leagues)


def is_named(team: TeamView, name: str) -> bool:
    """Whether `name` is that team's id or, in any case, its abbreviation."""
    return name == team.team_id or name.casefold() == team.abbrev.casefold()


def standing_topics(interest: Interest, lines: Iterable[SlateLine]) -> tuple[Topic, ...]:
    """
    The topics that tell of games that are not known yet.

    Args:
        lines: of the games that are known, to find a team by its abbreviation.
    """
    if interest.everything:
        return tuple(Topic(f"{_ROOT}.game..{kind}", Match.WILDCARD) for kind in _ASPECTS)
    teams = {
        team.team_id
        for line in lines
        for team in (line.home, line.away)
        if any(is_named(team, name) for name in interest.teams)
    }
    return tuple(Topic(f"{_ROOT}.league.{code}.slate") for code in interest.leagues) + tuple(
        Topic(f"{_ROOT}.team.{team_id}.slate") for team_id in sorted(teams)
    )


def game_topic(game_id: str) -> Topic:
    """The topic of everything of one game."""
    return Topic(f"{_ROOT}.game.{game_id}", Match.PREFIX)
