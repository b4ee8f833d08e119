"""
Milestones as bytes, and back.

Rule: bytes are read only if this code wrote them, of this game, this epoch and this page, and
they are whole; everything else is None, as if it were not there. Pure.

A page has two notes in the log: `state-N` is its milestone, `next-N` is what takes the page
after it back, with the time at its own end.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import attrs
import cbor2

from scoreboard.codec.cbor import decode_plain
from scoreboard.codec.entry_record import WHOLE
from scoreboard.model.errors import LocalError
from scoreboard.past.state_table import MILESTONE, UNDONE
from scoreboard.past.undoing import Milestone, Undone
from scoreboard.projection.state import GameState

#: Bytes of the sum at the beginning of a note.
_SUM = 8


@attrs.frozen
class Label:
    """
    What a note is of.

    Attributes:
        version: of the code that wrote it.
        number: of the page at whose end it stands, from 1.
    """

    version: str
    game_id: str
    epoch: int
    number: int


@attrs.frozen
class Step:
    """What takes a page back, and the time before it, milliseconds UTC."""

    ts_ms: int
    undone: Undone


def state_name(number: int) -> str:
    """The name of the note with the milestone at the end of a page."""
    return f"state-{number}"


def step_name(number: int) -> str:
    """The name of the note with what takes the page after it back."""
    return f"next-{number}"


def write_milestone(label: Label, milestone: Milestone) -> bytes:
    """The note of a milestone. Raises: LocalError: something cannot be written."""
    return _written(label, MILESTONE.pack(milestone))


def read_milestone(label: Label, note: bytes | None) -> Milestone | None:
    """The milestone of a note; None if it cannot be used."""
    try:
        milestone = MILESTONE.unpack(_read(label, note))
    except (LocalError, KeyError):
        return None
    return milestone if _fits(label, milestone.state) else None


def write_step(label: Label, before: GameState, undone: Undone) -> bytes:
    """The note of a step. Raises: LocalError: something cannot be written."""
    return _written(label, [before.ts_ms, UNDONE.pack(undone)])


def read_step(label: Label, note: bytes | None) -> Step | None:
    """The step of a note; None if it cannot be used."""
    try:
        ts_ms, undone = _read(label, note)
        return Step(WHOLE.unpack(ts_ms), UNDONE.unpack(undone))
    except (LocalError, TypeError, ValueError):
        return None


def is_whole(label: Label, note: bytes | None) -> bool:
    """Whether a note can be used, as far as that is seen without reading it."""
    if note is None or note[:_SUM] != _sum(note[_SUM:]):
        return False
    return note.startswith(_said(label), _SUM)


def _written(label: Label, content: Any) -> bytes:
    body = _said(label) + cbor2.dumps(content)
    return _sum(body) + body


def _read(label: Label, note: bytes | None) -> Any:
    """Raises: LocalError: there is none, it is damaged, or it is of something else."""
    if note is None or not is_whole(label, note):
        raise LocalError("no such note")
    return decode_plain(note[_SUM + len(_said(label)) :])


def _said(label: Label) -> bytes:
    return cbor2.dumps([label.version, label.game_id, label.epoch, label.number])


def _sum(body: bytes) -> bytes:
    return blake2b(body, digest_size=_SUM).digest()


def _fits(label: Label, state: GameState) -> bool:
    return (state.meta.game_id, state.epoch) == (label.game_id, label.epoch)
