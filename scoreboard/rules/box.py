"""
Rule B1: a box score that a source sends.

Rule: it is a claim and never published: what is published is what the plays add up to. Where
the two differ the sender hears it figure by figure, and so do those who run the server. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.boxscore import Difference
from scoreboard.model.message import BoxScoreReport
from scoreboard.projection.claims import compared
from scoreboard.rules.case import Case
from scoreboard.rules.law import law

#: Differences that the problem spells out; the answer has them all.
_SPELLED = 3


@law(
    "B1",
    "stats_mismatch",
    Outcome.FLAGGED,
    hint="the claim is kept, and what the plays add up to is published; correct the plays that "
    "are wrong or missing, then send the box score again",
    on=(BoxScoreReport,),
)
def b1_stats_mismatch(case: Case) -> str | None:
    """A box score that is not what the plays add up to: kept as claimed, not published."""
    report, differing = case.message.report, case.differences
    if not differing or not isinstance(report, BoxScoreReport):
        return None
    spelled = "; ".join(_spelled(one) for one in differing[:_SPELLED])
    more = "; ..." if len(differing) > _SPELLED else ""
    figures = compared(case.state, report.lines)
    return f"{len(differing)} differences in {figures} figures: {spelled}{more}"


def _spelled(one: Difference) -> str:
    person = one.person
    known = () if person is None else (person.jersey, person.name or person.ref or person.person_id)
    who = " ".join((one.side.value, *filter(None, known)))
    claimed = "not said" if one.claimed is None else f"{one.claimed:g}"
    derived = "not told by any play" if one.derived is None else f"{one.derived:g} by the plays"
    return f"{who} {one.stat} {claimed}, {derived}"
