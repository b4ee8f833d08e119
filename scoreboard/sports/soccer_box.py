"""
The box score of soccer.

Rule: an own goal is the team's and never its scorer's; the second yellow card is a yellow
and a red one; kicks of a shoot-out count nothing. A shot is on target if it is a goal or
the source says that it was saved; possession is in no play, and is absent. Pure.

Source: IFAB Laws of the Game, laws 10-12.
"""

from __future__ import annotations

from scoreboard.sports.shares import (
    FIRST,
    TEAM,
    Box,
    Condition,
    Outline,
    act,
    by_role,
    part,
    resulted,
    scored,
    worth,
)

_ON_TARGET = ("saved", "accurate")


def _on_target(play: Outline) -> bool:
    return scored(play) or play.result in _ON_TARGET


def _shot(play: Outline) -> bool:
    return play.is_shot


def _new(play: Outline) -> bool:
    # A source may tell a goal a second time, as the shot that it was.
    return play.result != "repeated goal"


def _shot_on_target(play: Outline) -> bool:
    return _shot(play) and _on_target(play)


def _card(*colors: str) -> Condition:
    return lambda play: play.subtype in colors


_GOAL = (
    worth("shooter", "g", 1, when=scored),
    act("shooter", "shots", when=_new),
    act("shooter", "sot", when=_on_target),
    part("assist", "a", when=scored),
    part("goalkeeper", "ga", when=scored, ours=False),
    by_role("goalkeeper", "saves", ours=False, when=resulted("saved")),
)

BOX = Box(
    shares={
        "goal": _GOAL,
        "penalty_kick": (*_GOAL, act("shooter", "pen_taken"), act("shooter", "pen_g", when=scored)),
        "own_goal": (part(FIRST, "og"), part("goalkeeper", "ga")),
        "shot": _GOAL,
        "free_kick": (
            act(FIRST, "shots", when=_shot),
            act(FIRST, "sot", when=_shot_on_target),
        ),
        "save": (act("goalkeeper", "saves", when=resulted(None, "saved")),),
        "corner": (act(TEAM, "corners"),),
        "foul": (act("fouler", "fouls"),),
        "offside": (act(FIRST, "offsides"),),
        "card": (
            act(FIRST, "yc", when=_card("yellow", "second_yellow")),
            act(FIRST, "rc", when=_card("red", "second_yellow")),
        ),
    },
    points="g",
    shown={"shots": ("g",)},
    told=("saves",),
)
