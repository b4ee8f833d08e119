"""
A simulated day as the sender of `replay` takes it, and what came of it.

Rule: the true finals are the simulator's own count, never the server's. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoreboard.codec.json_text import write_json
from scoreboard.codec.shape_game import meta as write_meta
from scoreboard.codec.shape_message import write_message
from scoreboard.model.side import Score
from scoreboard.simulator.day import SimulatedGame
from scoreboard.tools.recorded_fold import about
from scoreboard.tools.replay_feed import Script
from scoreboard.tools.replay_schedule import Plan
from scoreboard.tools.replay_tally import GameTally
from scoreboard.tools.table import aligned

#: A game's final as a server has it: score, tally of the shoot-out; or why it has none.
Final = tuple[Score, Score | None] | str


def laid_out(games: Sequence[SimulatedGame], start_ms: int) -> tuple[Plan, tuple[Script, ...]]:
    """
    What is sent when.

    Args:
        start_ms: the beginning of the day, milliseconds UTC.
    """
    scripts = tuple(_script(game, start_ms) for game in games)
    return Plan(start_ms, tuple(script.offsets for script in scripts)), scripts


def _script(game: SimulatedGame, start_ms: int) -> Script:
    messages = [timed.message for timed in game.reports]
    return Script(
        game_id=game.meta.game_id,
        meta=write_json(write_meta(game.meta)),
        lines=tuple(write_json(write_message(message, game.meta)) for message in messages),
        about=tuple(about(message.report) for message in messages),
        offsets=tuple(max(0, timed.at_ms - start_ms) for timed in game.reports),
    )


def tally_of(games: Sequence[SimulatedGame]) -> list[GameTally]:
    """An account for each game."""
    return [GameTally(game.meta.game_id, _teams(game), len(game.reports)) for game in games]


def _teams(game: SimulatedGame) -> str:
    return f"{game.meta.away.abbrev}-{game.meta.home.abbrev}"


def _final(score: Score, shootout: Score | None) -> str:
    """Visitors first; the tally of a shoot-out in brackets."""
    tally = "" if shootout is None else f" ({shootout.away}-{shootout.home})"
    return f"{score.away}-{score.home}{tally}"


def listed(games: Sequence[SimulatedGame]) -> list[str]:
    """The games and their true finals, a line each."""
    head = ("game", "league", "teams", "final", "messages", "minutes")
    rows = [
        (
            game.meta.game_id,
            game.meta.league,
            _teams(game),
            _final(game.final, game.shootout),
            str(len(game.reports)),
            str(round((game.reports[-1].at_ms - game.reports[0].at_ms) / 60_000)),
        )
        for game in games
    ]
    return aligned([head, *rows], (3, 4, 5))


def result_lines(
    games: Sequence[SimulatedGame], found: Mapping[str, Final]
) -> tuple[list[str], int]:
    """
    The server's finals beside the true ones.

    Args:
        found: by game id.

    Returns:
        Lines that name every difference, and how many there are.
    """
    wrong = []
    for game in games:
        truth: Final = (game.final, game.shootout)
        there = found.get(game.meta.game_id, "was not asked for")
        if there != truth:
            said = there if isinstance(there, str) else f"the server has {_final(*there)}"
            name = f"{game.meta.game_id} {_teams(game)}"
            wrong.append(f"{name}: the final is {_final(*truth)}, {said}")
    right = len(games) - len(wrong)
    return [*wrong, f"{right} of {len(games)} finals on the server are the true ones"], len(wrong)
