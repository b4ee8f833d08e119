"""
Alerts that no longer hold after a correction.

Rule: after every entry each alert that was told and not withdrawn is true of the game as
the log has it: of a play that counts, for the points and the side that were told, with
the effect on the lead that was told. Pure.
"""

from __future__ import annotations

from scoreboard.model.alert import Alert, Told
from scoreboard.model.play import Play
from scoreboard.projection.alert_draft import Draft, margin
from scoreboard.projection.leads import FIRST_LEAD, LEAD_CHANGE, TIE, Leads
from scoreboard.projection.state import GameState
from scoreboard.sports.alerting import ALERTING, WINDOWS

_TURNS = (FIRST_LEAD, LEAD_CHANGE, TIE)


def recalled(
    before: GameState, after: GameState, play: Play | None, lead: Leads | None
) -> tuple[Told, ...]:
    """
    The alerts that a correction makes untrue.

    Args:
        play: that was corrected or put in, as it is now; None: the score alone was corrected.
        lead: over the corrected game; None if no points have moved.
    """
    return tuple(
        told
        for told in before.alerts.told
        if not told.withdrawn
        and told.alert.retracts is None
        and not _holds(told.alert, before, after, play, lead)
    )


def _holds(
    alert: Alert, before: GameState, after: GameState, play: Play | None, lead: Leads | None
) -> bool:
    is_its = play is not None and alert.play_id == play.play_id
    if is_its and play is not None and not _fits(alert, after, play):
        return False
    if lead is None:
        return True
    match alert.kind:
        case kind if kind in _TURNS:
            return alert.play_id is None or lead.turns.get(alert.play_id) == kind
        case "close_game":
            most = WINDOWS[after.ruleset.id].margin
            return margin(before) > most or margin(after) <= most
        case "upset" | "upset_watch":
            return before.score.leader is not alert.side or after.score.leader is alert.side
        case _:
            return True


def _fits(alert: Alert, after: GameState, play: Play) -> bool:
    """Whether the alert's own play still is what it tells."""
    facts = play.facts
    if not play.state.counts:
        return False
    match alert.kind:
        case "score":
            return (facts.points, facts.points_to) == (alert.points, alert.side)
        case kind if kind in _TURNS:
            return kind == TIE or facts.points_to is alert.side
        case kind:
            return ALERTING[after.ruleset.sport].exit_of(facts) == kind and facts.side is alert.side


def recall_of(told: Told) -> Draft:
    """The alert that withdraws another."""
    return Draft(
        "correction",
        told.alert.notif_id.partition(":")[2],
        told.alert.play_id,
        told.alert.side,
        retracts=told.alert.notif_id,
        is_default=told.alert.is_default,
    )
