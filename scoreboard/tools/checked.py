"""
The result of checking one recorded game.

Rule: small and plain, since it crosses from one process to another. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.document import Document
from scoreboard.model.side import Score
from scoreboard.tools.recorded_fold import Folded, Refusal
from scoreboard.tools.verdict import Kind, Verdict


@attrs.frozen
class Facts:
    """
    What the game was, and what became of its rows.

    Attributes:
        teams: away, home.
        rows_read: of the provider's document.
        plays: that we have, voided ones included.
    """

    game_id: str
    teams: tuple[str, str]
    status: str
    decided_in: str | None
    rows_read: int
    plays: int
    score: Score
    shootout: Score | None
    periods: tuple[Score, ...]
    corrections: dict[str, int]
    flags: dict[str, int]
    outcomes: dict[str, int]
    publications: int
    quirks: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, document: Document, folded: Folded) -> Facts:
        """The facts of a game that has been folded."""
        state = folded.state
        return cls(
            game_id=state.meta.game_id,
            teams=(state.meta.away.abbrev, state.meta.home.abbrev),
            status=state.line.status.value,
            decided_in=state.line.decided_in,
            rows_read=document.rows_read,
            plays=len(state.plays),
            score=state.score,
            shootout=state.shootout,
            periods=state.periods,
            corrections=folded.corrections,
            flags=folded.flags,
            outcomes=folded.outcomes,
            publications=folded.publications,
            quirks=document.quirks,
            notes=document.notes,
        )


@attrs.frozen
class Checked:
    """
    A game and its verdict, or why there is none.

    Attributes:
        error: the file could not be read; names it and the row.
        refusals: messages that the rules did not let in.
    """

    dataset: str
    game: str
    provider: str
    path: str
    facts: Facts | None = None
    verdict: Verdict | None = None
    refusals: tuple[Refusal, ...] = ()
    error: str = ""

    @property
    def fails(self) -> bool:
        """Whether this game makes the command fail."""
        differs = self.verdict is not None and self.verdict.kind is Kind.DIFFERS
        return bool(self.error) or differs or self._is_refused

    @property
    def _is_refused(self) -> bool:
        """
        Whether rows were kept out and no official result vouches for what is left.

        A provider's slip (a play numbered into the wrong quarter) is kept out by the rules
        and told below the game's line; it is ours only if the result suffers or is unknown.
        """
        vouched = self.verdict is not None and self.verdict.kind in (Kind.AGREE, Kind.CONTRADICTS)
        return bool(self.refusals) and not vouched

    @property
    def word(self) -> str:
        """The verdict in one word or two."""
        if self.verdict is None:
            return "ERROR"
        refused = self._is_refused and self.verdict.kind is not Kind.DIFFERS
        return "REFUSED" if refused else self.verdict.kind.value
