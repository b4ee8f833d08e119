"""
Rules E and T: the envelope of a message, who is believed, and when it was.

Rule: E1 (form) and E2 (unknown fields) are the reader's, `codec.reports`; E3 (who may
speak) is the gateway's, before a byte is read. What is left is who is believed. Pure.

# Note [Old games]

A recorded game is sent years after it was played, and a simulated one runs ahead of the
clock. So a time is measured by the sender's own clock (`sent_at`) if it tells one, and "too
old" is asked only of games that are played now: in play, and scheduled within a day of now.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.feed import Aspect
from scoreboard.model.message import (
    ClockReport,
    PlayReport,
    Report,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.status import State
from scoreboard.rules.case import Case
from scoreboard.rules.law import ALL, GAME, Found, law

#: Clocks of sources may be ahead by this much. Milliseconds; domain.md, T1.
_AHEAD_MS = 5_000
#: A new play of a live game is not older than this. Milliseconds; domain.md, T1.
_OLD_MS = 12 * 3_600_000
#: A game that is scheduled further from now than this is replayed, not played. Milliseconds.
_DAY_MS = 24 * 3_600_000
#: A source that is not believed and this far behind tells nothing new. Milliseconds.
_STALE_MS = 60_000

#: What one is believed for who sends that; a heartbeat is believed of everybody.
_ASPECTS: dict[type[Report], Aspect] = {
    PlayReport: Aspect.PLAYS,
    VoidReport: Aspect.PLAYS,
    ScoreReport: Aspect.PLAYS,
    SituationReport: Aspect.PLAYS,
    ClockReport: Aspect.CLOCK,
    StatusReport: Aspect.STATUS,
}
_TOLD = tuple(_ASPECTS)


def aspect_of(report: Report) -> Aspect:
    """What of the game a report speaks of; of a heartbeat: the plays."""
    return _ASPECTS.get(type(report), Aspect.PLAYS)


def _is_believed(case: Case) -> bool:
    aspect = _ASPECTS[type(case.message.report)]
    return case.official or case.state.believed(aspect) in (None, case.source)


@law(
    "E3",
    "forbidden reason_required",
    Outcome.REJECTED,
    hint="only an official of the game may force, and says why",
    on=ALL,
    stands=True,
)
def e3_may_not_force(case: Case) -> str | Found | None:
    """`force` by a feed, or without a reason."""
    if not case.message.force:
        return None
    if not case.official:
        return f"{case.source} is no official of the game"
    if case.message.reason:
        return None
    return Found("force without a reason", code="reason_required")


@law(
    "E4",
    "stale_term",
    Outcome.SHADOW,
    hint="take the current term from the topic feed, or from the answer to your lease",
    on=GAME,
)
def e4_stale_term(case: Case) -> str | None:
    """A message that was sent under an older term of authority than the game's."""
    term = case.message.term
    if term is None or term >= case.state.term or case.official:
        return None
    return f"term {term} is over; the game is in term {case.state.term}"


@law(
    "T2",
    "stale",
    Outcome.SHADOW,
    hint="nothing to do; you are behind and another source is believed",
)
def t2_stale(case: Case) -> str | None:
    """A play far behind the newest one, of a source that is not believed."""
    facts = case.facts
    if facts is None or facts.wallclock_ms is None or _is_believed(case):
        return None
    newest = next((p.facts.wallclock_ms for p in reversed(case.state.plays[-4:])), None)
    if newest is None or newest - facts.wallclock_ms <= _STALE_MS:
        return None
    return f"the play is {(newest - facts.wallclock_ms) // 1000} s older than the newest"


@law(
    "E4",
    "not_authoritative",
    Outcome.SHADOW,
    hint="go on sending; your messages are checked and not published",
    on=_TOLD,
)
def e4_not_believed(case: Case) -> str | None:
    """A valid message of a source that is not the authority of this game for its aspect."""
    if _is_believed(case):
        return None
    aspect = _ASPECTS[type(case.message.report)]
    authority = case.state.believed(aspect)
    return f"{authority} is the authority of {case.state.meta.game_id} for the {aspect.value}"


@law(
    "T1",
    "bad_wallclock",
    Outcome.REJECTED,
    hint="UTC, when it happened; a play that was forgotten for so long is a correction: "
    "send it as an official",
    on=(PlayReport, ClockReport),
)
def t1_bad_wallclock(case: Case) -> str | None:
    """A time that is to come, or a new play of a live game from half a day ago."""
    report = case.message.report
    at_ms = report.facts.wallclock_ms if isinstance(report, PlayReport) else None
    if isinstance(report, ClockReport):
        at_ms = report.clock.as_of_ms
    if at_ms is None:
        return None
    now_ms = max(case.now_ms, case.message.sent_at_ms or 0)
    if at_ms > now_ms + _AHEAD_MS:
        return f"{(at_ms - now_ms) / 1000:.1f} s in the future"
    if at_ms < case.now_ms - _OLD_MS and case.is_new_play and _is_live(case):
        return f"{(case.now_ms - at_ms) // 3_600_000} h ago, and the game is on"
    return None


def _is_live(case: Case) -> bool:
    """Whether the game is played now, see Note [Old games]."""
    start = case.state.meta.scheduled_start_ms
    near = start is not None and abs(case.now_ms - start) < _DAY_MS
    return near and case.state.line.status.state is State.IN
