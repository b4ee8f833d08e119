"""
Baseball: kinds of play and what they are worth.

Rule: only the side at bat scores, at most as many as stand on the bases and at
the plate. Pure.
"""

from __future__ import annotations

from scoreboard.sports.playtype import COMMON, Sport, kind

_RUNS = (0, 1, 2, 3, 4)
_RUNNERS = (0, 1, 2, 3)

BASEBALL = Sport(
    name="baseball",
    play_types=COMMON
    | {
        "single": kind(*_RUNS),
        "double": kind(*_RUNS),
        "triple": kind(*_RUNS),
        "home_run": kind(1, 2, 3, 4, group="score"),
        "walk": kind(*_RUNS),
        "intentional_walk": kind(*_RUNS),
        "hit_by_pitch": kind(*_RUNS),
        "strikeout": kind(*_RUNNERS),
        "out": kind(*_RUNNERS),
        "fielders_choice": kind(*_RUNS),
        "error": kind(*_RUNS),
        "interference": kind(*_RUNS),
        "steal": kind(*_RUNNERS),
        "caught_stealing": kind(*_RUNNERS),
        "pickoff": kind(*_RUNNERS),
        "wild_pitch": kind(*_RUNNERS),
        "passed_ball": kind(*_RUNNERS),
        "balk": kind(*_RUNNERS),
        "defensive_indifference": kind(*_RUNNERS),
        "advance": kind(*_RUNNERS),
        "foul_error": kind(),
        # A text that nobody could read may still say who came home.
        "unknown": kind(*_RUNS, group="admin"),
        "pitch": kind(),
    },
    ceiling=60,
    max_per_play=4,
    half_innings=True,
)
