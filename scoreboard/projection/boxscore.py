"""
The box score: a fold of the plays that count.

Rule: what a play gives is taken away whole when it is corrected and given anew, so the
lines after any log are those of its standing plays, however they came to stand; a line
that a play does not touch is the same object as before. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scoreboard.model.boxscore import BoxScore, StatLine, Values
from scoreboard.model.payload import StatsPayload
from scoreboard.model.play import Participant, Play, PlayFacts
from scoreboard.model.side import Side
from scoreboard.projection.state import GameState
from scoreboard.projection.stats import NOTHING, Counted, Stats
from scoreboard.sports.boxes import box_of
from scoreboard.sports.shares import Box

_OF = {Side.HOME: "home:", Side.AWAY: "away:"}
_SIDES = {"home": Side.HOME, "away": Side.AWAY}

_Amounts = dict[str, dict[str, int | float]]


def counted(state: GameState, was: Play | None, now: Play | None) -> Stats:
    """
    The statistics after one play, the same object if it moves no line.

    Args:
        was: the play as it stood before; None if it was not there.
        now: as it stands; None if it is gone.
    """
    box = box_of(state.ruleset)
    if _gives_nothing(box, was) and _gives_nothing(box, now):
        return state.stats
    amounts: _Amounts = {}
    people: dict[str, Participant] = {}
    for play, sign in ((was, -1), (now, 1)):
        if play is not None and play.state.counts:
            _give(amounts, people, box, play.facts, sign)
    return _with(state.stats, amounts, people)


def counted_anew(state: GameState) -> Stats:
    """The statistics of all plays of `state`; the same object if they are what they were."""
    box = box_of(state.ruleset)
    amounts: _Amounts = {}
    people: dict[str, Participant] = {}
    for play in state.plays:
        if play.state.counts:
            _give(amounts, people, box, play.facts, 1)
    fresh = _with(NOTHING, amounts, people)
    gone = {holder: Counted(line.person) for holder, line in state.stats.lines.items()}
    lines = {**gone, **fresh.lines}
    touched = _different(state.stats.lines, lines)
    return Stats(lines, touched) if touched else state.stats


def _different(old: Mapping[str, Counted], new: Mapping[str, Counted]) -> tuple[str, ...]:
    return tuple(
        holder
        for holder, line in new.items()
        if line.counts != (old[holder].counts if holder in old else {})
    )


def _gives_nothing(box: Box, play: Play | None) -> bool:
    return play is None or (play.facts.play_type not in box.shares and not play.facts.points)


def _give(
    amounts: _Amounts,
    people: dict[str, Participant],
    box: Box,
    facts: PlayFacts,
    sign: int,
) -> None:
    for side, person, gives in box.credits(facts):
        holder = _OF[side]
        if person is not None:
            name = _name(person)
            if name is None:
                continue
            holder += name
            people.setdefault(holder, person)
        line = amounts.setdefault(holder, {})
        for stat, amount in gives.items():
            line[stat] = line.get(stat, 0) + sign * amount


def _name(person: Participant) -> str | None:
    """By what a person is known in one team; None if by nothing."""
    if person.person_id is not None:
        return person.person_id
    if person.ref is not None:
        return f"ref:{person.ref}"
    if person.name is None and person.jersey is None:
        return None
    return f"{person.jersey or ''}/{person.name or ''}"


def _with(stats: Stats, amounts: _Amounts, people: Mapping[str, Participant]) -> Stats:
    """`stats` and `amounts`; the same object if these come to nothing."""
    lines: dict[str, Counted] | None = None
    touched = []
    for holder, line in amounts.items():
        change = {stat: amount for stat, amount in line.items() if amount}
        if not change:
            continue
        if lines is None:
            lines = dict(stats.lines)
        before = lines.get(holder) or Counted(people.get(holder))
        counts = dict(before.counts)
        for stat, amount in change.items():
            count = counts.get(stat, 0) + amount
            if count:
                counts[stat] = count
            else:
                del counts[stat]
        lines[holder] = Counted(before.person, counts)
        touched.append(holder)
    return stats if lines is None else Stats(lines, tuple(touched))


def stats_of(state: GameState) -> StatsPayload:
    """The lines that the last entry with a `stats` publication has moved."""
    box, lines = box_of(state.ruleset), state.stats.lines
    touched = state.stats.touched
    return StatsPayload(tuple(_line(box, holder, lines[holder]) for holder in touched), state.meta)


def box_score_of(state: GameState) -> BoxScore:
    """The whole box score."""
    box, lines = box_of(state.ruleset), state.stats.lines
    found = [_line(box, holder, line) for holder, line in lines.items() if line.counts]
    found.sort(key=lambda line: (line.side is Side.AWAY, line.person is not None))
    return BoxScore(
        game_id=state.meta.game_id,
        epoch=state.epoch,
        seq=state.seq,
        ts_ms=state.ts_ms,
        home=state.meta.home.team_id,
        away=state.meta.away.team_id,
        score=state.score,
        line=state.line,
        period_index=state.period_index,
        lines=tuple(found),
    )


def _line(box: Box, holder: str, line: Counted) -> StatLine:
    return StatLine(_SIDES[holder.partition(":")[0]], line.person, box.shows(line.counts))


def standing(plays: Iterable[Play], box: Box) -> Mapping[str, Values]:
    """Holder -> counts of `plays` alone, folded from nothing; lines without any left out."""
    amounts: _Amounts = {}
    for play in plays:
        if play.state.counts:
            _give(amounts, {}, box, play.facts, 1)
    kept = {
        holder: {stat: amount for stat, amount in line.items() if amount}
        for holder, line in amounts.items()
    }
    return {holder: line for holder, line in kept.items() if line}
