"""
The shape of an answer to a message. Pure.

Rule: absent is left out, so that an answer shows what it says and nothing else.
"""

from __future__ import annotations

from scoreboard.codec.claims import difference
from scoreboard.codec.shape_parts import Shape, changes, score
from scoreboard.model.answer import Answer


def write_answer(answer: Answer) -> Shape:
    """An answer as the sender reads it."""
    shape: Shape = {
        "status": answer.outcome.value,
        "code": answer.code,
        "rule": answer.rule,
        "problem": answer.problem,
        "hint": answer.hint,
        "play_id": answer.play_id,
        "rev": answer.rev,
        "seq": answer.seq,
        "score": score(answer.score),
        "period_index": answer.period_index,
        "term": answer.term,
        "expected_next": answer.expected_next,
        "quarantine_id": answer.quarantine_id,
        "retry_ms": answer.retry_ms,
    }
    kept = {name: value for name, value in shape.items() if value is not None}
    if answer.resend is not None:
        kept["resend"] = {"from": answer.resend[0], "to": answer.resend[1]}
    if answer.flags:
        kept["flags"] = list(answer.flags)
    if answer.ignored:
        kept["ignored"] = list(answer.ignored)
    if answer.differences:
        kept["differences"] = [difference(one) for one in answer.differences]
    if answer.changes:
        kept["changes"] = changes(answer.changes)
    return kept
