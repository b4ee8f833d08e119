"""
Views of a state: the payloads and the snapshot that followers receive.

Rule: a view reads one state and nothing else. Pure.
"""

from __future__ import annotations

from scoreboard.model.feed import Aspect
from scoreboard.model.ids import PersonId
from scoreboard.model.payload import (
    ClockPayload,
    FeedPayload,
    PlayPayload,
    ScoreCause,
    ScorePayload,
    ShotPayload,
    SituationPayload,
    SlatePayload,
    Snapshot,
    StatusPayload,
    TeamScore,
)
from scoreboard.model.play import Play
from scoreboard.model.side import Score
from scoreboard.projection.state import GameState


def score_of(state: GameState, cause: Play | None) -> ScorePayload:
    """The score, whole; `cause` is the play that moved it, if one did."""
    meta, score, periods = state.meta, state.public_score, state.public_periods
    leader = score.leader
    return ScorePayload(
        home=TeamScore(meta.home.team_id, score.home, tuple([one.home for one in periods])),
        away=TeamScore(meta.away.team_id, score.away, tuple([one.away for one in periods])),
        shootout=state.public_shootout,
        confidence=state.confidence,
        cause=None if cause is None or state.held is not None else _cause(state, cause),
        leader=None if leader is None else meta.team(leader).team_id,
        period_index=state.period_index,
        clock_ms=None if state.clock is None else state.clock.value_ms,
        line=state.line,
        rev=state.score_rev,
    )


def _cause(state: GameState, play: Play) -> ScoreCause | None:
    to = play.facts.points_to
    if to is None:
        return None
    return ScoreCause(
        play_id=play.play_id,
        points=play.facts.points if play.state.counts else 0,
        team_id=state.meta.team(to).team_id,
        person_id=_actor(play),
    )


def _actor(play: Play) -> PersonId | None:
    """The person named first, whom sources put there because the play is theirs."""
    return play.facts.participants[0].person_id if play.facts.participants else None


def status_of(state: GameState) -> StatusPayload:
    """The status, with period and score."""
    return StatusPayload(
        line=state.line,
        period_index=state.period_index,
        period_type=state.ruleset.kind(state.period_index).value,
        period_label=state.ruleset.label(state.period_index),
        score=state.public_score,
        public_hold=state.held is not None,
    )


def feed_of(state: GameState) -> FeedPayload:
    """Who is believed, and what is doubted."""
    return FeedPayload(
        authority=state.authority,
        term=state.term,
        mode=state.mode,
        clock=state.believed(Aspect.CLOCK),
        status=state.believed(Aspect.STATUS),
        confidence=state.confidence,
        doubts=state.doubts,
        locks=state.locks,
    )


def clock_of(state: GameState) -> ClockPayload | None:
    """The clock, None while none was seen."""
    if state.clock is None:
        return None
    return ClockPayload(state.clock, state.ruleset.direction, state.clock_cause)


def situation_of(state: GameState) -> SituationPayload | None:
    """The situation, None while none was seen."""
    return None if state.situation is None else SituationPayload(state.situation, state.meta)


def shot_of(state: GameState, play: Play) -> ShotPayload | None:
    """The located attempt that `play` is, None if it is none."""
    shot, place = play.facts.shot, play.facts.place
    if shot is None or place is None:
        return None
    side = play.facts.side
    return ShotPayload(
        play_id=play.play_id,
        rev=play.rev,
        team_id=None if side is None else state.meta.team(side).team_id,
        person_id=_actor(play),
        period_index=play.facts.period_index,
        value=shot.value,
        made=shot.made,
        place=place,
        distance_ft=shot.distance_ft,
        zone=shot.zone,
        voided=not play.state.counts,
    )


def slate_of(state: GameState) -> SlatePayload:
    """The game in one line."""
    return SlatePayload(
        game_id=state.meta.game_id,
        league=state.meta.league,
        home=state.meta.home.team_id,
        away=state.meta.away.team_id,
        home_abbrev=state.meta.home.abbrev,
        away_abbrev=state.meta.away.abbrev,
        score=state.public_score,
        line=state.line,
        period_index=state.period_index,
        period_label=state.ruleset.label(state.period_index),
        clock_ms=None if state.clock is None else state.clock.value_ms,
        leader=state.public_score.leader,
        scheduled_start_ms=state.meta.scheduled_start_ms,
    )


def _plays(state: GameState) -> tuple[PlayPayload, ...]:
    """Every play with the score after it, in one pass over the game. See Note [Hold]."""
    if state.held is not None:
        return tuple(PlayPayload(play, None, state.meta) for play in state.plays)
    pending = list(state.adjustments)
    total = Score()
    found = []
    for play in state.plays:
        while pending and pending[0].after_order < play.order:
            total += pending.pop(0).change
        total += play.score
        found.append(PlayPayload(play, total, state.meta))
    return tuple(found)


def snapshot_of(state: GameState) -> Snapshot:
    """The whole game as it stands."""
    shots = (shot_of(state, play) for play in state.plays)
    return Snapshot(
        game_id=state.meta.game_id,
        epoch=state.epoch,
        seq=state.seq,
        ts_ms=state.ts_ms,
        term=state.term,
        source=state.source,
        meta=state.meta,
        score=score_of(state, None),
        status=status_of(state),
        clock=clock_of(state),
        situation=situation_of(state),
        feed=feed_of(state),
        plays=_plays(state),
        shots=tuple(shot for shot in shots if shot is not None),
    )
