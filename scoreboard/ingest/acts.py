"""
What each act of an official becomes: events, or the answer that it cannot be done.

Rule: one function per act, each for one state; what all acts have in common (repeats,
reasons, locks, a changed result) is `ingest.scoring`. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.command_case import (
    CommandCase,
    Step,
    Steps,
    nothing_to_do,
    refusal,
    rules_case,
    unknown_target,
    voided_target,
    warnings,
)
from scoreboard.model.answer import Answer
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.command import (
    Amend,
    Lock,
    Override,
    Record,
    Reorder,
    Review,
    SetClock,
    SetPeriod,
    SetStatus,
    Unlock,
    Void,
)
from scoreboard.model.event import (
    ClockSet,
    HoldSet,
    LockReleased,
    LockSet,
    PeriodSet,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlayVoided,
    ScoreSet,
    StatusSet,
)
from scoreboard.model.feed import Lock as LockHeld
from scoreboard.model.message import ClockReport, PlayReport, ScoreReport, StatusReport
from scoreboard.model.play import ORDER_STEP, Play, PlayFacts, PlayState
from scoreboard.model.status import Status
from scoreboard.projection.state import GameState
from scoreboard.rules.case import Case
from scoreboard.rules.event import UNSPECIFIED, event_of

#: Statuses that are reached by another call.
_OWN_CALL = {
    Status.END_PERIOD: "confirm_period",
    Status.HALFTIME: "confirm_period",
    Status.OFFICIAL: "finalize",
}


def record(case: CommandCase, act: Record) -> Steps | Answer:
    """A play: confirmed from the start, since an official says it."""
    asked = rules_case(case, PlayReport(act.ref or "", act.facts))
    if act.ref is not None and asked.known is not None:
        return nothing_to_do(f"play {act.ref!r} was recorded before", asked.known.seq)
    flags = warnings(case, asked)
    if isinstance(flags, Answer):
        return flags
    event: PlayAdded = event_of(asked, flags)  # type: ignore[assignment]
    refs = event.play.refs if act.ref is not None else ()
    play = attrs.evolve(event.play, refs=refs, state=PlayState.CONFIRMED)
    return (Step(PlayAdded(play, reason=case.command.reason or ""), flags),)


def amend(case: CommandCase, act: Amend) -> Steps | Answer:
    """Fields of a play change."""
    before = case.state.by_id(act.play_id)
    if before is None:
        return unknown_target(case, act.play_id)
    if not before.state.counts:
        return voided_target(before)
    changes = dict(act.changes)
    order = changes.pop("order", None)
    facts = attrs.evolve(before.facts, **changes)
    if "side" in changes and "points_to" not in changes:
        facts = attrs.evolve(facts, points_to=None)  # follows from the side anew
    report = PlayReport(act.play_id, attrs.evolve(facts, order=order), before.source_rev + 1)
    asked = rules_case(case, report, before)
    flags = warnings(case, asked)
    if isinstance(flags, Answer):
        return flags
    play = _amended(before, asked, flags)
    if (play.facts, play.order) == (before.facts, before.order):
        return nothing_to_do(f"{play.play_id} is like that already")
    return (Step(PlayAmended(play, case.reason), flags),)


def _amended(before: Play, asked: Case, flags: tuple[str, ...]) -> Play:
    """
    The play as the official leaves it.

    Its digest and the source's count of revisions stay: they are about what the source said.
    """
    event: PlayAmended = event_of(asked, flags)  # type: ignore[assignment]
    play = event.play
    return attrs.evolve(
        play,
        facts=attrs.evolve(play.facts, order=before.facts.order),
        state=PlayState.CONFIRMED,
        digest=before.digest,
        source_rev=before.source_rev,
    )


def void(case: CommandCase, act: Void) -> Steps | Answer:
    """A play is taken back."""
    play = case.state.by_id(act.play_id)
    if play is None:
        return unknown_target(case, act.play_id)
    if not play.state.counts:
        return voided_target(play)
    later = play.facts.period_index < case.state.period_index
    if play.facts.play_type == "period_end" and later and not case.command.force:
        problem = "the period is over and a later one has been played"
        hint = "correct the plays of the period; or say it again with force and a reason"
        return refusal("bad_target", "R2", problem, hint)
    state = PlayState.OVERTURNED if act.overturned else PlayState.VOIDED
    return (Step(PlayVoided(play.play_id, play.rev + 1, state, case.reason)),)


def reorder(case: CommandCase, act: Reorder) -> Steps | Answer:
    """A play moves."""
    play = case.state.by_id(act.play_id)
    if play is None:
        return unknown_target(case, act.play_id)
    order = act.order
    if act.after is not None:
        neighbour = case.state.by_id(act.after)
        if neighbour is None:
            return unknown_target(case, act.after)
        order = _behind(case.state, neighbour, play)
    if order is None:
        problem = f"there is no room between {act.after} and the play behind it"
        return refusal("no_room", None, problem, "move the play behind it first, or give order")
    if order == play.order:
        return nothing_to_do(f"{play.play_id} stands there already")
    moved = attrs.evolve(play, rev=play.rev + 1, order=order)
    return (Step(PlayAmended(moved, case.reason)),)


def _behind(state: GameState, neighbour: Play, play: Play) -> int | None:
    """The order right behind `neighbour`, of which `play` is not the follower; None: no room."""
    rest = [other for other in state.plays if other.play_id != play.play_id]
    at = next((n for n, other in enumerate(rest) if other is neighbour), None)
    if at is None:
        return play.order  # behind itself
    if at + 1 == len(rest):
        return neighbour.order + ORDER_STEP
    order = (neighbour.order + rest[at + 1].order) // 2
    return order if order > neighbour.order else None


def set_clock(case: CommandCase, act: SetClock) -> Steps | Answer:
    """The clock shows something else."""
    index = act.period_index or case.state.period_index
    clock = Clock(index, act.value_ms, act.running, case.now_ms)
    flags = warnings(case, rules_case(case, ClockReport(clock)))
    if isinstance(flags, Answer):
        return flags
    return (Step(ClockSet(clock, ClockCause.SET, case.command.reason or ""), flags),)


def set_period(case: CommandCase, act: SetPeriod) -> Steps | Answer:
    """It is another period."""
    if act.period_index == case.state.period_index:
        return nothing_to_do(f"it is period {act.period_index} already")
    report = PlayReport("", PlayFacts("comment", act.period_index))
    found = warnings(
        attrs.evolve(case, command=attrs.evolve(case.command, force=True)), rules_case(case, report)
    )
    if isinstance(found, Answer):
        return found
    return (Step(PeriodSet(act.period_index, case.reason)),)


def set_status(case: CommandCase, act: SetStatus) -> Steps | Answer:
    """Another status; what has a call of its own, which asks more, is said there."""
    status = act.line.status
    other = _OWN_CALL.get(status)
    if other is not None and (status is Status.OFFICIAL or not case.command.force):
        problem = f"{status.value} is said by {other}"
        return refusal("bad_transition", "ST1", problem, f"call {other}")
    report = StatusReport(act.line, act.period_index)
    flags = warnings(case, rules_case(case, report))
    if isinstance(flags, Answer):
        return flags
    return (Step(StatusSet(act.line, act.period_index), flags),)


def override(case: CommandCase, act: Override) -> Steps | Answer:
    """The score is this from here on: a pin, and later plays count on top of it."""
    index = act.period_index or case.state.period_index
    report = ScoreReport(act.score, correction=True, period_index=index)
    flags = warnings(case, rules_case(case, report))
    if isinstance(flags, Answer):
        return flags
    change = act.score - case.state.score
    return (Step(ScoreSet(act.score, change, index, correction=True, reason=case.reason), flags),)


def hold(case: CommandCase, _act: object) -> Steps | Answer:
    """The public score stands still."""
    if case.state.held is not None:
        return nothing_to_do("the public score is held already")
    return (Step(HoldSet(held=True, reason=case.reason)),)


def release(case: CommandCase, _act: object) -> Steps | Answer:
    """It moves again."""
    if case.state.held is None:
        return nothing_to_do("the public score is not held")
    return (Step(HoldSet(held=False, reason=case.reason)),)


def lock(case: CommandCase, act: Lock) -> Steps | Answer:
    """Aspects are the caller's alone; with `force` also what another has locked."""
    others = [
        held
        for held in case.state.locks
        if held.by != case.official and set(held.aspects) & set(act.aspects)
    ]
    until = None if act.ttl_ms is None else case.now_ms + act.ttl_ms
    mine = LockHeld(act.aspects, case.official, until, case.reason)
    if mine in case.state.locks:
        return nothing_to_do("you have locked this already")
    taken = tuple(Step(LockReleased(held.by, case.reason)) for held in others)
    return (*taken, Step(LockSet(mine)))


def unlock(case: CommandCase, act: Unlock) -> Steps | Answer:
    """A lock goes; that of another only with a reason."""
    by = act.by or case.official
    if all(held.by != by for held in case.state.locks):
        return nothing_to_do(f"{by} has locked nothing")
    if by != case.official and case.command.reason is None:
        return reason_required(f"the lock is {by}'s")
    return (Step(LockReleased(by, case.reason)),)


def review(case: CommandCase, act: Review) -> Steps | Answer:
    """The life of a play that counts goes on."""
    play = case.state.by_id(act.play_id)
    if play is None:
        return unknown_target(case, act.play_id)
    if not play.state.counts:
        return voided_target(play)
    if play.state is act.state:
        return nothing_to_do(f"{play.play_id} is {play.state.value} already")
    return (Step(PlayReviewed(play.play_id, play.rev + 1, act.state, case.reason)),)


def reason_required(why: str) -> Answer:
    """R3: a command that needs a reason."""
    return refusal("reason_required", "R3", why, f"give a reason other than {UNSPECIFIED!r}")
