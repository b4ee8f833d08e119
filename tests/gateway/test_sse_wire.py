"""Publications as server-sent events, and the ids that one comes back with."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.codec.shape import envelope
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.sse_wire import (
    HEARTBEAT,
    EventWire,
    Place,
    block,
    goodbye,
    number_id,
    read_number,
    retry,
    slices,
)
from tests.hub.fakes import posted, published, score

PLAIN = Wires(envelope).wire("wamp.2.json", b"")


@attrs.define
class Event:
    """One that was dispatched."""

    kind: str
    data: dict
    last_id: str


@attrs.define
class Reader:
    """
    What a browser makes of a stream (HTML standard, 9.2.6).

    Attributes:
        retry_ms: that it will wait.
    """

    last_id: str = ""
    retry_ms: int = 3_000
    _rest: bytes = b""
    _kind: str = ""
    _data: list = attrs.field(factory=list)
    _id: str | None = None

    def read(self, data: bytes) -> list[Event]:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        found = []
        for line in lines:
            name, _, value = line.decode().partition(":")
            value = value.removeprefix(" ")
            if not line:
                found += self._dispatch()
            elif name == "event":
                self._kind = value
            elif name == "data":
                self._data.append(value)
            elif name == "id":
                self._id = value
            elif name == "retry":
                self.retry_ms = int(value)
            else:
                assert line == b": hb"
        return found

    def _dispatch(self):
        if self._id is not None:
            self.last_id = self._id
        kind, data = self._kind, self._data
        self._kind, self._data = "", []
        if data:
            yield Event(kind, json.loads("\n".join(data)), self.last_id)

    def lost(self) -> None:
        """The connection is gone; what was not dispatched is dropped."""
        self._rest, self._kind, self._data, self._id = b"", "", [], None


@given(
    st.builds(
        Place,
        st.integers(0, 10**15 - 1),
        st.integers(0, 10**15 - 1),
        st.sampled_from(["", "score", "play"]),
    )
)
def test_a_place_is_read_as_it_was_written(place):
    assert Place.read(place.id.decode()) == place


@pytest.mark.parametrize("text", ["", "1", "1:", "1:2:", "a:2", "1:2:3", "1:-2", "1:2:é", "1:²"])
def test_what_is_no_place_is_none(text):
    assert Place.read(text) is None


def test_a_number_means_something_to_the_process_that_gave_it_only():
    named = number_id("5eed", 42).decode()
    assert named == "5eed-42"
    assert read_number("5eed", named) == 42
    assert read_number("beef", named) is None
    assert read_number("5eed", "7:42") is None


def test_an_event_is_three_fields_and_an_empty_line():
    assert b"".join(block("score", b"{}", b"7:1")) == b"event: score\nid: 7:1\ndata: {}\n\n"
    assert b"".join(block("score", b"{}")) == b"event: score\ndata: {}\n\n"


def test_what_is_no_event_is_read_as_none():
    reader = Reader()
    assert reader.read(HEARTBEAT + retry(1_234)) == []
    assert reader.retry_ms == 1_234


def test_a_goodbye_says_why_and_when_to_come_back():
    reader = Reader(last_id="7:1")
    (event,) = reader.read(goodbye("the server stops", 1_500))
    said = {"reason": "the server stops", "retry_ms": 1_500}
    assert event == Event("goodbye", said, "7:1")
    assert reader.retry_ms == 1_500


@given(st.lists(st.binary(max_size=40)), st.integers(1, 12))
def test_slices_are_what_the_parts_are(parts, size):
    found = list(slices(parts, size))
    assert b"".join(found) == b"".join(parts)
    assert all(size <= len(one) < 2 * size for one in found[:-1])


def test_in_a_stream_of_one_game_the_id_is_the_place_in_the_game():
    wire = EventWire(PLAIN)
    (event,) = Reader().read(wire.event(posted(score(5), 99), ()))
    assert (event.kind, event.last_id) == ("score", "1:5:score")
    assert event.data == envelope(score(5))
    assert wire.in_order is False


def test_in_other_streams_it_is_the_place_in_all_that_was_published():
    wire = EventWire(PLAIN, "5eed")
    (event,) = Reader().read(wire.event(posted(score(5), 99), ()))
    assert event.last_id == "5eed-99"
    assert wire.in_order is True


def test_the_number_that_was_merged_is_said():
    wire = EventWire(PLAIN)
    clock = published("game.g000000000a.clock", 5)
    (event,) = Reader().read(wire.event(posted(clock, 99), (), 3))
    assert event.data == envelope(clock, 3)


def test_what_is_encoded_is_shared_with_those_who_follow_over_websocket():
    one = posted(score(5), 99)
    assert EventWire(PLAIN).state(one) is PLAIN.body(one)[1]
    assert EventWire(PLAIN, "5eed").state(one) is PLAIN.body(one)[1]


def test_events_are_written_one_behind_the_other():
    assert EventWire(PLAIN).pack([b"a", b"b"]) == b"ab"
