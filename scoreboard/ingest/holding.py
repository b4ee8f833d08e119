"""
Holding: what waits in quarantine, while messages come and time passes.

Rule: a held message gets in the way that it would have come: through its source's shadow
where several sources tell of the game, straight to the game where one does. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.codec.digest import digest_message
from scoreboard.codec.fields import Malformed
from scoreboard.codec.reports import Received, read_message
from scoreboard.ingest.desk import Batch
from scoreboard.ingest.hearing import Memory, hear
from scoreboard.ingest.intake import Decision
from scoreboard.ingest.quarantine import WAITS, Step, due_ms, expire, heard, retry, waits_for
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.event import Event, HoldClosed
from scoreboard.model.ids import SourceId
from scoreboard.model.payload import QuarantinePayload
from scoreboard.model.quarantine import Held, HoldEnd
from scoreboard.rules.case import Finding
from scoreboard.rules.catalogue import Verdict


def keep(
    batch: Batch, decision: Decision, received: Received, raw: object, source: SourceId
) -> Answer:
    """The answer to a message that was just judged; it is held if it must wait."""
    is_held = decision.verdict.outcome is Outcome.QUARANTINED
    if not is_held and not batch.quarantine.held:
        return decision.answer
    step, answer = heard(
        batch.quarantine,
        decision,
        received,
        raw,
        source,
        batch.state.meta,
        batch.now_ms,
        term=batch.state.term,
    )
    batch.step(step)
    return answer


def keep_answered(
    batch: Batch, answer: Answer, received: Received, raw: object, source: SourceId
) -> Answer:
    """As `keep`, for a message of a game that several sources tell, after it was answered."""
    if answer.outcome is not Outcome.QUARANTINED and not batch.quarantine.held:
        return answer
    finding = Finding(
        rule=answer.rule or "",
        outcome=answer.outcome,
        code=answer.code or "",
        problem=answer.problem or "",
        hint=answer.hint or "",
    )
    verdict = Verdict(answer.outcome, (finding,))
    decision = Decision(answer, verdict, None, digest_message(received.message))
    return keep(batch, decision, received, raw, source)


def let_in(batch: Batch, memory: Memory, since: int) -> Memory:
    """
    Judge again what waits for the entries that the batch has added from `since` on.

    Args:
        since: how many it had.
    """
    news: set[type[Event]] = {type(entry.event) for entry in batch.entries[since:]}
    if not news or not waits_for(batch.quarantine, news):
        return memory
    if not batch.shadows:
        batch.step(retry(batch.quarantine, batch.state, batch.now_ms, news))
        return memory
    for one in list(batch.quarantine.held.values()):
        if any(kind in news for kind in WAITS.get(one.rule, ())):
            memory = _again(batch, memory, one)
    return memory


def _again(batch: Batch, memory: Memory, one: Held) -> Memory:
    try:
        received = read_message(one.message, batch.state.meta)
    except Malformed:
        return memory
    memory, answer = hear(batch, memory, one.source, received)
    if answer.outcome is Outcome.QUARANTINED:
        return memory
    name = one.quarantine_id
    waiting = len(batch.quarantine.held) - 1
    end, why = HoldEnd.RELEASED, ""
    if not answer.outcome.recorded:
        end, why = HoldEnd.REFUSED, f"{answer.code}: {answer.problem}"
    event = HoldClosed(name, end, None, why)
    told = QuarantinePayload(end.value, one, None, why, waiting)
    held = {key: other for key, other in batch.quarantine.held.items() if key != name}
    after = attrs.evolve(batch.quarantine, held=held, asked=batch.quarantine.asked - {name})
    batch.step(Step(after, events=(event,), told=(told,)))
    return memory


def is_due(batch: Batch) -> bool:
    """Whether time alone changes something of what is held."""
    due = due_ms(batch.quarantine)
    return due is not None and batch.now_ms >= due


def pass_time(batch: Batch) -> None:
    """Officials are asked about what has waited too long, and what nobody decided is closed."""
    if is_due(batch):
        batch.step(expire(batch.quarantine, batch.now_ms))
