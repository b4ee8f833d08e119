"""
The part of the fold that is about feeds: who is believed, what is doubted, held or locked.

Rule: as for the rest of the fold: total, and a function of the entries. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.model.event import (
    DoubtSet,
    Entry,
    FeedModeSet,
    FeedSwitched,
    HoldSet,
    HomeMoved,
    LockReleased,
    LockSet,
    PlaysLinked,
    ScoreSet,
)
from scoreboard.model.feed import Absorbed, Aspect, PlayLink
from scoreboard.model.ids import PlayId
from scoreboard.model.play import Play, PlayState
from scoreboard.model.side import NO_POINTS, Score
from scoreboard.projection.state import REVIEW, Adjustment, Claim, GameState, Known

#: Automatic switches whose times are remembered: more than any limit on them counts.
SWITCHES = 8

#: The doubt of a running score that is not ours (rule S6).
CLAIMED = "claimed"


def review(play_id: PlayId) -> str:
    """The doubt that a review of that play is."""
    return REVIEW + play_id


def without(doubts: tuple[str, ...], doubt: str) -> tuple[str, ...]:
    """`doubts` with that one resolved."""
    return tuple(other for other in doubts if other != doubt) if doubt in doubts else doubts


def _with(doubts: tuple[str, ...], doubt: str) -> tuple[str, ...]:
    return doubts if doubt in doubts else tuple(sorted((*doubts, doubt)))


def claimed(state: GameState, play: Play, shown: Score | None, entry: Entry) -> GameState:
    """
    The state after a source showed `shown` as the score after its play (rule S6).

    A score that is not ours is doubted by an entry of its own, when nothing has explained
    it in time; one that is ours ends the doubt.
    """
    if shown is None:
        return state
    if shown == state.score:
        return explained(state)
    since_ms = entry.ts_ms if state.claim is None else state.claim.since_ms
    return state.evolved(claim=Claim(play.play_id, entry.source, shown, since_ms))


def explained(state: GameState) -> GameState:
    """The state when the running score that was shown last is ours."""
    if state.claim is None and CLAIMED not in state.doubts:
        return state
    return state.evolved(claim=None, doubts=without(state.doubts, CLAIMED))


def moved(state: GameState) -> GameState:
    """The state after points have moved: they may explain the running score shown last."""
    claim = state.claim
    play = None if claim is None else state.by_id(claim.play_id)
    if claim is None or play is None or state.score_after(play) != claim.score:
        return state
    return explained(state)


def gap(state: GameState) -> Score:
    """What the running score that was shown last has beyond the plays, pinned points apart."""
    return sum((hole.change for hole in state.holes or ()), NO_POINTS)


def _holes(state: GameState, after_order: int, change: Score) -> tuple[Adjustment, ...] | None:
    if change == NO_POINTS:
        return () if state.holes is None else state.holes
    return (*(state.holes or ()), Adjustment(after_order, change))


def shown(state: GameState, play: Play, claim: Score | None) -> tuple[Adjustment, ...] | None:
    """The holes after `play` came last and `claim` was shown as the running score after it."""
    if claim is None:
        return state.holes
    change = claim - state.score - state.pin - gap(state)
    return _holes(state, play.order - 1, change)


def told_late(state: GameState, play: Play) -> tuple[Adjustment, ...] | None:
    """The holes after `play` was told out of its turn: it fills one that is behind it."""
    side = play.facts.points_to
    behind = sum(
        (hole.change for hole in state.holes or () if hole.after_order >= play.order), NO_POINTS
    )
    if side is None or behind.of(side) <= 0:
        return state.holes
    filled = min(play.score.of(side), behind.of(side))
    return _holes(state, play.order, NO_POINTS.plus(side, -filled))


def told_back(state: GameState, play: Play) -> tuple[Adjustment, ...] | None:
    """The holes after `play` was taken back: the running score may have left it out before."""
    side, known = play.facts.points_to, gap(state)
    if side is None or known.of(side) >= 0:
        return state.holes
    filled = min(play.facts.score.of(side), -known.of(side))
    return _holes(state, state.last_order, NO_POINTS.plus(side, filled))


def filled(state: GameState) -> tuple[Adjustment, ...] | None:
    """The holes after a ScoreSet: a word about the score fills them."""
    return None if state.holes is None else _holes(state, state.last_order, -gap(state))


def pinned(state: GameState, entry: Entry) -> Score:
    """The pin after a ScoreSet: an official's word pins what the holes were, a source's nothing."""
    event: ScoreSet = entry.event  # type: ignore[assignment]
    return state.pin + gap(state) - event.change if entry.official else NO_POINTS


def reviewed(state: GameState, play: Play) -> tuple[str, ...]:
    """The doubts after the life of `play` went on."""
    if play.state is PlayState.UNDER_REVIEW and play.facts.points:
        return _with(state.doubts, review(play.play_id))
    return without(state.doubts, review(play.play_id))


def switched(state: GameState, entry: Entry) -> GameState:
    """FeedSwitched."""
    event: FeedSwitched = entry.event  # type: ignore[assignment]
    changed = _linked(state, entry, event.links, event.absorbed)
    if event.aspect is not Aspect.PLAYS:
        others = {**state.others, event.aspect: event.to}
        if event.to == state.authority:
            del others[event.aspect]
        return changed.evolved(others=others)
    times = (*state.switched_ms, entry.ts_ms)[-SWITCHES:] if event.automatic else state.switched_ms
    return changed.evolved(
        authority=event.to, mode=event.mode, switched_ms=times, chosen=event.chosen
    )


def mode_set(state: GameState, entry: Entry) -> GameState:
    """FeedModeSet."""
    event: FeedModeSet = entry.event  # type: ignore[assignment]
    return state.evolved(mode=event.mode)


def rehomed(state: GameState, entry: Entry) -> GameState:
    """HomeMoved."""
    event: HomeMoved = entry.event  # type: ignore[assignment]
    return state.evolved(home=event.node)


def linked(state: GameState, entry: Entry) -> GameState:
    """PlaysLinked."""
    event: PlaysLinked = entry.event  # type: ignore[assignment]
    return _linked(state, entry, event.links, event.absorbed)


def _linked(
    state: GameState,
    entry: Entry,
    links: tuple[PlayLink, ...],
    absorbed: tuple[Absorbed, ...],
) -> GameState:
    if not links and not absorbed:
        return state
    refs, plays = dict(state.refs), list(state.plays)
    at = {play.play_id: index for index, play in enumerate(plays)} if links else {}
    for link in links:
        if link.play_id not in at:
            raise LocalError(f"{state.meta.game_id}: {link.play_id} is not in the log")
        index = at[link.play_id]
        play = plays[index]
        refs[link.ref] = Known(
            play.play_id,
            play.rev,
            link.digest,
            entry.seq,
            play.place_in_game,
            link.source_rev,
            link.is_part,
        )
        if link.ref not in play.refs:
            plays[index] = attrs.evolve(play, refs=(*play.refs, link.ref))
    known = {**state.absorbed, **{one.ref: (one, entry.seq) for one in absorbed}}
    return state.evolved(refs=refs, plays=tuple(plays), absorbed=known)


def doubted(state: GameState, entry: Entry) -> GameState:
    """DoubtSet."""
    event: DoubtSet = entry.event  # type: ignore[assignment]
    change = _with if event.is_open else without
    # Who says that the score stands has answered the running score that was shown.
    claim = None if event.doubt == CLAIMED and not event.is_open else state.claim
    return state.evolved(doubts=change(state.doubts, event.doubt), claim=claim)


def held(state: GameState, entry: Entry) -> GameState:
    """HoldSet."""
    event: HoldSet = entry.event  # type: ignore[assignment]
    if not event.held:
        return state.evolved(held=None, held_shootout=None)
    return state.evolved(held=state.public_periods, held_shootout=state.public_shootout)


def locked(state: GameState, entry: Entry) -> GameState:
    """LockSet."""
    event: LockSet = entry.event  # type: ignore[assignment]
    rest = tuple(lock for lock in state.locks if lock.by != event.lock.by)
    return state.evolved(locks=(*rest, event.lock))


def released(state: GameState, entry: Entry) -> GameState:
    """LockReleased."""
    event: LockReleased = entry.event  # type: ignore[assignment]
    rest = tuple(lock for lock in state.locks if lock.by != event.by)
    return state.evolved(locks=rest)
