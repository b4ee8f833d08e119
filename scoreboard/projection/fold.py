"""
The fold: state := apply(state, entry).

Rule: this is the only maker of states, and it is total: an entry that the log has is
applied, whatever the rules would say of it today. The same entries give the same
state, on any node, at any time. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.errors import LocalError
from scoreboard.model.event import (
    ClockSet,
    DoubtSet,
    Entry,
    FeedModeSet,
    FeedSwitched,
    HoldClosed,
    HoldConfirmed,
    HoldSet,
    HomeMoved,
    LockReleased,
    LockSet,
    MessageHeld,
    MetaSet,
    PeriodSet,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
    SituationSet,
    StatusSet,
)
from scoreboard.model.feed import Aspect
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import Play
from scoreboard.model.side import NO_POINTS, Score
from scoreboard.projection import sheet, trust
from scoreboard.projection.alerts import watched
from scoreboard.projection.boxscore import counted, counted_anew
from scoreboard.projection.kinds import kinds
from scoreboard.projection.seen import Seen
from scoreboard.projection.state import Adjustment, GameState, Known
from scoreboard.sports.registry import RULESETS


def begin(entry: Entry, epoch: int) -> GameState:
    """
    The state after a game's first entry.

    Raises:
        LocalError: the first entry is not the game's meta.
    """
    if not isinstance(entry.event, MetaSet):
        raise LocalError(f"a log begins with the game's meta, not {type(entry.event).__name__}")
    meta = entry.event.meta
    state = GameState(
        meta=meta,
        ruleset=RULESETS[meta.ruleset],
        epoch=epoch,
        seq=entry.seq,
        ts_ms=entry.ts_ms,
        source=entry.source,
        term=entry.term,
        seen=_seen(Seen(), entry),
    )
    return state.evolved(last=dict.fromkeys(kinds(None, entry, state), entry.seq))


def apply(state: GameState, entry: Entry) -> GameState:
    """
    The state after `entry`.

    Raises:
        LocalError: `entry` is not the next one.
    """
    return advance(state, entry)[0]


def advance(state: GameState, entry: Entry) -> tuple[GameState, tuple[str, ...]]:
    """As `apply`, and the kinds of publication that `entry` gives."""
    if entry.seq != state.seq + 1:
        raise LocalError(f"{state.meta.game_id}: entry {entry.seq} after {state.seq}")
    changed = _APPLY[type(entry.event)](state, entry)
    if state.claim is not None and state.periods is not changed.periods:
        changed = trust.moved(changed)
    changed = watched(state, entry, changed)
    published = kinds(state, entry, changed)
    after = changed.evolved(
        seq=entry.seq,
        ts_ms=entry.ts_ms,
        source=entry.source,
        term=entry.term,
        authority=_authority(changed, entry),
        seen=_seen(state.seen, entry),
        last={**state.last, **dict.fromkeys(published, entry.seq)},
    )
    return after, published


def fold(entries: Iterable[Entry], epoch: int) -> GameState | None:
    """The state after all `entries`, None if there are none."""
    state: GameState | None = None
    for entry in entries:
        state = begin(entry, epoch) if state is None else apply(state, entry)
    return state


def _adjusted(state: GameState, change: Score) -> tuple[Adjustment, ...]:
    """
    One for all changes between two plays: where only scores are told there are thousands.

    A change of the leader stays visible: who led before counts for those who follow.
    """
    before, order = state.adjustments, state.last_order
    is_same = state.score.leader is (state.score + change).leader
    if is_same and before and before[-1].after_order == order:
        return (*before[:-1], Adjustment(order, before[-1].change + change))
    return (*before, Adjustment(order, change))


def _seen(seen: Seen, entry: Entry) -> Seen:
    return seen.having(entry.digest, entry.seq) if entry.digest else seen


def _authority(state: GameState, entry: Entry) -> SourceId | None:
    """The first feed that tells of the game itself is believed until another is."""
    tells = not entry.official and not isinstance(entry.event, MetaSet | HomeMoved)
    return entry.source if state.authority is None and tells else state.authority


def _book(periods: tuple[Score, ...], period_index: int, change: Score) -> tuple[Score, ...]:
    """`periods` with `change` added to that period; missing periods become 0-0."""
    if change == NO_POINTS:
        return periods
    padded = periods + (NO_POINTS,) * (period_index - len(periods))
    at = period_index - 1
    return (*padded[:at], padded[at] + change, *padded[at + 1 :])


def _tally(state: GameState, change: Score, opens: bool) -> Score | None:
    if state.shootout is None and not opens:
        return None
    return (state.shootout or NO_POINTS) + change


def _remember(state: GameState, play: Play, entry: Entry) -> Mapping[Any, Known]:
    """The names of `play`, with what its speaker has said of it; others' words stay theirs."""
    says = isinstance(entry.event, PlayAdded | PlayAmended)
    spoken = Known(
        play.play_id, play.rev, play.digest, entry.seq, play.place_in_game, play.source_rev
    )
    refs = dict(state.refs)
    for ref in play.refs:
        known = refs.get(ref)
        if known is None or (says and ref.source == entry.source and not known.is_part):
            refs[ref] = spoken
        else:
            refs[ref] = attrs.evolve(known, rev=play.rev, seq=entry.seq, place=play.place_in_game)
    return refs


def _clock_of(state: GameState, play: Play, ts_ms: int) -> Clock | None:
    """
    The clock after a play at the end of the game: what the play says, if it says it.

    Who is believed for the plays only does not move the clock: a console tells that.
    """
    facts = play.facts
    if facts.clock_ms is None or facts.shootout or Aspect.CLOCK in state.others:
        return state.clock
    if state.clock and (state.clock.period_index, state.clock.value_ms) == (
        facts.period_index,
        facts.clock_ms,
    ):
        return state.clock
    return Clock(
        period_index=facts.period_index,
        value_ms=facts.clock_ms,
        running=state.clock.running if state.clock else False,
        as_of_ms=facts.wallclock_ms or ts_ms,
    )


def _meta(state: GameState, entry: Entry) -> GameState:
    event: MetaSet = entry.event  # type: ignore[assignment]
    changed = state.evolved(meta=event.meta, ruleset=RULESETS[event.meta.ruleset])
    if changed.ruleset is state.ruleset:
        return changed
    return changed.evolved(stats=counted_anew(changed))


def _added(state: GameState, entry: Entry) -> GameState:
    event: PlayAdded = entry.event  # type: ignore[assignment]
    play, facts = event.play, event.play.facts
    at = state.position(play.place_in_game)
    changed = state.evolved(
        plays=(*state.plays[:at], play, *state.plays[at:]),
        refs=_remember(state, play, entry),
        periods=_book(state.periods, facts.period_index, play.score),
        shootout=_tally(state, play.shootout_score, facts.shootout),
        stats=counted(state, None, play),
    )
    if facts.play_type in sheet.COUNTED:
        changed = _counted(changed, play if at == len(state.plays) else None)
    if at < len(state.plays):
        return changed.evolved(holes=trust.told_late(changed, play))
    clock = _clock_of(state, play, entry.ts_ms)
    changed = changed.evolved(
        period_index=max(state.period_index, facts.period_index),
        clock=clock,
        clock_cause=state.clock_cause if clock is state.clock else ClockCause.SET,
        situation=facts.situation or state.situation,
        holes=trust.shown(changed, play, event.claimed),
    )
    return trust.claimed(changed, play, event.claimed, entry)


def _replaced(state: GameState, play: Play, entry: Entry) -> GameState:
    """The state with `play` in the place of its earlier revision."""
    before = state.by_id(play.play_id)
    if before is None:
        raise LocalError(f"{state.meta.game_id}: entry {entry.seq} corrects no play of the log")
    at = state.position(before.place_in_game)
    rest = state.evolved(plays=state.plays[:at] + state.plays[at + 1 :])
    to = rest.position(play.place_in_game)
    periods = _book(state.periods, before.facts.period_index, -before.score)
    periods = _book(periods, play.facts.period_index, play.score)
    moved = play.score != before.score or play.facts.period_index != before.facts.period_index
    changed = state.evolved(
        plays=(*rest.plays[:to], play, *rest.plays[to:]),
        refs=_remember(state, play, entry),
        doubts=trust.without(state.doubts, trust.review(play.play_id)),
        periods=periods,
        shootout=_tally(state, play.shootout_score - before.shootout_score, play.facts.shootout),
        score_rev=state.score_rev + (1 if moved else 0),
        stats=counted(state, before, play),
    )
    if sheet.COUNTED.isdisjoint((before.facts.play_type, play.facts.play_type)):
        return changed
    return _counted(changed, None)


def _counted(state: GameState, play: Play | None) -> GameState:
    """The state with `play` on its sheet; None: with the sheet written anew."""
    if play is not None:
        return state.evolved(sheet=sheet.enter(state.sheet, state.ruleset, play))
    written = sheet.Sheet()
    for one in state.plays:
        written = sheet.enter(written, state.ruleset, one)
    return state.evolved(sheet=written)


def _amended(state: GameState, entry: Entry) -> GameState:
    event: PlayAmended = entry.event  # type: ignore[assignment]
    return _replaced(state, event.play, entry)


def _voided(state: GameState, entry: Entry) -> GameState:
    event: PlayVoided = entry.event  # type: ignore[assignment]
    play = voided(state, event.play_id, event)
    return _replaced(state, play, entry).evolved(holes=trust.told_back(state, play))


def voided(state: GameState, play_id: PlayId, event: PlayVoided) -> Play:
    """The play as `event` leaves it. Raises: LocalError when there is no such play."""
    play = state.by_id(play_id)
    if play is None:
        raise LocalError(f"{state.meta.game_id}: {play_id} is not in the log")
    return attrs.evolve(play, rev=event.rev, state=event.state)


def _status(state: GameState, entry: Entry) -> GameState:
    event: StatusSet = entry.event  # type: ignore[assignment]
    index = max(state.period_index, event.period_index or 0)
    return state.evolved(line=event.line, period_index=index)


def _clock(state: GameState, entry: Entry) -> GameState:
    event: ClockSet = entry.event  # type: ignore[assignment]
    index = max(state.period_index, event.clock.period_index)
    return state.evolved(clock=event.clock, clock_cause=event.cause, period_index=index)


def _score(state: GameState, entry: Entry) -> GameState:
    event: ScoreSet = entry.event  # type: ignore[assignment]
    return state.evolved(
        holes=trust.filled(state),
        pin=trust.pinned(state, entry),
        periods=_book(state.periods, event.period_index, event.change),
        adjustments=_adjusted(state, event.change),
        score_rev=state.score_rev + 1,
    )


def _reviewed(state: GameState, entry: Entry) -> GameState:
    event: PlayReviewed = entry.event  # type: ignore[assignment]
    before = state.by_id(event.play_id)
    if before is None:
        raise LocalError(f"{state.meta.game_id}: {event.play_id} is not in the log")
    play = attrs.evolve(before, rev=event.rev, state=event.state)
    changed = _replaced(state, play, entry)
    return changed.evolved(doubts=trust.reviewed(changed, play))


def _period(state: GameState, entry: Entry) -> GameState:
    event: PeriodSet = entry.event  # type: ignore[assignment]
    return state.evolved(period_index=event.period_index)


def _situation(state: GameState, entry: Entry) -> GameState:
    event: SituationSet = entry.event  # type: ignore[assignment]
    return state.evolved(situation=event.situation)


def _beside(state: GameState, _entry: Entry) -> GameState:
    """Entries of the side log say nothing of the game."""
    return state


_APPLY: dict[type, Callable[[GameState, Entry], GameState]] = {
    MetaSet: _meta,
    PlayAdded: _added,
    PlayAmended: _amended,
    PlayVoided: _voided,
    StatusSet: _status,
    ClockSet: _clock,
    ScoreSet: _score,
    SituationSet: _situation,
    PlayReviewed: _reviewed,
    PeriodSet: _period,
    FeedSwitched: trust.switched,
    FeedModeSet: trust.mode_set,
    PlaysLinked: trust.linked,
    DoubtSet: trust.doubted,
    HoldSet: trust.held,
    LockSet: trust.locked,
    LockReleased: trust.released,
    HomeMoved: trust.rehomed,
    MessageHeld: _beside,
    HoldConfirmed: _beside,
    HoldClosed: _beside,
}
