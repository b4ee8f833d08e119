"""
Intake: from one raw message and a state to an answer and, if it counts, a log entry.

Rule: decides and does nothing: no clock, no log, no publication. The same state and the
same message give the same decision. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.codec.digest import digest_message
from scoreboard.codec.reports import Received
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.event import Entry, PlayAdded, PlayAmended, PlayVoided
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.message import BoxScoreReport, PlayReport, VoidReport
from scoreboard.projection.state import GameState
from scoreboard.rules.case import Case
from scoreboard.rules.catalogue import Verdict, judge
from scoreboard.rules.event import event_of

#: Counter of feed authority until a switch of source raises it.
FIRST_TERM = 1


@attrs.frozen
class Decision:
    """
    What becomes of a message.

    Attributes:
        entry: to be logged; None if nothing is.
        verdict: why.
        digest: of the message.
    """

    answer: Answer
    verdict: Verdict
    entry: Entry | None = None
    digest: int = 0


def _case(
    state: GameState,
    received: Received,
    source: SourceId,
    now_ms: int,
    official: bool = False,
    expected: int | None = None,
    lifted: frozenset[str] = frozenset(),
) -> Case:
    message = received.message
    return Case(
        state=state,
        message=message,
        source=source,
        digest=digest_message(message),
        now_ms=now_ms,
        unknown_teams=received.unknown_teams,
        official=official,
        expected=expected,
        lifted=lifted,
    )


def decide(
    state: GameState,
    received: Received,
    source: SourceId,
    now_ms: int,
    *,
    official: bool = False,
    expected: int | None = None,
    lifted: frozenset[str] = frozenset(),
) -> Decision:
    """
    Judge a message against `state`.

    Args:
        now_ms: milliseconds UTC; becomes the entry's `ts_ms` unless the log is ahead of it.
        official, expected, lifted: as in `rules.case.Case`.
    """
    case = _case(state, received, source, now_ms, official, expected, lifted)
    verdict = judge(case)
    entry = _entry(case, verdict) if _is_recorded(verdict) else None
    return Decision(_answer(case, verdict, entry, received.ignored), verdict, entry, case.digest)


def insist(state: GameState, received: Received, source: SourceId, now_ms: int) -> Entry | None:
    """
    The entry that a message becomes whatever the rules say of it; None if it cannot be one.

    Args:
        now_ms: as in `decide`.
    """
    case = _case(state, received, source, now_ms)
    if isinstance(case.message.report, VoidReport) and case.known is None:
        return None
    return _entry(case, Verdict(Outcome.ACCEPTED))


def _is_recorded(verdict: Verdict) -> bool:
    return verdict.outcome in (Outcome.ACCEPTED, Outcome.FLAGGED)


def _entry(case: Case, verdict: Verdict) -> Entry | None:
    event = event_of(case, verdict.flags)
    if event is None:
        return None
    counted = case.message.source_seq is not None
    by_id = isinstance(case.message.report, PlayReport | VoidReport)
    return Entry(
        seq=case.state.seq + 1,
        ts_ms=max(case.now_ms, case.state.ts_ms),
        source=case.source,
        term=case.state.term,
        event=event,
        digest=case.digest if counted and not by_id else 0,
        flags=verdict.flags,
        official=case.official,
    )


def _answer(case: Case, verdict: Verdict, entry: Entry | None, ignored: tuple[str, ...]) -> Answer:
    finding = verdict.findings[0] if verdict.findings else None
    play_id, rev = _play(case, entry)
    expected_next, resend = _numbers(case)
    return Answer(
        outcome=verdict.outcome,
        code=None if finding is None else finding.code,
        rule=None if finding is None else finding.rule,
        problem=None if finding is None else finding.problem,
        hint=None if finding is None else finding.hint,
        play_id=play_id,
        rev=rev,
        seq=entry.seq if entry else (finding.seq if finding else None),
        score=case.state.score,
        period_index=case.state.period_index,
        expected_next=expected_next,
        resend=resend,
        flags=verdict.flags,
        ignored=ignored,
        differences=case.differences if isinstance(case.message.report, BoxScoreReport) else (),
    )


def _numbers(case: Case) -> tuple[int | None, tuple[int, int] | None]:
    """The number that is expected next, and those that are missing before this one."""
    number, expected = case.message.source_seq, case.expected
    if number is None:
        return None, None
    if expected is None or number == expected:
        return number + 1, None
    return expected, (expected, number - 1) if number > expected else None


def _play(case: Case, entry: Entry | None) -> tuple[PlayId | None, int | None]:
    """The play that the message made or meant."""
    match None if entry is None else entry.event:
        case PlayAdded(play=play) | PlayAmended(play=play):
            return play.play_id, play.rev
        case PlayVoided(play_id=play_id, rev=rev):
            return play_id, rev
        case _:
            known = case.known
            return (None, None) if known is None else (known.play_id, known.rev)
