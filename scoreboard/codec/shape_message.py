"""
The shape of a message, as a source sends it.

Rule: what is written here, `reports.read_message` reads back as the same. Teams are written
"home" or "away"; what is null, false or an empty list is left out. Pure.
"""

from __future__ import annotations

from scoreboard.codec.shape_parts import Shape, score, time
from scoreboard.codec.shape_play import place, situation
from scoreboard.model.boxscore import StatLine
from scoreboard.model.game import GameMeta
from scoreboard.model.message import (
    BoxScoreReport,
    ClockReport,
    Message,
    PlayReport,
    Report,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import Participant, PlayFacts, ShotFacts
from scoreboard.model.side import Side


def write_message(message: Message, meta: GameMeta) -> Shape:
    """A message as a source sends it; `read_message` gives the same message back."""
    shape = _report(message.report, meta)
    if message.source_seq is not None:
        shape["source_seq"] = message.source_seq
    if message.sent_at_ms is not None:
        shape["sent_at"] = time(message.sent_at_ms)
    shape |= {"dense": message.dense, "term": message.term, "force": message.force}
    if message.force:
        shape["reason"] = message.reason
    return _without_nulls(shape)


def _without_nulls(shape: Shape) -> Shape:
    return {
        name: _without_nulls(value) if isinstance(value, dict) else value
        for name, value in shape.items()
        if value is not None and value != [] and value is not False
    }


def _report(report: Report, meta: GameMeta) -> Shape:
    match report:
        case PlayReport():
            return _play(report, meta)
        case VoidReport():
            return {
                "type": "void",
                "provider_play_id": report.ref,
                "overturned": report.overturned,
                "reason": report.reason,
            }
        case StatusReport():
            return _status(report)
        case ClockReport():
            return _clock(report)
        case ScoreReport():
            return _score(report)
        case SituationReport():
            return {"type": "situation", "situation": situation(report.situation, meta)}
        case BoxScoreReport():
            return {
                "type": "boxscore",
                "lines": [_stat_line(line) for line in report.lines],
                "complete": report.complete,
            }
        case _:
            return {"type": "heartbeat"}


def _play(report: PlayReport, meta: GameMeta) -> Shape:
    return {
        "type": "play",
        "provider_play_id": report.ref,
        "rev": report.rev,
        "play": _facts(report.facts, meta),
        "score_after": score(report.score_after),
        "reason": report.reason,
    }


def _status(report: StatusReport) -> Shape:
    line = report.line
    return {
        "type": "status",
        "status": line.status.value,
        "decided_in": line.decided_in,
        "reason": line.reason,
        "expected_resume": time(line.expected_resume_ms),
        "period_index": report.period_index,
    }


def _clock(report: ClockReport) -> Shape:
    clock = report.clock
    return {
        "type": "clock",
        "period_index": clock.period_index,
        "value_ms": clock.value_ms,
        "running": clock.running,
        "as_of": time(clock.as_of_ms),
        "cause": report.cause.value,
    }


def _score(report: ScoreReport) -> Shape:
    return {
        "type": "score",
        "home": report.score.home,
        "away": report.score.away,
        "correction": report.correction,
        "reason": report.reason,
        "period_index": report.period_index,
    }


def _facts(facts: PlayFacts, meta: GameMeta) -> Shape:
    return {
        "play_type": facts.play_type,
        "period_index": facts.period_index,
        "subtype": facts.subtype,
        "qualifiers": list(facts.qualifiers),
        "half": facts.half,
        "clock_ms": facts.clock_ms,
        "wallclock": time(facts.wallclock_ms),
        "order": facts.order,
        "team_id": _side(facts.side),
        "points": facts.points,
        "points_to": _side(facts.points_to),
        "result": facts.result,
        "shootout": facts.shootout,
        "participants": [_participant(person) for person in facts.participants],
        "loc": place(facts.place),
        "shot": None if facts.shot is None else _shot(facts.shot),
        "situation": None if facts.situation is None else situation(facts.situation, meta),
        "text": facts.text,
    }


def _shot(shot: ShotFacts) -> Shape:
    return {
        "value": shot.value,
        "made": shot.made,
        "distance_ft": shot.distance_ft,
        "zone": shot.zone,
    }


def _participant(person: Participant) -> Shape:
    return {
        "role": person.role,
        "person_id": person.person_id,
        "name": person.name,
        "jersey": person.jersey,
        "team_id": _side(person.side),
        "ref": person.ref,
    }


def _side(side: Side | None) -> str | None:
    return None if side is None else side.value


def _stat_line(line: StatLine) -> Shape:
    person = line.person
    shape: Shape = {"team_id": line.side.value, "set": dict(line.counts)}
    if person is not None:
        shape |= {
            "person_id": person.person_id,
            "name": person.name,
            "jersey": person.jersey,
            "ref": person.ref,
        }
    return _without_nulls(shape)
