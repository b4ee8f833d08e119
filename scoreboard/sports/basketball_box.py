"""
The box score of basketball.

Rule: a missed shot on which the shooter was fouled is no attempt; who says so
with the miss puts `fouled` among its qualifiers, most feeds leave the miss out. Team
rebounds and team turnovers are the team's alone; minutes and plus-minus need line-ups
that nobody can vouch for, and are absent. Pure.

Source: NBA Official Scorer's manual; NCAA basketball statisticians' manual.
"""

from __future__ import annotations

from scoreboard.sports.shares import (
    FIRST,
    Box,
    Condition,
    Outline,
    Share,
    act,
    against,
    by_role,
    part,
    scored,
    worth,
)


def _tried(play: Outline) -> bool:
    """An attempt, not a basket into one's own hoop, and not a miss with a foul."""
    return not against(play) and (scored(play) or "fouled" not in play.qualifiers)


def _says(play: Outline, word: str) -> bool:
    return word in (play.subtype or "") or word in play.qualifiers


def _live(play: Outline) -> bool:
    """A rebound of a ball in play: one that nobody could catch is none."""
    return not _says(play, "deadball")


def _of(word: str) -> Condition:
    return lambda play: _live(play) and _says(play, word)


def _personal(play: Outline) -> bool:
    return not (_says(play, "technical") or _says(play, "3 second"))


def _technical(play: Outline) -> bool:
    return _says(play, "technical")


def _field(value: int, *more: Share) -> tuple[Share, ...]:
    return (
        act("shooter", "fga", when=_tried),
        act("shooter", "fgm", when=scored),
        worth("shooter", "pts", value, when=scored),
        by_role("assist", "ast", when=scored),
        by_role("blocker", "blk", ours=False),
        *more,
    )


BOX = Box(
    shares={
        "2pt": _field(2),
        "3pt": _field(3, act("shooter", "fg3a", when=_tried), act("shooter", "fg3m", when=scored)),
        "freethrow": (
            act("shooter", "fta"),
            act("shooter", "ftm", when=scored),
            worth("shooter", "pts", 1, when=scored),
        ),
        "rebound": (
            act("rebounder", "reb", when=_live),
            act("rebounder", "oreb", when=_of("offensive")),
            act("rebounder", "dreb", when=_of("defensive")),
        ),
        "assist": (part(FIRST, "ast"),),
        "block": (part(FIRST, "blk"),),
        "steal": (part(FIRST, "stl"),),
        "turnover": (act("loser", "to"), by_role("stealer", "stl", ours=False)),
        "foul": (act("fouler", "pf", when=_personal), act("fouler", "tf", when=_technical)),
    },
    points="pts",
    shown={"fga": ("fgm", "pts"), "fg3a": ("fg3m",), "fta": ("ftm", "pts")},
    told=("ast", "blk", "stl"),
)
