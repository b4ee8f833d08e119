"""
Rules C: periods and clock.

Rule: lengths and directions come from the ruleset. A late play carries its own
period and is measured against its neighbours, not against the present one. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.clock import ClockCause, Direction
from scoreboard.model.feed import Aspect
from scoreboard.model.message import ClockReport, PlayReport, ScoreReport, StatusReport
from scoreboard.projection.state import GameState
from scoreboard.rules.case import Case
from scoreboard.rules.law import Found, law

#: A clock may be this far over a period's length: sources round up. Milliseconds.
_ROUNDING_MS = 1_000
#: A clock that moves back by more than this is worth a flag. Milliseconds.
_SLACK_MS = 1_000
#: No sport here has ever played so many periods.
_MAX_PERIODS = 60
#: A running clock that shows the same for so long does not run. Milliseconds; domain.md, C5.
_FROZEN_MS = 120_000
#: How far a scorer may be off the console's clock, and how far at the end of a game.
#: Milliseconds; domain.md 2.3, the tolerances of FIBA LiveStats.
_OFF_MS, _OFF_LATE_MS = 10_000, 2_000
#: From when on the end of a game is near. Milliseconds.
_LATE_MS = 120_000

_TIMED = (PlayReport, ClockReport)
_PERIODIC = (PlayReport, ClockReport, StatusReport, ScoreReport)


def _period(case: Case) -> int | None:
    match case.message.report:
        case PlayReport(facts=facts):
            return facts.period_index
        case ClockReport(clock=clock):
            return clock.period_index
        case StatusReport(period_index=index) | ScoreReport(period_index=index):
            return index
        case _:  # pragma: no cover - no other report is asked about
            return None


def _clock(case: Case) -> int | None:
    report = case.message.report
    if isinstance(report, PlayReport):
        return report.facts.clock_ms
    return report.clock.value_ms if isinstance(report, ClockReport) else None


@law(
    "C0",
    "bad_period",
    Outcome.REJECTED,
    hint="periods count from 1; overtime goes on counting",
    on=_PERIODIC,
    stands=True,
)
def c0_bad_period(case: Case) -> str | None:
    """A period that no game has."""
    index = _period(case)
    if index is None or 1 <= index <= _MAX_PERIODS:
        return None
    return f"period_index {index} is not in 1-{_MAX_PERIODS}"


@law(
    "C1",
    "period_regress",
    Outcome.QUARANTINED,
    hint="give a late play the order of its place in the game",
    on=(PlayReport, ClockReport, StatusReport),
)
def c1_period_regress(case: Case) -> str | None:
    """A period before the present one, or before that of the plays in front of a late one."""
    index = _period(case)
    if index is None or index >= case.state.period_index:
        return None
    if case.facts is None or case.is_last:
        return f"period {index}, but the game is in period {case.state.period_index}"
    before = case.neighbours[0]
    if not case.is_late or before is None or index >= before.facts.period_index:
        return None
    return f"period {index}, but the play before it is of period {before.facts.period_index}"


@law(
    "C2",
    "period_jump",
    Outcome.QUARANTINED,
    hint="send what is missing before it; periods count from 1 without a gap",
    on=_PERIODIC,
)
def c2_period_jump(case: Case) -> str | None:
    """A period that cannot have begun yet, at the end or at the place of a late play."""
    index, state = _period(case), case.state
    if case.is_late:
        behind = case.neighbours[1]
        if index is None or behind is None or index <= behind.facts.period_index:
            return None
        return f"period {index}, but the play behind it is of period {behind.facts.period_index}"
    if index is None or index <= state.period_index or not state.plays:
        return None
    overtime = index > state.ruleset.periods >= state.period_index
    if overtime and state.score.leader is not None and not case.sport.half_innings:
        return f"period {index} is overtime, but the score is not level"
    if index > state.period_index + 1:
        return f"period {index} after period {state.period_index}"
    return None


@law(
    "C3",
    "bad_clock",
    Outcome.REJECTED,
    hint="milliseconds within the period, in the direction of the ruleset",
    on=_TIMED,
)
def c3_bad_clock(case: Case) -> Found | None:
    """A clock outside its period."""
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
    return Found(
        f"clock_ms {value} is not in 0-{limit} of {where}",
        hint=f"milliseconds within the period; {ruleset.id} counts {ruleset.direction.value}",
        stands=value < 0,
    )


@law(
    "C4",
    "clock_increase",
    Outcome.FLAGGED,
    Outcome.QUARANTINED,
    hint='give a late play the order of its place in the game; set a clock with "cause": "set"',
    on=_TIMED,
)
def c4_clock_increase(case: Case) -> Found | None:
    """A clock that moves against its direction; held if it says that it only runs or stops."""
    value, index, clock = _clock(case), _period(case), case.state.clock
    if value is None or clock is None or index != clock.period_index:
        return None
    if case.official or (case.facts is not None and not case.is_last):
        return None
    down = case.state.ruleset.direction is Direction.DOWN
    back = value - clock.value_ms if down else clock.value_ms - value
    if back <= _SLACK_MS:
        return None
    report = case.message.report
    runs = isinstance(report, ClockReport) and report.cause is not ClockCause.SET
    return Found(
        f"the clock goes from {clock.value_ms} to {value} ms",
        outcome=Outcome.QUARANTINED if runs else None,
    )


@law(
    "C5",
    "clock_drift",
    Outcome.FLAGGED,
    hint="look at the clock in the arena; send it anew",
    on=_TIMED,
)
def c5_clock_drift(case: Case) -> str | None:
    """A running clock that stands still, or plays that are timed unlike the console's clock."""
    clock, report = case.state.clock, case.message.report
    if clock is None or clock.as_of_ms is None or not clock.running:
        return None
    if isinstance(report, ClockReport):
        then = report.clock
        same = (then.period_index, then.value_ms) == (clock.period_index, clock.value_ms)
        stood = (then.as_of_ms or case.now_ms) - clock.as_of_ms
        if not same or not then.running or stood < _FROZEN_MS:
            return None
        return f"the clock runs and has shown the same for {stood // 1000} s"
    facts = case.facts
    if facts is None or facts.clock_ms is None or Aspect.CLOCK not in case.state.others:
        return None
    if facts.period_index != clock.period_index or not case.is_last:
        return None
    shown = _ticked(case.state, facts.wallclock_ms or case.now_ms)
    off = abs(facts.clock_ms - shown)
    if off <= _tolerance(case.state, shown):
        return None
    return f"the console shows {shown} ms, the play says {facts.clock_ms}"


def _ticked(state: GameState, now_ms: int) -> int:
    """What the running clock of `state` shows now, milliseconds."""
    clock = state.clock
    if clock is None or clock.as_of_ms is None:  # pragma: no cover - asked only if there is one
        return 0
    passed = max(0, now_ms - clock.as_of_ms)
    down = state.ruleset.direction is Direction.DOWN
    return max(0, clock.value_ms - passed) if down else clock.value_ms + passed


def _tolerance(state: GameState, shown_ms: int) -> int:
    ruleset, period = state.ruleset, state.period_index
    left = shown_ms
    if ruleset.direction is Direction.UP:
        left = ruleset.length_ms(period) - shown_ms
    return _OFF_LATE_MS if period >= ruleset.periods and left < _LATE_MS else _OFF_MS


#: What may happen when time is up: a shot on its way, what follows a foul, a try.
_AT_ZERO = frozenset({"shot", "score", "admin", "substitution", "foul", "clock"})
#: What belongs to the last shot.
_OF_A_SHOT = frozenset({"rebound", "block", "assist", "save"})


@law(
    "C6",
    "zero_clock",
    Outcome.FLAGGED,
    hint="give the play the clock that it happened at",
    is_unchecked=True,
)
def c6_zero_clock(case: Case) -> str | None:
    """A play when time is up that cannot happen then."""
    facts = case.facts
    if facts is None or facts.clock_ms != 0 or facts.points or not case.is_new_play:
        return None
    ruleset = case.state.ruleset
    if ruleset.direction is not Direction.DOWN or not ruleset.length_ms(facts.period_index):
        return None
    if case.play_type is None or case.play_type.group in _AT_ZERO or facts.play_type in _OF_A_SHOT:
        return None
    return f"a {facts.play_type} at 0:00"
