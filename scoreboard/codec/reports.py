"""
What sources send: messages, out of plain data.

Rule: reading is strict in types and tolerant of unknown fields, which are named in
the answer and otherwise ignored. Teams are written "home", "away" or by id. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs

from scoreboard.codec.facts import FactsReader
from scoreboard.codec.fields import Fields, Malformed
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
from scoreboard.model.play import Participant
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine

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


def read_message(data: object, meta: GameMeta) -> Received:
    """
    A message out of decoded JSON, msgpack or CBOR.

    Args:
        meta: of the game that it speaks of, for its teams and sport.

    Raises:
        Malformed: a field is missing or of the wrong type; the text names it.
    """
    reader = FactsReader(meta)
    message = _message(reader, data)
    return Received(message, tuple(reader.unknown_teams), tuple(reader.ignored))


def _message(reader: FactsReader, data: object) -> Message:
    fields = Fields(data)
    kind = fields.text("type") or ("play" if fields.has("play") else None)
    read = _READERS.get(kind or "")
    if read is None:
        problem = f"{kind!r} is none of: {', '.join(_READERS)}"
        raise Malformed("type", "is missing" if kind is None else problem)
    force = fields.flag("force")
    message = Message(
        report=read(reader, fields),
        source_seq=fields.integer("source_seq"),
        sent_at_ms=fields.time("sent_at"),
        dense=fields.flag("dense"),
        term=fields.integer("term"),
        force=force,
        reason=fields.text("reason") if force else None,
    )
    reader.done(fields)
    return message


def _play(reader: FactsReader, fields: Fields) -> Report:
    after = fields.fields("score_after")
    facts = fields.need_fields("play")
    report = PlayReport(
        ref=fields.need_text("provider_play_id"),
        rev=_not_negative(fields, "rev", fields.integer("rev") or 0),
        facts=reader.facts(facts),
        score_after=None if after is None else _score(after),
        reason=fields.text("reason"),
    )
    reader.done(after, facts)
    return report


def _void(_reader: FactsReader, fields: Fields) -> Report:
    return VoidReport(
        ref=fields.need_text("provider_play_id"),
        overturned=fields.flag("overturned"),
        reason=fields.text("reason"),
    )


def _status(_reader: FactsReader, fields: Fields) -> Report:
    return StatusReport(
        line=StatusLine(
            status=fields.choice("status", Status),
            decided_in=fields.text("decided_in"),
            reason=fields.text("reason"),
            expected_resume_ms=fields.time("expected_resume"),
        ),
        period_index=fields.integer("period_index"),
    )


def _clock(_reader: FactsReader, fields: Fields) -> Report:
    return ClockReport(
        clock=Clock(
            period_index=fields.need_integer("period_index"),
            value_ms=fields.need_integer("value_ms"),
            running=fields.flag("running"),
            as_of_ms=fields.time("as_of"),
        ),
        cause=fields.choice("cause", ClockCause, ClockCause.SET),
    )


def _score_report(_reader: FactsReader, fields: Fields) -> Report:
    return ScoreReport(
        score=_score(fields),
        correction=fields.flag("correction"),
        reason=fields.text("reason"),
        period_index=fields.integer("period_index"),
    )


def _situation_report(reader: FactsReader, fields: Fields) -> Report:
    inner = fields.need_fields("situation")
    report = SituationReport(reader.situation(inner))
    reader.done(inner)
    return report


def _box_score(reader: FactsReader, fields: Fields) -> Report:
    lines = fields.each("lines", partial(_stat_line, reader), most=_MAX_LINES)
    if not lines:
        raise Malformed(fields.at("lines"), "is missing or empty")
    complete = fields.flag("complete")
    return BoxScoreReport(tuple(line for line in lines if line is not None), complete)


def _stat_line(reader: FactsReader, data: Any, path: str) -> StatLine | None:
    """A line of a box score; None for a team that is none of the game's."""
    fields = Fields(data, path)
    fields.need_text("team_id")
    side, counts = reader.side(fields, "team_id"), fields.need_fields("set").numbers()
    person = fields.text("person_id")
    who = Participant(
        role=_IN_A_BOX,
        person_id=None if person is None else parse_person_id(person),
        name=fields.text("name"),
        jersey=fields.text("jersey"),
        ref=fields.text("ref"),
    )
    reader.done(fields)
    is_team = who == Participant(_IN_A_BOX)
    return None if side is None else StatLine(side, None if is_team else who, counts)


def _heartbeat(_reader: FactsReader, _fields: Fields) -> Report:
    return Heartbeat()


def _score(fields: Fields) -> Score:
    return Score(home=fields.need_integer("home"), away=fields.need_integer("away"))


def _not_negative(fields: Fields, name: str, value: int) -> int:
    if value < 0:
        raise Malformed(fields.at(name), "must not be negative")
    return value


#: `type` of a message -> the reader of its report.
_READERS: dict[str, Callable[[FactsReader, Fields], Report]] = {
    "play": _play,
    "void": _void,
    "status": _status,
    "clock": _clock,
    "score": _score_report,
    "situation": _situation_report,
    "boxscore": _box_score,
    "heartbeat": _heartbeat,
}
