"""
Whether our score of a recorded game is the official one, and if not, whose fault it is.

Rule: a difference is excused only by a statement of the provider that says what we say,
or by plays that it took back itself; everything else is ours. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs

from scoreboard.ingest.parsers.document import Document, PlayRow
from scoreboard.model.side import Score
from scoreboard.model.status import Status
from scoreboard.projection.state import GameState
from scoreboard.tools.finals import Final

#: Claims that a parser adds up from its own rows: true whenever our score is, so they
#: excuse nothing.
_OWN_SUMS = ("play flags",)

#: Games that came to no regular end.
_BROKEN_OFF = (Status.CANCELLED, Status.ABANDONED, Status.POSTPONED, Status.FORFEITED)


class Kind(Enum):
    """What became of the comparison."""

    AGREE = "agree"
    CONTRADICTS = "contradicts"  #: the provider contradicts itself, and we have one half
    DIFFERS = "DIFFERS"  #: unexplained
    NO_OFFICIAL = "no official"  #: nothing to compare with


@attrs.frozen
class Verdict:
    """
    The comparison of one game.

    Attributes:
        official: None if there is none; `source` says where it is from.
        reason: for a contradiction, in words.
        remarks: statements of the provider that differ from the official score.
    """

    kind: Kind
    official: Final | None = None
    reason: str = ""
    remarks: tuple[str, ...] = ()


def text(score: Score | None) -> str:
    """A score for people, away first."""
    return "-" if score is None else f"{score.away}-{score.home}"


def judge(document: Document, state: GameState, final: Final | None) -> Verdict:
    """
    Compare our fold of a game with the official result.

    Args:
        final: the result beside the recorded game; the document's own header goes before it.
    """
    official = _official(document, final)
    if official is None:
        return Verdict(Kind.NO_OFFICIAL)
    remarks = _remarks(document, official, final)
    if state.score == official.score:
        if official.shootout in (None, state.shootout):
            return Verdict(Kind.AGREE, official, remarks=remarks)
        reason = f"shoot-out {text(state.shootout)}, official {text(official.shootout)}"
        return Verdict(Kind.DIFFERS, official, reason, remarks)
    reason = _excuse(document, state, official)
    kind = Kind.CONTRADICTS if reason else Kind.DIFFERS
    return Verdict(kind, official, reason, remarks)


def _official(document: Document, final: Final | None) -> Final | None:
    if document.header is None:
        return final
    tally = document.shootout
    if tally is None and final is not None:
        tally = final.shootout
    return Final(document.header, "header", tally)


def _statements(document: Document) -> list[tuple[str, Score]]:
    """What the provider itself says of the total, besides the header."""
    claims = [(name, score) for name, score in document.claims if name not in _OWN_SUMS]
    plays = [row for row in document.rows if isinstance(row, PlayRow) and not row.deleted]
    last = next((row.score_after for row in reversed(plays) if row.score_after), None)
    return claims if last is None else [*claims, ("last running score", last)]


def _remarks(document: Document, official: Final, final: Final | None) -> tuple[str, ...]:
    said = _statements(document)
    if final is not None:
        said.append((final.source.rpartition("/")[2], final.score))
    unlike = {f"{name}: {text(score)}": None for name, score in said if score != official.score}
    return tuple(unlike)


def _excuse(document: Document, state: GameState, official: Final) -> str:
    """Why the difference is the provider's own; empty if it is not."""
    for name, score in _statements(document):
        if score == state.score:
            return f"the {official.source} says {text(official.score)}, the {name} {text(score)}"
    rows = [row for row in document.rows if isinstance(row, PlayRow)]
    deleted = sum(row.deleted for row in rows)
    if deleted and document.status and document.status.status in _BROKEN_OFF:
        return (
            f"the game was {document.status.status.value} and {deleted} of its {len(rows)} plays "
            f"deleted; the {official.source} keeps {text(official.score)}"
        )
    return ""
