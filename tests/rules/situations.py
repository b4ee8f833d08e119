"""Games in play, by sport, and what the rules say of a report in them."""

from __future__ import annotations

import attrs

from scoreboard.model.message import PlayReport, StatusReport
from scoreboard.model.play import Participant, PlayFacts
from scoreboard.model.side import Side
from scoreboard.model.status import Status, StatusLine
from tests.support.games import Game, meta, new_game

RULESETS = {
    "basketball": "nba",
    "football": "nfl",
    "soccer": "soccer_league",
    "hockey": "nhl",
    "baseball": "mlb",
}


def live(sport="basketball", *plays, about=None):
    """A game in play that has heard these plays."""
    game = Game(new_game(about or meta(RULESETS[sport], sport)))
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    return hear(game, *plays)


def hear(game, *plays):
    for report in plays:
        game.hear(report)
    return game


def with_status(game, status):
    game.state = attrs.evolve(game.state, line=StatusLine(status))
    return game


_COUNT = iter(range(10_000))


def play(play_type, period=1, side=Side.HOME, score_after=None, **facts):
    """A new play."""
    ref = f"n{next(_COUNT)}"
    return PlayReport(ref, PlayFacts(play_type, period, side=side, **facts), 0, score_after)


def by(name="A. Able", role="shooter", **more):
    """Somebody alone in a play."""
    return (Participant(role, name=name, **more),)


def codes(game, report, **options):
    """What the rules find: codes in their order."""
    verdict = game.judge(report, **options)
    return [finding.code for finding in verdict.findings]
