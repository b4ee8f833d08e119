"""
Digests of messages: what tells a repeat from a change.

Rule: a digest is the same on every node, in every process and in every version that
gives the message's fields the same meaning; it is never 0, which means "none". Pure.
"""

from __future__ import annotations

import hashlib

import cbor2

from scoreboard.codec.entry_record import (
    FLAG,
    TEXT,
    WHOLE,
    Field,
    choice,
    either,
    record,
)
from scoreboard.codec.entry_table import (
    CLOCK,
    PLAY_FACTS,
    SCORE,
    SITUATION,
    STAT_LINES,
    STATUS_LINE,
)
from scoreboard.model.clock import ClockCause
from scoreboard.model.errors import LocalError
from scoreboard.model.message import (
    BoxScoreReport,
    ClockReport,
    Heartbeat,
    Message,
    PlayReport,
    Report,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)

#: A digest fits into a number of every JSON decoder (RFC 8259, 6).
_BITS = 53

#: Keys and tags are part of the digest: as unchangeable as those of `entry_table`.
_REPORT = either(
    {
        "void": (
            VoidReport,
            record(
                VoidReport,
                Field("ref", "i", TEXT),
                Field("overturned", "o", FLAG, False),
                Field("reason", "r", TEXT, None),
            ),
        ),
        "status": (
            StatusReport,
            record(
                StatusReport,
                Field("line", "l", STATUS_LINE),
                Field("period_index", "p", WHOLE, None),
            ),
        ),
        "clock": (
            ClockReport,
            record(
                ClockReport,
                Field("clock", "c", CLOCK),
                Field("cause", "w", choice(ClockCause), ClockCause.SET),
            ),
        ),
        "score": (
            ScoreReport,
            record(
                ScoreReport,
                Field("score", "s", SCORE),
                Field("correction", "c", FLAG, False),
                Field("reason", "r", TEXT, None),
                Field("period_index", "p", WHOLE, None),
            ),
        ),
        "sit": (SituationReport, record(SituationReport, Field("situation", "z", SITUATION))),
        "box": (
            BoxScoreReport,
            record(
                BoxScoreReport,
                Field("lines", "l", STAT_LINES),
                Field("complete", "c", FLAG, False),
            ),
        ),
        "beat": (Heartbeat, record(Heartbeat)),
    }
)


def digest(data: bytes) -> int:
    """A hash of `data`, from 1 to 2**53 - 1; the same everywhere and for ever."""
    number = int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
    return number >> (64 - _BITS) or 1


def digest_message(message: Message) -> int:
    """
    The digest of what `message` says.

    Two messages with equal digests say the same. A play has an identity of its own, so
    its digest covers `ref`, `rev` and the facts: sent again under another `source_seq`,
    or with another running score beside it, it is a repeat. Any other report is one
    with its `source_seq`: "the score is 3-2" said twice is said twice. When it was sent
    is never part of it.

    Raises:
        LocalError: a field holds what its type forbids, and which.
    """
    try:
        return digest(cbor2.dumps(_said(message.report, message.source_seq)))
    except (cbor2.CBOREncodeError, ValueError) as fault:
        raise LocalError(f"the message cannot be digested: {fault}") from fault


def _said(report: Report, source_seq: int | None) -> list[object]:
    if isinstance(report, PlayReport):
        return [
            "play",
            TEXT.pack(report.ref),
            WHOLE.pack(report.rev),
            PLAY_FACTS.pack(report.facts),
        ]
    counted = [] if source_seq is None else [WHOLE.pack(source_seq)]
    return [*_REPORT.pack(report), *counted]
