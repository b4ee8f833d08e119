"""
American football: kinds of play and what they are worth.

Rule: who scores may be either side on nearly every play; the sender says it
(`points_to`). 7 and 8 are a touchdown with its try, as some feeds merge them. Pure.
"""

from __future__ import annotations

from scoreboard.sports.playtype import COMMON, Credit, Sport, kind

_RUNNABLE = (0, 2, 6, 7, 8)


FOOTBALL = Sport(
    name="football",
    play_types=COMMON
    | {
        "kickoff": kind(*_RUNNABLE, credit=Credit.EITHER),
        "rush": kind(*_RUNNABLE, credit=Credit.EITHER),
        "pass": kind(*_RUNNABLE, credit=Credit.EITHER),
        "sack": kind(*_RUNNABLE, credit=Credit.EITHER),
        "punt": kind(*_RUNNABLE, credit=Credit.EITHER),
        "fumble": kind(*_RUNNABLE, credit=Credit.EITHER, group="turnover"),
        "interception": kind(*_RUNNABLE, credit=Credit.EITHER, group="turnover"),
        "field_goal": kind(0, 2, 3, 6, 7, 8, credit=Credit.EITHER),
        "extra_point": kind(0, 1, 2, credit=Credit.EITHER, group="score"),
        "two_point": kind(0, 1, 2, credit=Credit.EITHER, group="score"),
        "penalty": kind(*_RUNNABLE, credit=Credit.EITHER, group="foul"),
        "safety": kind(0, 1, 2, credit=Credit.EITHER, group="score"),
        "touchdown": kind(0, 6, 7, 8, credit=Credit.EITHER, group="score"),
        "kneel": kind(0, 2, credit=Credit.EITHER),
        "spike": kind(),
        "two_minute_warning": kind(group="clock"),
        "unknown": kind(0, 1, 2, 3, 6, 7, 8, credit=Credit.EITHER),
    },
    ceiling=120,
    max_per_play=8,
)
