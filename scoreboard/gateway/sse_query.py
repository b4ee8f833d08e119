"""
What an event stream is asked for: games, teams, leagues, and kinds of publication.

Rule: a name that could bring nothing is refused, not waited for; nothing but what everybody
may see can be named. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from scoreboard.hub.subscription import Policy
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, League, TeamId, parse_game_id, parse_league, parse_team_id
from scoreboard.projection.kinds import ORDER
from scoreboard.projection.publish import ROOT, WIDER

#: The kinds that a game has.
_OF_GAMES = frozenset(ORDER) - {"slate"}

#: The other parameter that a request may have.
LAST_ID = "last_event_id"
_KNOWN = ("game", "team", "league", "kinds", LAST_ID)


@attrs.frozen
class Wanted:
    """
    What a stream brings.

    Attributes:
        kinds: empty: all.
    """

    games: tuple[GameId, ...] = ()
    teams: tuple[TeamId, ...] = ()
    leagues: tuple[League, ...] = ()
    kinds: frozenset[str] = frozenset()

    @property
    def only(self) -> GameId | None:
        """The game, if it is one and nothing else."""
        alone = len(self.games) == 1 and not self.teams and not self.leagues
        return self.games[0] if alone else None

    @property
    def streams(self) -> list[str]:
        """The names of the hub's streams."""
        return [f"game.{game}" for game in self.games] + self.slates

    @property
    def slates(self) -> list[str]:
        """Those of teams and leagues."""
        teams = [f"team.{team}" for team in self.teams]
        return teams + [f"league.{league}" for league in self.leagues]

    @property
    def topics(self) -> list[tuple[str, Policy]]:
        """What to subscribe to."""
        if not self.kinds:
            return [(f"{ROOT}.{stream}", Policy.PREFIX) for stream in self.streams]
        games = [f"game.{game}" for game in self.games]
        exact = _each(games, self.kinds & _OF_GAMES) + _each(self.slates, self.kinds & WIDER)
        return [(topic, Policy.EXACT) for topic in exact]

    def wants(self, kind: str) -> bool:
        """Whether that kind is wanted."""
        return not self.kinds or kind in self.kinds


def _each(streams: Iterable[str], kinds: Iterable[str]) -> list[str]:
    return [f"{ROOT}.{stream}.{kind}" for stream in streams for kind in sorted(kinds)]


def read_wanted(query: Mapping[str, Sequence[str]], most: int) -> Wanted:
    """
    What the parameters of a request ask for.

    Args:
        query: name -> values, each one or more with commas between.
        most: subscriptions, which are names times kinds.

    Raises:
        RemoteError: nothing, something that is not, or too much.
    """
    unknown = sorted(set(query) - set(_KNOWN))
    if unknown:
        raise RemoteError(f"{unknown[0][:32]!r} is no parameter: there are {', '.join(_KNOWN)}")
    wanted = Wanted(
        games=tuple(map(parse_game_id, _names(query, "game"))),
        teams=tuple(map(parse_team_id, _names(query, "team"))),
        leagues=tuple(map(parse_league, _names(query, "league"))),
        kinds=frozenset(_names(query, "kinds")),
    )
    _check(wanted)
    if len(wanted.topics) > most:
        raise RemoteError(f"{len(wanted.topics)} subscriptions (names times kinds), over {most}")
    return wanted


def _names(query: Mapping[str, Sequence[str]], parameter: str) -> list[str]:
    """Each once, and in the same order whoever asks: they are served together then."""
    values = query.get(parameter, ())
    return sorted({name for value in values for name in value.split(",") if name})


def _check(wanted: Wanted) -> None:
    if not wanted.streams:
        raise RemoteError("name a game, a team or a league: ?game=G,G&team=T&league=L")
    strange = sorted(wanted.kinds - set(ORDER))
    if strange:
        raise RemoteError(f"{strange[0][:32]!r} is no kind: there are {', '.join(ORDER)}")
    if wanted.kinds and wanted.games and not wanted.kinds & _OF_GAMES:
        raise RemoteError("games have no slate: name other kinds, or none")
    if wanted.kinds and wanted.slates and not wanted.kinds & WIDER:
        raise RemoteError("teams and leagues have slate and alert only: add one of them to kinds")
