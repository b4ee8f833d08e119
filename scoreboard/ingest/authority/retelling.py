"""
Retelling: corrections and voids of the believed source, of plays that go by several names.

Rule: a source takes back only what it told itself; what it told as a part, or as points
that the score had already, is undone as far as its total implies and no further. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.codec.reports import Received
from scoreboard.ingest.authority.drafting import Draft
from scoreboard.ingest.authority.level import level, own_ref, room
from scoreboard.ingest.authority.switching import LEVEL, absorb, link
from scoreboard.ingest.intake import decide
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.event import (
    PlayAmended,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
)
from scoreboard.model.ids import SourceId
from scoreboard.model.message import PlayReport
from scoreboard.model.play import Play, PlayFacts, PlayRef, PlayState
from scoreboard.model.side import Score
from scoreboard.projection.state import GameState, Known
from scoreboard.rules.event import UNSPECIFIED


def amend(
    draft: Draft, shadow: GameState, received: Received, source: SourceId, now_ms: int
) -> Answer:
    """The source tells a play again, of which we have its name."""
    report = received.message.report
    assert isinstance(report, PlayReport)
    ref = PlayRef(source, report.ref)
    known, theirs = draft.state.refs[ref], shadow.play(shadow.refs[ref])
    ours = draft.state.play(known)
    facts = attrs.evolve(report.facts, order=None)
    message = attrs.evolve(received.message, report=attrs.evolve(report, facts=facts))
    judged = decide(draft.state, attrs.evolve(received, message=message), source, now_ms)
    if judged.entry is None:
        return judged.answer
    if known.is_part or not _is_alive(ours, theirs):
        is_part = known.is_part
        draft.say(PlaysLinked(links=(link(theirs, ours, source, is_part=is_part),)))
        _fall(draft, shadow, theirs, source)
    else:
        flags = judged.entry.flags
        play = _told_again(draft.state, shadow, ours, attrs.evolve(theirs, flags=flags), source)
        draft.say(PlayAmended(play, report.reason or UNSPECIFIED), flags=flags)
    now = draft.state.refs[ref]
    return attrs.evolve(judged.answer, play_id=now.play_id, rev=now.rev, seq=draft.state.seq)


def _is_alive(ours: Play, theirs: Play) -> bool:
    """Whether our play counts, or its source brings it back after it took it back itself."""
    return ours.state.counts or (theirs.state.counts and theirs.rev > theirs.source_rev)


def _told_again(
    state: GameState, shadow: GameState, ours: Play, theirs: Play, source: SourceId
) -> Play:
    points, withheld = _points(state, shadow, ours, theirs, source)
    facts = attrs.evolve(_over(ours.facts, theirs.facts), points=points)
    return attrs.evolve(
        ours,
        rev=ours.rev + 1,
        facts=facts,
        state=PlayState.PROVISIONAL,
        digest=theirs.digest,
        source_rev=theirs.source_rev,
        flags=theirs.flags,
        withheld=withheld,
    )


def _over(ours: PlayFacts, theirs: PlayFacts) -> PlayFacts:
    """What the source says now; where it says nothing, what was known."""
    return attrs.evolve(
        theirs,
        order=ours.order,
        clock_ms=ours.clock_ms if theirs.clock_ms is None else theirs.clock_ms,
        wallclock_ms=ours.wallclock_ms or theirs.wallclock_ms,
        participants=theirs.participants or ours.participants,
        place=theirs.place or ours.place,
        shot=theirs.shot or ours.shot,
        text=theirs.text or ours.text,
    )


def _points(
    state: GameState, shadow: GameState, ours: Play, theirs: Play, source: SourceId
) -> tuple[int, int]:
    """
    What the play is worth now, and what of it the score has elsewhere.

    More points than before are believed as far as the source's total is above ours: it may
    have put the try to its touchdown. Fewer are always believed.
    """
    worth, side = theirs.facts.points, theirs.facts.points_to
    if theirs.facts.shootout or side is None:
        return worth, 0
    same = ours.facts.points_to in (side, None) and ours.state.counts
    before = ours.facts.points if same else 0
    kept = ours.withheld if same else 0
    if worth <= before + kept:
        points = max(worth - kept, 0)
        return points, worth - points
    free = room(state, shadow, source, theirs, side)
    if not ours.state.counts:
        # Its total does not count the play yet, since ours is taken back.
        free += theirs.score.of(side)
    points = before + max(0, min(worth - before - kept, free))
    return points, worth - points


def take_back(
    draft: Draft, shadow: GameState, received: Received, ref: PlayRef, now_ms: int
) -> Answer:
    """The source takes back a play of its own."""
    theirs = shadow.play(shadow.refs[ref])
    known = draft.state.refs.get(ref)
    answer = Answer(Outcome.ACCEPTED)
    if known is None:
        if ref in draft.state.absorbed:
            draft.say(PlaysLinked(absorbed=(absorb(theirs, ref.source),)))
    elif known.is_part:
        _take_back_part(draft, known, theirs, ref.source)
    else:
        judged = decide(draft.state, received, ref.source, now_ms)
        answer = judged.answer
        if judged.entry is not None:
            draft.say(judged.entry.event, judged.entry.digest, judged.entry.flags)
    _fall(draft, shadow, theirs, ref.source)
    return answer if answer.seq is not None else attrs.evolve(answer, seq=draft.state.seq)


def _take_back_part(draft: Draft, known: Known, theirs: Play, source: SourceId) -> None:
    """A play that is several of ours, or one of several that are one of ours."""
    ours = draft.state.play(known)
    for play in _run(draft.state, ours, theirs, source):
        why = f"{source} took it back"
        draft.say(PlayVoided(play.play_id, play.rev + 1, theirs.state, why))
    draft.say(PlaysLinked(links=(link(theirs, ours, source, is_part=True),)))


def _run(state: GameState, first: Play, theirs: Play, source: SourceId) -> list[Play]:
    """Our plays that make up the source's one; none if it is itself a part."""
    run, points = [], 0
    for play in state.plays[state.position(first.place_in_game) :]:
        mine = play is first or own_ref(play, source) is None
        if not mine or play.facts.points_to is not theirs.facts.points_to:
            continue
        if points < theirs.facts.points and play.state.counts:
            run.append(play)
            points += play.facts.points
    return run if points == theirs.facts.points else []


def _fall(draft: Draft, shadow: GameState, theirs: Play, source: SourceId) -> None:
    """
    What the source took back and no play of ours stands for is taken from the score.

    Only if the scores were equal before: otherwise nobody knows what it was in ours.
    """
    side = theirs.facts.points_to
    if side is None or LEVEL in draft.state.doubts or theirs.facts.shootout:
        return
    higher = draft.state.score.of(side) - level(draft.state, shadow, source).of(side)
    if not 0 < higher <= theirs.facts.points:
        return
    change = Score().plus(side, -higher)
    draft.say(
        ScoreSet(
            score=draft.state.score + change,
            change=change,
            period_index=draft.state.period_index,
            correction=True,
            reason=f"{source} took points back that no play stands for",
            provisional=True,
        )
    )
