"""
Rules Q: the sender's own numbers.

Rule: a hole means something only if the sender declared that it counts every message
(`dense`); the numbers of many healthy feeds have holes. Who keeps count, and waits for what is
missing, is `ingest.sequence`: of all others no number is expected. Q1, the number that was
expected, finds nothing. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.message import Heartbeat
from scoreboard.rules.case import Case
from scoreboard.rules.law import ALL, GAME, Found, law

_NUMBERED = tuple(kind for kind in ALL if kind is not Heartbeat)
_PLACED = tuple(kind for kind in GAME if kind is not Heartbeat)


@law("Q2", "gap", Outcome.FLAGGED, hint="send what is missing", on=_NUMBERED)
def q2_gap(case: Case) -> Found | None:
    """A number beyond the expected one, of a source that counts every message."""
    number, expected = case.message.source_seq, case.expected
    if expected is None or number is None or number <= expected:
        return None
    missing = f"{expected}" if number == expected + 1 else f"{expected}-{number - 1}"
    return Found(f"source_seq {number} after {expected - 1}", hint=f"resend {missing}")


@law(
    "Q3",
    "late",
    Outcome.QUARANTINED,
    hint="give a late play the order of its place in the game",
    on=_PLACED,
)
def q3_late(case: Case) -> str | None:
    """A number that is over, of something that we do not have and that has no place."""
    number, expected = case.message.source_seq, case.expected
    if expected is None or number is None or number >= expected:
        return None
    if case.known is not None or (case.facts is not None and case.facts.order is not None):
        return None
    return f"source_seq {number} when {expected} was expected"
