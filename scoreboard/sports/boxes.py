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
from scoreboard.sports.registry import RULESETS
from scoreboard.sports.shares import Box

_SPORTS: dict[str, Box] = {
    "baseball": baseball_box.BOX,
    "basketball": basketball_box.BOX,
    "football": football_box.BOX,
    "hockey": hockey_box.BOX,
    "soccer": soccer_box.BOX,
}


def _box(ruleset: Ruleset) -> Box:
    return football_box.BOX_SACK_IS_RUSH if ruleset.sack_is_rush else _SPORTS[ruleset.sport]


#: Id of a ruleset -> what a game under it counts.
BOXES: dict[str, Box] = {ruleset.id: _box(ruleset) for ruleset in RULESETS.values()}
