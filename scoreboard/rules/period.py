"""
Rules C: periods and clock.

Rule: lengths and directions come from the ruleset. A late play carries its own
period and is measured against that, not against the present one. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.clock import Direction
from scoreboard.model.message import ClockReport, PlayReport, ScoreReport, StatusReport
from scoreboard.rules.case import Case, Finding

#: A clock may be this far over a period's length: sources round up. Milliseconds.
_ROUNDING_MS = 1_000
#: A clock that moves back by more than this is worth a flag. Milliseconds.
_SLACK_MS = 1_000
#: No sport here has ever played so many periods.
_MAX_PERIODS = 60


def _period(case: Case) -> int | None:
    match case.message.report:
        case PlayReport(facts=facts):
            return facts.period_index
        case ClockReport(clock=clock):
            return clock.period_index
        case StatusReport(period_index=index) | ScoreReport(period_index=index):
            return index
        case _:
            return None


def _clock(case: Case) -> int | None:
    match case.message.report:
        case PlayReport(facts=facts):
            return facts.clock_ms
        case ClockReport(clock=clock):
            return clock.value_ms
        case _:
            return None


def c0_bad_period(case: Case) -> Finding | None:
    """C0: a period that no game has."""
    index = _period(case)
    if index is None or 1 <= index <= _MAX_PERIODS:
        return None
    return Finding(
        rule="C0",
        outcome=Outcome.REJECTED,
        code="bad_period",
        problem=f"period_index {index} is not in 1-{_MAX_PERIODS}",
        hint="periods count from 1; overtime goes on counting",
    )


def c1_period_regress(case: Case) -> Finding | None:
    """C1: a period before the present one, in a message that is no late play."""
    index = _period(case)
    late = case.facts is not None and not case.is_last
    score = isinstance(case.message.report, ScoreReport)
    if index is None or index >= case.state.period_index or late or score:
        return None
    return Finding(
        rule="C1",
        outcome=Outcome.QUARANTINED,
        code="period_regress",
        problem=f"period {index}, but the game is in period {case.state.period_index}",
        hint="give a late play the order of its place in the game",
    )


def c2_period_jump(case: Case) -> Finding | None:
    """C2: a period that cannot have begun yet."""
    index, state = _period(case), case.state
    if index is None or index <= state.period_index or not state.plays:
        return None
    overtime = index > state.ruleset.periods >= state.period_index
    if overtime and state.score.leader is not None and not case.sport.half_innings:
        problem = f"period {index} is overtime, but the score is not level"
    elif index > state.period_index + 1:
        problem = f"period {index} after period {state.period_index}"
    else:
        return None
    return Finding(
        rule="C2",
        outcome=Outcome.QUARANTINED,
        code="period_jump",
        problem=problem,
        hint="send what is missing before it; periods count from 1 without a gap",
    )


def c3_bad_clock(case: Case) -> Finding | None:
    """C3: a clock outside its period."""
    value, index = _clock(case), _period(case)
    if value is None or index is None:
        return None
    ruleset = case.state.ruleset
    length = ruleset.length_ms(index)
    limit = length + _ROUNDING_MS
    if ruleset.direction is Direction.UP:
        limit += ruleset.stoppage_ms
    if ruleset.direction is Direction.NONE:
        limit = 0
    if 0 <= value <= limit or (length == 0 and value >= 0 and limit):
        return None
    # C0 refuses what is below 1; such a period has no name.
    where = ruleset.label(index) if index > 0 else f"period {index}"
    return Finding(
        rule="C3",
        outcome=Outcome.REJECTED,
        code="bad_clock",
        problem=f"clock_ms {value} is not in 0-{limit} of {where}",
        hint=f"milliseconds within the period; {ruleset.id} counts {ruleset.direction.value}",
    )


def c4_clock_increase(case: Case) -> Finding | None:
    """C4: a clock that moves against its direction."""
    value, index, clock = _clock(case), _period(case), case.state.clock
    if value is None or clock is None or index != clock.period_index:
        return None
    if case.facts is not None and not case.is_last:
        return None
    down = case.state.ruleset.direction is Direction.DOWN
    back = value - clock.value_ms if down else clock.value_ms - value
    if back <= _SLACK_MS:
        return None
    return Finding(
        rule="C4",
        outcome=Outcome.FLAGGED,
        code="clock_increase",
        problem=f"the clock goes from {clock.value_ms} to {value} ms",
        hint="give a late play the order of its place in the game",
    )
