"""
Basketball: kinds of play and what they are worth.

Rule: an and-one is a basket and a free throw, two plays; a basket into one's own
hoop counts for the other side. Pure.
"""

from __future__ import annotations

from scoreboard.sports.playtype import COMMON, Credit, Sport, kind

BASKETBALL = Sport(
    name="basketball",
    play_types=COMMON
    | {
        "2pt": kind(0, 2, credit=Credit.EITHER, group="shot"),
        "3pt": kind(0, 3, group="shot"),
        "freethrow": kind(0, 1, group="shot"),
        "heave": kind(group="shot"),
        "rebound": kind(),
        "assist": kind(),
        "block": kind(),
        "steal": kind(),
        "turnover": kind(group="turnover"),
        "foul": kind(group="foul"),
        "foulon": kind(group="foul"),
        "jumpball": kind(),
        "violation": kind(group="turnover"),
        "ejection": kind(group="foul"),
        "stoppage": kind(group="clock"),
    },
    ceiling=250,
    max_per_play=3,
)
