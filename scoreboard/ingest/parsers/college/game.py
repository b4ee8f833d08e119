"""
What the formats of college basketball share: league, ruleset, teams, how a game ended.

Rule: a team is known by the name of its school in every format, so that one provider
may stand in for another wherever both write the name alike. Pure.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from scoreboard.model.game import Team
from scoreboard.model.ids import League, team_id
from scoreboard.model.play import PlayFacts
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.registry import RULESETS

LEAGUE = League("ncam")
SPORT = "basketball"
RULESET = RULESETS["ncaa_mens_basketball"]

#: No game has ever had so many periods, and no team so many points.
MAX_PERIODS = 60
MAX_SCORE = 999

#: The first month of a season.
_FIRST_MONTH = 7

#: What a short name has at most, by custom.
_SHORT = 8

#: A clock may be this far over a period's length: sources round up. Milliseconds.
_ROUNDING_MS = 1_000


def team(
    name: str,
    abbrev: str | None = None,
    record: str | None = None,
    rank: int | None = None,
    provider_refs: tuple[tuple[str, str], ...] = (),
) -> Team:
    """The team of the school called `name`; without an abbreviation one is made of it."""
    return Team(
        team_id=team_id(LEAGUE, name),
        name=name,
        abbrev=abbrev or short_name(name),
        record=record,
        rank=rank,
        provider_refs=provider_refs,
    )


def short_name(name: str) -> str:
    """`name`, its initials ("South Dakota St": SDS), or its beginning ("Villanova": VILL)."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    if len(name) <= _SHORT or not words:
        return name[:_SHORT]
    if len(words) > 1:
        return "".join(word[0] for word in words).upper()
    return words[0][:4].upper()


def season(day: date) -> str:
    """The season that `day` is in, "2017-18"."""
    first = day.year if day.month >= _FIRST_MONTH else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def final(period_index: int, ruleset: Ruleset = RULESET) -> StatusLine:
    """The status of a game that ended in `period_index`."""
    overtimes = period_index - ruleset.periods
    decided = "REG" if overtimes <= 0 else "OT" if overtimes == 1 else f"{overtimes}OT"
    return StatusLine(Status.FINAL, decided)


def clock_in(
    value_ms: int | None, period_index: int, quirks: Counter[str], ruleset: Ruleset = RULESET
) -> int | None:
    """`value_ms` if the period can have such a clock; otherwise None, and it is counted."""
    if value_ms is None:
        quirks["no clock"] += 1
        return None
    if 0 <= value_ms <= ruleset.length_ms(period_index) + _ROUNDING_MS:
        return value_ms
    quirks["bad clock"] += 1
    return None


def is_over(facts: PlayFacts) -> bool:
    """Whether the play is the end of the game."""
    return facts.play_type == "game_end"
