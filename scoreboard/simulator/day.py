"""
A game day: the fixtures of a seed, and each of them played.

Rule: a game depends on the seed, its sport and its number only; games may be played
in any order or left out, and another sport on the slate changes nothing. Same seed and
start, same messages, byte for byte. Pure.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

import attrs

from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, League, game_id
from scoreboard.model.side import Score, Side
from scoreboard.simulator import baseball, basketball, football, hockey, soccer
from scoreboard.simulator.chance import Chance, chance
from scoreboard.simulator.clubs import PROVIDER, Club, club
from scoreboard.simulator.pace import MINUTE, SECOND, Timed
from scoreboard.simulator.scorer import Result, Scorer
from scoreboard.simulator.transcript import Numbering
from scoreboard.sports.registry import RULESETS


@attrs.frozen
class Competition:
    """
    A league that does not exist.

    Attributes:
        clubs: how many there are on a day that does not need more.
        waves_min: minutes from the first kick-off of a real day to that of each game.
    """

    league: League
    sport: str
    ruleset: str
    clubs: int
    play_out: Callable[[Scorer, Mapping[Side, Club], Chance], Result]
    waves_min: tuple[int, ...]
    numbering: Numbering = attrs.field(factory=Numbering)


#: Waves: measured on the recorded days (NFL 2019-12-29, Premier League 2018-05-13, NBA
#: 2015-12-23, PWHL 2026-01-28, MLB 2019-09-29). Football numbers: NFL play ids, 16 to 31
#: apart in nine of ten cases.
COMPETITIONS: dict[str, Competition] = {
    found.sport: found
    for found in (
        Competition(
            *(League("dfl_"), "football", "nfl", 32, football.play_out),
            waves_min=(0,) * 8 + (203,) * 7 + (440,),
            numbering=Numbering(least=16, most=31, plain=0.05),
        ),
        Competition(League("dsl_"), "soccer", "soccer_league", 20, soccer.play_out, (0,)),
        Competition(
            *(League("dbl_"), "basketball", "nba", 30, basketball.play_out),
            waves_min=(0, 0, 1, 1, 2, 31, 60, 60, 60, 60, 121, 210, 210),
        ),
        Competition(League("dhl_"), "hockey", "nhl", 32, hockey.play_out, (0, 32, 34, 94)),
        Competition(League("dml_"), "baseball", "mlb", 30, baseball.play_out, (0, 3, 5, 60)),
    )
}


@attrs.frozen
class Slate:
    """How many games of each sport are played."""

    football: int = 0
    soccer: int = 0
    basketball: int = 0
    hockey: int = 0
    baseball: int = 0


def slate(
    football: int = 16, soccer: int = 10, basketball: int = 13, hockey: int = 0, baseball: int = 0
) -> Slate:
    """A slate; as it stands, a Sunday of football, a round of soccer and a night of basketball."""
    return Slate(football, soccer, basketball, hockey, baseball)


#: What a demonstration plays.
DEMO = slate()


@attrs.frozen
class Fixture:
    """
    A game that is going to be played.

    Attributes:
        announced_ms: when the feed first speaks of it, milliseconds UTC.
        kickoff_ms: when it begins.
        resync: whether a running clock is read out every 10 seconds.
        stream: names of the game's own stream of chance.
    """

    meta: GameMeta
    clubs: Mapping[Side, Club]
    announced_ms: int
    kickoff_ms: int
    resync: bool
    stream: tuple[object, ...]


@attrs.frozen
class SimulatedGame:
    """
    A game that has been played.

    Attributes:
        reports: what the feed says and when, in the order in which it says it.
        final: how it really ended, counted apart from what the feed says.
        shootout: the tally of the shoot-out, None if there was none.
    """

    meta: GameMeta
    reports: tuple[Timed, ...]
    final: Score
    shootout: Score | None


def fixtures(
    seed: int,
    start_ms: int,
    slate: Slate = DEMO,
    *,
    aligned: bool = True,
    stagger_ms: int = 2 * MINUTE,
    resync: bool = True,
) -> tuple[Fixture, ...]:
    """
    Who plays whom and when; cheap, so that the games may be played one by one.

    Args:
        seed: any number.
        start_ms: the beginning of the day, milliseconds UTC.
        aligned: all games begin at once; otherwise in waves, as on a real day.
        stagger_ms: kick-offs are spread over this long.
        resync: whether a running clock is read out every 10 seconds: half of all messages.

    Raises:
        LocalError: a sport has more games than there are clubs for.
    """
    found = []
    for sport, count in attrs.asdict(slate).items():
        there = COMPETITIONS[sport]
        draw = chance(seed, sport, "fixtures")
        numbers = draw.shuffled(range(max(there.clubs, 2 * count)))
        for number in range(count):
            wave = 0 if aligned else there.waves_min[number % len(there.waves_min)] * MINUTE
            spread = draw.between(15 * SECOND, max(15 * SECOND, stagger_ms))
            kickoff_ms = start_ms + wave + round(spread)
            pair = numbers[2 * number : 2 * number + 2]
            found.append(_fixture((seed, sport, number), pair, start_ms, kickoff_ms, resync))
    return tuple(found)


def _fixture(
    stream: tuple[int, str, int],
    pair: tuple[int, ...],
    start_ms: int,
    kickoff_ms: int,
    resync: bool,
) -> Fixture:
    """The game of a stream of chance, between the two clubs with these numbers."""
    seed, sport, number = stream
    there = COMPETITIONS[sport]
    sides = zip(Side, pair, strict=True)
    clubs = {side: club(there.league, sport, which) for side, which in sides}
    return Fixture(
        meta=_meta(there, clubs, f"{seed}-{start_ms}-{number}", kickoff_ms),
        clubs=clubs,
        announced_ms=max(start_ms, kickoff_ms - 15 * MINUTE),
        kickoff_ms=kickoff_ms,
        resync=resync,
        stream=stream,
    )


def _meta(there: Competition, clubs: Mapping[Side, Club], ref: str, kickoff_ms: int) -> GameMeta:
    day = datetime.fromtimestamp(kickoff_ms / 1_000, UTC).date()
    home = clubs[Side.HOME].team
    return GameMeta(
        game_id=game_id(there.league, PROVIDER, ref),
        league=there.league,
        sport=there.sport,
        ruleset=there.ruleset,
        home=home,
        away=clubs[Side.AWAY].team,
        season=str(day.year),
        season_type="regular",
        official_date=day.isoformat(),
        scheduled_start_ms=kickoff_ms,
        venue=f"{home.abbrev} Park",
        provider_refs=((PROVIDER, ref),),
    )


def played(fixture: Fixture) -> SimulatedGame:
    """The game of `fixture`; the same whenever it is asked for."""
    there = COMPETITIONS[fixture.meta.sport]
    draw = chance(*fixture.stream)
    ruleset = RULESETS[there.ruleset]
    scorer = Scorer(ruleset, fixture.clubs, fixture.kickoff_ms, draw, fixture.resync)
    scorer.announce(fixture.announced_ms)
    result = there.play_out(scorer, fixture.clubs, draw)
    reports = scorer.transcript(there.numbering)
    return SimulatedGame(fixture.meta, reports, result.score, result.shootout)


def game_day(
    seed: int,
    start_ms: int,
    slate: Slate = DEMO,
    *,
    aligned: bool = True,
    stagger_ms: int = 2 * MINUTE,
    resync: bool = True,
) -> tuple[SimulatedGame, ...]:
    """A whole day, played; arguments and errors as in `fixtures`."""
    day = fixtures(seed, start_ms, slate, aligned=aligned, stagger_ms=stagger_ms, resync=resync)
    return tuple(played(fixture) for fixture in day)


def merged(games: Iterable[SimulatedGame]) -> Iterator[tuple[GameId, Timed]]:
    """All messages of `games` in order of time; of one game in the order of its feed."""
    streams = ([(game.meta.game_id, timed) for timed in game.reports] for game in games)
    return heapq.merge(*streams, key=lambda entry: entry[1].at_ms)
