"""
The box score of each ruleset.

Rule: nobody else lists them. Pure.
"""

from __future__ import annotations

from scoreboard.model.ruleset import Ruleset
from scoreboard.sports import (
    baseball_box,
    basketball_box,
    football_box,
    hockey_box,
    soccer_box,
)
from scoreboard.sports.shares import Box

BOXES: dict[str, Box] = {
    "baseball": baseball_box.BOX,
    "basketball": basketball_box.BOX,
    "football": football_box.BOX,
    "hockey": hockey_box.BOX,
    "soccer": soccer_box.BOX,
}


def box_of(ruleset: Ruleset) -> Box:
    """What a game under that ruleset counts."""
    if ruleset.sack_is_rush:
        return football_box.BOX_SACK_IS_RUSH
    return BOXES[ruleset.sport]
