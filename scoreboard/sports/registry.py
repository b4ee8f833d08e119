"""
The sports and rulesets that scoreboard knows, by name.

Rule: nobody else lists them. Pure.
"""

from __future__ import annotations

from scoreboard.model.ruleset import Ruleset
from scoreboard.sports.baseball import BASEBALL
from scoreboard.sports.basketball import BASKETBALL
from scoreboard.sports.football import FOOTBALL
from scoreboard.sports.hockey import HOCKEY
from scoreboard.sports.playtype import Sport
from scoreboard.sports.rulesets import ALL
from scoreboard.sports.soccer import SOCCER

SPORTS: dict[str, Sport] = {
    sport.name: sport for sport in (FOOTBALL, BASKETBALL, SOCCER, HOCKEY, BASEBALL)
}

RULESETS: dict[str, Ruleset] = {ruleset.id: ruleset for ruleset in ALL}
