"""
Translation: what a message of the believed source means in our game.

Rule: a game that more than one source has told knows plays under several names; a message
is first a word about a play that we may have, and only then a new one. The score falls by
a message only if its source takes something back. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.codec.reports import Received
from scoreboard.ingest.authority.counterpart import counterpart
from scoreboard.ingest.authority.drafting import Draft, place
from scoreboard.ingest.authority.level import level, room, taken_back
from scoreboard.ingest.authority.likeness import keyed
from scoreboard.ingest.authority.retelling import amend, take_back
from scoreboard.ingest.authority.revisiting import revisit
from scoreboard.ingest.authority.switching import absorb, choose, dispute, link, weigh
from scoreboard.ingest.authority.unseen import doubt_unseen
from scoreboard.ingest.intake import Decision, decide
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.event import Entry, PlaysLinked
from scoreboard.model.ids import SourceId
from scoreboard.model.message import PlayReport, ScoreReport, VoidReport
from scoreboard.model.play import Play, PlayRef
from scoreboard.model.side import Score
from scoreboard.model.status import State
from scoreboard.projection.state import GameState


@attrs.frozen
class Translated:
    """
    What becomes of a message of the believed source.

    Attributes:
        entries: for one atomic append; empty if nothing is logged.
        waits: the source has points that we have not; `switching.settled` must be asked
            after `switching.SETTLE_MS`.
    """

    answer: Answer
    entries: tuple[Entry, ...] = ()
    waits: bool = False


def translate(
    canonical: GameState, shadow: GameState, received: Received, source: SourceId, now_ms: int
) -> Translated:
    """
    Translate a message of the source that is believed for the plays.

    Args:
        shadow: the fold of what the source has said, this message included; one that did not
            enter it must not come here.
        now_ms: milliseconds UTC.
    """
    draft = Draft(canonical, source, now_ms, canonical.term)
    report = received.message.report
    match report:
        case PlayReport():
            answer = _play(draft, shadow, received, source, now_ms)
        case VoidReport(ref=ref):
            answer = _void(draft, shadow, received, PlayRef(source, ref), now_ms)
        case ScoreReport():
            answer = _score(draft, shadow, received, source, now_ms)
        case _:
            answer = _as_it_stands(draft, received, source, now_ms)
    if not isinstance(report, PlayReport | VoidReport | ScoreReport):
        return Translated(answer, tuple(draft.entries))
    doubt_unseen(draft, shadow, source, 0)
    dispute(draft, shadow, source)
    revisit(draft, shadow, source)
    explicit = isinstance(report, ScoreReport) or (
        isinstance(report, PlayReport) and report.score_after is not None
    )
    weigh(draft, shadow, source, explicit=explicit)
    return Translated(
        attrs.evolve(answer, score=draft.state.score, period_index=draft.state.period_index),
        tuple(draft.entries),
        _is_higher(draft.state, shadow, source),
    )


def _is_higher(state: GameState, shadow: GameState, source: SourceId) -> bool:
    theirs, ours = level(state, shadow, source), state.score
    over = state.line.status.state is State.POST
    return not over and (theirs.home > ours.home or theirs.away > ours.away)


def _as_it_stands(draft: Draft, received: Received, source: SourceId, now_ms: int) -> Answer:
    decision = decide(draft.state, received, source, now_ms)
    _log(draft, decision)
    return decision.answer


def _log(draft: Draft, decision: Decision) -> None:
    if decision.entry is not None:
        draft.say(decision.entry.event, decision.entry.digest, decision.entry.flags)


def _play(
    draft: Draft, shadow: GameState, received: Received, source: SourceId, now_ms: int
) -> Answer:
    report = received.message.report
    assert isinstance(report, PlayReport)
    first = decide(draft.state, received, source, now_ms)
    if first.verdict.outcome in (Outcome.DUPLICATE, Outcome.REJECTED):
        return first.answer
    ref = PlayRef(source, report.ref)
    theirs = shadow.play(shadow.refs[ref])
    if ref in draft.state.refs:
        return amend(draft, shadow, received, source, now_ms)
    if ref in draft.state.absorbed:
        draft.say(PlaysLinked(absorbed=(absorb(theirs, source),)))
        return _linked(draft, first.answer, None)
    return _new(draft, shadow, received, theirs, source, now_ms)


def _new(
    draft: Draft,
    shadow: GameState,
    received: Received,
    theirs: Play,
    source: SourceId,
    now_ms: int,
) -> Answer:
    """A play that the source has not told before, or not to us."""
    report = received.message.report
    assert isinstance(report, PlayReport)
    order = place(draft.state, shadow, theirs, source)
    facts = attrs.evolve(report.facts, order=order)
    message = attrs.evolve(received.message, report=attrs.evolve(report, facts=facts))
    judged = decide(draft.state, attrs.evolve(received, message=message), source, now_ms)
    ours = _known_as(draft, shadow, theirs, report.score_after, source)
    if ours is not None:
        draft.say(PlaysLinked(links=(link(theirs, ours, source),)))
        return _linked(draft, judged.answer, ours)
    if judged.entry is None:
        return judged.answer
    points = theirs.facts.points
    if points and not theirs.facts.shootout:
        chosen = choose(draft.state, shadow, source, [theirs])
        if theirs.play_id not in chosen:
            draft.say(PlaysLinked(absorbed=(absorb(theirs, source),)))
            return _linked(draft, judged.answer, None)
        points = chosen[theirs.play_id]
    draft.add(attrs.evolve(theirs, flags=judged.entry.flags), order, points, report.score_after)
    made = draft.state.refs[PlayRef(source, report.ref)]
    return attrs.evolve(judged.answer, play_id=made.play_id, rev=made.rev, seq=draft.state.seq)


def _known_as(
    draft: Draft, shadow: GameState, theirs: Play, claimed: Score | None, source: SourceId
) -> Play | None:
    """
    The play of ours that it is, if we have it.

    Where keys differ the level rule is the better witness: a source that has more points
    than we have is telling something new.
    """
    found = counterpart(draft.state, shadow, theirs, source, claimed)
    if found is None:
        return None
    ours, as_told = found
    side = theirs.facts.points_to
    if not ours.scores or keyed(ours, as_told) or not ours.play.state.counts or side is None:
        return ours.play
    if not ours.play.refs:
        # An official has recorded it, which has moved the source's total as well.
        return ours.play
    new = room(draft.state, shadow, source, theirs, side) >= theirs.facts.points
    return None if new else ours.play


def _linked(draft: Draft, answer: Answer, ours: Play | None) -> Answer:
    return attrs.evolve(
        answer,
        outcome=Outcome.ACCEPTED,
        code=None,
        rule=None,
        problem=None,
        hint=None,
        flags=(),
        play_id=None if ours is None else ours.play_id,
        rev=None if ours is None else ours.rev,
        seq=draft.state.seq,
    )


def _void(draft: Draft, shadow: GameState, received: Received, ref: PlayRef, now_ms: int) -> Answer:
    theirs = shadow.play(shadow.refs[ref])
    if ref not in draft.state.refs and ref not in draft.state.absorbed:
        # Older than what was compared at the switch: it is looked for now.
        found = counterpart(draft.state, shadow, theirs, ref.source)
        if found is not None:
            draft.say(PlaysLinked(links=(link(theirs, found[0].play, ref.source),)))
    return take_back(draft, shadow, received, ref, now_ms)


def _score(
    draft: Draft, shadow: GameState, received: Received, source: SourceId, now_ms: int
) -> Answer:
    """An absolute score; what we have taken back and the source has not is not in it for us."""
    report = received.message.report
    assert isinstance(report, ScoreReport)
    score = report.score - taken_back(draft.state, shadow, source)
    message = attrs.evolve(received.message, report=attrs.evolve(report, score=score))
    return _as_it_stands(draft, attrs.evolve(received, message=message), source, now_ms)
