"""
The plate: what becomes of a batter, and after which pitches.

Rule: only figures and draws; nothing here knows the bases or the score. Pure.

Figures: measured on the 15 recorded games of 2019-09-29, 1,179 plays, unless said otherwise.
"""

from __future__ import annotations

from scoreboard.simulator.chance import Chance

#: What becomes of a batter, in the 15 games.
_OUTCOMES = {
    "strikeout": 277.0,
    "grounder": 209.0,
    "double_play": 23.0,
    "single": 157.0,
    "fly": 127.0,
    "walk": 88.0,
    "popup": 73.0,
    "line": 67.0,
    "double": 46.0,
    "home_run": 41.0,
    "hit_by_pitch": 16.0,
    "error": 8.0,
    "triple": 2.0,
}

#: What is better for a side that bats well today.
_BETTER = frozenset({"single", "double", "triple", "home_run", "walk"})

#: Kinds of out of a ball that was hit; a feed calls them all "out".
OUTS = frozenset({"grounder", "double_play", "fly", "popup", "line"})

#: Balls and strikes before the last pitch: set for 3.8 pitches to a batter.
_BALLS = {0: 2.5, 1: 3.2, 2: 2.8, 3: 1.5}
_STRIKES = {0: 2.5, 1: 3.5, 2: 4.0}

WORDS = {
    "single": "singles",
    "double": "doubles",
    "triple": "triples",
    "home_run": "homers",
    "error": "reaches on an error",
    "walk": "walks",
    "hit_by_pitch": "is hit by a pitch",
    "strikeout": "strikes out",
    "grounder": "grounds out",
    "double_play": "grounds into a double play",
    "fly": "flies out",
    "popup": "pops out",
    "line": "lines out",
}


def outcome(draw: Chance, form: float, *, double_play: bool) -> str:
    """
    What becomes of a batter.

    Args:
        form: how well the side bats today; 1 on an ordinary day.
        double_play: whether one is possible.
    """
    weights = {kind: _OUTCOMES[kind] * (form if kind in _BETTER else 1) for kind in _OUTCOMES}
    if double_play:
        # All of them fall on the fifth of the times at bat in which they can.
        weights["double_play"] *= 5
    else:
        weights["grounder"] += weights.pop("double_play")
    return draw.weighted(weights)


def pitches(draw: Chance, kind: str) -> tuple[str, ...]:
    """The pitches before the last one of a time at bat that ends in `kind`: "ball", "strike"."""
    balls = 3 if kind == "walk" else draw.weighted(_BALLS)
    strikes = 2 if kind == "strikeout" else draw.weighted(_STRIKES)
    return draw.shuffled(("ball",) * balls + ("strike",) * strikes)
