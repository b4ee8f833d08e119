"""What is spliced cannot be told from what is written whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.codec.shape import envelope
from scoreboard.gateway.encoded import Encoded, Record, Row, parts_of
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.serializers import CBOR, JSON, MSGPACK
from tests.gateway.fakes import unframed

ALL = (JSON, MSGPACK, CBOR)

_leaf = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8))
_plain = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def bytes_of(serializer, value):
    return b"".join(parts_of(serializer, value))


def pieces(value, draw):
    """`value` with some of its parts as pieces, chosen by `draw`."""
    if isinstance(value, dict):
        inner = {key: pieces(item, draw) for key, item in value.items()}
        return Record(inner) if inner else value
    if isinstance(value, list):
        return Row([pieces(item, draw) for item in value])
    return Encoded(lambda serializer: serializer.dumps(value)) if draw() else value


@settings(deadline=None)
@given(st.sampled_from(ALL), _plain, st.data())
def test_pieces_give_the_bytes_of_the_plain_value(serializer, value, data):
    spliced = pieces(value, lambda: data.draw(st.booleans()))
    assert serializer.dumps(value) == bytes_of(serializer, spliced)


@pytest.mark.parametrize("serializer", ALL, ids=lambda s: s.name)
@pytest.mark.parametrize("length", [0, 15, 16, 23, 24, 255, 256, 65_535, 65_536])
def test_lists_and_maps_of_any_length_are_spliced(serializer, length):
    row = list(range(length))
    mapping = {str(number): number for number in row}
    assert serializer.dumps(row) == bytes_of(serializer, Row(row))
    assert serializer.dumps(mapping) == bytes_of(serializer, Record(mapping))


def test_a_kept_value_is_written_once_per_serializer():
    asked = []

    def make(serializer):
        asked.append(serializer.name)
        return serializer.dumps("x")

    kept = Encoded(make)
    assert kept.form(JSON) is kept.form(JSON)
    assert kept.form(CBOR) == b"\x61x"
    assert (["json", "cbor"], 5) == (asked, kept.size)


def test_a_result_may_be_a_piece():
    wires = Wires(envelope)
    wire = wires.wire("wamp.2.json", b"")
    plain = [50, 1, {}, [], {"games": {"g": [1, 2]}}]
    spliced = [50, 1, {}, [], Record({"games": Record({"g": Row([1, 2])})})]
    assert wire.message(plain) == wire.message(spliced)
    assert unframed(wire.message(spliced)) == [JSON.dumps(plain)]
    for name in wires.subprotocols:
        other = wires.wire(name, b"")
        assert other.message(plain) == other.message(spliced)
