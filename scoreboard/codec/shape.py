"""
The shape of what followers receive: payloads, envelope and snapshot as plain data.

Rule: this module and `codec.reports` are the only homes of wire key names. What is
made here is the plain JSON model (dict, list, str, int, float, bool, None), integers
below 2**32, so that every decoder in every language reads the same. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scoreboard.codec.claims import claim
from scoreboard.codec.text import iso
from scoreboard.model.alert import Alert, Moment
from scoreboard.model.boxscore import BoxScore, StatLine
from scoreboard.model.delivery import Publication
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.payload import (
    AlertList,
    AlertPayload,
    ClaimPayload,
    ClockPayload,
    CorrectionPayload,
    FeedPayload,
    FeedReportPayload,
    FieldChange,
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
from scoreboard.model.play import Participant, Place, Play
from scoreboard.model.quarantine import Held
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Situation,
)
from scoreboard.sports.boxes import BOXES

#: Version of the envelope; raised only if a field changes its meaning.
ENVELOPE_VERSION = 1

Shape = dict[str, Any]


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


def score(value: Score | None) -> Shape | None:
    """Points of both sides."""
    return None if value is None else {"home": value.home, "away": value.away}


def _time(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)


def _team_id(about: GameMeta, side: Side | None) -> str | None:
    return None if side is None else about.team(side).team_id


def _team(team: Team) -> Shape:
    shape: Shape = {
        "team_id": team.team_id,
        "name": team.name,
        "abbrev": team.abbrev,
        "record": team.record,
        "rank": team.rank,
        "color": team.color,
        "provider_refs": dict(team.provider_refs),
    }
    if team.roster:
        shape["roster"] = [
            {
                "name": player.name,
                "jersey": player.jersey,
                "person_id": player.person_id,
                "ref": player.ref,
            }
            for player in team.roster
        ]
    return shape


def meta(about: GameMeta) -> Shape:
    """A game and its circumstances; also what `PUT /v1/games/{gid}` takes."""
    return {
        "game_id": about.game_id,
        "league": about.league,
        "sport": about.sport,
        "ruleset_id": about.ruleset,
        "teams": {"home": _team(about.home), "away": _team(about.away)},
        "season": about.season,
        "season_type": about.season_type,
        "stage": about.stage,
        "game_number": about.game_number,
        "official_date": about.official_date,
        "scheduled_start": _time(about.scheduled_start_ms),
        "start_status": about.start_status,
        "neutral_site": about.neutral_site,
        "venue": about.venue,
        "coverage": about.coverage.value,
        "provider_refs": dict(about.provider_refs),
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
        "expected_resume": _time(body.line.expected_resume_ms),
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
                "until": _time(lock.until_ms),
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
        "as_of": _time(body.clock.as_of_ms),
        "cause": body.cause.value,
    }


def situation(value: Situation, about: GameMeta) -> Shape:
    """Down and distance, count, strength or possession, teams by id."""
    match value:
        case FootballSituation():
            return {
                "possession": _team_id(about, value.possession),
                "down": value.down,
                "distance": value.distance,
                "yards_to_goal": value.yards_to_goal,
                "yard_line": value.yard_line,
            }
        case BaseballSituation():
            bases = value.bases
            return {
                "half": value.half,
                "balls": value.balls,
                "strikes": value.strikes,
                "outs": value.outs,
                "bases": None if bases is None else [int(base) for base in bases],
            }
        case HockeySituation(home_skaters=home, away_skaters=away):
            known = home is not None and away is not None
            return {
                "strength": f"{home}v{away}" if known else None,
                "home_skaters": home,
                "away_skaters": away,
            }
        case _:
            return {"possession": _team_id(about, value.possession)}


def place(where: Place | None) -> Shape | None:
    """A place, attack-normalised, with the provider's own figures beside it."""
    if where is None:
        return None
    shape: Shape = {"x": round(where.x, 1), "y": round(where.y, 1)}
    if where.raw is not None:
        shape["raw"] = {"x": where.raw.x, "y": where.raw.y, "frame": where.raw.frame}
    return shape


def _participant(person: Participant, about: GameMeta) -> Shape:
    shape: Shape = {"role": person.role, "person_id": person.person_id, "name": person.name}
    if person.jersey is not None:
        shape["jersey"] = person.jersey
    if person.side is not None:
        shape["team_id"] = _team_id(about, person.side)
    if person.ref is not None:
        shape["ref"] = person.ref
    return shape


def play(body: Play, about: GameMeta) -> Shape:
    """A play as the log knows it."""
    facts = body.facts
    shape: Shape = {
        "play_id": body.play_id,
        "rev": body.rev,
        "order": body.order,
        "period_index": facts.period_index,
        "clock_ms": facts.clock_ms,
        "wallclock": _time(facts.wallclock_ms),
        "play_type": facts.play_type,
        "subtype": facts.subtype,
        "qualifiers": list(facts.qualifiers),
        "result": facts.result,
        "team_id": _team_id(about, facts.side),
        "points": facts.points,
        "points_to": _team_id(about, facts.points_to),
        "participants": [_participant(person, about) for person in facts.participants],
        "loc": place(facts.place),
        "state": body.state.value,
        "text": facts.text,
        "flags": list(body.flags),
        "provider_refs": {ref.source: ref.ref for ref in body.refs},
    }
    if facts.half is not None:
        shape["half"] = facts.half
    if facts.shootout:
        shape["shootout"] = True
    if facts.shot is not None:
        shot = facts.shot
        shape["shot"] = {
            "value": shot.value,
            "made": shot.made,
            "distance_ft": shot.distance_ft,
            "zone": shot.zone,
        }
    if facts.situation is not None:
        shape["situation"] = situation(facts.situation, about)
    return shape


def _play(body: PlayPayload) -> Shape:
    return play(body.play, body.meta) | {"score_after": score(body.score_after)}


def _shot(body: ShotPayload) -> Shape:
    return {
        "play_id": body.play_id,
        "rev": body.rev,
        "team_id": body.team_id,
        "person_id": body.person_id,
        "period_index": body.period_index,
        "value": body.value,
        "made": body.made,
        "loc": place(body.place),
        "distance_ft": body.distance_ft,
        "zone": body.zone,
        "voided": body.voided,
    }


def changes(changed: Iterable[FieldChange]) -> list[Shape]:
    """What changed, field by field; a score as any score."""
    return [
        {"path": change.path, "from": _value(change.before), "to": _value(change.after)}
        for change in changed
    ]


def _value(value: object) -> object:
    return score(value) if isinstance(value, Score) else value


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
        "scheduled_start": _time(body.scheduled_start_ms),
    }


def _line(line: StatLine, about: GameMeta) -> Shape:
    person = line.person
    shape: Shape = {"team_id": about.team(line.side).team_id, "person_id": None}
    if person is not None:
        shape["person_id"] = person.person_id
        shape["name"] = person.name
        if person.jersey is not None:
            shape["jersey"] = person.jersey
        if person.ref is not None:
            shape["ref"] = person.ref
    shape["set"] = dict(BOXES[about.ruleset].shows(line.counts))
    return shape


def _stats(body: StatsPayload) -> Shape:
    return {"scope": "game", "lines": [_line(line, body.meta) for line in body.lines]}


def box_score(box: BoxScore) -> Shape:
    """The box score, as `boxscore.get` and `GET /v1/games/{gid}/boxscore` answer it."""
    return {
        "v": ENVELOPE_VERSION,
        "game_id": box.meta.game_id,
        "epoch": box.epoch,
        "seq": box.seq,
        "as_of": iso(box.ts_ms),
        "status": box.line.status.value,
        "period_index": box.period_index,
        "score": score(box.score),
        "lines": [_line(line, box.meta) for line in box.lines],
    }


def _alert(told: Alert, about: GameMeta) -> Shape:
    return {
        "notif_id": told.notif_id,
        "kind": told.kind,
        "severity": told.severity,
        "default": told.is_default,
        "play_id": told.play_id,
        "team_id": _team_id(about, told.side),
        "points": told.points,
        "retracts": told.retracts,
        "updates": told.updates,
        "expires": _time(told.expires_ms),
    }


def _moment(at: Moment, about: GameMeta) -> Shape:
    home, away = about.home.abbrev, about.away.abbrev
    return {
        "collapse_id": about.game_id,
        "team_ids": [about.home.team_id, about.away.team_id],
        "title": f"{home} {at.score.home}, {away} {at.score.away}",
        "state": {
            "home": at.score.home,
            "away": at.score.away,
            "status": at.line.status.value,
            "decided_in": at.line.decided_in,
            "period_index": at.period_index,
            "period_label": at.period_label,
            "clock_ms": at.clock_ms,
            "confidence": at.confidence.value,
        },
    }


def _alerts(body: AlertPayload) -> Shape:
    told = [_alert(one, body.meta) for one in body.alerts]
    return {"alerts": told, **_moment(body.moment, body.meta)}


def alert_list(body: AlertList) -> Shape:
    """Every alert of a game, as `alerts.list` answers it."""
    return {
        "v": ENVELOPE_VERSION,
        "game_id": body.meta.game_id,
        "epoch": body.epoch,
        "seq": body.seq,
        "alerts": [
            {
                "seq": told.seq,
                "ts": iso(told.ts_ms),
                **_alert(told.alert, body.meta),
                "withdrawn": told.withdrawn or None,
                **_moment(told.moment, body.meta),
            }
            for told in body.told
        ],
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
    PlayPayload: _play,
    ShotPayload: _shot,
    CorrectionPayload: _correction,
    MetaPayload: lambda body: meta(body.meta),
    FeedPayload: _feed,
    FeedReportPayload: _feed_report,
    QuarantinePayload: _quarantine,
    ClaimPayload: claim,
    SlatePayload: _slate,
    LineupPayload: lambda body: play(body.play, body.meta),
    StatsPayload: _stats,
    AlertPayload: _alerts,
}
