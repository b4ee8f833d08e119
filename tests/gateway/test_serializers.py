"""Strangers' bytes are plain values or nothing."""

from __future__ import annotations

import cbor2
import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.gateway.serializers import CBOR, JSON, MSGPACK, Undecodable

ALL = (JSON, MSGPACK, CBOR)

_plain = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.sampled_from(ALL), _plain)
def test_what_is_written_is_read_again(serializer, value):
    assert value == serializer.loads(serializer.dumps(value))


@settings(deadline=None)
@given(st.sampled_from(ALL), st.lists(_plain, max_size=15))
def test_a_list_is_the_same_whether_written_whole_or_put_together(serializer, items):
    parts = [serializer.dumps(item) for item in items]
    assert serializer.dumps(items) == serializer.array(parts)


@pytest.mark.parametrize(
    ("serializer", "data"),
    [
        (MSGPACK, b"\x92\x01\xd4\x00\x00"),
        (CBOR, b"\x82\x01\xf7"),
        (MSGPACK, msgpack.packb([1, None])),
        (CBOR, cbor2.dumps([1, None])),
        (JSON, b"[1,null]"),
    ],
)
def test_undefined_is_null(serializer, data):
    assert serializer.loads(data) == [1, None]


@settings(deadline=None)
@given(st.sampled_from(ALL), st.binary(max_size=40))
def test_any_bytes_are_a_plain_value_or_refused(serializer, data):
    try:
        value = serializer.loads(data)
    except Undecodable:
        return
    assert value == serializer.loads(serializer.dumps(value))


def _deep(opening: bytes, times: int, inner: bytes, closing: bytes = b"") -> bytes:
    return opening * times + inner + closing * times


@pytest.mark.parametrize(
    "data",
    [
        _deep(b"[", 100_000, b""),
        _deep(b"[", 17, b"", b"]"),
        b"9" * 5_000,
        b"[NaN]",
        b"[Infinity]",
        b"[1e999]",
        b'{"a":1,"a":2}',
        b'["\\ud800"]',
        b'{"\\ud800":1}',
        b"[9007199254740993]",
        b"[1] [2]",
        b"\xff\xfe",
        b"",
    ],
)
def test_json_that_others_read_otherwise_is_refused(data):
    with pytest.raises(Undecodable):
        JSON.loads(data)


@pytest.mark.parametrize(
    "data",
    [
        msgpack.packb(msgpack.ExtType(1, b"x")),
        msgpack.packb(msgpack.ExtType(0, b"xx")),
        msgpack.packb(msgpack.Timestamp(1)),
        msgpack.packb(b"binary"),
        msgpack.packb({1: 2}),
        msgpack.packb(2**60),
        msgpack.packb(float("nan")),
        b"\x82\xa1a\x01\xa1a\x02",
        _deep(b"\x91", 17, b"\xc0"),
        _deep(b"\x91", 100_000, b"\xc0"),
        b"\xdd\xff\xff\xff\xff",
        b"\xc1",
        b"\x01\x02",
        b"",
    ],
)
def test_msgpack_beyond_plain_json_is_refused(data):
    with pytest.raises(Undecodable):
        MSGPACK.loads(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xc1\x01",  # a time
        b"\xc2\x41\x01",  # a large integer
        b"\xd8\x1c\x80",  # a value to be shared
        b"\xd8\x1c\x81\xd8\x1d\x00",  # a list that holds itself
        b"\xd8\x23\x61\x2e",  # a regular expression
        b"\xd9\xd9\xf7\x01",  # "this is CBOR"
        b"\xd9\x01\x02\x80",  # a set
        cbor2.dumps(b"binary"),
        cbor2.dumps({1: 2}),
        cbor2.dumps(2**60),
        cbor2.dumps(float("inf")),
        b"\xa2\x61a\x01\x61a\x02",
        b"\xe0",
        _deep(b"\x81", 17, b"\xf6"),
        _deep(b"\x81", 100_000, b"\xf6"),
        b"\x9b" + b"\xff" * 8,
        b"\x01\x02",
        b"",
    ],
)
def test_cbor_beyond_plain_json_is_refused(data):
    with pytest.raises(Undecodable):
        CBOR.loads(data)
