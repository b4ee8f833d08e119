"""Simulated games for the tests of this folder, played once, and a fold that knows only points."""

from __future__ import annotations

from functools import cache

from scoreboard.model.message import PlayReport, VoidReport
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.simulator.day import SimulatedGame, Slate, game_day

START_MS = 1_790_000_000_000
SEEDS = range(40)
SPORTS = ("football", "soccer", "basketball", "hockey", "baseball")


@cache
def games(sport: str) -> tuple[SimulatedGame, ...]:
    """One game of `sport` for each seed; the clock is read out for one in ten of them."""
    slate = Slate(**{sport: 1})
    return tuple(
        game for seed in SEEDS for game in game_day(seed, START_MS, slate, resync=seed % 10 == 0)
    )


def live_plays(game: SimulatedGame) -> dict[str, PlayFacts]:
    """The last word on every play that was not taken back, by its reference."""
    plays: dict[str, PlayFacts] = {}
    for timed in game.reports:
        match timed.message.report:
            case PlayReport(ref=ref, facts=facts):
                plays[ref] = facts
            case VoidReport(ref=ref):
                del plays[ref]
    return plays


def total(game: SimulatedGame) -> Score:
    """The sum of the points of the live plays."""
    return sum((facts.score for facts in live_plays(game).values()), Score())


def tally(game: SimulatedGame) -> Score:
    """The sum of the goals of the live attempts of the shoot-out."""
    return sum((facts.shootout_score for facts in live_plays(game).values()), Score())


def reports(game: SimulatedGame, kind: type) -> list:
    """The reports of one kind, in order."""
    return [t.message.report for t in game.reports if isinstance(t.message.report, kind)]
