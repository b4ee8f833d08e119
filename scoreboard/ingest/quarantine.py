"""
Quarantine: messages that contradict the game wait for what would make them right.

Rule: a game's quarantine is the fold of its side log; every change is an event of it. A
held message gets in only by being judged again: because what was missing has come, or
because an official lifted the rule that held it. Pure.

# Note [Where held messages end]

What was missing comes: the message is judged again and, if it passes, logged. An official
lets it in or throws it away. Otherwise its time (`TERMS`) passes: where only the rules can
decide (a correction whose play never came) it is closed then; elsewhere officials are asked
and have `LISTED_MS` more. More than `PER_SOURCE` or `PER_GAME` push out the oldest.
Whatever the end, the side log and the topic of the operators say it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import attrs

from scoreboard.codec.fields import Malformed
from scoreboard.codec.reports import Received, read_message
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.intake import Decision, decide
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.event import (
    ClockSet,
    Entry,
    Event,
    FeedSwitched,
    HoldClosed,
    HoldConfirmed,
    MessageHeld,
    MetaSet,
    PeriodSet,
    PlayAdded,
    PlayAmended,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
    StatusSet,
)
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId, quarantine_id
from scoreboard.model.payload import QuarantinePayload
from scoreboard.model.quarantine import Held, HoldEnd
from scoreboard.projection.fold import apply as applied
from scoreboard.projection.state import GameState
from scoreboard.rules.terms import TERM_MS, TERMS, TWO_PERSONS, UNDECIDABLE

#: Messages that are held of one source and of one game; the oldest make room.
PER_SOURCE, PER_GAME = 64, 256

#: How long officials have after they were asked. Milliseconds.
LISTED_MS = 900_000
#: Levels of a message that are kept as they came; ours have seven.
_LEVELS = 12

_SCORING = (PlayAdded, PlayAmended, PlayVoided, ScoreSet)
_TIMING = (StatusSet, PeriodSet, ClockSet, PlayAdded, PlayAmended, PlayVoided)

#: Rule -> events that may bring what its messages wait for; of the others nothing does.
WAITS: dict[str, tuple[type[Event], ...]] = {
    "ST1": (StatusSet,),
    "ST2": (StatusSet,),
    "ST3": (*_TIMING, ScoreSet),
    "ST4": (StatusSet,),
    "C1": (PeriodSet,),
    "C2": (*_TIMING, ScoreSet),
    "C4": _TIMING,
    "S2": _SCORING,
    "S4": _SCORING,
    "S7": _SCORING,
    "S9": _SCORING,
    "I4": (MetaSet,),
    "R1": (PlayAdded, PlaysLinked, FeedSwitched),
}


@attrs.frozen
class Quarantine:
    """
    What is held of one game.

    Attributes:
        held: by id, oldest first.
        confirmed: id -> the officials who want it let in, where it takes two.
        asked: ids whose time is over and of which officials were told; not in the side log,
            so that they are told again after a restart.
    """

    game_id: GameId
    held: Mapping[str, Held] = attrs.field(factory=dict)
    confirmed: Mapping[str, tuple[SourceId, ...]] = attrs.field(factory=dict)
    asked: frozenset[str] = frozenset()


@attrs.frozen
class Step:
    """
    What a change of the quarantine takes.

    Attributes:
        quarantine: afterwards.
        state: of the game, afterwards; None: as it was.
        events: for the side log, in order.
        entries: for the game's log, in order.
        told: for the topic of the operators, in order.
        problem: why nothing was done.
    """

    quarantine: Quarantine
    state: GameState | None = None
    events: tuple[Event, ...] = ()
    entries: tuple[Entry, ...] = ()
    told: tuple[QuarantinePayload, ...] = ()
    problem: str | None = None


def apply(quarantine: Quarantine, event: Event) -> Quarantine:
    """The quarantine after `event`; events of other kinds, and of what is not held, do nothing."""
    held, confirmed = dict(quarantine.held), dict(quarantine.confirmed)
    match event:
        case MessageHeld(held=one):
            held[one.quarantine_id] = one
            return attrs.evolve(quarantine, held=held)
        case HoldConfirmed(quarantine_id=name, by=by) if name in held:
            confirmed[name] = (*confirmed.get(name, ()), by)
            return attrs.evolve(quarantine, confirmed=confirmed)
        case HoldClosed(quarantine_id=name) if name in held:
            del held[name]
            confirmed.pop(name, None)
            asked = quarantine.asked - {name}
            return attrs.evolve(quarantine, held=held, confirmed=confirmed, asked=asked)
        case _:
            return quarantine


def fold_quarantine(game_id: GameId, entries: Iterable[Entry]) -> Quarantine:
    """The quarantine that a side log tells."""
    quarantine = Quarantine(game_id)
    for entry in entries:
        quarantine = apply(quarantine, entry.event)
    return quarantine


def _step(quarantine: Quarantine, *events: Event) -> Step:
    """`events` done to the quarantine, with what operators are told of them."""
    told = []
    for event in events:
        after = apply(quarantine, event)
        told.append(_told(quarantine, event, len(after.held)))
        quarantine = after
    return Step(quarantine, events=events, told=tuple(told))


def _told(before: Quarantine, event: Event, waiting: int) -> QuarantinePayload:
    match event:
        case MessageHeld(held=one):
            return QuarantinePayload("held", one, None, one.problem, waiting)
        case HoldConfirmed(quarantine_id=name, by=by):
            return QuarantinePayload("confirmed", before.held[name], by, "", waiting)
        case HoldClosed(quarantine_id=name, how=how, by=by, reason=reason):
            return QuarantinePayload(how.value, before.held[name], by, reason, waiting)
        case _:  # pragma: no cover - made here only
            raise AssertionError(event)


def heard(
    quarantine: Quarantine,
    decision: Decision,
    received: Received,
    raw: Any,
    source: SourceId,
    meta: GameMeta,
    now_ms: int,
    *,
    official: bool = False,
    term: int = 0,
) -> tuple[Step, Answer]:
    """
    What a message that was just judged changes: it is held, or it ends one that was.

    Args:
        raw: the message as it came, decoded.

    Returns:
        The step, and the answer with the id of what is held.
    """
    name = quarantine_id(quarantine.game_id, source, decision.digest)
    if decision.verdict.outcome is Outcome.QUARANTINED:
        answer = attrs.evolve(decision.answer, quarantine_id=name)
        if name in quarantine.held:
            return Step(quarantine), answer
        finding = decision.verdict.findings[0]
        one = Held(
            quarantine_id=name,
            source=source,
            message=_kept(raw, received, meta),
            rule=finding.rule,
            code=finding.code,
            problem=finding.problem,
            since_ms=now_ms,
            until_ms=now_ms + TERMS.get(finding.rule, TERM_MS),
            official=official,
            term=term,
        )
        return _step(quarantine, *_room(quarantine, source), MessageHeld(one)), answer
    if name in quarantine.held and decision.answer.outcome.recorded:
        return _step(quarantine, HoldClosed(name, HoldEnd.RESENT)), decision.answer
    return Step(quarantine), decision.answer


def _room(quarantine: Quarantine, source: SourceId) -> Iterator[Event]:
    """The oldest of the source or of the game goes, if there is no room for one more."""
    own = [one.quarantine_id for one in quarantine.held.values() if one.source == source]
    if len(own) >= PER_SOURCE:
        yield HoldClosed(own[0], HoldEnd.DISPLACED, reason=f"{PER_SOURCE} of {source} are held")
    elif len(quarantine.held) >= PER_GAME:
        oldest = next(iter(quarantine.held))
        yield HoldClosed(oldest, HoldEnd.DISPLACED, reason=f"{PER_GAME} are held")


def _kept(raw: Any, received: Received, meta: GameMeta) -> Any:
    """The message as it came; without fields unknown to us if it is nested without measure."""
    return raw if _is_shallow(raw, _LEVELS) else write_message(received.message, meta)


def _is_shallow(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        return levels > 0 and all(_is_shallow(item, levels - 1) for item in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_shallow(item, levels - 1) for item in value)
    return True


def waits_for(quarantine: Quarantine, news: Collection[type[Event]]) -> bool:
    """Whether any of `news` may bring what something here waits for: cheap, for every entry."""
    return any(_concerns(one, news) for one in quarantine.held.values())


def _concerns(one: Held, news: Collection[type[Event]]) -> bool:
    return any(kind in news for kind in WAITS.get(one.rule, ()))


def retry(
    quarantine: Quarantine, state: GameState, now_ms: int, news: Collection[type[Event]]
) -> Step:
    """
    Judge again what waits for `news`, oldest first, until nothing more gets in.

    Args:
        state: of the game, with the news in it.
        news: kinds of the entries that came.
    """
    step = Step(quarantine, state)
    while news:
        come: set[type[Event]] = set()
        for one in [one for one in step.quarantine.held.values() if _concerns(one, news)]:
            decision = _again(step.state or state, one, now_ms, frozenset())
            if decision is None or decision.verdict.outcome is Outcome.QUARANTINED:
                continue
            step = _closed(step, one, decision, HoldEnd.RELEASED, None)
            if decision.entry is not None:
                come.add(type(decision.entry.event))
        news = come
    return step


def _again(state: GameState, one: Held, now_ms: int, lifted: frozenset[str]) -> Decision | None:
    """A held message judged against `state`; None if this version cannot read it any more."""
    try:
        received = read_message(one.message, state.meta)
    except Malformed:
        return None
    return decide(state, received, one.source, now_ms, official=one.official, lifted=lifted)


def _closed(
    step: Step, one: Held, decision: Decision, how: HoldEnd, by: SourceId | None, reason: str = ""
) -> Step:
    """`step` and the end of `one` as it was judged again."""
    outcome, answer = decision.verdict.outcome, decision.answer
    if outcome not in (Outcome.ACCEPTED, Outcome.FLAGGED):
        how, reason = HoldEnd.REFUSED, f"{answer.code}: {answer.problem}"
    more = _step(step.quarantine, HoldClosed(one.quarantine_id, how, by, reason))
    state, entries = step.state, step.entries
    if decision.entry is not None and state is not None:
        state, entries = applied(state, decision.entry), (*entries, decision.entry)
    return Step(
        more.quarantine, state, (*step.events, *more.events), entries, (*step.told, *more.told)
    )


def approve(
    quarantine: Quarantine, state: GameState, name: str, by: SourceId, now_ms: int, reason: str
) -> Step:
    """
    An official lets a held message in: the rules that hold it do not hold it any more.

    Args:
        by: the official; where it takes two, his is the first word or the second.
    """
    one = quarantine.held.get(name)
    if one is None:
        return Step(quarantine, problem=f"{name} is not held; it may have ended meanwhile")
    if one.rule in UNDECIDABLE:
        return Step(quarantine, problem=f"{one.problem}: nothing to let in until that comes")
    persons = {by, *quarantine.confirmed.get(name, ()), *([one.source] if one.official else [])}
    if one.rule in TWO_PERSONS and len(persons) < 2:
        if by in quarantine.confirmed.get(name, ()):
            return Step(quarantine, problem="it takes another official")
        return _step(quarantine, HoldConfirmed(name, by))
    decision = _again(state, one, now_ms, _holding(state, one, now_ms))
    if decision is None or decision.verdict.outcome is Outcome.QUARANTINED:
        why = "it cannot be read" if decision is None else decision.answer.problem
        return Step(quarantine, problem=why)
    return _closed(Step(quarantine, state), one, decision, HoldEnd.APPROVED, by, reason)


def _holding(state: GameState, one: Held, now_ms: int) -> frozenset[str]:
    """The rules that hold `one` now and that this official may decide against."""
    decision = _again(state, one, now_ms, frozenset())
    findings = () if decision is None else decision.verdict.findings
    found = {finding.rule for finding in findings if finding.outcome is Outcome.QUARANTINED}
    return frozenset({one.rule, *(rule for rule in found if not rule.startswith("R"))})


def drop(quarantine: Quarantine, name: str, by: SourceId, reason: str) -> Step:
    """An official throws a held message away."""
    if name not in quarantine.held:
        return Step(quarantine, problem=f"{name} is not held; it may have ended meanwhile")
    return _step(quarantine, HoldClosed(name, HoldEnd.DROPPED, by, reason))


def expire(quarantine: Quarantine, now_ms: int) -> Step:
    """What time does: officials are asked once, and what nobody decided about is closed."""
    ends = [
        HoldClosed(one.quarantine_id, HoldEnd.EXPIRED, reason=one.problem)
        for one in quarantine.held.values()
        if now_ms >= _end_ms(one)
    ]
    step = _step(quarantine, *ends)
    late = [
        one
        for name, one in step.quarantine.held.items()
        if now_ms >= one.until_ms and name not in step.quarantine.asked
    ]
    asked = step.quarantine.asked | {one.quarantine_id for one in late}
    waiting = len(step.quarantine.held)
    told = (QuarantinePayload("asked", one, None, one.problem, waiting) for one in late)
    return attrs.evolve(
        step,
        quarantine=attrs.evolve(step.quarantine, asked=asked),
        told=(*step.told, *told),
    )


def _end_ms(one: Held) -> int:
    return one.until_ms if one.rule in UNDECIDABLE else one.until_ms + LISTED_MS


def due_ms(quarantine: Quarantine) -> int | None:
    """When `expire` has something to do next, milliseconds UTC; None: never."""
    return min(
        (
            _end_ms(one) if name in quarantine.asked else one.until_ms
            for name, one in quarantine.held.items()
        ),
        default=None,
    )
