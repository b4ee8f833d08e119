"""
Who was ahead when: the changes of the lead, out of the plays as they stand.

Rule: read from the plays in game order, so that a correction of any of them gives the
game as it was. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.ids import PlayId
from scoreboard.model.side import Score, Side
from scoreboard.projection.state import GameState

FIRST_LEAD, LEAD_CHANGE, TIE = "first_lead", "lead_change", "tie_late"


@attrs.frozen
class Leads:
    """
    The lead over a game.

    Attributes:
        turns: what a play that scored did to the lead: first one, change, or a tie.
        leader: who was ahead last; None if nobody ever was.
    """

    turns: Mapping[PlayId, str]
    leader: Side | None


def turn(leader: Side | None, now: Side | None) -> str | None:
    """What it is when `now` is ahead (None: level) and `leader` was last; None if nothing."""
    if now is None:
        return TIE
    if now is leader:
        return None
    return FIRST_LEAD if leader is None else LEAD_CHANGE


def leads(state: GameState) -> Leads:
    """The lead over the game of `state`."""
    pending = list(state.adjustments)
    total, leader = Score(), None
    turns: dict[PlayId, str] = {}
    for play in state.plays:
        while pending and pending[0].after_order < play.order:
            total += pending.pop(0).change
            leader = total.leader or leader
        if play.score == Score():
            continue
        total += play.score
        what = turn(leader, total.leader)
        if what is not None:
            turns[play.play_id] = what
        leader = total.leader or leader
    for adjustment in pending:
        total += adjustment.change
        leader = total.leader or leader
    return Leads(turns, leader)
