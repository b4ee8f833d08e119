"""
Rules about players: I3, I4, P2, P3.

Rule: who may play is known from the roster in the game's meta, who is out from the plays
(`projection.sheet`). Without a roster nobody is a stranger. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from scoreboard.model.answer import Outcome
from scoreboard.model.game import Player
from scoreboard.model.play import Participant
from scoreboard.model.side import Side
from scoreboard.projection.sheet import Who, benched, span, who
from scoreboard.rules.case import Case
from scoreboard.rules.law import Found, law

#: What somebody who is out can still be part of: what put him out, and paper.
_AFTERWARDS = frozenset({"admin", "substitution", "foul", "clock"})


def _people(case: Case) -> Iterator[tuple[Participant, Side]]:
    """Participants whose side is known; the play's own side is that of who is named first."""
    facts = case.facts
    people = () if facts is None else facts.participants
    for index, person in enumerate(people):
        side = person.side or (facts.side if facts and index == 0 else None)
        if side is not None:
            yield person, side


def _is_in(person: Participant, roster: tuple[Player, ...]) -> bool:
    """Whether `person` is one of `roster`, by the strongest name that both have."""
    return any(_is(person, player) for player in roster)


def _is(person: Participant, player: Player) -> bool:
    if person.person_id and player.person_id:
        return person.person_id == player.person_id
    if person.ref and player.ref:
        return person.ref == player.ref
    if person.jersey and player.jersey:
        return person.jersey == player.jersey
    return bool(person.name) and person.name == player.name


def _label(person: Participant) -> str:
    return person.name or person.jersey or person.ref or person.person_id or "somebody"


@law(
    "I3",
    "unknown_player",
    Outcome.FLAGGED,
    hint="the play counts; put the player on the roster in the game's meta",
)
def i3_unknown_player(case: Case) -> str | None:
    """A player of neither roster; the play keeps name, number and team."""
    meta = case.state.meta
    if not meta.home.roster and not meta.away.roster:
        return None
    for person, side in _people(case):
        own, other = meta.team(side).roster, meta.team(side.other).roster
        if own and not _is_in(person, own) and not _is_elsewhere(person, other):
            return f"{_label(person)} is not on the roster of the {side.value} side"
    return None


def _is_elsewhere(person: Participant, other: tuple[Player, ...]) -> bool:
    """Whether the other side has him; a number alone says nothing, both have a 7."""
    known = any((person.person_id, person.ref, person.name))
    unnumbered = Participant("", person.person_id, person.name, None, None, person.ref)
    return known and _is_in(unnumbered, other)


@law(
    "I4",
    "wrong_team",
    Outcome.QUARANTINED,
    hint="mostly the type is right and the team is wrong: send the play again with its team",
)
def i4_wrong_team(case: Case) -> str | None:
    """A player of the other side."""
    meta = case.state.meta
    if not meta.home.roster or not meta.away.roster:
        return None
    for person, side in _people(case):
        own, other = meta.team(side).roster, meta.team(side.other).roster
        if _is_elsewhere(person, other) and not _is_in(person, own):
            return f"{_label(person)} plays for the {side.other.value} side"
    return None


def _named(case: Case) -> Iterator[tuple[Participant, Who]]:
    facts = case.facts
    if facts is None or not case.is_new_play:
        return
    if case.play_type is not None and case.play_type.group in _AFTERWARDS:
        return
    for person in facts.participants:
        somebody = who(person, facts.side)
        if somebody is not None:
            yield person, somebody


@law(
    "P2",
    "ejected",
    Outcome.FLAGGED,
    hint="somebody else did it, or a foul or card of that player is one too many",
    is_unchecked=True,
)
def p2_ejected(case: Case) -> str | None:
    """Somebody who was sent off, ejected, or has too many fouls."""
    out = case.state.sheet.out
    if not out or case.is_late:
        return None
    found = next(((p, out[w]) for p, w in _named(case) if w in out), None)
    return None if found is None else f"{_label(found[0])} {found[1]}"


@law(
    "P2",
    "not_on_court",
    Outcome.FLAGGED,
    hint="a substitution is missing, or somebody else did it",
    is_unchecked=True,
)
def p2_not_on_court(case: Case) -> str | None:
    """Somebody who was taken off and has not come back."""
    sheet, facts = case.state.sheet, case.facts
    if not sheet.benched or facts is None or case.is_late:
        return None
    for person, somebody in _named(case):
        if benched(sheet, case.state.ruleset, somebody, facts.period_index):
            return f"{_label(person)} was taken off"
    return None


@law(
    "P3",
    "allowance",
    Outcome.FLAGGED,
    hint="look whether one was entered twice, or for the other side",
    is_unchecked=True,
)
def p3_allowance(case: Case) -> Found | None:
    """More fouls of a player or timeouts of a side than there are."""
    facts, ruleset, sheet = case.facts, case.state.ruleset, case.state.sheet
    if facts is None or facts.side is None or not case.is_new_play:
        return None
    if facts.play_type == "timeout" and ruleset.timeouts is not None:
        first = span(ruleset, facts.period_index)
        over = facts.period_index > ruleset.periods
        allowed = ruleset.timeouts.overtime if over else ruleset.timeouts.count
        taken = sheet.timeouts.get((facts.side, first), 0) + 1
        if taken > allowed:
            return Found(f"timeout {taken} of the {facts.side.value} side, of {allowed}")
    if facts.play_type == "foul" and ruleset.fouls is not None and facts.participants:
        somebody = who(facts.participants[0], facts.side)
        fouls = 0 if somebody is None else sheet.fouls.get(somebody, 0)
        if fouls >= ruleset.fouls:
            return Found(f"foul {fouls + 1} of {_label(facts.participants[0])}")
    return None
