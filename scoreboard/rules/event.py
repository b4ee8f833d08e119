"""
From an accepted message to the event that is logged.

Rule: asked only after `catalogue.judge` let the message through; it decides nothing,
it writes down. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.errors import LocalError
from scoreboard.model.event import (
    BoxClaimed,
    ClockSet,
    Event,
    PlayAdded,
    PlayAmended,
    PlayVoided,
    ScoreSet,
    SituationSet,
    StatusSet,
)
from scoreboard.model.ids import play_id
from scoreboard.model.message import (
    BoxScoreReport,
    ClockReport,
    PlayReport,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import ORDER_STEP, Play, PlayFacts, PlayRef, PlayState
from scoreboard.rules.case import Case

#: What a correction says when its sender gave no reason (rule R3).
UNSPECIFIED = "unspecified"


def event_of(case: Case, flags: tuple[str, ...]) -> Event | None:
    """The event that a message becomes; None if it says nothing that is logged (a heartbeat)."""
    match case.message.report:
        case PlayReport() as report:
            return _play(case, report, flags)
        case VoidReport() as report:
            return _void(case, report)
        case StatusReport(line=line, period_index=index):
            return StatusSet(line, index)
        case ClockReport(clock=clock, cause=cause):
            as_of = clock.as_of_ms or case.message.sent_at_ms or case.now_ms
            return ClockSet(attrs.evolve(clock, as_of_ms=as_of), cause)
        case ScoreReport() as report:
            return _score(case, report)
        case SituationReport(situation=situation):
            return SituationSet(situation)
        case BoxScoreReport(lines=lines, complete=complete):
            return BoxClaimed(lines, complete, case.state.seq)
        case _:
            return None


def _facts(case: Case, facts: PlayFacts, flags: tuple[str, ...]) -> PlayFacts:
    """The facts with the points' receiver filled in, and without a place that is none (L1)."""
    place = None if "bad_location" in flags else facts.place
    return attrs.evolve(facts, points_to=case.points_to, place=place)


def _play(case: Case, report: PlayReport, flags: tuple[str, ...]) -> Event:
    state, known = case.state, case.known
    facts = _facts(case, report.facts, flags)
    order = report.facts.order
    if known is None:
        play = Play(
            play_id=play_id(state.seq + 1),
            rev=0,
            order=state.last_order + ORDER_STEP if order is None else order,
            facts=facts,
            refs=(PlayRef(case.source, report.ref),),
            digest=case.digest,
            source_rev=report.rev,
            flags=flags,
        )
        return PlayAdded(play, report.score_after)
    before = state.play(known)
    play = attrs.evolve(
        before,
        rev=before.rev + 1,
        order=before.order if order is None else order,
        facts=facts,
        state=PlayState.PROVISIONAL,
        digest=case.digest,
        source_rev=report.rev,
        flags=flags,
    )
    return PlayAmended(play, report.reason or UNSPECIFIED)


def _void(case: Case, report: VoidReport) -> Event:
    if case.known is None:
        raise LocalError(f"a void of {report.ref!r} passed the rules without its play")
    play = case.state.play(case.known)
    return PlayVoided(
        play_id=play.play_id,
        rev=play.rev + 1,
        state=PlayState.OVERTURNED if report.overturned else PlayState.VOIDED,
        reason=report.reason or UNSPECIFIED,
    )


def _score(case: Case, report: ScoreReport) -> Event:
    return ScoreSet(
        score=report.score,
        change=report.score - case.state.score,
        period_index=report.period_index or case.state.period_index,
        correction=report.correction,
        reason=report.reason or UNSPECIFIED,
    )
