"""
What an NFL document says of the score besides its plays: header and scoring summaries.

Rule: claims are compared with the plays and differences named; they never make a
point. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.ingest.parsers.document import PlayRow
from scoreboard.ingest.parsers.nfl.play import Doubts
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.side import Score, Side

#: Member of the header's score -> the period that it is of; "ot" is all overtimes.
_PERIODS = {"q1": 1, "q2": 2, "q3": 3, "q4": 4, "ot": 5}


def header_score(document: Member) -> Score | None:
    """The official score; None if either half of it is absent."""
    return _pair(document, "total")


def summaries_score(document: Member) -> Score | None:
    """The running score of the last scoring summary; None if there is none."""
    last = None
    for summary in _summaries(document):
        last = _running(summary) or last
    return last


def check_claims(
    document: Member, rows: Sequence[PlayRow], sides: dict[str, Side], doubts: Doubts
) -> None:
    """
    Note every quarter and every summary that the plays do not bear out.

    Args:
        sides: side by the provider's id of the team.
    """
    _check_periods(document, rows, doubts)
    scores = {row.ref: row.facts.score for row in rows if row.facts.points}
    summaries = list(_summaries(document))
    told = set()
    for summary in summaries:
        ref = summary["scoringPlayId"].text() or ""
        told |= {ref, summary["patPlayId"].text() or ""}
        side = sides.get(summary["scoringTeamId"].text() or "")
        claimed = f"{summary['scoreType'].text()} for the {side.value if side else 'unknown'} side"
        if ref not in scores:
            doubts.note(
                "scoring summary without a score",
                f"playId {ref}: summary says {claimed}, the play is not marked as a score",
            )
        elif side is not None and not scores[ref].of(side):
            doubts.note(
                "scoring summary for the other side",
                f"playId {ref}: summary says {claimed}, the play scores for the other",
            )
    for row in rows:
        if summaries and row.facts.points and row.ref not in told and row.facts.points > 1:
            doubts.note(
                "score without a scoring summary",
                f"playId {row.ref}: {row.facts.points} points that no summary has",
            )


def _check_periods(document: Member, rows: Sequence[PlayRow], doubts: Doubts) -> None:
    """Compare the header with the plays quarter by quarter, without quarters as a whole."""
    by_period = {period: Score() for period in _PERIODS.values()}
    for row in rows:
        by_period[min(row.facts.period_index, 5)] += row.facts.score
    claimed = [(name, _pair(document, name), by_period[of]) for name, of in _PERIODS.items()]
    if all(header is None for _, header, _ in claimed):
        claimed = [("total", header_score(document), sum(by_period.values(), Score()))]
    for name, header, played in claimed:
        if header is not None and header != played:
            doubts.note(
                "header and plays differ",
                f"summary score.{name}: header away {header.away}, home {header.home}; "
                f"plays away {played.away}, home {played.home}",
            )


def _pair(document: Member, name: str) -> Score | None:
    home, away = (
        document["summary"][f"{side.value}Team"]["score"][name].integer()
        for side in (Side.HOME, Side.AWAY)
    )
    return None if home is None or away is None else Score(home, away)


def _running(summary: Member) -> Score | None:
    home, away = summary["homeScore"].integer(), summary["awayScore"].integer()
    return None if home is None or away is None else Score(home, away)


def _summaries(document: Member) -> list[Member]:
    """The scoring summaries in their own order."""
    found = list(document["driveChart"]["scoringSummaries"].items())
    return sorted(found, key=lambda summary: summary["sequence"].number() or 0.0)
