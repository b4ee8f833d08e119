"""
Soccer: kinds of play and what they are worth.

Rule: an own goal is an act of one side and a goal of the other; kicks of a
shoot-out have a tally of their own and never touch the score. Pure.

Source: IFAB Laws of the Game, laws 10 and 14.
"""

from __future__ import annotations

from scoreboard.sports.playtype import COMMON, Credit, Sport, kind

SOCCER = Sport(
    name="soccer",
    play_types=COMMON
    | {
        "goal": kind(1, group="score"),
        "own_goal": kind(1, credit=Credit.OPPONENT, group="score"),
        "penalty_kick": kind(0, 1, group="shot"),
        "shootout_kick": kind(0, 1, group="shot"),
        "shot": kind(group="shot"),
        "save": kind(),
        "pass": kind(),
        "duel": kind(),
        "free_kick": kind(),
        "corner": kind(),
        "throw_in": kind(),
        "goal_kick": kind(),
        "clearance": kind(),
        "touch": kind(),
        "interception": kind(),
        "foul": kind(group="foul"),
        "card": kind(group="foul"),
        "offside": kind(group="turnover"),
        "interruption": kind(group="clock"),
        "goalkeeper": kind(),
        "var": kind(group="admin"),
        "stoppage": kind(group="clock"),
    },
    ceiling=60,
    max_per_play=1,
)
