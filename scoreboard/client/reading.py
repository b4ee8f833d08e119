"""
What a server sends to a follower: envelope, snapshot, slate line and the answer to `sync`.

Rule: this is the mirror of `codec.shape`: it reads what that writes, checks each field
that it uses once, and ignores fields that it does not know, so that a newer server
may say more. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from scoreboard.codec.fields import Fields, Malformed

#: More games or events than this in one answer are a fault, not an answer.
_MANY = 1_000_000


@attrs.frozen
class Envelope:
    """
    A publication as it arrived.

    Attributes:
        prev: `seq` of the publication before it on its topic; 0 at the start.
        kind: the `type`: "score", "play", "clock", ...
        data: the payload, unread.
        raw: the whole, as received.
    """

    game_id: str
    epoch: int
    seq: int
    prev: int
    ts_ms: int
    kind: str
    data: Mapping[str, Any] = attrs.field(factory=dict, hash=False)
    raw: Mapping[str, Any] = attrs.field(factory=dict, eq=False, repr=False)


@attrs.frozen
class Snapshot:
    """
    A whole game as it arrived.

    Attributes:
        ts_ms: when its last entry was logged, milliseconds UTC.
        raw: the whole, as received.
    """

    game_id: str
    epoch: int
    seq: int
    ts_ms: int
    raw: Mapping[str, Any] = attrs.field(factory=dict, hash=False, repr=False)


class Mode(Enum):
    """How a `sync` answers for a game."""

    CURRENT = "current"  #: nothing was missed
    DELTA = "delta"  #: what was missed
    SNAPSHOT = "snapshot"  #: the whole game, in the place of what was missed
    UNKNOWN = "unknown"  #: the server does not know the game


@attrs.frozen
class Synced:
    """
    The answer to `sync` for one game, exact for (`epoch`, `seq`).

    Attributes:
        events: what was missed; empty but for DELTA.
        state: the whole game; None but for SNAPSHOT.
    """

    game_id: str
    mode: Mode
    epoch: int
    seq: int
    events: tuple[Envelope, ...] = ()
    state: Snapshot | None = None


def _positive(fields: Fields, name: str) -> int:
    value = fields.need_integer(name)
    if value < 0:
        raise Malformed(fields.at(name), "must not be negative")
    return value


def _time(fields: Fields, name: str) -> int:
    fields.required(name)
    return fields.time(name) or 0


def read_envelope(data: object, path: str = "event") -> Envelope:
    """
    A publication out of decoded JSON, msgpack or CBOR.

    Raises:
        Malformed: a field is missing or of the wrong type; the text names it.
    """
    fields = Fields(data, path)
    return Envelope(
        game_id=fields.need_text("game_id"),
        epoch=_positive(fields, "epoch"),
        seq=_positive(fields, "seq"),
        prev=_positive(fields, "prev"),
        ts_ms=_time(fields, "ts"),
        kind=fields.need_text("type"),
        data=_object(fields, "data"),
        raw=_plain(data),
    )


def read_snapshot(data: object, path: str = "state") -> Snapshot:
    """A whole game out of decoded data. Raises: Malformed."""
    fields = Fields(data, path)
    return Snapshot(
        game_id=fields.need_text("game_id"),
        epoch=_positive(fields, "epoch"),
        seq=_positive(fields, "seq"),
        ts_ms=_time(fields, "as_of"),
        raw=_plain(data),
    )


def read_synced(data: object) -> dict[str, Synced]:
    """The answer to `sync`, by game. Raises: Malformed."""
    games = _object(Fields(data, "sync"), "games")
    return {game: _synced(game, Fields(part, f"sync.{game}")) for game, part in games.items()}


def _synced(game_id: str, fields: Fields) -> Synced:
    mode = fields.choice("mode", Mode)
    if mode is Mode.SNAPSHOT:
        state = read_snapshot(fields.required("state"), fields.at("state"))
        return Synced(game_id, mode, state.epoch, state.seq, state=state)
    events = fields.each("events", read_envelope, _MANY) if mode is Mode.DELTA else ()
    return Synced(
        game_id, mode, _positive(fields, "epoch"), _positive(fields, "seq"), tuple(events)
    )


def _object(fields: Fields, name: str) -> Mapping[str, Any]:
    return _plain(fields.required(name), fields.at(name))


def _plain(data: object, path: str = "message") -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise Malformed(path, "must be an object")
    return data
