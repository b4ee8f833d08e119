"""
Ice hockey: kinds of play and what they are worth.

Rule: the winner of a shoot-out gets one goal in the final score, once
(`shootout_winner`); the shots of the shoot-out have a tally of their own. Pure.

Source: NHL rule 84.4, shootout.
"""

from __future__ import annotations

from scoreboard.sports.playtype import COMMON, Credit, Sport, kind

HOCKEY = Sport(
    name="hockey",
    play_types=COMMON
    | {
        "goal": kind(1, credit=Credit.EITHER, group="score"),
        "shootout_winner": kind(1, group="score"),
        "shootout_shot": kind(0, 1, group="shot"),
        "penalty_shot": kind(0, 1, group="shot"),
        "shot": kind(group="shot"),
        "missed_shot": kind(group="shot"),
        "blocked_shot": kind(group="shot"),
        "faceoff": kind(),
        "hit": kind(),
        "giveaway": kind(group="turnover"),
        "takeaway": kind(group="turnover"),
        "penalty": kind(group="foul"),
        "stoppage": kind(group="clock"),
        "goalie_change": kind(group="substitution"),
    },
    ceiling=40,
    max_per_play=1,
)
