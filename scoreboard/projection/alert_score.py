"""
Alerts of points: a score, the lead, a tie, a close finish; and of who is sent off.

Rule: of the play that the log has now; what a correction makes of the alerts of other
plays is `alert_recall`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from scoreboard.model.event import Entry, ScoreSet
from scoreboard.model.play import Play
from scoreboard.projection.alert_draft import Draft, is_late, margin, name_of
from scoreboard.projection.leads import LEAD_CHANGE, TIE, turn
from scoreboard.projection.state import GameState
from scoreboard.projection.stats import Gain
from scoreboard.sports.alerting import ALERTING, WINDOWS


def of_play(play: Play, standing: frozenset[str], after: GameState) -> Iterator[Draft]:
    """
    The score or the exit that a play is, new or corrected.

    Args:
        standing: names of the alerts that have been told and not withdrawn.
    """
    if not play.state.counts:
        return
    yield from score_of(play, standing, after)
    kind = ALERTING[after.ruleset.sport].exit_of(play.facts)
    if kind is not None and not _is_told(after, kind, play, standing):
        yield Draft(kind, _fresh(after, kind, play), play.play_id, play.facts.side)


def score_of(play: Play, standing: frozenset[str], after: GameState) -> Iterator[Draft]:
    """The score that a play is, if it counts and was not told."""
    facts, alerting = play.facts, ALERTING[after.ruleset.sport]
    if not play.state.counts or not alerting.scores or not facts.points or facts.shootout:
        return
    if facts.points_to is None:
        return
    if not _is_told(after, "score", play, standing):
        is_try = facts.play_type in alerting.tries
        updates = _before(after, play, standing) if is_try else None
        key = _fresh(after, "score", play)
        yield Draft("score", key, play.play_id, facts.points_to, facts.points, updates=updates)


def _is_told(after: GameState, kind: str, play: Play, standing: frozenset[str]) -> bool:
    return any(
        told.alert.kind == kind
        and told.alert.play_id == play.play_id
        and told.alert.notif_id in standing
        for told in after.alerts.told
    )


def _fresh(after: GameState, kind: str, play: Play) -> str:
    """The play's own key, or, if that was told and withdrawn, the key of its revision."""
    name = name_of(after, kind, play.play_id)
    known = any(told.alert.notif_id == name for told in after.alerts.told)
    return f"{play.play_id}#{play.rev}" if known else play.play_id


def _before(after: GameState, play: Play, standing: frozenset[str]) -> str | None:
    """The score in whose place the score of a try stands."""
    scores = (
        told.alert
        for told in reversed(after.alerts.told)
        if told.alert.kind == "score" and told.alert.notif_id in standing
    )
    last = next(scores, None)
    return last.notif_id if last is not None and last.side is play.facts.points_to else None


def gain_of(event: ScoreSet, entry: Entry) -> Gain | None:
    """Points that no play explains; None of a correction, or where nobody gains."""
    side = event.change.leader
    if side is None or event.correction or min(event.change.home, event.change.away) < 0:
        return None
    return Gain(entry.seq, side, event.change.of(side))


def of_gain(gain: Gain | None, after: GameState) -> Iterator[Draft]:
    """The score that points without a play are."""
    if gain is not None and ALERTING[after.ruleset.sport].scores:
        yield Draft("score", f"s{gain.seq}", side=gain.side, points=gain.points)


def of_lead(
    before: GameState, entry: Entry, after: GameState, play: Play | None
) -> Iterator[Draft]:
    """
    What points at the end of the game did to the lead.

    Args:
        play: None for a score without one.
    """
    kind = turn(before.alerts.leader, after.score.leader)
    if kind is not None and (kind != TIE or is_late(after)):
        yield from lead_of(kind, before, entry, after, play)


def lead_of(
    kind: str, before: GameState, entry: Entry, after: GameState, play: Play | None
) -> Iterator[Draft]:
    """The alert of what the lead has become, unless it is too soon after the last one."""
    if kind == LEAD_CHANGE and _is_too_soon(before, entry, after):
        return
    key = f"s{entry.seq}" if play is None else play.play_id
    late = after.period_index >= WINDOWS[after.ruleset.id].period
    default = late if kind == LEAD_CHANGE else None
    play_id = None if play is None else play.play_id
    yield Draft(kind, key, play_id, after.score.leader, is_default=default)


def _is_too_soon(before: GameState, entry: Entry, after: GameState) -> bool:
    if after.period_index >= after.ruleset.periods:
        return False
    last = before.alerts.turn_ms
    return bool(last) and entry.ts_ms - last < ALERTING[after.ruleset.sport].turn_apart_ms


def is_close(state: GameState) -> bool:
    """Whether the game is close and near its end."""
    return is_late(state) and margin(state) <= WINDOWS[state.ruleset.id].margin
