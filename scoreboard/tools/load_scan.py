"""
What a server sends, read as cheaply as can be: frames, and in each event four fields.

Rule: an event is never decoded, its fields are found by the names before them; what is no
event is handed on whole. The same bytes give the same value, so that what thousands of
sessions receive is read once. Pure.

Source: RFC 6455, 5.2; WAMP advanced profile, batched transport.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import attrs

#: "GAME.KIND": what `prev` counts along. A text, since a text is hashed only once.
Key = str

#: RFC 6455, 5.2: opcodes.
_TEXT, _BINARY, CLOSE, PING = 0x1, 0x2, 0x8, 0x9

#: Kinds of which every single one must arrive (docs/protocol.md, delivery classes).
CRITICAL = frozenset({"play", "score", "status", "correction", "shot", "lineup", "alert"})


class Unreadable(Exception):  # not a fault of ours: the result names it
    """The server sent what this module does not know."""


class Event(NamedTuple):
    """One event: the game's log position, and that of the one before it on its topic."""

    game: str
    kind: str
    epoch: int
    seq: int
    prev: int

    @property
    def key(self) -> Key:
        """What its `prev` counts along."""
        return key_of(self.game, self.kind)


def key_of(game: str, kind: str) -> Key:
    """What the `prev` of publications of that kind counts along."""
    return sys.intern(f"{game}.{kind}")


class Run(NamedTuple):
    """
    Events of one game and kind, one after the other.

    Attributes:
        prev: of the first.
        first, last: their positions.
        gaps, repeats: that are between them.
    """

    key: Key
    epoch: int
    prev: int
    first: int
    last: int
    gaps: int = 0
    repeats: int = 0

    def then(self, event: Event) -> Run:
        """This run with `event` at its end."""
        key, _, prev, first, last, gaps, repeats = self
        if event.prev == last < event.seq:
            return Run(key, event.epoch, prev, first, event.seq, gaps, repeats)
        found = fault(key, last, event.prev, event.seq)
        gaps += found == "gap"
        repeats += found == "repeat"
        return Run(key, event.epoch, prev, first, max(last, event.seq), gaps, repeats)


def fault(key: Key, last: int, prev: int, seq: int) -> str:
    """What is wrong with an event after the position `last`: "gap", "repeat" or nothing."""
    if seq <= last:
        return "repeat"
    return "gap" if prev != last and key.rpartition(".")[2] in CRITICAL else ""


def runs_of(events: tuple[Event, ...]) -> tuple[Run, ...]:
    """The runs in `events`, in the order of their first."""
    found: dict[Key, Run] = {}
    for event in events:
        _, _, epoch, seq, prev = event
        key = event.key
        run = found.get(key)
        found[key] = Run(key, epoch, prev, seq, seq) if run is None else run.then(event)
    return tuple(found.values())


#: The kind of which only the newest means something.
TICK = "clock"


@attrs.frozen(eq=False)
class Scan:
    """
    What stands in some bytes.

    Attributes:
        taken: bytes that were whole frames.
        events: in order.
        runs: the same, for the check of a session's order.
        others: whole WAMP messages that are no events.
        controls: opcode and payload of control frames.
    """

    taken: int
    events: tuple[Event, ...]
    runs: tuple[Run, ...]
    others: tuple[bytes, ...]
    controls: tuple[tuple[int, bytes], ...]

    @property
    def plain(self) -> bool:
        """Whether there is nothing in it but events that are no ticks."""
        if self.others or self.controls:
            return False
        return not any(event.kind == TICK for event in self.events)


def frames(data: bytes, at: int = 0) -> Iterator[tuple[int, int, int]]:
    """Opcode, begin and end of the payload of each whole frame from `at` on. Raises: Unreadable."""
    length = len(data)
    while length - at >= 2:
        opcode, size = data[at], data[at + 1]
        begin = at + 2
        if size == 126:
            begin = at + 4
            size = int.from_bytes(data[at + 2 : begin])
        elif size == 127:
            begin = at + 10
            size = int.from_bytes(data[at + 2 : begin])
        if begin + size > length:
            return
        if opcode < 0x80 or opcode & 0x70:
            raise Unreadable("a fragment or a compressed frame, which was not asked for")
        at = begin + size
        yield opcode & 0xF, begin, at


#: An EVENT as our server writes it, for speed; and one with more in it.
_JSON = re.compile(
    rb'\[36,\d+,\d+,\{[^}]*\},\[\],\{(?:"v":\d+,)?"game_id":"(\w+)","epoch":(\d+),'
    rb'"seq":(\d+),"prev":(\d+),(?:"ts":"[^"]*",)?"type":"(\w+)"'
)
_ANY_JSON = re.compile(
    rb'\[36,.*?"game_id":"(\w+)".*?"epoch":(\d+).*?"seq":(\d+).*?"prev":(\d+).*?"type":"(\w+)"',
    re.DOTALL,
)


def _json_event(data: bytes, begin: int, end: int) -> Event | None:
    found = _JSON.match(data, begin, end) or _ANY_JSON.match(data, begin, end)
    if found is None:
        return None
    game, epoch, seq, prev, kind = found.groups()
    return Event(game.decode(), kind.decode(), int(epoch), int(seq), int(prev))


@attrs.frozen
class _Binary:
    """
    A binary serializer: how it writes the few things that are looked for.

    Attributes:
        heads: first bytes of an EVENT.
        text: the byte of a string without characters; one more for each.
        wide: first byte of a number -> bytes that follow it.
    """

    heads: tuple[bytes, ...]
    text: int
    small: int
    wide: dict[int, int]

    def event(self, data: bytes, begin: int, end: int) -> Event | None:
        """The event that stands there, if it is one."""
        if not data.startswith(self.heads, begin):
            return None
        game = self._value(data, b"game_id", begin, end)
        kind = self._value(data, b"type", game, end)
        return Event(
            self._string(data, game),
            self._string(data, kind),
            self._number(data, self._value(data, b"epoch", game, end)),
            self._number(data, self._value(data, b"seq", game, end)),
            self._number(data, self._value(data, b"prev", game, end)),
        )

    def _value(self, data: bytes, name: bytes, begin: int, end: int) -> int:
        """Where the value of `name` begins."""
        at = data.find(bytes([self.text + len(name)]) + name, begin, end)
        if at < 0:
            raise Unreadable(f"an event without {name.decode()}")
        return at + 1 + len(name)

    def _string(self, data: bytes, at: int) -> str:
        return data[at + 1 : at + 1 + data[at] - self.text].decode()

    def _number(self, data: bytes, at: int) -> int:
        if data[at] < self.small:
            return data[at]
        size = self.wide.get(data[at])
        if size is None:
            raise Unreadable(f"byte {data[at]:#x} where a number should be")
        return int.from_bytes(data[at + 1 : at + 1 + size])


#: msgpack: array of 5 or 6, 36; CBOR: the same (RFC 8949, 3.1).
_MSGPACK = _Binary((b"\x95\x24", b"\x96\x24"), 0xA0, 0x80, {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8})
_CBOR = _Binary(
    (b"\x85\x18\x24", b"\x86\x18\x24"), 0x60, 0x18, {0x18: 1, 0x19: 2, 0x1A: 4, 0x1B: 8}
)


def _whole(_data: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    yield begin, end


def _separated(data: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Messages of a JSON batch, which the record separator ends."""
    while begin < end:
        stop = data.find(b"\x1e", begin, end)
        stop = end if stop < 0 else stop
        yield begin, stop
        begin = stop + 1


def _counted(data: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Messages of a binary batch, whose length stands before each."""
    while begin < end:
        start = begin + 4
        begin = start + int.from_bytes(data[begin:start])
        yield start, begin


_EVENTS: dict[str, Callable[[bytes, int, int], Event | None]] = {
    "json": _json_event,
    "msgpack": _MSGPACK.event,
    "cbor": _CBOR.event,
}


def scanner(subprotocol: str) -> Callable[[bytes], Scan]:
    """
    Reads what comes in a subprotocol.

    Args:
        subprotocol: for instance "json" or "cbor.batched".

    Raises:
        KeyError: there is no such subprotocol.
    """
    serializer, _, batched = subprotocol.partition(".")
    event_of = _EVENTS[serializer]
    split = (_separated if serializer == "json" else _counted) if batched else _whole

    def scan(data: bytes) -> Scan:
        events: list[Event] = []
        others: list[bytes] = []
        controls: list[tuple[int, bytes]] = []
        taken = 0
        for opcode, begin, taken in frames(data):
            if opcode not in {_TEXT, _BINARY}:
                controls.append((opcode, data[begin:taken]))
                continue
            for start, stop in split(data, begin, taken):
                event = event_of(data, start, stop)
                if event is None:
                    others.append(data[start:stop])
                else:
                    events.append(event)
        told = tuple(events)
        return Scan(taken, told, runs_of(told), tuple(others), tuple(controls))

    return scan
