"""
Rules ST: the lifecycle of the game.

Rule: which status may follow which is `model.status.TRANSITIONS`; nothing here adds
to it. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.message import StatusReport
from scoreboard.model.status import TRANSITIONS, State, Status
from scoreboard.rules.case import Case, Finding


def st0_same_status(case: Case) -> Finding | None:
    """ST0: the status that the game has already."""
    report = case.message.report
    if not isinstance(report, StatusReport) or report.line != case.state.line:
        return None
    if report.period_index is not None and report.period_index > case.state.period_index:
        return None
    return Finding(
        rule="ST0",
        outcome=Outcome.DUPLICATE,
        code="duplicate",
        problem="the game has this status already",
        hint="nothing to do",
        seq=case.state.last.get("status"),
    )


def st1_bad_transition(case: Case) -> Finding | None:
    """ST1: a status that cannot follow the present one."""
    report = case.message.report
    if not isinstance(report, StatusReport):
        return None
    now, then = case.state.line.status, report.line.status
    if then is now or then in TRANSITIONS[now]:
        return None
    legal = ", ".join(sorted(status.value for status in TRANSITIONS[now])) or "nothing"
    return Finding(
        rule="ST1",
        outcome=Outcome.QUARANTINED,
        code="bad_transition",
        problem=f"{then.value} cannot follow {now.value}",
        hint=f"after {now.value} comes: {legal}",
    )


def st2_after_final(case: Case) -> Finding | None:
    """ST2: a new play after the game is over."""
    over = case.state.line.status.state is State.POST
    if not case.is_new_play or not over or case.state.line.status is Status.POSTPONED:
        return None
    if case.facts is not None and case.facts.play_type == "game_end":
        return None
    return Finding(
        rule="ST2",
        outcome=Outcome.QUARANTINED,
        code="after_final",
        problem=f"the game is {case.state.line.status.value}",
        hint="send a correction (a play with a higher rev, or a void), or reopen the game",
    )


def st4_not_started(case: Case) -> Finding | None:
    """ST4: a play that counts before the game has begun."""
    if not case.is_new_play or case.state.line.status.state is not State.PRE:
        return None
    if case.play_type is not None and case.play_type.group in ("admin", "substitution"):
        return None
    return Finding(
        rule="ST4",
        outcome=Outcome.FLAGGED,
        code="not_started",
        problem=f"the game is {case.state.line.status.value}",
        hint="send the status in_progress before the first play",
    )
