"""
The shape of the scorer's calls: plain data to commands.

Rule: strict. A person's slip must not be guessed at, so a field that the call does not
have is an error that names it, and so is a team that does not play. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scoreboard.codec.facts import read_facts
from scoreboard.codec.fields import Fields, Malformed
from scoreboard.model.command import (
    Act,
    Amend,
    Command,
    ConfirmPeriod,
    Finalize,
    Hold,
    Lock,
    Override,
    Record,
    Release,
    Reopen,
    Reorder,
    Review,
    ScoreQuery,
    SetClock,
    SetPeriod,
    SetStatus,
    Undo,
    Unlock,
    Void,
    Whose,
)
from scoreboard.model.feed import Aspect
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import PlayId, parse_source_id
from scoreboard.model.play import PlayFacts, PlayState
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine

#: Entries that one undo may take back.
MAX_UNDO = 50
#: The longest lock with an end, milliseconds: a day.
MAX_TTL_MS = 86_400_000
#: Longest `command_id`, characters.
_MAX_COMMAND_ID = 128

#: A play's field on the wire -> the field of `PlayFacts`.
_FACTS = {
    "play_type": "play_type",
    "period_index": "period_index",
    "subtype": "subtype",
    "qualifiers": "qualifiers",
    "half": "half",
    "clock_ms": "clock_ms",
    "wallclock": "wallclock_ms",
    "order": "order",
    "team_id": "side",
    "points": "points",
    "points_to": "points_to",
    "result": "result",
    "shootout": "shootout",
    "participants": "participants",
    "loc": "place",
    "shot": "shot",
    "situation": "situation",
    "text": "text",
}

#: What an amendment's fields are read on top of: both must be there in a whole play.
_NEEDED = {"play_type": "unknown", "period_index": 1}

#: States that a review can leave a play in; an overturned play is voided.
_REVIEWS = (PlayState.UNDER_REVIEW, PlayState.UPHELD, PlayState.CONFIRMED)


def read_command(call: str, data: object, meta: GameMeta) -> Command:
    """
    A command out of decoded JSON, msgpack or CBOR.

    Args:
        call: one of `CALLS`.
        meta: of the game that it speaks of, for its teams and sport.

    Raises:
        Malformed: a field is missing, unknown or of the wrong type; the text names it.
    """
    fields = Fields(data)
    command = Command(
        act=CALLS[call](fields, meta),
        reason=fields.text("reason") or None,
        force=fields.flag("force"),
        command_id=_command_id(fields),
    )
    _all_read(fields)
    return command


def _command_id(fields: Fields) -> str | None:
    command_id = fields.text("command_id")
    if command_id is not None and not 0 < len(command_id) <= _MAX_COMMAND_ID:
        raise Malformed(fields.at("command_id"), f"must have 1 to {_MAX_COMMAND_ID} characters")
    return command_id


def _all_read(*parts: Fields | None) -> None:
    for part in parts:
        if part is not None and part.unread():
            raise Malformed(part.unread()[0], "is no field of this call")


def _facts(data: object, path: str, meta: GameMeta) -> PlayFacts:
    received = read_facts(Fields(data, path), meta)
    if received.unknown_teams:
        home, away = meta.home.team_id, meta.away.team_id
        problem = f"{received.unknown_teams[0]!r} does not play in {meta.game_id}: "
        raise Malformed(path, f"{problem}write 'home', 'away', {home} or {away}")
    if received.ignored:
        raise Malformed(received.ignored[0], "is no field of a play")
    return received.facts


def _play_id(fields: Fields, name: str = "play_id") -> PlayId:
    text = fields.need_text(name)
    if not (text[0] == "p" and text[1:].isdecimal() and len(text) < 17):
        raise Malformed(fields.at(name), f"{text!r:.40} is no id of a play, for instance p17")
    return PlayId(text)


def _score(fields: Fields) -> Score:
    score = Score(fields.need_integer("home"), fields.need_integer("away"))
    _all_read(fields)
    return score


def _between(fields: Fields, name: str, low: int, high: int) -> int | None:
    value = fields.integer(name)
    if value is not None and not low <= value <= high:
        raise Malformed(fields.at(name), f"must be from {low} to {high}")
    return value


def _record(fields: Fields, meta: GameMeta) -> Record:
    facts = _facts(fields.required("play"), fields.at("play"), meta)
    return Record(facts, fields.text("ref") or None)


def _amend(fields: Fields, meta: GameMeta) -> Act:
    play_id, path = _play_id(fields), fields.at("play")
    data = fields.required("play")
    if not isinstance(data, Mapping) or not data:
        raise Malformed(path, "must be an object with the fields that change")
    facts = _facts({**_NEEDED, **data}, path, meta)
    changes = [(_FACTS[name], getattr(facts, _FACTS[name])) for name in data]
    return Amend(play_id, tuple(sorted(changes, key=lambda change: change[0])))


def _void(fields: Fields, _meta: GameMeta) -> Act:
    return Void(_play_id(fields), fields.flag("overturned"))


def _undo(fields: Fields, meta: GameMeta) -> Act:
    replace = fields.fields("replace")
    undo = Undo(
        count=_between(fields, "count", 1, MAX_UNDO) or 1,
        whose=fields.choice("whose", Whose, Whose.MINE),
        replace=None if replace is None else _record(replace, meta),
    )
    _all_read(replace)
    return undo


def _reorder(fields: Fields, _meta: GameMeta) -> Act:
    order = fields.integer("order")
    after = None if fields.raw("after") is None else _play_id(fields, "after")
    if (order is None) is (after is None):
        raise Malformed(fields.at("order"), "give either order or after, the play before it")
    return Reorder(_play_id(fields), order, after)


def _set_clock(fields: Fields, _meta: GameMeta) -> Act:
    return SetClock(
        fields.need_integer("value_ms"), fields.integer("period_index"), fields.flag("running")
    )


def _set_period(fields: Fields, _meta: GameMeta) -> Act:
    return SetPeriod(fields.need_integer("period_index"))


def _set_status(fields: Fields, _meta: GameMeta) -> Act:
    line = StatusLine(
        status=fields.choice("status", Status),
        decided_in=fields.text("decided_in"),
        reason=fields.text("reason"),
        expected_resume_ms=fields.time("expected_resume"),
    )
    return SetStatus(line, fields.integer("period_index"))


def _override(fields: Fields, _meta: GameMeta) -> Act:
    return Override(_score(fields.need_fields("score")), fields.integer("period_index"))


def _lock(fields: Fields, _meta: GameMeta) -> Act:
    aspects = fields.each("aspects", _aspect, most=len(Aspect))
    if not aspects:
        raise Malformed(fields.at("aspects"), "is missing")
    unique = tuple(aspect for aspect in Aspect if aspect in aspects)
    return Lock(unique, _between(fields, "ttl_ms", 1, MAX_TTL_MS))


def _aspect(value: Any, path: str) -> Aspect:
    return Fields({"aspect": value}, path).choice("aspect", Aspect)


def _unlock(fields: Fields, _meta: GameMeta) -> Act:
    by = fields.text("by")
    return Unlock(None if by is None else parse_source_id(by))


def _score_query(fields: Fields, _meta: GameMeta) -> Act:
    return ScoreQuery(fields.raw("open") is None or fields.flag("open"))


def _review(fields: Fields, _meta: GameMeta) -> Act:
    state = fields.choice("state", PlayState)
    if state not in _REVIEWS:
        known = ", ".join(review.value for review in _REVIEWS)
        problem = f"{state.value!r} is none of: {known}; an overturned play is voided"
        raise Malformed(fields.at("state"), problem)
    return Review(_play_id(fields), state)


def _confirm_period(fields: Fields, _meta: GameMeta) -> Act:
    score = fields.fields("score")
    return ConfirmPeriod(None if score is None else _score(score), fields.integer("period_index"))


#: Call -> its reader.
CALLS: dict[str, Callable[[Fields, GameMeta], Act]] = {
    "record": _record,
    "amend": _amend,
    "void": _void,
    "undo": _undo,
    "reorder": _reorder,
    "set_clock": _set_clock,
    "set_period": _set_period,
    "set_status": _set_status,
    "override": _override,
    "hold": lambda _fields, _meta: Hold(),
    "release": lambda _fields, _meta: Release(),
    "lock": _lock,
    "unlock": _unlock,
    "score_query": _score_query,
    "review": _review,
    "confirm_period": _confirm_period,
    "finalize": lambda _fields, _meta: Finalize(),
    "reopen": lambda _fields, _meta: Reopen(),
}
