"""
Switching: what it means for a game that another source is believed for the plays.

Rule: nothing is taken back by a switch and the score never falls by one; what the new
source tells is appended only as far as its total is above ours; a game is never over on
account of a switch alone. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.ingest.authority.alignment import Alignment, Pair, align
from scoreboard.ingest.authority.counterpart import recent, skew_of, strangers
from scoreboard.ingest.authority.drafting import Draft, place
from scoreboard.ingest.authority.level import (
    agrees,
    disputed,
    level,
    own_ref,
    room,
    shows_scores,
    unexplained,
    unlike,
)
from scoreboard.ingest.authority.likeness import measure, told
from scoreboard.ingest.authority.unseen import HOLE, doubt_unseen
from scoreboard.model.clock import ClockCause
from scoreboard.model.event import (
    ClockSet,
    DoubtSet,
    Entry,
    Event,
    FeedSwitched,
    PlayAmended,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
    StatusSet,
)
from scoreboard.model.feed import Absorbed, Aspect, FeedMode, PlayLink
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import Play, PlayRef
from scoreboard.model.side import Score, Side
from scoreboard.model.status import TRANSITIONS, State, Status
from scoreboard.projection.state import GameState

#: The doubt of a score that is not the believed source's.
LEVEL = "level"
#: Doubts of plays that we took back and the believed source still counts begin with this.
CONFLICT = "conflict:"
#: How long after a switch `settled` is asked, milliseconds: what is on its way may arrive.
SETTLE_MS = 10_000

#: Statuses of a break: a source that is still playing there is behind.
_BREAKS = (Status.END_PERIOD, Status.HALFTIME)


def conflict(play_id: PlayId) -> str:
    """The doubt of a play that we took back and the believed source still counts."""
    return CONFLICT + play_id


@attrs.frozen
class Plan:
    """
    A switch.

    Attributes:
        entries: for one atomic append, under the new term.
        waits: whether `settled` must be asked after `SETTLE_MS`.
    """

    entries: tuple[Entry, ...]
    alignment: Alignment
    waits: bool

    @property
    def events(self) -> tuple[Event, ...]:
        """What the entries say."""
        return tuple(entry.event for entry in self.entries)


def plan_switch(
    canonical: GameState,
    shadow: GameState,
    to: SourceId,
    *,
    mode: FeedMode,
    reason: str,
    automatic: bool,
    now_ms: int,
    chosen: bool = False,
) -> Plan:
    """
    The switch of the plays to source `to`.

    Args:
        shadow: the fold of what `to` itself has said so far.
        automatic, chosen: as in `FeedSwitched`.
        now_ms: milliseconds UTC.
    """
    found = aligned(canonical, shadow, to)
    switch = FeedSwitched(
        aspect=Aspect.PLAYS,
        to=to,
        previous=canonical.authority,
        mode=mode,
        reason=reason,
        links=tuple(link for pair in found.pairs for link in links_of(pair, to)),
        automatic=automatic,
        chosen=chosen,
    )
    trial = Draft(canonical, to, now_ms, canonical.term + 1)
    trial.say(switch)
    dispute(trial, shadow, to)
    over = canonical.line.status.state is State.POST
    new = () if over else tuple(one.play for one in found.theirs_only)
    counted = choose(trial.state, shadow, to, [play for play in new if _scores(play)])
    told_new = [play for play in new if play.state.counts and _is_new(play, counted)]
    absorbed = tuple(absorb(play, to) for play in new if play not in told_new and play.facts.points)
    draft = Draft(canonical, to, now_ms, canonical.term + 1)
    draft.say(attrs.evolve(switch, absorbed=absorbed))
    dispute(draft, shadow, to)
    for play in told_new:
        points = counted.get(play.play_id, play.facts.points)
        draft.add(play, place(draft.state, shadow, play, to), points)
    doubt_unseen(draft, shadow, to, 1)
    _fill(draft, found.pairs, to)
    _clock_and_status(draft, shadow)
    weigh(draft, shadow, to, explicit=False)
    return Plan(tuple(draft.entries), found, _waits(draft.state, shadow, to))


def aligned(canonical: GameState, shadow: GameState, to: SourceId) -> Alignment:
    """Which plays that `to` has not been told to share with us are the same all the same."""
    theirs = tuple(
        one
        for one in told(shadow)
        if (ref := own_ref(one.play, to)) is not None
        and ref not in canonical.refs
        and ref not in canonical.absorbed
    )
    by = measure(canonical, skew_of(canonical, shadow, to))
    return align(strangers(canonical, to), recent(theirs), by)


def links_of(pair: Pair, source: SourceId) -> tuple[PlayLink, ...]:
    """The source's names for our plays of a pair; of a run of ours the first one stands for all."""
    return tuple(
        link(one.play, pair.ours[0].play, source, is_part=pair.is_part) for one in pair.theirs
    )


def link(theirs: Play, ours: Play, source: SourceId, *, is_part: bool = False) -> PlayLink:
    """The source's name for a play of ours."""
    return PlayLink(_ref(theirs, source), ours.play_id, theirs.digest, theirs.source_rev, is_part)


def absorb(theirs: Play, source: SourceId) -> Absorbed:
    """A source's play that the score has already."""
    return Absorbed(_ref(theirs, source), theirs.digest, theirs.source_rev)


def _ref(theirs: Play, source: SourceId) -> PlayRef:
    ref = own_ref(theirs, source)
    assert ref is not None
    return ref


def _scores(play: Play) -> bool:
    return play.state.counts and play.facts.points > 0 and not play.facts.shootout


def _is_new(play: Play, counted: dict[PlayId, int]) -> bool:
    return not _scores(play) or play.play_id in counted


def choose(
    canonical: GameState, shadow: GameState, source: SourceId, plays: Sequence[Play]
) -> dict[PlayId, int]:
    """
    Which of a source's unknown scoring plays enter the game, and with how many points.

    The newest are the likeliest to be missing with us. One for whose points the score has no
    play yet enters with none. What is not in the answer is in the score already.
    """
    counted: dict[PlayId, int] = {}
    for side in Side:
        mine = [play for play in reversed(plays) if play.facts.points_to is side]
        free = {p.play_id: room(canonical, shadow, source, p, side) for p in mine}
        taken, spare = 0, unexplained(canonical, side)
        for play in mine:
            if play.facts.points <= free[play.play_id] - taken:
                counted[play.play_id] = play.facts.points
                taken += play.facts.points
        for play in mine:
            left = free[play.play_id] - taken
            if play.play_id in counted:
                continue
            if left > 0:
                counted[play.play_id] = min(left, play.facts.points)
                taken += counted[play.play_id]
            elif play.facts.points <= spare:
                counted[play.play_id] = 0
                spare -= play.facts.points
    return counted


def _fill(draft: Draft, pairs: tuple[Pair, ...], to: SourceId) -> None:
    """Who scored, where nobody had said it."""
    for pair in pairs:
        if pair.is_part or not pair.ours[0].scores or pair.ours[0].facts.participants:
            continue
        theirs = pair.theirs[0].play
        ours = draft.state.by_id(pair.ours[0].play.play_id)
        if ours is None or not ours.state.counts or not theirs.facts.participants:
            continue
        facts = attrs.evolve(
            ours.facts,
            participants=theirs.facts.participants,
            shot=ours.facts.shot or theirs.facts.shot,
            place=ours.facts.place or theirs.facts.place,
        )
        play = attrs.evolve(
            ours,
            rev=ours.rev + 1,
            facts=facts,
            digest=theirs.digest,
            source_rev=theirs.source_rev,
        )
        draft.say(PlayAmended(play, f"filled in by {to}"))


def _clock_and_status(draft: Draft, shadow: GameState) -> None:
    state = draft.state
    if state.line.status.state is State.POST:
        return
    if shadow.clock is not None and shadow.clock.period_index >= state.period_index:
        draft.say(ClockSet(shadow.clock, ClockCause.FEED_SWITCH))
    now, then = state.line.status, shadow.line.status
    legal = then in TRANSITIONS[now] and then.state is not State.POST
    behind = shadow.period_index < state.period_index or (
        now in _BREAKS and shadow.period_index == state.period_index
    )
    if legal and not behind:
        draft.say(StatusSet(shadow.line, shadow.period_index))


def dispute(draft: Draft, shadow: GameState, source: SourceId) -> None:
    """
    Open or close the doubts of plays that we took back and the believed source still counts.

    Where the source shows our score without having taken the play back, it has done so
    unheard: from then on its name for the play says nothing of its total.
    """
    still = list(disputed(draft.state, shadow, source))
    unheard = [pair for pair in still if agrees(draft.state, shadow, pair[0])]
    if unheard:
        links = tuple(link(theirs, ours, source, is_part=True) for ours, theirs in unheard)
        draft.say(PlaysLinked(links=links))
    wanted = {conflict(pair[0].play_id) for pair in still if pair not in unheard}
    for doubt in (doubt for doubt in draft.state.doubts if doubt.startswith(CONFLICT)):
        if doubt not in wanted:
            draft.say(DoubtSet(doubt, False, f"{source} does not count it either"))
    for doubt in sorted(wanted - set(draft.state.doubts)):
        draft.say(DoubtSet(doubt, True, f"{source} counts it, we took it back"))


def weigh(draft: Draft, shadow: GameState, source: SourceId, *, explicit: bool) -> None:
    """
    Open or close the doubt whether the score is the source's.

    Args:
        explicit: the source has just said what the score is.
    """
    state = draft.state
    theirs, ours = level(state, shadow, source), state.score
    is_open = LEVEL in state.doubts
    if not is_open and (theirs.home < ours.home or theirs.away < ours.away):
        reason = f"{source} has {theirs.home}-{theirs.away}, we have {ours.home}-{ours.away}"
        draft.say(DoubtSet(LEVEL, True, reason))
    elif is_open and theirs == ours and (explicit or _is_sure(state, shadow, source)):
        draft.say(DoubtSet(LEVEL, False, f"{source} has the same score"))
    if HOLE in state.doubts and theirs == ours and shows_scores(shadow):
        draft.say(DoubtSet(HOLE, False, f"{source} shows the same score"))


def _is_sure(state: GameState, shadow: GameState, source: SourceId) -> bool:
    """Whether equal scores say that the plays are the same: no points are without a play, and
    no play was taken for one that is little like it.
    """
    if any(unexplained(state, side) > 0 for side in Side):
        return False
    return shows_scores(shadow) or not any(unlike(state, shadow, source))


def _waits(state: GameState, shadow: GameState, to: SourceId) -> bool:
    theirs, ours = level(state, shadow, to), state.score
    ended = shadow.line.status.state is State.POST and state.line.status.state is not State.POST
    return theirs != ours or ended


def adjustment(canonical: GameState, shadow: GameState, to: SourceId) -> ScoreSet | None:
    """The points that the believed source has and its plays do not explain; None: no such."""
    theirs, ours = level(canonical, shadow, to), canonical.score
    change = Score(max(theirs.home - ours.home, 0), max(theirs.away - ours.away, 0))
    if change == Score() or canonical.line.status.state is State.POST:
        return None
    return ScoreSet(
        score=ours + change,
        change=change,
        period_index=canonical.period_index,
        correction=False,
        reason=f"{to} has {theirs.home}-{theirs.away}, no play explains it",
        provisional=True,
    )


def settled(
    canonical: GameState, shadow: GameState, to: SourceId, now_ms: int
) -> tuple[Entry, ...]:
    """
    What is left of a switch when all that was on its way has arrived.

    Plays that the believed source itself took back while it was not believed are taken back,
    points that it shows are added for the time being, and the end that it told is believed
    if the scores are equal.
    """
    draft = Draft(canonical, to, now_ms, canonical.term)
    _take_back(draft, shadow, to)
    dispute(draft, shadow, to)
    found = adjustment(draft.state, shadow, to)
    if found is not None:
        draft.say(found)
        if LEVEL not in draft.state.doubts:
            draft.say(DoubtSet(LEVEL, True, found.reason))
    weigh(draft, shadow, to, explicit=False)
    line = shadow.line
    ends = line.status in (Status.FINAL, Status.OFFICIAL) and (
        Status.FINAL in TRANSITIONS[draft.state.line.status]
    )
    if ends and level(draft.state, shadow, to) == draft.state.score:
        draft.say(StatusSet(attrs.evolve(line, status=Status.FINAL), shadow.period_index))
    return tuple(draft.entries)


def _take_back(draft: Draft, shadow: GameState, to: SourceId) -> None:
    for theirs in shadow.plays:
        ref = own_ref(theirs, to)
        known = None if ref is None else draft.state.refs.get(ref)
        if theirs.state.counts or known is None or known.is_part:
            continue
        ours = draft.state.play(known)
        side = ours.facts.points_to
        if (not ours.score.home and not ours.score.away) or side is None:
            continue
        higher = draft.state.score.of(side) - level(draft.state, shadow, to).of(side)
        if ours.facts.points <= higher:
            why = f"{to} took it back before it was believed"
            draft.say(PlayVoided(ours.play_id, ours.rev + 1, theirs.state, why))
