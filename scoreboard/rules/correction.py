"""
Rules R: corrections.

Rule: a correction names what it corrects and says why. No `force` lifts these: what
closes a game is decided by two persons. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.message import PlayReport, ScoreReport, VoidReport
from scoreboard.model.side import Score
from scoreboard.model.status import Status
from scoreboard.rules.case import Case
from scoreboard.rules.law import Found, law

_CORRECTIONS = (PlayReport, VoidReport, ScoreReport)


def _is_correction(case: Case) -> bool:
    match case.message.report:
        case PlayReport():
            return case.known is not None
        case ScoreReport(correction=correction):
            return correction
        case _:
            return True


@law(
    "R1",
    "unknown_target",
    Outcome.QUARANTINED,
    hint="send the play; its correction is taken then",
    on=(VoidReport,),
)
def r1_unknown_target(case: Case) -> str | None:
    """A correction of a play that we do not have (yet: two links may race)."""
    report = case.message.report
    if not isinstance(report, VoidReport) or case.known is not None:
        return None
    return f"no play {report.ref!r} of source {case.source} is in the game"


@law(
    "R2",
    "bad_target",
    Outcome.REJECTED,
    hint="correct the plays of the period; its end stands",
    on=(VoidReport,),
)
def r2_bad_target(case: Case) -> str | None:
    """Taking back the end of a period after which the game went on; officials may."""
    if case.known is None or case.official:
        return None
    facts = case.state.play(case.known).facts
    if facts.play_type != "period_end" or facts.period_index >= case.state.period_index:
        return None
    return "the period is over and a later one has been played"


@law(
    "R3",
    "reason_required",
    Outcome.REJECTED,
    hint="say why in reason; before the game is official it may be left out",
    on=_CORRECTIONS,
)
def r3_reason_required(case: Case) -> str | None:
    """A correction of an official game that does not say why."""
    if case.state.line.status is not Status.OFFICIAL or not _is_correction(case):
        return None
    report = case.message.report
    said = isinstance(report, PlayReport | VoidReport | ScoreReport) and report.reason
    return None if said else "the game is official"


@law(
    "R4",
    "result_change",
    Outcome.QUARANTINED,
    hint="two officials have to let it in",
    on=_CORRECTIONS,
)
def r4_result_change(case: Case) -> Found | None:
    """A correction that changes the winner of an official game: two persons confirm it."""
    if case.state.line.status is not Status.OFFICIAL or not _is_correction(case):
        return None
    now, then = case.state.score, _after(case)
    if now.leader is then.leader:
        return None
    return Found(
        f"{now.home}-{now.away} would become {then.home}-{then.away} (home-away), another result"
    )


def _after(case: Case) -> Score:
    """The score as the correction would leave it."""
    report = case.message.report
    if isinstance(report, ScoreReport):
        return report.score
    score = case.state.score
    if case.known is not None:
        score -= case.state.play(case.known).score
    if case.facts is not None and case.points_to is not None and not case.facts.shootout:
        score = score.plus(case.points_to, case.facts.points)
    return score
