"""
Rules ST: the lifecycle of the game.

Rule: which status may follow which is `model.status.TRANSITIONS`; nothing here adds
to it. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.clock import Direction, PeriodKind
from scoreboard.model.game import Coverage
from scoreboard.model.message import PlayReport, ScoreReport, StatusReport
from scoreboard.model.status import TRANSITIONS, State, Status
from scoreboard.projection.state import GameState
from scoreboard.rules.case import Case
from scoreboard.rules.law import Found, law

#: A clock is told with plays, and nothing need happen in the last minute: with more than
#: this left, the game cannot be over. Milliseconds.
_UNTOLD_MS = 60_000

_STATUS = (StatusReport,)


@law("ST0", "duplicate", Outcome.DUPLICATE, hint="nothing to do", on=_STATUS, stands=True)
def st0_same_status(case: Case) -> Found | None:
    """The status that the game has already."""
    report = case.message.report
    if not isinstance(report, StatusReport) or report.line != case.state.line:
        return None
    if report.period_index is not None and report.period_index > case.state.period_index:
        return None
    return Found("the game has this status already", seq=case.state.last.get("status"))


@law(
    "ST1",
    "bad_transition",
    Outcome.QUARANTINED,
    Outcome.REJECTED,
    hint="send the status that is missing in between; an official game is reopened with a reason",
    on=_STATUS,
)
def st1_bad_transition(case: Case) -> Found | None:
    """A status that cannot follow the present one; rejected if it reopens for no reason."""
    report = case.message.report
    now = case.state.line.status
    if not isinstance(report, StatusReport) or report.line.status in (now, *TRANSITIONS[now]):
        return None
    then = report.line.status
    problem = f"{then.value} cannot follow {now.value}"
    if now is Status.OFFICIAL and not report.line.reason:
        return Found(problem, outcome=Outcome.REJECTED, hint="say in reason why it is reopened")
    legal = ", ".join(sorted(status.value for status in TRANSITIONS[now])) or "nothing"
    return Found(problem, hint=f"after {now.value} comes: {legal}")


@law(
    "ST2",
    "after_final",
    Outcome.QUARANTINED,
    Outcome.REJECTED,
    hint="send a correction (a play with a higher rev, or a void), or reopen the game",
    on=(PlayReport, ScoreReport),
)
def st2_after_final(case: Case) -> Found | None:
    """Something new after the game is over; rejected once it is official."""
    status = case.state.line.status
    if status.state is not State.POST or status is Status.POSTPONED:
        return None
    report = case.message.report
    if isinstance(report, ScoreReport):
        is_new = not report.correction and report.score != case.state.score
    else:
        is_new = case.is_new_play and case.facts is not None
        is_new = is_new and (case.play_type is None or case.play_type.group != "admin")
    if not is_new:
        return None
    official = status is Status.OFFICIAL
    return Found(f"the game is {status.value}", outcome=Outcome.REJECTED if official else None)


@law(
    "ST3",
    "premature_final",
    Outcome.QUARANTINED,
    hint="send what is missing before it; a game that was cut short says why in reason",
    on=_STATUS,
)
def st3_premature_final(case: Case) -> str | None:
    """A final before regulation is over, or level where a game cannot end level."""
    report, state = case.message.report, case.state
    if not isinstance(report, StatusReport) or report.line.reason:
        return None
    if report.line.status is not Status.FINAL or state.meta.coverage in _TOTALS:
        return None
    period = max(state.period_index, report.period_index or 0)
    ruleset = state.ruleset
    if period < ruleset.periods:
        return f"final in {ruleset.label(period)} of {ruleset.periods}"
    if not ruleset.may_tie and _is_level(state):
        return f"final at {state.score.home}-{state.score.away}, and a game cannot end level"
    left = _left_ms(state, period)
    return f"final with {left // 1000} s to play" if left > _UNTOLD_MS else None


#: Sources of these tell no periods.
_TOTALS = (Coverage.SCORE, Coverage.FINAL)


def _is_level(state: GameState) -> bool:
    tally = state.shootout
    return state.score.leader is None and (tally is None or tally.leader is None)


def _left_ms(state: GameState, period: int) -> int:
    """What is left of the last regulation period; overtime may end at any moment."""
    clock, ruleset = state.clock, state.ruleset
    if clock is None or clock.period_index != period or ruleset.direction is Direction.NONE:
        return 0
    if ruleset.kind(period) is not PeriodKind.REGULATION:
        return 0
    down = ruleset.direction is Direction.DOWN
    return clock.value_ms if down else ruleset.period_ms - clock.value_ms


@law(
    "ST4",
    "not_started",
    Outcome.QUARANTINED,
    hint="send the status in_progress; the play is taken then",
)
def st4_not_started(case: Case) -> str | None:
    """A play that counts while the game has not begun, or is suspended."""
    status = case.state.line.status
    if status.state is not State.PRE and status is not Status.SUSPENDED:
        return None
    if not case.is_new_play:
        return None
    if case.play_type is not None and case.play_type.group in ("admin", "substitution"):
        return None
    return f"the game is {status.value}"
