"""
Rulesets: the competitions' rules as data.

Rule: a new competition is a new row here, not a new branch elsewhere. Figures are
the leagues' published rules; where a league changes one by season (overtime of the
NFL) the regular season of the recorded games stands. Pure.

Source: the rule books of NFL (rules 4, 16), NCAA football (rule 3), NBA (rule 5), NCAA men's
basketball (rule 5), FIBA (articles 8, 49), IFAB (law 7), NHL (rules 77, 84), PWHL, MLB (rule 7).
"""

from __future__ import annotations

from scoreboard.model.clock import Direction, PeriodKind
from scoreboard.model.ruleset import Ruleset, Surface, Timeouts

_MINUTE = 60_000
_QUARTERS = ("Q1", "Q2", "Q3", "Q4")
_HALVES = ("1st half", "2nd half")
_HOCKEY_PERIODS = ("1st", "2nd", "3rd")
_INNINGS = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th")

_GRIDIRON = Surface(length_ft=360.0, width_ft=160.0, target_ft=30.0)
_NBA_COURT = Surface(length_ft=94.0, width_ft=50.0, target_ft=5.25)
_FIBA_COURT = Surface(length_ft=91.86, width_ft=49.21, target_ft=5.17)
_PITCH = Surface(length_ft=344.5, width_ft=223.1, target_ft=0.0)
_RINK = Surface(length_ft=200.0, width_ft=85.0, target_ft=11.0)

ALL: tuple[Ruleset, ...] = (
    Ruleset(
        id="nfl",
        sport="football",
        periods=4,
        period_ms=15 * _MINUTE,
        # 15 minutes until 2016 and in playoffs, 10 since: the wider one is legal.
        overtime_ms=15 * _MINUTE,
        direction=Direction.DOWN,
        period_names=_QUARTERS,
        may_tie=True,
        timeouts=Timeouts(3, span=2, overtime=3),
        surface=_GRIDIRON,
    ),
    Ruleset(
        id="ncaa_football",
        sport="football",
        sack_is_rush=True,
        periods=4,
        period_ms=15 * _MINUTE,
        overtime_ms=0,
        direction=Direction.DOWN,
        period_names=_QUARTERS,
        timeouts=Timeouts(3, span=2, overtime=1),
        surface=_GRIDIRON,
    ),
    Ruleset(
        id="nba",
        sport="basketball",
        periods=4,
        period_ms=12 * _MINUTE,
        overtime_ms=5 * _MINUTE,
        direction=Direction.DOWN,
        period_names=_QUARTERS,
        tenths=True,
        fouls=6,
        # Three in an overtime until 2017, two since: the more generous one is legal.
        timeouts=Timeouts(7, span=4, overtime=3),
        surface=_NBA_COURT,
    ),
    Ruleset(
        id="ncaa_mens_basketball",
        sport="basketball",
        periods=2,
        period_ms=20 * _MINUTE,
        overtime_ms=5 * _MINUTE,
        direction=Direction.DOWN,
        period_names=_HALVES,
        tenths=True,
        fouls=5,
        timeouts=Timeouts(4, span=2, overtime=1),
        surface=_NBA_COURT,
    ),
    Ruleset(
        id="fiba",
        sport="basketball",
        periods=4,
        period_ms=10 * _MINUTE,
        overtime_ms=5 * _MINUTE,
        direction=Direction.DOWN,
        period_names=_QUARTERS,
        tenths=True,
        fouls=5,
        timeouts=Timeouts(5, span=4, overtime=1),
        surface=_FIBA_COURT,
    ),
    Ruleset(
        id="soccer_league",
        sport="soccer",
        periods=2,
        period_ms=45 * _MINUTE,
        overtime_ms=0,
        direction=Direction.UP,
        period_names=_HALVES,
        max_overtimes=0,
        # The longest stoppage time on record is under half an hour.
        stoppage_ms=30 * _MINUTE,
        may_tie=True,
        surface=_PITCH,
    ),
    Ruleset(
        id="soccer_cup",
        sport="soccer",
        periods=2,
        period_ms=45 * _MINUTE,
        overtime_ms=15 * _MINUTE,
        direction=Direction.UP,
        period_names=_HALVES,
        overtime_name="ET{n}",
        overtime_kind=PeriodKind.EXTRA_TIME,
        max_overtimes=2,
        stoppage_ms=30 * _MINUTE,
        may_tie=True,
        shootout=True,
        surface=_PITCH,
    ),
    Ruleset(
        id="nhl",
        sport="hockey",
        periods=3,
        period_ms=20 * _MINUTE,
        overtime_ms=5 * _MINUTE,
        direction=Direction.DOWN,
        period_names=_HOCKEY_PERIODS,
        max_overtimes=1,
        shootout=True,
        shootout_goal=True,
        timeouts=Timeouts(1, span=3, overtime=1),
        surface=_RINK,
    ),
    Ruleset(
        id="nhl_playoffs",
        sport="hockey",
        periods=3,
        period_ms=20 * _MINUTE,
        overtime_ms=20 * _MINUTE,
        direction=Direction.DOWN,
        period_names=_HOCKEY_PERIODS,
        timeouts=Timeouts(1, span=3, overtime=1),
        surface=_RINK,
    ),
    Ruleset(
        id="pwhl",
        sport="hockey",
        periods=3,
        period_ms=20 * _MINUTE,
        overtime_ms=5 * _MINUTE,
        direction=Direction.UP,
        period_names=_HOCKEY_PERIODS,
        max_overtimes=1,
        shootout=True,
        shootout_goal=True,
        timeouts=Timeouts(1, span=3, overtime=1),
        surface=_RINK,
    ),
    Ruleset(
        id="pwhl_playoffs",
        sport="hockey",
        periods=3,
        period_ms=20 * _MINUTE,
        overtime_ms=20 * _MINUTE,
        direction=Direction.UP,
        period_names=_HOCKEY_PERIODS,
        timeouts=Timeouts(1, span=3, overtime=1),
        surface=_RINK,
    ),
    Ruleset(
        id="mlb",
        sport="baseball",
        periods=9,
        period_ms=0,
        overtime_ms=0,
        direction=Direction.NONE,
        period_names=_INNINGS,
        overtime_kind=PeriodKind.EXTRA_INNING,
        may_tie=True,
    ),
)
