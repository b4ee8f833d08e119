"""
The sheet of a game: fouls, timeouts, and who is out or on the bench.

Rule: a function of the plays that count, in game order; it says nothing of players whom no
play has named. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.play import Participant, Play
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.side import Side

#: Somebody, as far as a play names him: side and id, else number, else name.
Who = tuple[Side, str]

#: Fouls that are not counted against a player's allowance, by the beginning of their subtype.
_NOT_PERSONAL = ("technical", "double technical", "defensive 3", "delay", "bench", "coach")

#: Sports in which who goes out may come back in the next period, and in which never.
_BACK_NEXT_PERIOD, _NEVER_BACK = frozenset({"basketball"}), frozenset({"soccer", "baseball"})


@attrs.frozen
class Sheet:
    """
    What is counted by player and side.

    Attributes:
        fouls: somebody -> his personal fouls.
        cards: somebody -> his yellow cards.
        out: somebody who may not play any more -> why.
        benched: somebody who was taken off -> in which period.
        timeouts: side and the first period of the span -> how many it took.
    """

    fouls: Mapping[Who, int] = attrs.field(factory=dict)
    cards: Mapping[Who, int] = attrs.field(factory=dict)
    out: Mapping[Who, str] = attrs.field(factory=dict)
    benched: Mapping[Who, int] = attrs.field(factory=dict)
    timeouts: Mapping[tuple[Side, int], int] = attrs.field(factory=dict)


def who(person: Participant, side: Side | None) -> Who | None:
    """Somebody's key; `side` is the play's, if he has none of his own."""
    key = person.person_id or person.ref or person.jersey or person.name
    team = person.side or side
    return None if key is None or team is None else (team, key)


def span(ruleset: Ruleset, period_index: int) -> int:
    """The first period of those whose timeouts are counted together."""
    if ruleset.timeouts is None or period_index > ruleset.periods:
        return period_index
    return period_index - (period_index - 1) % ruleset.timeouts.span


def benched(sheet: Sheet, ruleset: Ruleset, somebody: Who, period_index: int) -> bool:
    """Whether somebody was taken off and cannot be back yet."""
    period = sheet.benched.get(somebody)
    if period is None:
        return False
    if ruleset.sport in _BACK_NEXT_PERIOD:
        return period == period_index
    return ruleset.sport in _NEVER_BACK


def enter(sheet: Sheet, ruleset: Ruleset, play: Play) -> Sheet:
    """The sheet after `play`."""
    count = _COUNTS.get(play.facts.play_type)
    return sheet if count is None or not play.state.counts else count(sheet, ruleset, play)


def _actor(play: Play) -> Who | None:
    people = play.facts.participants
    return who(people[0], play.facts.side) if people else None


def _foul(sheet: Sheet, ruleset: Ruleset, play: Play) -> Sheet:
    somebody = _actor(play)
    if ruleset.fouls is None or somebody is None:
        return sheet
    if (play.facts.subtype or "").startswith(_NOT_PERSONAL):
        return sheet
    fouls = sheet.fouls.get(somebody, 0) + 1
    out = sheet.out
    if fouls >= ruleset.fouls:
        out = {**out, somebody: f"has {fouls} fouls"}
    return attrs.evolve(sheet, fouls={**sheet.fouls, somebody: fouls}, out=out)


def _ejection(sheet: Sheet, _ruleset: Ruleset, play: Play) -> Sheet:
    somebody = _actor(play)
    if somebody is None:
        return sheet
    return attrs.evolve(sheet, out={**sheet.out, somebody: "was ejected"})


def _card(sheet: Sheet, _ruleset: Ruleset, play: Play) -> Sheet:
    somebody, color = _actor(play), play.facts.subtype or ""
    if somebody is None:
        return sheet
    cards = sheet.cards.get(somebody, 0) + 1
    if "red" in color or "second" in color or cards > 1:
        return attrs.evolve(sheet, out={**sheet.out, somebody: "was sent off"})
    return attrs.evolve(sheet, cards={**sheet.cards, somebody: cards})


def _substitution(sheet: Sheet, _ruleset: Ruleset, play: Play) -> Sheet:
    benched = dict(sheet.benched)
    for person in play.facts.participants:
        somebody = who(person, play.facts.side)
        if somebody is not None and person.role == "out":
            benched[somebody] = play.facts.period_index
        elif somebody is not None:
            benched.pop(somebody, None)
    return attrs.evolve(sheet, benched=benched)


def _timeout(sheet: Sheet, ruleset: Ruleset, play: Play) -> Sheet:
    if play.facts.side is None:
        return sheet
    key = (play.facts.side, span(ruleset, play.facts.period_index))
    return attrs.evolve(sheet, timeouts={**sheet.timeouts, key: sheet.timeouts.get(key, 0) + 1})


_COUNTS = {
    "foul": _foul,
    "ejection": _ejection,
    "card": _card,
    "substitution": _substitution,
    "timeout": _timeout,
}

#: Kinds of play that change a sheet.
COUNTED = frozenset(_COUNTS)
