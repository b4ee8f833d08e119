"""
The alerts of a game: a fold of the log beside the score.

Rule: an alert is told by one entry, for ever; which, depends on nothing but the log. An
entry that can be worth none costs a few comparisons. Pure.

# Note [One publication]

An entry may be worth several alerts (a goal, a lead, an upset), and may withdraw some. A
publication is known by game, `seq` and topic, and so they are all in one, those that
withdraw others first: a correction never overtakes what it corrects.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from scoreboard.model.alert import Alert, Told
from scoreboard.model.event import (
    Entry,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlayVoided,
    ScoreSet,
)
from scoreboard.model.payload import AlertList, AlertPayload
from scoreboard.model.side import Side
from scoreboard.model.status import State
from scoreboard.projection import alert_recall, alert_release, alert_score, alert_status
from scoreboard.projection.alert_draft import Draft, alert_of, margin, moment_of, name_of
from scoreboard.projection.alert_release import OF_SCORE
from scoreboard.projection.kinds import touched
from scoreboard.projection.leads import LEAD_CHANGE, Leads, leads
from scoreboard.projection.state import GameState
from scoreboard.projection.stats import Alerts, Held
from scoreboard.sports.alerting import ALERTING, WINDOWS


def watched(before: GameState, entry: Entry, after: GameState) -> GameState:
    """`after` with the alerts that the entry is worth; the same object if of none."""
    is_held = before.held is not None or after.held is not None
    if not is_held and (
        not _may_tell(before, entry, after) or _is_more_of_the_same(before, entry, after)
    ):
        return after
    alerts = _Watch(before, entry, after).alerts()
    return after if alerts is before.alerts else after.evolved(alerts=alerts)


def _may_tell(before: GameState, entry: Entry, after: GameState) -> bool:
    if (
        before.periods is not after.periods
        or before.line is not after.line
        or before.period_index != after.period_index
    ):
        return True
    if isinstance(entry.event, PlayAmended | PlayVoided) or _exits(entry, after):
        return True
    return (
        before.clock is not after.clock and before.alerts.is_armed and alert_score.is_close(after)
    )


def _is_more_of_the_same(before: GameState, entry: Entry, after: GameState) -> bool:
    """Whether who leads has got or lost points at the end of a game where those tell nothing."""
    told, meta = before.alerts, after.meta
    return (
        isinstance(entry.event, PlayAdded | ScoreSet)
        and not ALERTING[after.ruleset.sport].scores
        and told.is_armed
        and after.score.leader is told.leader is not None
        and before.line is after.line
        and before.period_index == after.period_index
        and meta.home.rank is None
        and meta.away.rank is None
        and _is_at_end(entry, after)
        and not _exits(entry, after)
        and not alert_score.is_close(after)
        and after.line.status.state is State.IN
    )


def _exits(entry: Entry, after: GameState) -> bool:
    event = entry.event
    return isinstance(event, PlayAdded) and bool(
        ALERTING[after.ruleset.sport].exit_of(event.play.facts)
    )


class _Watch:
    """One entry."""

    def __init__(self, before: GameState, entry: Entry, after: GameState) -> None:
        self._before = before
        self._entry = entry
        self._after = after
        self._play = touched(entry, after)
        self._at_end = _is_at_end(entry, after)
        self._is_held = after.held is not None
        self._is_released = before.held is not None and not self._is_held
        self._margin = margin(after)
        moves = before.periods is not after.periods
        anew = self._is_released or (moves and not self._at_end)
        self._lead: Leads | None = leads(after) if anew else None
        self._moves_at_end = moves and self._at_end

    def alerts(self) -> Alerts:
        """The alerts after the entry; the same object if nothing of them has changed."""
        gone = self._gone()
        told = self._before.alerts.told
        names = frozenset(one.alert.notif_id for one in gone)
        standing = frozenset([t.alert.notif_id for t in told if not t.withdrawn]) - names
        drafts = [*map(alert_recall.recall_of, gone), *self._drafts(standing)]
        news = tuple(alert_of(self._after, self._entry, draft) for draft in self._new(drafts))
        before, held = self._before.alerts, self._held()
        leader, is_armed = before.leader, before.is_armed
        if not self._is_held:
            leader, is_armed = self._leader(), self._is_armed() and not self._is_closing()
        is_same = leader is before.leader and is_armed is before.is_armed
        if not news and is_same and held is before.held:
            return before
        turned = any(alert.kind == LEAD_CHANGE for alert in news)
        turn_ms = self._entry.ts_ms if turned else before.turn_ms
        return Alerts(self._told(names, news), news, leader, is_armed, turn_ms, held)

    def _held(self) -> Held | None:
        """What is to be told of the score when it is released, the entry included."""
        if not self._is_held:
            return None
        known = self._before.alerts.held
        held, event, play = known or Held(), self._entry.event, self._play
        gain = alert_score.gain_of(event, self._entry) if isinstance(event, ScoreSet) else None
        if gain is not None:
            return attrs.evolve(held, gains=(*held.gains, gain))
        corrects = not self._at_end or isinstance(event, ScoreSet | PlayReviewed)
        if not corrects and (play is None or not play.facts.points):
            return known
        plays = held.plays
        if play is not None and play.play_id not in plays:
            plays = (*plays, play.play_id)
        return Held(plays, held.gains, held.corrected or corrects)

    def _told(self, gone: frozenset[str], news: tuple[Alert, ...]) -> tuple[Told, ...]:
        """Everything that was told, with what is gone marked, and `news` behind it."""
        told, seq = self._before.alerts.told, self._entry.seq
        if gone:
            told = tuple(
                attrs.evolve(one, withdrawn=seq) if one.alert.notif_id in gone else one
                for one in told
            )
        moment = moment_of(self._after)
        return (*told, *(Told(seq, self._entry.ts_ms, alert, moment) for alert in news))

    def _gone(self) -> tuple[Told, ...]:
        before, after = self._before, self._after
        if not before.alerts.told:
            return ()
        if self._is_released:
            return alert_release.gone(before, after)
        if self._at_end:
            return ()
        if self._is_held:
            gone = alert_recall.recalled(before, after, self._play, None)
            return tuple(one for one in gone if one.alert.kind not in OF_SCORE)
        return alert_recall.recalled(before, after, self._play, self._lead)

    def _drafts(self, standing: frozenset[str]) -> Iterator[Draft]:
        if self._is_held:
            # See `alert_release`: what is about the score waits for its release.
            yield from (one for one in self._of_entry(standing) if one.kind not in OF_SCORE)
            return
        if self._is_released:
            yield from alert_release.drafts(self._before, self._entry, self._after, standing)
        yield from self._of_entry(standing)
        if self._is_closing():
            yield Draft("close_game", f"close:{self._after.period_index}")
        yield from alert_status.of_upset(self._after)

    def _of_entry(self, standing: frozenset[str]) -> Iterator[Draft]:
        before, entry, after, play = self._before, self._entry, self._after, self._play
        yield from alert_status.of_status(before, entry, after)
        if play is not None:
            yield from alert_score.of_play(play, standing, after)
        elif isinstance(entry.event, ScoreSet):
            yield from alert_score.of_gain(alert_score.gain_of(entry.event, entry), after)
        if self._moves_at_end:
            yield from alert_score.of_lead(before, entry, after, play)

    def _new(self, drafts: list[Draft]) -> Iterator[Draft]:
        """Those whose names were not told before."""
        known = {told.alert.notif_id for told in self._before.alerts.told}
        return (d for d in drafts if name_of(self._after, d.kind, d.key) not in known)

    def _leader(self) -> Side | None:
        if self._lead is not None:
            return self._lead.leader
        return self._after.score.leader or self._before.alerts.leader

    def _is_closing(self) -> bool:
        return self._is_armed() and alert_score.is_close(self._after)

    def _is_armed(self) -> bool:
        window = WINDOWS[self._after.ruleset.id]
        far = self._margin > window.margin + window.rearm
        return self._before.alerts.is_armed or far


def _is_at_end(entry: Entry, after: GameState) -> bool:
    """Whether the entry adds to the game as it stood, and corrects nothing before."""
    match entry.event:
        case PlayAdded(play=play):
            return after.plays[-1].play_id == play.play_id
        case PlayAmended() | PlayVoided():
            return False
        case ScoreSet(correction=correction):
            return not correction
        case _:
            return True


def alerts_of(state: GameState) -> AlertPayload:
    """The alerts of the last entry that told any."""
    return AlertPayload(state.alerts.news, moment_of(state), state.meta)


def alert_list_of(state: GameState) -> AlertList:
    """Every alert of the game, withdrawn ones included and marked."""
    return AlertList(state.epoch, state.seq, state.alerts.told, state.meta)
