"""
The shape of what sources send: messages and game meta, to plain data and back.

Rule: reading is strict in types and tolerant of unknown fields, which are named in
the answer and otherwise ignored. Teams are written "home", "away" or by id. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from scoreboard.codec.fields import Fields, Malformed
from scoreboard.codec.shape_parts import Shape, score
from scoreboard.codec.shape_play import place, situation
from scoreboard.codec.text import iso
from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import parse_person_id
from scoreboard.model.message import (
    BoxScoreReport,
    ClockReport,
    Heartbeat,
    Message,
    PlayReport,
    Report,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import (
    Participant,
    Place,
    PlayFacts,
    RawPlace,
    ShotFacts,
)
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Possession,
    Situation,
)
from scoreboard.model.status import Status, StatusLine

#: The place in the game that a play may claim, either way: behind it there must be room for
#: all that come (`model.play.ORDER_STEP` each) below 2**53, the largest number of the log.
_MAX_ORDER = 2**52

#: Lines of a box score: two teams with the largest rosters.
_MAX_LINES = 256
#: Role of somebody in a box score, where people have none.
_IN_A_BOX = "player"


@attrs.frozen
class Received:
    """
    A message as it was read.

    Attributes:
        unknown_teams: team references that are neither of the game's teams.
        ignored: paths of fields that this version does not know.
    """

    message: Message
    unknown_teams: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@attrs.frozen
class ReceivedFacts:
    """A play that was read by itself; the rest as in `Received`."""

    facts: PlayFacts
    unknown_teams: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class _Reader:
    """Reads one message for one game, and remembers what was odd in it."""

    def __init__(self, meta: GameMeta) -> None:
        self._meta = meta
        self.unknown_teams: list[str] = []
        self.ignored: list[str] = []

    def done(self, *parts: Fields | None) -> None:
        for part in parts:
            if part is not None:
                self.ignored += part.unread()

    def side(self, fields: Fields, name: str) -> Side | None:
        reference = fields.text(name)
        if reference is None:
            return None
        side = self._meta.side_of(reference)
        if side is None:
            self.unknown_teams.append(reference)
        return side

    def message(self, data: object) -> Message:
        fields = Fields(data)
        kind = fields.text("type") or ("play" if fields.has("play") else None)
        read = _READERS.get(kind or "")
        if read is None:
            problem = f"{kind!r} is none of: {', '.join(_READERS)}"
            raise Malformed("type", "is missing" if kind is None else problem)
        force = fields.flag("force")
        message = Message(
            report=read(self, fields),
            source_seq=fields.integer("source_seq"),
            sent_at_ms=fields.time("sent_at"),
            dense=fields.flag("dense"),
            term=fields.integer("term"),
            force=force,
            reason=fields.text("reason") if force else None,
        )
        self.done(fields)
        return message

    def play(self, fields: Fields) -> Report:
        after = fields.fields("score_after")
        facts = fields.need_fields("play")
        report = PlayReport(
            ref=fields.need_text("provider_play_id"),
            rev=_not_negative(fields, "rev", fields.integer("rev") or 0),
            facts=self.facts(facts),
            score_after=None if after is None else self.score(after),
            reason=fields.text("reason"),
        )
        self.done(after, facts)
        return report

    def facts(self, fields: Fields) -> PlayFacts:
        shot, where, about = fields.fields("shot"), fields.fields("loc"), fields.fields("situation")
        facts = PlayFacts(
            play_type=fields.need_text("play_type"),
            period_index=fields.need_integer("period_index"),
            subtype=fields.text("subtype"),
            qualifiers=fields.each("qualifiers", _text_item),
            half=fields.text("half"),
            clock_ms=fields.integer("clock_ms"),
            wallclock_ms=fields.time("wallclock"),
            order=_order(fields),
            side=self.side(fields, "team_id"),
            points=fields.integer("points") or 0,
            points_to=self.side(fields, "points_to"),
            result=fields.text("result"),
            shootout=fields.flag("shootout"),
            participants=fields.each("participants", self.participant),
            place=None if where is None else self.place(where),
            shot=None if shot is None else self.shot(shot),
            situation=None if about is None else self.situation_of(about),
            text=fields.text("text"),
        )
        self.done(shot, where, about)
        return facts

    def participant(self, data: Any, path: str) -> Participant:
        fields = Fields(data, path)
        person = fields.text("person_id")
        participant = Participant(
            role=fields.need_text("role"),
            person_id=None if person is None else parse_person_id(person),
            name=fields.text("name"),
            jersey=fields.text("jersey"),
            side=self.side(fields, "team_id"),
            ref=fields.text("ref"),
        )
        self.done(fields)
        return participant

    def place(self, fields: Fields) -> Place:
        raw = fields.fields("raw")
        read = Place(
            x=fields.need_number("x"),
            y=fields.need_number("y"),
            raw=None
            if raw is None
            else RawPlace(raw.need_number("x"), raw.need_number("y"), raw.need_text("frame")),
        )
        self.done(raw)
        return read

    @staticmethod
    def shot(fields: Fields) -> ShotFacts:
        return ShotFacts(
            value=fields.need_integer("value"),
            made=fields.flag("made"),
            distance_ft=fields.number("distance_ft"),
            zone=fields.text("zone"),
        )

    def situation_of(self, fields: Fields) -> Situation:
        match self._meta.sport:
            case "football":
                return FootballSituation(
                    possession=self.side(fields, "possession"),
                    down=fields.integer("down"),
                    distance=fields.integer("distance"),
                    yards_to_goal=fields.integer("yards_to_goal"),
                    yard_line=fields.text("yard_line"),
                )
            case "baseball":
                bases = fields.each("bases", _base, most=3)
                if bases and len(bases) != 3:
                    raise Malformed(fields.at("bases"), "must have three elements")
                return BaseballSituation(
                    half=fields.text("half"),
                    balls=fields.integer("balls"),
                    strikes=fields.integer("strikes"),
                    outs=fields.integer("outs"),
                    bases=(bases[0], bases[1], bases[2]) if bases else None,
                )
            case "hockey":
                fields.raw("strength")
                return HockeySituation(
                    home_skaters=fields.integer("home_skaters"),
                    away_skaters=fields.integer("away_skaters"),
                )
            case _:
                return Possession(self.side(fields, "possession"))

    @staticmethod
    def score(fields: Fields) -> Score:
        return Score(home=fields.need_integer("home"), away=fields.need_integer("away"))

    def void(self, fields: Fields) -> Report:
        return VoidReport(
            ref=fields.need_text("provider_play_id"),
            overturned=fields.flag("overturned"),
            reason=fields.text("reason"),
        )

    def status(self, fields: Fields) -> Report:
        return StatusReport(
            line=StatusLine(
                status=fields.choice("status", Status),
                decided_in=fields.text("decided_in"),
                reason=fields.text("reason"),
                expected_resume_ms=fields.time("expected_resume"),
            ),
            period_index=fields.integer("period_index"),
        )

    def clock(self, fields: Fields) -> Report:
        return ClockReport(
            clock=Clock(
                period_index=fields.need_integer("period_index"),
                value_ms=fields.need_integer("value_ms"),
                running=fields.flag("running"),
                as_of_ms=fields.time("as_of"),
            ),
            cause=fields.choice("cause", ClockCause, ClockCause.SET),
        )

    def score_report(self, fields: Fields) -> Report:
        return ScoreReport(
            score=self.score(fields),
            correction=fields.flag("correction"),
            reason=fields.text("reason"),
            period_index=fields.integer("period_index"),
        )

    def situation_report(self, fields: Fields) -> Report:
        inner = fields.need_fields("situation")
        report = SituationReport(self.situation_of(inner))
        self.done(inner)
        return report

    def box_score(self, fields: Fields) -> Report:
        lines = fields.each("lines", self.stat_line, most=_MAX_LINES)
        if not lines:
            raise Malformed(fields.at("lines"), "is missing or empty")
        complete = fields.flag("complete")
        return BoxScoreReport(tuple(line for line in lines if line is not None), complete)

    def stat_line(self, data: Any, path: str) -> StatLine | None:
        """A line of a box score; None for a team that is none of the game's."""
        fields = Fields(data, path)
        fields.need_text("team_id")
        side, counts = self.side(fields, "team_id"), fields.need_fields("set").numbers()
        person = fields.text("person_id")
        who = Participant(
            role=_IN_A_BOX,
            person_id=None if person is None else parse_person_id(person),
            name=fields.text("name"),
            jersey=fields.text("jersey"),
            ref=fields.text("ref"),
        )
        self.done(fields)
        is_team = who == Participant(_IN_A_BOX)
        return None if side is None else StatLine(side, None if is_team else who, counts)

    def heartbeat(self, _fields: Fields) -> Report:
        return Heartbeat()


_READERS: dict[str, Callable[[_Reader, Fields], Report]] = {
    "play": _Reader.play,
    "void": _Reader.void,
    "status": _Reader.status,
    "clock": _Reader.clock,
    "score": _Reader.score_report,
    "situation": _Reader.situation_report,
    "boxscore": _Reader.box_score,
    "heartbeat": _Reader.heartbeat,
}


def _text_item(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise Malformed(path, "must be a text")
    return value


def _base(value: Any, path: str) -> bool:
    if value not in (0, 1):
        raise Malformed(path, "must be 0 or 1")
    return bool(value)


def _order(fields: Fields) -> int | None:
    order = fields.integer("order")
    if order is not None and abs(order) > _MAX_ORDER:
        raise Malformed(fields.at("order"), "is beyond 2**52")
    return order


def _not_negative(fields: Fields, name: str, value: int) -> int:
    if value < 0:
        raise Malformed(fields.at(name), "must not be negative")
    return value


def read_message(data: object, meta: GameMeta) -> Received:
    """
    A message out of decoded JSON, msgpack or CBOR.

    Args:
        meta: of the game that it speaks of, for its teams and sport.

    Raises:
        Malformed: a field is missing or of the wrong type; the text names it.
    """
    reader = _Reader(meta)
    message = reader.message(data)
    return Received(message, tuple(reader.unknown_teams), tuple(reader.ignored))


def read_facts(fields: Fields, meta: GameMeta) -> ReceivedFacts:
    """
    A play by itself, in the shape of a message's `play`.

    Raises:
        Malformed: as `read_message`.
    """
    reader = _Reader(meta)
    facts = reader.facts(fields)
    reader.done(fields)
    return ReceivedFacts(facts, tuple(reader.unknown_teams), tuple(reader.ignored))


def _side(side: Side | None) -> str | None:
    return None if side is None else side.value


def _participant(person: Participant) -> Shape:
    return {
        "role": person.role,
        "person_id": person.person_id,
        "name": person.name,
        "jersey": person.jersey,
        "team_id": _side(person.side),
        "ref": person.ref,
    }


def _facts(facts: PlayFacts, meta: GameMeta) -> Shape:
    shot = facts.shot
    return {
        "play_type": facts.play_type,
        "period_index": facts.period_index,
        "subtype": facts.subtype,
        "qualifiers": list(facts.qualifiers),
        "half": facts.half,
        "clock_ms": facts.clock_ms,
        "wallclock": None if facts.wallclock_ms is None else iso(facts.wallclock_ms),
        "order": facts.order,
        "team_id": _side(facts.side),
        "points": facts.points,
        "points_to": _side(facts.points_to),
        "result": facts.result,
        "shootout": facts.shootout,
        "participants": [_participant(person) for person in facts.participants],
        "loc": place(facts.place),
        "shot": None
        if shot is None
        else {
            "value": shot.value,
            "made": shot.made,
            "distance_ft": shot.distance_ft,
            "zone": shot.zone,
        },
        "situation": None if facts.situation is None else situation(facts.situation, meta),
        "text": facts.text,
    }


def write_message(message: Message, meta: GameMeta) -> Shape:
    """A message as a source sends it; `read_message` gives the same message back."""
    shape = _write_report(message.report, meta)
    if message.source_seq is not None:
        shape["source_seq"] = message.source_seq
    if message.sent_at_ms is not None:
        shape["sent_at"] = iso(message.sent_at_ms)
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


def _write_report(report: Report, meta: GameMeta) -> Shape:
    match report:
        case PlayReport():
            return {
                "type": "play",
                "provider_play_id": report.ref,
                "rev": report.rev,
                "play": _facts(report.facts, meta),
                "score_after": score(report.score_after),
                "reason": report.reason,
            }
        case VoidReport():
            return {
                "type": "void",
                "provider_play_id": report.ref,
                "overturned": report.overturned,
                "reason": report.reason,
            }
        case StatusReport(line=line):
            resume = line.expected_resume_ms
            return {
                "type": "status",
                "status": line.status.value,
                "decided_in": line.decided_in,
                "reason": line.reason,
                "expected_resume": None if resume is None else iso(resume),
                "period_index": report.period_index,
            }
        case ClockReport(clock=clock):
            return {
                "type": "clock",
                "period_index": clock.period_index,
                "value_ms": clock.value_ms,
                "running": clock.running,
                "as_of": None if clock.as_of_ms is None else iso(clock.as_of_ms),
                "cause": report.cause.value,
            }
        case ScoreReport():
            return {
                "type": "score",
                "home": report.score.home,
                "away": report.score.away,
                "correction": report.correction,
                "reason": report.reason,
                "period_index": report.period_index,
            }
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
