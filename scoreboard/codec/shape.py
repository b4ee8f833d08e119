"""
The shape of what followers receive: payloads, envelope and snapshot as plain data.

Rule: `codec` is the only home of wire key names. What is
made here is the plain JSON model (dict, list, str, int, float, bool, None), integers
below 2**32, so that every decoder in every language reads the same. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scoreboard.codec.claims import claim
from scoreboard.codec.shape_alert import alerts
from scoreboard.codec.shape_box import stats
from scoreboard.codec.shape_game import meta
from scoreboard.codec.shape_parts import ENVELOPE_VERSION, Shape, changes, score, time
from scoreboard.codec.shape_play import play, shot, situation, told_play
from scoreboard.codec.text import iso
from scoreboard.model.delivery import Publication
from scoreboard.model.payload import (
    AlertPayload,
    ClaimPayload,
    ClockPayload,
    CorrectionPayload,
    FeedPayload,
    FeedReportPayload,
    LineupPayload,
    MetaPayload,
    PlayPayload,
    QuarantinePayload,
    ScorePayload,
    ShotPayload,
    SituationPayload,
    SlatePayload,
    Snapshot,
    StatsPayload,
    StatusPayload,
    TeamScore,
)
from scoreboard.model.quarantine import Held


def envelope(publication: Publication, merged: int = 0) -> Shape:
    """
    A publication as every follower receives it (WAMP kwargs, SSE data, NDJSON alike).

    Args:
        merged: how many publications of the same topic and key it stands for besides
            itself.

    Returns:
        v, game_id, epoch, seq, prev, ts, type, source, term, data; and, last, merged
        unless it is 0.
    """
    whole = {
        "v": ENVELOPE_VERSION,
        "game_id": publication.game_id,
        "epoch": publication.epoch,
        "seq": publication.seq,
        "prev": publication.prev,
        "ts": iso(publication.ts_ms),
        "type": publication.kind,
        "source": publication.source,
        "term": publication.term,
        "data": payload(publication.body),
    }
    return whole | {"merged": merged} if merged else whole


def payload(body: object) -> Shape:
    """The `data` of an envelope."""
    return _SHAPES[type(body)](body)


def snapshot(whole: Snapshot) -> Shape:
    """A whole game, as `game.get` and `GET /v1/games/{gid}` answer it."""
    return {
        "v": ENVELOPE_VERSION,
        "game_id": whole.game_id,
        "epoch": whole.epoch,
        "seq": whole.seq,
        "as_of": iso(whole.ts_ms),
        "source": whole.source,
        "term": whole.term,
        "meta": meta(whole.meta),
        "score": payload(whole.score),
        "status": payload(whole.status),
        "clock": payload(whole.clock) if whole.clock else None,
        "situation": payload(whole.situation) if whole.situation else None,
        "feed": payload(whole.feed),
        "plays": [payload(play) for play in whole.plays],
        "shots": [payload(shot) for shot in whole.shots],
    }


def _team_score(line: TeamScore) -> Shape:
    return {"team_id": line.team_id, "points": line.points, "periods": list(line.periods)}


def _score(body: ScorePayload) -> Shape:
    cause = body.cause
    return {
        "home": _team_score(body.home),
        "away": _team_score(body.away),
        "shootout": score(body.shootout),
        "confidence": body.confidence.value,
        "cause": None
        if cause is None
        else {
            "play_id": cause.play_id,
            "points": cause.points,
            "team_id": cause.team_id,
            "person_id": cause.person_id,
        },
        "leader": body.leader,
        "period_index": body.period_index,
        "clock_ms": body.clock_ms,
        "status": body.line.status.value,
        "rev": body.rev,
    }


def _status(body: StatusPayload) -> Shape:
    return {
        "state": body.line.status.state.value,
        "status": body.line.status.value,
        "period_index": body.period_index,
        "period_type": body.period_type,
        "period_label": body.period_label,
        "decided_in": body.line.decided_in,
        "reason": body.line.reason,
        "expected_resume": time(body.line.expected_resume_ms),
        "public_hold": body.public_hold,
        "score": score(body.score),
    }


def _feed(body: FeedPayload) -> Shape:
    return {
        "authority": body.authority,
        "term": body.term,
        "mode": body.mode.value,
        "aspects": {"plays": body.authority, "clock": body.clock, "status": body.status},
        "confidence": body.confidence.value,
        "doubts": list(body.doubts),
        "locks": [
            {
                "aspects": [aspect.value for aspect in lock.aspects],
                "by": lock.by,
                "until": time(lock.until_ms),
                "reason": lock.reason,
            }
            for lock in body.locks
        ],
    }


def _feed_report(body: FeedReportPayload) -> Shape:
    return {
        "authority": body.authority,
        "mode": body.mode.value,
        "sources": [{"source": one.source, "health": one.health} for one in body.sources],
        "clock_confidence": body.clock_confidence,
        "clock_ticks": body.clock_ticks,
        "flags": list(body.flags),
        "score": score(body.score),
    }


def _clock(body: ClockPayload) -> Shape:
    return {
        "period_index": body.clock.period_index,
        "running": body.clock.running,
        "value_ms": body.clock.value_ms,
        "direction": body.direction.value,
        "as_of": time(body.clock.as_of_ms),
        "cause": body.cause.value,
    }


def _correction(body: CorrectionPayload) -> Shape:
    return {
        "kind": body.kind,
        "target": body.target,
        "target_rev": body.target_rev,
        "reason": body.reason,
        "by": body.by,
        "before": {"score": score(body.before)},
        "after": {"score": score(body.after)},
        "changes": changes(body.changes),
        "retracts": list(body.retracts),
        "after_final": body.after_final,
    }


def _slate(body: SlatePayload) -> Shape:
    return {
        "game_id": body.game_id,
        "league": body.league,
        "home": {
            "team_id": body.home,
            "abbrev": body.home_abbrev,
            "points": body.score.home,
        },
        "away": {
            "team_id": body.away,
            "abbrev": body.away_abbrev,
            "points": body.score.away,
        },
        "state": body.line.status.state.value,
        "status": body.line.status.value,
        "decided_in": body.line.decided_in,
        "period_index": body.period_index,
        "period_label": body.period_label,
        "clock_ms": body.clock_ms,
        "leader": None if body.leader is None else body.leader.value,
        "scheduled_start": time(body.scheduled_start_ms),
    }


def held(one: Held) -> Shape:
    """A message in quarantine, as it came, and why."""
    return {
        "quarantine_id": one.quarantine_id,
        "source": one.source,
        "official": one.official,
        "term": one.term,
        "rule": one.rule,
        "code": one.code,
        "problem": one.problem,
        "since": iso(one.since_ms),
        "until": iso(one.until_ms),
        "message": one.message,
    }


def _quarantine(body: QuarantinePayload) -> Shape:
    return {
        "change": body.change,
        "by": body.by,
        "reason": body.reason,
        "waiting": body.waiting,
        "held": held(body.held),
    }


_SHAPES: dict[type, Callable[[Any], Shape]] = {
    ScorePayload: _score,
    StatusPayload: _status,
    ClockPayload: _clock,
    SituationPayload: lambda body: situation(body.situation, body.meta),
    PlayPayload: told_play,
    ShotPayload: shot,
    CorrectionPayload: _correction,
    MetaPayload: lambda body: meta(body.meta),
    FeedPayload: _feed,
    FeedReportPayload: _feed_report,
    QuarantinePayload: _quarantine,
    ClaimPayload: claim,
    SlatePayload: _slate,
    LineupPayload: lambda body: play(body.play, body.meta),
    StatsPayload: stats,
    AlertPayload: alerts,
}
