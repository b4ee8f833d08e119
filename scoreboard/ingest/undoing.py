"""
Undo: what the last changes of plays and score were, and what takes them back.

Rule: an undo is read off the log: each of its entries names the one that it takes back,
so that undoing twice takes back two changes and never undoes the undo. What somebody else
has changed since is not overwritten. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.ingest.acts import record
from scoreboard.ingest.command_case import (
    CommandCase,
    Step,
    Steps,
    entry_after,
    refusal,
)
from scoreboard.model.answer import Answer
from scoreboard.model.command import Undo, Whose
from scoreboard.model.event import (
    Entry,
    Event,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlayVoided,
    ScoreSet,
)
from scoreboard.model.ids import PlayId
from scoreboard.model.play import Play, PlayState
from scoreboard.projection.fold import apply

#: What an undo takes back.
_CHANGES = (PlayAdded, PlayAmended, PlayVoided, PlayReviewed, ScoreSet)

#: Flag of an entry that takes another one back; the number of that one follows.
_UNDO = "undo:"


def undo(case: CommandCase, act: Undo) -> Steps | Answer:
    """The last `count` changes, newest first, and then what replaces them."""
    steps: list[Step] = []
    at, recent = case, list(case.recent)
    for _ in range(act.count):
        step = _undo_one(attrs.evolve(at, recent=recent), act.whose)
        if isinstance(step, Answer):
            return step
        at, recent = _after(at, recent, step)
        steps.append(step)
    if act.replace is None:
        return tuple(steps)
    replaced = record(at, act.replace)
    return replaced if isinstance(replaced, Answer) else (*steps, *replaced)


def _after(case: CommandCase, recent: list[Entry], step: Step) -> tuple[CommandCase, list[Entry]]:
    entry = entry_after(case.state, step.event, case.official, case.now_ms, step.flags)
    return attrs.evolve(case, state=apply(case.state, entry)), [*recent, entry]


def _undo_one(case: CommandCase, whose: Whose) -> Step | Answer:
    standing = _standing(case.recent)
    mine = [e for e in standing if whose is Whose.GAME or e.source == case.official]
    if not mine:
        hint = "void or amend the play that is wrong"
        return refusal("nothing_to_undo", None, "there is nothing left to undo", hint)
    target = mine[-1]
    play_id = _play_id(target.event)
    later = next((e for e in standing if e.seq > target.seq and _touches(e, play_id)), None)
    if later is not None:
        problem = f"{later.source} has changed {play_id or 'the score'} since, at {later.seq}"
        return refusal("undo_conflict", None, problem, "amend or void the play as it is now")
    event = _inverse(case, target)
    if event is None:
        problem = f"entry {target.seq} is further back than the log that is at hand"
        return refusal("undo_conflict", None, problem, "amend or void the play as it is now")
    return Step(event, (f"{_UNDO}{target.seq}",))


def _standing(recent: Sequence[Entry]) -> list[Entry]:
    """The changes that no undo has taken back, oldest first."""
    undone = {
        int(flag.removeprefix(_UNDO))
        for entry in recent
        for flag in entry.flags
        if flag.startswith(_UNDO)
    }
    return [
        entry
        for entry in recent
        if isinstance(entry.event, _CHANGES)
        and entry.seq not in undone
        and not any(flag.startswith(_UNDO) for flag in entry.flags)
    ]


def _play_id(event: Event) -> PlayId | None:
    match event:
        case PlayAdded(play=play) | PlayAmended(play=play):
            return play.play_id
        case PlayVoided(play_id=play_id) | PlayReviewed(play_id=play_id):
            return play_id
        case _:
            return None


def _touches(entry: Entry, play_id: PlayId | None) -> bool:
    """Whether `entry` changes that play. A change of the score alone is on top of all others."""
    return play_id is not None and _play_id(entry.event) == play_id


def _inverse(case: CommandCase, target: Entry) -> Event | None:
    """What takes `target` back; None if the play before it cannot be told."""
    reason = case.command.reason or f"undo of {target.seq}"
    match target.event:
        case PlayAdded(play=play):
            rev = _now(case, play.play_id).rev + 1
            return PlayVoided(play.play_id, rev, PlayState.VOIDED, reason)
        case ScoreSet(change=change, period_index=index):
            score = case.state.score - change
            return ScoreSet(score, -change, index, correction=True, reason=reason)
        case event:
            return _restored(case, target, event, reason)


def _restored(case: CommandCase, target: Entry, event: Event, reason: str) -> Event | None:
    play_id = _play_id(event)
    if play_id is None:  # pragma: no cover - all other changes name a play
        return None
    earlier = _before(case.recent, play_id, target.seq)
    if earlier is None:
        return None
    now = _now(case, play_id)
    restored = attrs.evolve(
        now,
        rev=now.rev + 1,
        order=earlier.order,
        facts=earlier.facts,
        state=earlier.state,
        flags=earlier.flags,
    )
    return PlayAmended(restored, reason)


def _now(case: CommandCase, play_id: PlayId) -> Play:
    play = case.state.by_id(play_id)
    if play is None:  # pragma: no cover - `recent` is the log of `state`
        raise ValueError(play_id)
    return play


def _before(recent: Sequence[Entry], play_id: PlayId, seq: int) -> Play | None:
    """The play as the entries before `seq` had left it."""
    play: Play | None = None
    for event in (entry.event for entry in recent if entry.seq < seq):
        match event:
            case PlayAdded(play=said) | PlayAmended(play=said) if said.play_id == play_id:
                play = said
            case PlayVoided(play_id=named, state=state) | PlayReviewed(play_id=named, state=state):
                if play is not None and named == play_id:
                    play = attrs.evolve(play, state=state)
            case _:
                pass
    return play
