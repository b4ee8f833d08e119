"""
The rules catalogue: every rule, in the order in which they are asked, and the verdict.

Rule: the worst outcome wins; at the same outcome the first rule speaks. A repeat is
told before anything else, so that resending is always harmless. Pure.

# Note [Force]

An official may force what the rules would hold or refuse, and an official's decision over
a held message lifts the rule that held it: the validator never stops an official scorer. What
was found becomes a flag, and the entry says that it was forced. Not lifted are the rules
about corrections (R), and what the log could not hold: no team, no such period, points
below zero.
"""

from __future__ import annotations

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.message import Report
from scoreboard.rules import (
    box,
    correction,
    course,
    envelope,
    identity,
    location,
    people,
    period,
    score,
    sequence,
    status,
)
from scoreboard.rules.case import Case, Finding
from scoreboard.rules.law import ALL, Rule
from scoreboard.sports.registry import SPORTS

#: Asked first; the first that finds something ends the matter.
REPEATS: tuple[Rule, ...] = (identity.i2_unknown_team, identity.i5_repeat)

#: Asked together.
CATALOGUE: tuple[Rule, ...] = (
    envelope.e3_may_not_force,
    envelope.e4_stale_term,
    envelope.t2_stale,
    envelope.e4_not_believed,
    period.c0_bad_period,
    score.s1_bad_score,
    period.c3_bad_clock,
    envelope.t1_bad_wallclock,
    correction.r1_unknown_target,
    correction.r2_bad_target,
    correction.r3_reason_required,
    correction.r4_result_change,
    status.st0_same_status,
    score.s2_same_score,
    status.st1_bad_transition,
    status.st2_after_final,
    status.st3_premature_final,
    status.st4_not_started,
    sequence.q2_gap,
    sequence.q3_late,
    period.c1_period_regress,
    period.c2_period_jump,
    score.s2_score_regress,
    score.s3_unknown_type,
    score.s3_illegal_points,
    score.s7_wrong_scorer,
    score.s7_try_of_the_other_side,
    score.s4_score_jump,
    people.i4_wrong_team,
    people.i3_unknown_player,
    score.s6_score_mismatch,
    score.s8_maybe_double,
    score.s9_sum_mismatch,
    period.c4_clock_increase,
    period.c5_clock_drift,
    period.c6_zero_clock,
    people.p2_ejected,
    people.p2_not_on_court,
    people.p3_allowance,
    *course.COURSE,
    location.l1_bad_location,
    location.l2_loc_value,
    location.l3_side_flip,
    box.b1_stats_mismatch,
)

#: (kind of report, sport) -> the rules of `CATALOGUE` that can find something, in order.
TABLE: dict[tuple[type[Report], str], tuple[Rule, ...]] = {
    (report, sport): tuple(
        rule
        for rule in CATALOGUE
        if report in rule.on and (not rule.sports or sport in rule.sports)
    )
    for report in ALL
    for sport in SPORTS
}

#: Worst first. What is not believed is not held: there is nobody to decide about it.
_SEVERITY = (
    Outcome.REJECTED,
    Outcome.DUPLICATE,
    Outcome.SHADOW,
    Outcome.QUARANTINED,
    Outcome.FLAGGED,
)

#: What an official can make a flag of.
_LIFTED = (Outcome.REJECTED, Outcome.QUARANTINED)


@attrs.frozen
class Verdict:
    """
    What the rules say of a message.

    Attributes:
        findings: all of them, the decisive one first.
        marks: "forced" or "released", if an official lifted a rule.
    """

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """Codes of the doubts that did not stop it, and how it came in spite of them."""
        if not self.findings:
            return self.marks
        found = (f.code for f in self.findings if f.outcome is Outcome.FLAGGED)
        return (*dict.fromkeys(found), *self.marks)


_ACCEPTED = Verdict(Outcome.ACCEPTED)


def judge(case: Case) -> Verdict:
    """What becomes of a message, by all rules."""
    for rule in REPEATS:
        found = rule.check(case)
        if found is not None:
            finding = rule.finding(found)
            return Verdict(finding.outcome, (finding,))
    findings: list[Finding] = []
    for rule in TABLE[type(case.message.report), case.state.meta.sport]:
        found = rule.check(case)
        if found is not None:
            findings.append(rule.finding(found))
    if not findings:
        return _ACCEPTED
    return _weighed(case, findings)


def _weighed(case: Case, found: list[Finding]) -> Verdict:
    findings, marks = [], []
    forces = case.official and case.message.force
    for one in found:
        released = one.rule in case.lifted
        if one.outcome in _LIFTED and (released or (forces and not one.stands)):
            marks.append("released" if released else "forced")
            findings.append(attrs.evolve(one, outcome=Outcome.FLAGGED))
        else:
            findings.append(one)
    findings.sort(key=lambda finding: _SEVERITY.index(finding.outcome))
    return Verdict(findings[0].outcome, tuple(findings), tuple(dict.fromkeys(marks)))
