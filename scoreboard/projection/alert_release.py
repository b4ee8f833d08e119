"""
Alerts at the end of a hold: what of the score's alerts is true of the score that is told now.

Rule: while a score is held no alert speaks of it; at the release each that is still true is
told once, and what was void by then never was. Pure.

# Note [After a hold]

What happened meanwhile is compared with what the public saw last, not told in the order in
which it happened: a lead that went to and fro is no news if who led leads again. Scores are
told play by play, since each stands in the log.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from scoreboard.model.alert import Told
from scoreboard.model.event import Entry
from scoreboard.model.play import Play
from scoreboard.model.status import State
from scoreboard.projection import alert_recall, alert_score, alert_status
from scoreboard.projection.alert_draft import Draft, is_late, name_of, told_by
from scoreboard.projection.leads import TIE, leads, turn
from scoreboard.projection.state import GameState
from scoreboard.projection.stats import Held
from scoreboard.sports.alerting import ALERTING

#: Kinds that tell something of the score, or of who wins.
OF_SCORE = frozenset(
    {
        "score",
        "first_lead",
        "lead_change",
        "tie_late",
        "close_game",
        "final",
        "result_changed",
        "upset_watch",
        "upset",
    }
)


def gone(before: GameState, after: GameState) -> tuple[Told, ...]:
    """The alerts told before the hold that are not true any more."""
    was, held = _shown(before), before.alerts.held or Held()
    found = [one for play in _plays(after) for one in alert_recall.recalled(was, after, play, None)]
    if held.corrected:
        found += alert_recall.recalled(was, after, None, leads(after))
    return tuple(dict.fromkeys(found))


def drafts(
    before: GameState, entry: Entry, after: GameState, standing: frozenset[str]
) -> Iterator[Draft]:
    """
    What the score that is told now is worth.

    Args:
        standing: names of the alerts that have been told and are still true.
    """
    was = _shown(before)
    yield from alert_status.of_end(after)
    if after.line.status.state is State.POST and was.score != after.score:
        final = told_by(before, "final")
        if final is not None:
            yield alert_status.changed(entry, after, final)
    yield from _scores(was, after, standing)
    yield from _lead(was, entry, after)


def _shown(before: GameState) -> GameState:
    """The game with the score that the public saw until now."""
    return before.evolved(periods=before.public_periods, held=None, held_shootout=None)


def _plays(after: GameState) -> list[Play]:
    """The plays that were told or changed during the hold, in game order."""
    names = frozenset((after.alerts.held or Held()).plays)
    return [play for play in after.plays if play.play_id in names]


def _scores(was: GameState, after: GameState, standing: frozenset[str]) -> Iterator[Draft]:
    last: Draft | None = None
    for play in _plays(after):
        for made in alert_score.score_of(play, standing, after):
            is_try = play.facts.play_type in ALERTING[after.ruleset.sport].tries
            follows = is_try and last is not None and last.side is made.side
            name = name_of(after, "score", last.key) if follows and last else made.updates
            last = attrs.evolve(made, updates=name)
            yield last
    for one in (after.alerts.held or Held()).gains:
        if after.score.of(one.side) > was.score.of(one.side):
            yield from alert_score.of_gain(one, after)


def _lead(was: GameState, entry: Entry, after: GameState) -> Iterator[Draft]:
    """Who is ahead now, if the public was told of somebody else."""
    leader, turns = after.score.leader, leads(after).turns
    if leader is was.score.leader or turn(was.alerts.leader, leader) is None:
        return
    made = [one for one in _plays(after) if one.play_id in turns and one.state.counts]
    play = made[-1] if made else None
    if play is None and not (after.alerts.held or Held()).gains:
        return
    kind = turn(was.alerts.leader, leader) if play is None else turns[play.play_id]
    is_tie = kind == TIE
    if kind is None or is_tie is not (leader is None) or (is_tie and not is_late(after)):
        return
    yield from alert_score.lead_of(kind, was, entry, after, play)
