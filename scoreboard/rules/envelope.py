"""
Rules E: the envelope of a message.

Rule: E1 (form) and E2 (unknown fields) are the reader's, `codec.reports`; E3 (who may
speak) is the gateway's, before a byte is read. What is left is who is believed. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.rules.case import Case, Finding


def e4_not_believed(case: Case) -> Finding | None:
    """E4: a valid message of a source that is not the authority of this game."""
    authority = case.state.authority
    if authority is None or authority == case.source:
        return None
    return Finding(
        rule="E4",
        outcome=Outcome.SHADOW,
        code="not_authoritative",
        problem=f"{authority} is the authority of {case.state.meta.game_id}",
        hint="go on sending; your messages are checked and not published",
    )
