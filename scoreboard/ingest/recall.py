"""
What a poller has told of a game, out of the log, when it begins anew.

Rule: the log is the only memory; what it does not say is told again, in a form that leaves
the score as the document has it. Pure.

# Note [Coming back]

After a restart a poller meets a game that it has told half of. To tell all of it again would
be harmless if nothing had ever changed; but a play that was amended would be told as
revision 0 with other content, and refused. So the rows are taken from the state: the plays
under this source's names, with their revisions.

Score rows have no names in the log. What they added is the score less the plays. If the
document's score rows add the same they are taken as told; otherwise what they added is
taken off by a correction and told anew.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.document import Document, PlayRow, ScoreRow
from scoreboard.ingest.parsers.telling.diff import Known, KnownGap, KnownRow
from scoreboard.ingest.parsers.telling.lifecycle import scheduled
from scoreboard.ingest.parsers.telling.told import changes
from scoreboard.model.ids import SourceId
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.projection.state import GameState

#: Messages for each entry of the log, at most: the count goes on behind all that was told.
_MESSAGES = 10

#: Name of what score rows had added that are not those of the document.
_UNNAMED = "\x00recalled"


def recalled(state: GameState, source: SourceId, document: Document) -> Known:
    """
    What `source` has told of a game, by its state.

    Args:
        document: as it is now, for what the log does not keep.
    """
    present = {row.ref: row for row in document.rows if isinstance(row, PlayRow)}
    rows: dict[str, KnownRow] = {}
    plays = Score()
    for name, known in state.refs.items():
        if name.source != source:
            continue
        play = state.play(known)
        plays += play.score
        told = attrs.evolve(play.facts, order=play.order)
        row = present.get(name.ref)
        if row is not None:
            now = attrs.evolve(row.facts, order=play.order)
            told = now if _on_the_wire(now) == told else told
        rows[name.ref] = KnownRow(told, play.source_rev, deleted=not play.state.counts)
    lifecycle = scheduled(document.meta)
    return Known(
        rows=rows,
        gaps=_gaps(document, state.score - plays, state.period_index),
        told=state.score,
        lifecycle=attrs.evolve(lifecycle, line=state.line, period_index=state.period_index),
        next_seq=_MESSAGES * (state.seq + 1),
    )


def _gaps(document: Document, unexplained: Score, period_index: int) -> dict[str, KnownGap]:
    pairs = zip(document.rows, changes(document.rows), strict=True)
    gaps = {
        row.ref: KnownGap(change, row.period_index)
        for row, change in pairs
        if isinstance(row, ScoreRow)
    }
    if sum((gap.change for gap in gaps.values()), Score()) == unexplained:
        return gaps
    return {_UNNAMED: KnownGap(unexplained, period_index)}


def _on_the_wire(facts: PlayFacts) -> PlayFacts:
    """`facts` as they come out of the wire form, which has places to 0.1."""
    where = facts.place
    if where is None:
        return facts
    return attrs.evolve(facts, place=attrs.evolve(where, x=round(where.x, 1), y=round(where.y, 1)))
