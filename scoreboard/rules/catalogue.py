"""
The rules catalogue: every rule, in the order in which they are asked, and the verdict.

Rule: the worst outcome wins; at the same outcome the first rule speaks. A repeat is
told before anything else, so that resending is always harmless. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.message import (
    ClockReport,
    Heartbeat,
    PlayReport,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.rules import envelope, identity, period, score, status
from scoreboard.rules.case import Case, Finding

Rule = Callable[[Case], Finding | None]

#: Asked first; the first that finds something ends the matter.
REPEATS: tuple[Rule, ...] = (identity.i2_unknown_team, identity.i5_repeat)

#: Asked together, as far as they are about that kind of report; `_ASKED` keeps this order.
CATALOGUE: tuple[Rule, ...] = (
    envelope.e4_not_believed,
    period.c0_bad_period,
    score.s1_bad_score,
    period.c3_bad_clock,
    identity.r1_unknown_target,
    identity.r2_bad_target,
    status.st0_same_status,
    score.s2_same_score,
    status.st1_bad_transition,
    status.st2_after_final,
    period.c1_period_regress,
    period.c2_period_jump,
    score.s2_score_regress,
    score.s3_unknown_type,
    score.s3_illegal_points,
    score.s7_wrong_scorer,
    score.s4_score_jump,
    score.s6_score_mismatch,
    period.c4_clock_increase,
    status.st4_not_started,
    score.l1_bad_location,
)

#: Kind of report -> the rules that can find something in one; the others look for another kind.
_ASKED: Mapping[type, tuple[Rule, ...]] = {
    PlayReport: (
        envelope.e4_not_believed,
        period.c0_bad_period,
        score.s1_bad_score,
        period.c3_bad_clock,
        status.st2_after_final,
        period.c1_period_regress,
        period.c2_period_jump,
        score.s3_unknown_type,
        score.s3_illegal_points,
        score.s7_wrong_scorer,
        score.s6_score_mismatch,
        period.c4_clock_increase,
        status.st4_not_started,
        score.l1_bad_location,
    ),
    VoidReport: (
        envelope.e4_not_believed,
        identity.r1_unknown_target,
        identity.r2_bad_target,
    ),
    StatusReport: (
        envelope.e4_not_believed,
        period.c0_bad_period,
        status.st0_same_status,
        status.st1_bad_transition,
        period.c1_period_regress,
        period.c2_period_jump,
    ),
    ClockReport: (
        envelope.e4_not_believed,
        period.c0_bad_period,
        period.c3_bad_clock,
        period.c1_period_regress,
        period.c2_period_jump,
        period.c4_clock_increase,
    ),
    ScoreReport: (
        envelope.e4_not_believed,
        period.c0_bad_period,
        score.s1_bad_score,
        score.s2_same_score,
        period.c2_period_jump,
        score.s2_score_regress,
        score.s4_score_jump,
    ),
    SituationReport: (envelope.e4_not_believed,),
    Heartbeat: (envelope.e4_not_believed,),
}

#: Worst first.
_SEVERITY = (
    Outcome.REJECTED,
    Outcome.DUPLICATE,
    Outcome.QUARANTINED,
    Outcome.SHADOW,
    Outcome.FLAGGED,
)


@attrs.frozen
class Verdict:
    """
    What the rules say of a message.

    Attributes:
        findings: all of them, the decisive one first.
    """

    outcome: Outcome
    findings: tuple[Finding, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """Codes of the doubts that did not stop it."""
        return tuple(f.code for f in self.findings if f.outcome is Outcome.FLAGGED)


def judge(case: Case) -> Verdict:
    """What becomes of a message, by all rules."""
    for rule in REPEATS:
        finding = rule(case)
        if finding is not None:
            return Verdict(finding.outcome, (finding,))
    rules = _ASKED[type(case.message.report)]
    findings = [finding for rule in rules if (finding := rule(case)) is not None]
    if not findings:
        return Verdict(Outcome.ACCEPTED)
    findings.sort(key=lambda finding: _SEVERITY.index(finding.outcome))
    return Verdict(findings[0].outcome, tuple(findings))
