"""
Scoring: from an official's command and a state to log entries and an answer.

Rule: decides and does nothing: the same state, command and log give the same plan. A
command becomes all of its entries or none, and who says it again hears what it became. Pure.

# Note [Two persons]

A correction that gives an official game another winner is recorded when a second official
says it too (rule R4). The first one's wish is logged as a doubt, `result_change:` with his name,
the play and the score that it would lead to; so it is seen by all, outlives a restart, and
is compared with what the second one's command would lead to. Whoever settles a score query
withdraws it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import cbor2

from scoreboard.codec.digest import digest
from scoreboard.ingest import acts, closing
from scoreboard.ingest.closing import RESULT
from scoreboard.ingest.command_case import (
    CommandCase,
    Step,
    Steps,
    entry_after,
    refusal,
)
from scoreboard.ingest.undoing import undo
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.command import (
    Amend,
    Command,
    ConfirmPeriod,
    Finalize,
    Hold,
    Lock,
    Override,
    Record,
    Release,
    Reopen,
    Reorder,
    Review,
    Role,
    ScoreQuery,
    SetClock,
    SetPeriod,
    SetStatus,
    Undo,
    Unlock,
    Void,
)
from scoreboard.model.event import DoubtSet, Entry, Event, LockReleased
from scoreboard.model.feed import Aspect
from scoreboard.model.ids import SourceId, play_id
from scoreboard.model.payload import FieldChange
from scoreboard.model.play import Play
from scoreboard.model.side import Side
from scoreboard.model.status import Status
from scoreboard.projection.fold import apply
from scoreboard.projection.kinds import touched
from scoreboard.projection.publish import changes
from scoreboard.projection.state import GameState

_ACTS: dict[type, Callable[[CommandCase, Any], Steps | Answer]] = {
    Record: acts.record,
    Amend: acts.amend,
    Void: acts.void,
    Undo: undo,
    Reorder: acts.reorder,
    SetClock: acts.set_clock,
    SetPeriod: acts.set_period,
    SetStatus: acts.set_status,
    Override: acts.override,
    Hold: acts.hold,
    Release: acts.release,
    Lock: acts.lock,
    Unlock: acts.unlock,
    ScoreQuery: closing.score_query,
    Review: acts.review,
    ConfirmPeriod: closing.confirm_period,
    Finalize: closing.finalize,
    Reopen: closing.reopen,
}

#: Act -> the aspect that another official's lock keeps it from.
_ASPECT = {
    **dict.fromkeys((Record, Amend, Void, Undo, Reorder, Review, Override), Aspect.PLAYS),
    SetClock: Aspect.CLOCK,
    **dict.fromkeys((SetPeriod, SetStatus, ConfirmPeriod, Finalize, Reopen), Aspect.STATUS),
}

#: Acts that correct what was said; of an official game they need a reason (rule R3).
_CORRECTIONS = (Record, Amend, Void, Undo, Reorder, Review, Override, SetPeriod, SetStatus)


@attrs.frozen
class Planned:
    """
    What becomes of a command.

    Attributes:
        entries: to be logged, all or none.
    """

    answer: Answer
    entries: tuple[Entry, ...] = ()

    @property
    def events(self) -> tuple[Event, ...]:
        """What the entries say."""
        return tuple(entry.event for entry in self.entries)


def plan(
    state: GameState,
    command: Command,
    official: SourceId,
    now_ms: int,
    recent: Sequence[Entry] = (),
    role: Role = Role.OFFICIAL,
) -> Planned:
    """
    What a command of `official` becomes.

    Args:
        now_ms: milliseconds UTC; becomes the entries' `ts_ms` unless the log is ahead of it.
        recent: the log up to `state`, if `needs_log(command)`.
        role: what he may do; who may call at all was decided before (`gateway.scorer`).
    """
    case = CommandCase(state, command, official, now_ms, recent)
    steps = _repeat(case) or _refused(case, role) or _ACTS[type(command.act)](case, command.act)
    if isinstance(steps, Answer):
        return Planned(attrs.evolve(steps, score=state.score, period_index=state.period_index))
    entries, after = _entries(case, steps)
    if state.line.status is Status.OFFICIAL and _winner(state) is not _winner(after):
        return _second_person(case, steps, entries[-1], after)
    return Planned(_answer(case, entries, after), entries)


def needs_log(command: Command) -> bool:
    """Whether `plan` has to see the log, and not only the state."""
    return isinstance(command.act, Undo)


def expired_locks(state: GameState, now_ms: int) -> tuple[LockReleased, ...]:
    """The releases of the locks whose time is over; entries of an official, not of a feed."""
    return tuple(
        LockReleased(lock.by, "expired")
        for lock in state.locks
        if lock.until_ms is not None and lock.until_ms <= now_ms
    )


def release_entries(state: GameState, now_ms: int) -> tuple[Entry, ...]:
    """`expired_locks` as the entries that follow `state`."""
    entries = []
    for event in expired_locks(state, now_ms):
        entry = entry_after(state, event, event.by, now_ms)
        state = apply(state, entry)
        entries.append(entry)
    return tuple(entries)


def _digest(case: CommandCase) -> int:
    """What tells a command's repeat: its caller's name for it; 0 if it has none."""
    command_id = case.command.command_id
    if command_id is None:
        return 0
    return digest(cbor2.dumps(["command", case.official, command_id]))


def _repeat(case: CommandCase) -> Answer | None:
    seq = case.state.seen.get(_digest(case))
    if seq is None:
        return None
    play = case.state.by_id(play_id(seq))
    return Answer(
        Outcome.DUPLICATE,
        code="duplicate",
        rule="I5",
        problem=f"command {case.command.command_id!r} was done before",
        hint="nothing to do",
        seq=seq,
        play_id=None if play is None else play.play_id,
        rev=None if play is None else play.rev,
    )


def _refused(case: CommandCase, role: Role) -> Answer | None:
    """What stands against the command, whatever it is; None if nothing does."""
    command, state = case.command, case.state
    if command.force and role is Role.SCORER:
        return refusal("forbidden", "E3", "only an official may force", "ask an official")
    if command.reason is None:
        closed = state.line.status is Status.OFFICIAL
        if command.force:
            return acts.reason_required("force needs a reason")
        if closed and isinstance(command.act, _CORRECTIONS):
            return acts.reason_required("the game is official")
    aspect = _ASPECT.get(type(command.act))
    wanted = {aspect} if aspect else set()
    if isinstance(command.act, Lock):
        wanted = set(command.act.aspects)
    return None if command.force else _locked(case, wanted)


def _locked(case: CommandCase, wanted: set[Aspect]) -> Answer | None:
    for lock in case.state.locks:
        over = lock.until_ms is not None and lock.until_ms <= case.now_ms
        if lock.by == case.official or over or not wanted & set(lock.aspects):
            continue
        names = ", ".join(aspect.value for aspect in lock.aspects)
        hint = f"ask {lock.by}; or say it again with force and a reason"
        return refusal("locked", None, f"{lock.by} has locked {names}: {lock.reason}", hint)
    return None


def _entries(case: CommandCase, steps: Steps) -> tuple[tuple[Entry, ...], GameState]:
    """The steps as entries, the last with the digest of the command; and the state after."""
    state, entries = case.state, []
    for step in steps:
        mark = _digest(case) if step is steps[-1] else 0
        entry = entry_after(state, step.event, case.official, case.now_ms, step.flags, mark)
        state = apply(state, entry)
        entries.append(entry)
    return tuple(entries), state


def _winner(state: GameState) -> Side | None:
    if state.score.leader is None and state.shootout is not None:
        return state.shootout.leader
    return state.score.leader


def _second_person(case: CommandCase, steps: Steps, last: Entry, after: GameState) -> Planned:
    """R4: another winner of an official game. See Note [Two persons]."""
    play, score = touched(last, after), after.score
    what = f"{'score' if play is None else play.play_id}:{score.home}-{score.away}"
    wishes = [doubt for doubt in case.state.doubts if doubt.startswith(RESULT)]
    same = [doubt for doubt in wishes if doubt.endswith(f":{what}")]
    mine = f"{RESULT}{case.official}:{what}"
    if any(doubt != mine for doubt in same):
        settled = (Step(DoubtSet(doubt, is_open=False, reason=case.reason)) for doubt in same)
        entries, done = _entries(case, (*settled, *steps))
        return Planned(_answer(case, entries, done), entries)
    wish = Step(DoubtSet(mine, is_open=True, reason=case.reason))
    nameless = attrs.evolve(case, command=attrs.evolve(case.command, command_id=None))
    entries, _ = ((), None) if mine in same else _entries(nameless, (wish,))
    answer = Answer(
        Outcome.QUARANTINED,
        code="result_change",
        rule="R4",
        problem=f"{score.home}-{score.away} (home-away) gives an official game another winner",
        hint="another official must say the same; or settle it with score_query",
        seq=entries[-1].seq if entries else None,
        score=case.state.score,
        period_index=case.state.period_index,
    )
    return Planned(answer, entries)


def _answer(case: CommandCase, entries: tuple[Entry, ...], after: GameState) -> Answer:
    flags = tuple(f for entry in entries for f in entry.flags if not f.startswith("undo:"))
    play = next((p for e in reversed(entries) if (p := touched(e, after)) is not None), None)
    return Answer(
        Outcome.FLAGGED if flags else Outcome.ACCEPTED,
        play_id=None if play is None else play.play_id,
        rev=None if play is None else play.rev,
        seq=entries[-1].seq,
        score=after.score,
        period_index=after.period_index,
        flags=flags,
        changes=_changes(case.state, after, play),
    )


def _changes(before: GameState, after: GameState, play: Play | None) -> tuple[FieldChange, ...]:
    """What the command has changed of the play that it names last, and of the game."""
    pairs: list[tuple[str, Any, Any]] = [
        ("/score", before.score, after.score),
        ("/status", before.line.status.value, after.line.status.value),
        ("/period_index", before.period_index, after.period_index),
        ("/clock_ms", _clock_ms(before), _clock_ms(after)),
        ("/confidence", before.confidence.value, after.confidence.value),
        ("/public_hold", before.held is not None, after.held is not None),
        ("/locks", _locks(before), _locks(after)),
    ]
    of_game = (FieldChange(path, was, now) for path, was, now in pairs if was != now)
    return (*changes(before, play), *of_game)


def _clock_ms(state: GameState) -> int | None:
    return None if state.clock is None else state.clock.value_ms


def _locks(state: GameState) -> list[str]:
    return [f"{lock.by}: {', '.join(a.value for a in lock.aspects)}" for lock in state.locks]
