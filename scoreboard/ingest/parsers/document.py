"""
A provider's document in our terms: what every parser makes of the bytes it is given.

Rule: a document says what the provider says, in the provider's own order, with
its contradictions counted as quirks and none of them mended in silence. Pure.

The path: bytes -> parser -> Document -> `timeline` (a recorded game as the messages
that its feed would have sent) or `diff` (what changed since the last poll).
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.errors import RemoteError
from scoreboard.model.game import GameMeta
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.model.status import StatusLine


class BadDocument(RemoteError):
    """
    Bytes that are not in the format, with the place where that shows.

    The text names the member or row ("row 17, column half_secs_remaining: 'x' is not a number").
    """


@attrs.frozen
class PlayRow:
    """
    One play as the document has it now.

    Attributes:
        ref: the provider's id; unique in the document (a parser that meets a repeated
            id makes it unique and counts the quirk).
        facts: what happened; `facts.order` is always set and rises along the document.
        deleted: the provider has taken it back; the facts are what is left of it.
        score_after: the running score that the provider shows on the row, if it does.
        arrival: sort key of when the row came, if that differs from where it stands
            (late rows); None: in document order.
        status: a status that the game takes with this row, where the format says so
            outright (delay, suspension, cancellation).
    """

    ref: str
    facts: PlayFacts
    deleted: bool = False
    score_after: Score | None = None
    arrival: float | None = None
    status: StatusLine | None = None


@attrs.frozen
class ScoreRow:
    """
    The provider's running score moves here without a play that explains it.

    Attributes:
        ref: unique in the document, like a play's.
        order: where in the game it belongs.
        score: what the provider's running score is from here on.
        correction: whether a score went down (it was taken back), not up (rows are missing).
        reason: in words, for the log.
    """

    ref: str
    order: int
    period_index: int
    score: Score
    correction: bool
    reason: str
    wallclock_ms: int | None = None


@attrs.frozen
class Document:
    """
    All that one document says of one game.

    Attributes:
        provider: the format's name: "nfl", "stats", "espn", "nba_live", ...
        rows: in game order.
        status: the provider's present status of the game; None if it has none.
        header: the official score as the provider's own header has it; None if the
            format has no header.
        claims: other totals that the document itself states ("scoring summaries",
            "last running score"), by name; to tell a contradiction from a misreading.
        shootout: tally of the shoot-out in the header.
        rows_read: rows of the provider's document, headings and repeats included.
        quirks: kinds of oddity and how often each was met, sorted by kind.
        notes: oddities in words, each naming its row, where a reader will want to know.
    """

    provider: str
    meta: GameMeta
    rows: tuple[PlayRow | ScoreRow, ...]
    status: StatusLine | None = None
    header: Score | None = None
    claims: tuple[tuple[str, Score], ...] = ()
    shootout: Score | None = None
    rows_read: int = 0
    quirks: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()


#: Further files that a format needs beside the game's own (schedule, shots, roster), by role.
Companions = Mapping[str, bytes]
