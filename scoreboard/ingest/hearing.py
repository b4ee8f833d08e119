"""
Hearing: what becomes of a message when several sources tell of a game, and what
arbitration then moves.

Rule: a message is first its source's own: judged and recorded in its shadow. Only what a
believed source says reaches the game. Moves of the arbiter become entries in the batch
that gave cause to them, all or none. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.codec.reports import Received
from scoreboard.ingest.authority.arbiter import decide as look
from scoreboard.ingest.authority.comparison import unmatched
from scoreboard.ingest.authority.moves import (
    Adjust,
    CloseDoubt,
    Move,
    OpenDoubt,
    Report,
    SetMode,
    Switch,
    SwitchAspect,
    Unlock,
)
from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.authority.switching import SETTLE_MS, plan_switch, settled
from scoreboard.ingest.authority.translation import Translated, translate
from scoreboard.ingest.authority.watch import Watch
from scoreboard.ingest.desk import Batch
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.event import (
    DoubtSet,
    FeedModeSet,
    FeedSwitched,
    LockReleased,
    PlaysLinked,
)
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.ids import SourceId
from scoreboard.model.message import PlayReport, ScoreReport, VoidReport
from scoreboard.projection.state import GameState
from scoreboard.rules.envelope import aspect_of


@attrs.frozen
class Memory:
    """
    What arbitration remembers of a game beside its log; may be lost.

    Attributes:
        settle_ms: when the believed source's points that no play explains are taken over,
            milliseconds UTC; None: there are none.
        reports: for operators, since they were last taken.
        wait_ms: for how long such points are waited for, milliseconds.
    """

    watch: Watch = attrs.field(factory=Watch)
    settle_ms: int | None = None
    reports: tuple[Report, ...] = ()
    wait_ms: int = SETTLE_MS


def hear(
    batch: Batch,
    memory: Memory,
    source: SourceId,
    received: Received,
    expected: int | None = None,
) -> tuple[Memory, Answer]:
    """
    A message of a game that more than one source tells of.

    Args:
        expected: as in `rules.case.Case`.
    """
    state, message = batch.state, received.message
    aspect = aspect_of(message.report)
    is_stale = message.term is not None and message.term < state.term
    is_believed = not is_stale and state.believed(aspect) == source and _is_free(batch, aspect)
    own = batch.shade(source, received, expected, is_believed=is_believed)
    if own.outcome is Outcome.REJECTED:
        return memory, own
    if not is_believed:
        return memory, _shadowed(batch, own, aspect, is_stale=is_stale)
    if own.outcome is Outcome.QUARANTINED:
        return memory, own
    found = translate(state, batch.shadows[source].state, received, source, batch.now_ms)
    if own.resend is not None:
        found = _with_gap(found, own)
    for entry in found.entries:
        batch.add(entry)
        if isinstance(entry.event, PlaysLinked):
            _own_again(batch, state, entry.event, source)
    if not isinstance(message.report, PlayReport | VoidReport | ScoreReport):
        # What is no word about points, a heartbeat say, explains none.
        return memory, found.answer
    due = memory.settle_ms
    if found.waits and due is None:
        due = batch.now_ms + memory.wait_ms
    elif not found.waits:
        due = None
    return attrs.evolve(memory, settle_ms=due), found.answer


def _with_gap(found: Translated, own: Answer) -> Translated:
    """A gap is in the source's own numbers; what is recorded of it in the game says so too."""
    marks = tuple(flag for flag in own.flags if flag == "gap")
    answer = attrs.evolve(
        found.answer,
        expected_next=own.expected_next,
        resend=own.resend,
        flags=tuple(dict.fromkeys((*found.answer.flags, *marks))),
    )
    if answer.code is None:
        answer = attrs.evolve(
            answer,
            outcome=own.outcome,
            code=own.code,
            rule=own.rule,
            problem=own.problem,
            hint=own.hint,
        )
    flagged = tuple(
        attrs.evolve(entry, flags=tuple(dict.fromkeys((*entry.flags, *marks))))
        for entry in found.entries[:1]
    )
    return attrs.evolve(found, answer=answer, entries=(*flagged, *found.entries[1:]))


def _is_free(batch: Batch, aspect: Aspect) -> bool:
    """Whether feeds may move that aspect: nobody keeps it, and nobody has to let go of it."""
    is_manual = batch.state.mode is FeedMode.MANUAL and aspect is Aspect.PLAYS
    return not is_manual and not is_locked(batch, aspect)


def _own_again(batch: Batch, before: GameState, event: PlaysLinked, source: SourceId) -> None:
    """
    A source has told itself what an official had recorded for it: its total needs no shift now.

    See `desk`, Note [Decrees].
    """
    for link in event.links:
        play = before.by_id(link.play_id)
        if play is not None and not play.refs and not link.is_part:
            batch.shift(source, -play.score, source)


def is_locked(batch: Batch, aspect: Aspect) -> bool:
    """Whether an official keeps `aspect` to himself."""
    return any(
        aspect in lock.aspects and (lock.until_ms is None or batch.now_ms < lock.until_ms)
        for lock in batch.state.locks
    )


def _shadowed(batch: Batch, own: Answer, aspect: Aspect, *, is_stale: bool) -> Answer:
    """The answer to a message that changed the shadow only."""
    state = batch.state
    if own.outcome in (Outcome.DUPLICATE, Outcome.QUARANTINED):
        return attrs.evolve(own, seq=None)
    authority = state.believed(aspect)
    if is_stale:
        code, rule = "stale_term", "E4"
        problem = f"the term is {state.term} now, {authority} is believed"
    elif is_locked(batch, aspect):
        code, rule = "locked", "E4"
        problem = f"an official keeps the {aspect.value} of {state.meta.game_id} to himself"
    else:
        code, rule = "not_authoritative", "E4"
        problem = f"{authority} is the authority of {state.meta.game_id}"
    return Answer(
        Outcome.SHADOW,
        code=code,
        rule=rule,
        problem=problem,
        hint="go on sending; your messages are checked and not published",
        expected_next=own.expected_next,
        resend=own.resend,
        flags=own.flags,
    )


def arbitrate(
    batch: Batch,
    memory: Memory,
    settings: Mapping[SourceId, SourceSetting],
    policy: Policy,
    *,
    official: bool,
) -> Memory:
    """
    Look at the game's sources, and move what has to be moved.

    Args:
        official: an official of the game is connected.
    """
    shadows = {source: shadow.state for source, shadow in batch.shadows.items()}
    watch, moves = look(
        memory.watch,
        batch.state,
        shadows,
        settings,
        policy,
        batch.now_ms / 1_000,
        official=official,
        unmatched=unmatched,
    )
    memory = attrs.evolve(memory, watch=watch)
    for move in moves:
        memory = _do(batch, memory, move)
    if memory.settle_ms is not None and batch.now_ms >= memory.settle_ms:
        memory = _settle(batch, memory)
    return memory


def _do(batch: Batch, memory: Memory, move: Move) -> Memory:
    """Write one move down."""
    state = batch.state
    match move:
        case Switch():
            return switch(batch, memory, move)
        case SetMode(mode=mode, reason=reason):
            batch.say(_speaker(batch), FeedModeSet(mode, reason))
        case SwitchAspect(aspect=aspect, to=to, reason=reason):
            previous = state.believed(aspect)
            batch.say(to, FeedSwitched(aspect, to, previous, state.mode, reason))
        case OpenDoubt(name=name, reason=reason):
            batch.say(_speaker(batch), DoubtSet(name, is_open=True, reason=reason))
        case CloseDoubt(name=name, reason=reason):
            batch.say(_speaker(batch), DoubtSet(name, is_open=False, reason=reason))
        case Unlock(by=by, reason=reason):
            batch.say(by, LockReleased(by, reason), official=True)
        case Adjust():
            return _settle(batch, memory)
        case _:
            return attrs.evolve(memory, reports=(*memory.reports, move))
    return memory


def switch(batch: Batch, memory: Memory, move: Switch) -> Memory:
    """Believe another source for the plays."""
    shadow = batch.shadows.get(move.to)
    plan = plan_switch(
        batch.state,
        batch.state if shadow is None else shadow.state,
        move.to,
        mode=move.mode,
        reason=move.reason,
        automatic=move.automatic,
        now_ms=batch.now_ms,
        chosen=move.chosen,
    )
    for entry in plan.entries:
        batch.add(entry)
    due = batch.now_ms + memory.wait_ms if plan.waits else None
    return attrs.evolve(memory, settle_ms=due)


def _settle(batch: Batch, memory: Memory) -> Memory:
    """What was on its way has had its time: what is left is taken over for the time being."""
    source = _speaker(batch)
    shadow = batch.shadows.get(source)
    if shadow is not None:
        for entry in settled(batch.state, shadow.state, source, batch.now_ms):
            batch.add(entry)
    return attrs.evolve(memory, settle_ms=None)


def _speaker(batch: Batch) -> SourceId:
    """In whose name the arbiter's decisions are logged: the source that is believed."""
    return batch.state.authority or batch.state.source
