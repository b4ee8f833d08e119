"""
The box score: a fold of the plays that count.

Rule: what a play gives is taken away whole when it is corrected and given anew, so the
lines after any log are those of its standing plays, however they came to stand; a line
that a play does not move is the same object as before. Pure.
"""

from __future__ import annotations

from scoreboard.model.boxscore import BoxScore, StatLine
from scoreboard.model.payload import StatsPayload
from scoreboard.model.play import Participant, Play
from scoreboard.model.side import Side
from scoreboard.projection.state import GameState
from scoreboard.projection.stats import Stats
from scoreboard.sports.boxes import BOXES

_Counts = dict[str, int | float]


def counted(state: GameState, was: Play | None, now: Play) -> Stats:
    """
    The statistics after one play, the same object if it moves no line.

    Args:
        was: the play as it stood before; None if it was not there.
        now: as it stands.
    """
    if was is None and not BOXES[state.ruleset.id].may_give(now.facts):
        return state.stats
    lines = _Lines(state)
    if was is not None:
        lines.give(was, -1)
    lines.give(now, 1)
    return lines.stats()


def counted_anew(state: GameState) -> Stats:
    """The statistics of all plays of `state`; the same object if they are what they were."""
    lines = _Lines(state, {holder: {} for holder in state.stats.lines})
    for play in state.plays:
        lines.give(play, 1)
    return lines.stats()


class _Lines:
    """
    The lines that are moved now.

    Args:
        fresh: lines that are counted anew, and what they have so far.
    """

    def __init__(self, state: GameState, fresh: dict[str, _Counts] | None = None) -> None:
        self._box = BOXES[state.ruleset.id]
        self._before = state.stats
        self._fresh: dict[str, _Counts] = {} if fresh is None else fresh
        self._new: dict[str, StatLine] = {}
        self._corrects = fresh is not None

    def give(self, play: Play, sign: int) -> None:
        """Add, or take away, what a play gives if it counts."""
        self._corrects = self._corrects or sign < 0
        if not play.state.counts:
            return
        for side, place, gives in self._box.credits(play.facts):
            person = None if place is None else play.facts.participants[place]
            holder = _holder(side, person)
            if holder is None:
                continue
            counts = self._fresh.get(holder)
            if counts is None:
                counts = self._fresh[holder] = self._counts(holder, side, person)
            for stat, amount in gives.items():
                counts[stat] = counts.get(stat, 0) + sign * amount

    def _counts(self, holder: str, side: Side, person: Participant | None) -> _Counts:
        line = self._before.lines.get(holder)
        if line is not None:
            return dict(line.counts)
        self._new[holder] = StatLine(side, person)
        return {}

    def stats(self) -> Stats:
        """All lines; the same object as before if none has moved."""
        known = self._before.lines
        touched: dict[str, StatLine] = {}
        for holder, counts in self._fresh.items():
            line = known.get(holder) or self._new[holder]
            standing = _standing(counts) if self._corrects else counts
            if not self._corrects or standing != line.counts:
                touched[holder] = StatLine(line.side, line.person, standing)
        if not touched:
            return self._before
        # In order, so that the same lines have the same names together.
        return Stats({**known, **touched}, tuple(sorted(touched)))


def _standing(counts: _Counts) -> _Counts:
    return {stat: count for stat, count in counts.items() if count}


def _holder(side: Side, person: Participant | None) -> str | None:
    """
    Whose line it is: side, and by what the person is known in the game.

    Returns:
        None for a person of whom nothing is known.
    """
    of = "home:" if side is Side.HOME else "away:"
    if person is None:
        return of
    if person.person_id is not None:
        return of + person.person_id
    if person.ref is not None:
        return f"{of}ref:{person.ref}"
    if person.name is None and person.jersey is None:
        return None
    return f"{of}{person.jersey or ''}/{person.name or ''}"


def stats_of(state: GameState) -> StatsPayload:
    """The lines that the last entry that moved any has moved, whole."""
    lines = state.stats.lines
    return StatsPayload(tuple([lines[holder] for holder in state.stats.touched]), state.meta)


def box_score_of(state: GameState) -> BoxScore:
    """The whole box score."""
    found = [line for line in state.stats.lines.values() if line.counts]
    found.sort(key=lambda line: (line.side is Side.AWAY, line.person is not None))
    return BoxScore(
        epoch=state.epoch,
        seq=state.seq,
        ts_ms=state.ts_ms,
        meta=state.meta,
        score=state.score,
        line=state.line,
        period_index=state.period_index,
        lines=tuple(found),
    )
