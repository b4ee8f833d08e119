"""
Alerts of a game's life: start, breaks, overtime, interruptions, the end, an upset.

Rule: read from the status in the log, never from silence; a kind that is told once a
game or a period has that as its key. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from scoreboard.model.alert import Told
from scoreboard.model.clock import Direction, PeriodKind
from scoreboard.model.event import Entry
from scoreboard.model.side import Side
from scoreboard.model.status import State, Status
from scoreboard.projection.alert_draft import Draft, told_by
from scoreboard.projection.state import GameState
from scoreboard.sports.alerting import RANKED, RANKS_APART, UPSET_SHARE

#: Statuses that are told each time, as what.
_TOLD = {
    Status.DELAYED: "delay",
    Status.DELAYED_START: "delay",
    Status.SUSPENDED: "suspended",
    Status.POSTPONED: "postponed",
    Status.CANCELLED: "cancelled",
    Status.ABANDONED: "abandoned",
    Status.FORFEITED: "forfeited",
}
_BREAKS = {Status.END_PERIOD: "end_period", Status.HALFTIME: "halftime"}
_INTERRUPTED = (Status.DELAYED, Status.SUSPENDED)
_OVER = (Status.FINAL, Status.OFFICIAL)


def of_status(before: GameState, entry: Entry, after: GameState) -> Iterator[Draft]:
    """What a new status or period is worth."""
    was, now = before.line.status, after.line.status
    if was is not now:
        yield from _of_change(was, now, entry, after)
    index = after.period_index
    if index > before.period_index and _is_overtime(after, index):
        yield Draft("overtime", str(index))
    if _score_changed(before, after) and was.state is State.POST:
        final = told_by(before, "final")
        if final is not None:
            yield changed(entry, after, final)


def _of_change(was: Status, now: Status, entry: Entry, after: GameState) -> Iterator[Draft]:
    if now is Status.IN_PROGRESS:
        yield Draft("game_start", "start")
    if was in _INTERRUPTED and now.state is State.IN and now not in _INTERRUPTED:
        yield Draft("resumed", str(entry.seq))
    if now in _BREAKS:
        yield Draft(_BREAKS[now], str(after.period_index))
    if now in _TOLD:
        yield Draft(_TOLD[now], str(entry.seq))
    yield from of_end(after)


def of_end(after: GameState) -> Iterator[Draft]:
    """The result of a game that is over."""
    if after.line.status not in _OVER:
        return
    winner = after.score.leader
    yield Draft("final", "final", side=winner)
    if winner is not None and winner is underdog(after):
        yield Draft("upset", "upset_final", side=winner)


def changed(entry: Entry, after: GameState, final: Told) -> Draft:
    """Another result than the one that was told."""
    updates = final.alert.notif_id
    return Draft("result_changed", str(entry.seq), side=after.score.leader, updates=updates)


def _is_overtime(state: GameState, index: int) -> bool:
    """Each overtime is one; of extra innings the first is."""
    kind = state.ruleset.kind(index)
    if kind is PeriodKind.EXTRA_INNING:
        return index == state.ruleset.periods + 1
    return kind is not PeriodKind.REGULATION


def _score_changed(before: GameState, after: GameState) -> bool:
    return before.periods is not after.periods and before.score != after.score


def underdog(state: GameState) -> Side | None:
    """The side that is not expected to win, by the rankings; None if they do not say."""
    for side in Side:
        own, other = state.meta.team(side).rank, state.meta.team(side.other).rank
        if other is None or other > RANKED:
            continue
        if own is None or own >= other + RANKS_APART:
            return side
    return None


def of_upset(after: GameState) -> Iterator[Draft]:
    """An underdog that leads in the last part of the game."""
    side = underdog(after)
    if side is None or after.line.status.state is not State.IN:
        return
    if after.score.leader is side and _is_ending(after):
        yield Draft("upset_watch", "upset", side=side)


def _is_ending(state: GameState) -> bool:
    """Whether the last quarter of regulation has begun."""
    ruleset, index = state.ruleset, state.period_index
    length = ruleset.length_ms(index)
    played, whole = float(index - 1), float(ruleset.periods)
    clock = state.clock
    if length and clock is not None and clock.period_index == index:
        down = ruleset.direction is Direction.DOWN
        played += (length - clock.value_ms if down else clock.value_ms) / length
    return played >= whole * (UPSET_SHARE - 1) / UPSET_SHARE
