"""Frames are read as RFC 6455 says, however they are cut, and never beyond the limits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.gateway.inbound import (
    BAD_TEXT,
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    Broken,
    Inbound,
    check_close,
    control,
    messages_in,
    unmasked,
)

MASK = b"\x01\x82\x13\xf4"


def sent(opcode: int, payload: bytes, *, final: bool = True, mask: bytes = MASK) -> bytes:
    """A frame of a client."""
    head = bytes([opcode | (0x80 if final else 0)])
    size = len(payload)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 1 << 16:
        head += b"\xfe" + size.to_bytes(2, "big")
    else:
        head += b"\xff" + size.to_bytes(8, "big")
    return head + mask + unmasked(payload, mask)


def read(*chunks: bytes, size: int = 1_000, frames: int = 4) -> list[tuple[int, bytes]]:
    inbound = Inbound(size, frames)
    return [item for chunk in chunks for item in inbound.read(chunk)]


def broken(*chunks: bytes, **limits: int) -> int:
    with pytest.raises(Broken) as why:
        read(*chunks, **limits)
    return why.value.code


@given(st.binary(max_size=100), st.binary(min_size=4, max_size=4))
def test_the_mask_is_put_over_each_byte_in_turn(payload, mask):
    expected = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    assert unmasked(payload, mask) == expected


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_a_message_of_any_length_is_read(size):
    assert read(sent(BINARY, b"x" * size), size=70_000) == [(BINARY, b"x" * size)]


messages = st.lists(
    st.one_of(
        st.tuples(st.just(TEXT), st.text(max_size=60).map(str.encode)),
        st.tuples(st.just(BINARY), st.binary(max_size=300)),
        st.tuples(st.sampled_from([PING, PONG, CLOSE]), st.binary(max_size=125)),
    ),
    max_size=8,
)


@given(messages, st.data())
def test_it_does_not_matter_how_messages_are_cut(said, data):
    wire = b""
    for opcode, payload in said:
        parts = [payload]
        if opcode in (TEXT, BINARY):
            cuts = sorted(data.draw(st.lists(st.integers(0, len(payload)), max_size=4)))
            bounds = [0, *cuts, len(payload)]
            parts = [payload[a:b] for a, b in pairwise(bounds)]
        for number, part in enumerate(parts):
            kind = opcode if number == 0 else CONTINUATION
            wire += sent(kind, part, final=number == len(parts) - 1)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=12)))
    bounds = [0, *cuts, len(wire)]
    chunks = [wire[a:b] for a, b in pairwise(bounds)]
    assert read(*chunks, frames=5) == said


def test_byte_by_byte_is_a_way_to_send():
    wire = sent(TEXT, b"h\xc3", final=False) + sent(PING, b"?") + sent(CONTINUATION, b"\xa9")
    wire += sent(BINARY, b"x" * 130)
    expected = [(PING, b"?"), (TEXT, b"h\xc3\xa9"), (BINARY, b"x" * 130)]
    assert read(*(bytes([byte]) for byte in wire)) == expected


@pytest.mark.parametrize(
    "wire",
    [
        b"\xc1\x80",  # a reserved bit
        b"\x83\x80",  # opcodes that nobody knows
        b"\x8b\x80",
        b"\x81\x00",  # not masked
        b"\x09\x80",  # a control frame in parts
        b"\x89\xfe",  # and one that is long
        b"\x80\x80",  # goes on with nothing
        sent(TEXT, b"a", final=False) + b"\x81\x80",  # begins before the last has ended
        b"\x82\xfe\x00\x7d",  # more bytes for a length than it needs
        b"\x82\xff" + (65_535).to_bytes(8, "big"),
        b"\x82\xff" + (1 << 63).to_bytes(8, "big"),
    ],
)
def test_what_is_no_frame_is_refused_as_soon_as_it_shows(wire):
    assert broken(wire) == PROTOCOL_ERROR


@pytest.mark.parametrize(
    "wire",
    [
        sent(TEXT, b"\xff"),
        sent(TEXT, b"\xc3"),
        sent(TEXT, b"\xed\xa0\x80"),
        sent(TEXT, b"ok", final=False) + sent(CONTINUATION, b"\xf4\x90", final=False),
        sent(TEXT, b"\xc3", final=False) + sent(CONTINUATION, b""),
        sent(TEXT, b"\xf4\x90 and much that has not come yet")[:9],
    ],
)
def test_text_that_is_not_utf_8_is_refused_as_soon_as_it_shows(wire):
    assert broken(wire) == BAD_TEXT


def test_a_message_is_as_long_as_it_may_be_and_no_longer():
    assert read(sent(BINARY, b"x" * 10), size=10) == [(BINARY, b"x" * 10)]
    assert broken(sent(BINARY, b"x" * 11)[:2], size=10) == TOO_BIG
    assert broken(b"\x82\xff" + (1 << 62).to_bytes(8, "big"), size=10) == TOO_BIG
    begun = sent(BINARY, b"x" * 6, final=False)
    assert broken(begun + sent(CONTINUATION, b"x" * 5)[:2], size=10) == TOO_BIG


def test_a_message_comes_in_as_many_frames_as_it_may_and_no_more():
    begun = sent(BINARY, b"", final=False) + sent(CONTINUATION, b"", final=False) * 2
    assert read(begun + sent(CONTINUATION, b"x"), frames=4) == [(BINARY, b"x")]
    assert broken(begun + sent(CONTINUATION, b"", final=False) * 2, frames=4) == TOO_BIG


def test_what_came_before_a_mistake_is_read():
    inbound, heard = Inbound(100, 4), []
    with pytest.raises(Broken):
        heard.extend(inbound.read(sent(TEXT, b"good") + b"\xff\xff"))
    assert heard == [(TEXT, b"good")]


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4999])
def test_these_codes_may_stand_in_a_close_frame(code):
    check_close(code.to_bytes(2, "big") + "adé".encode())


def test_a_close_frame_may_be_empty():
    check_close(b"")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"\x03", PROTOCOL_ERROR),
        *((c.to_bytes(2, "big"), PROTOCOL_ERROR) for c in (0, 999, 1004, 1005, 1006, 1015, 2999)),
        ((5000).to_bytes(2, "big"), PROTOCOL_ERROR),
        (b"\x03\xe8\xff", BAD_TEXT),
    ],
)
def test_what_else_stands_in_a_close_frame_is_a_mistake(payload, code):
    with pytest.raises(Broken) as why:
        check_close(payload)
    assert why.value.code == code


def test_a_control_frame_of_ours_is_short_whole_and_not_masked():
    assert control(PONG, b"hi") == b"\x8a\x02hi"


def test_messages_are_counted_by_the_heads_of_their_frames():
    whole = sent(TEXT, b"a") + sent(PING, b"b") + sent(BINARY, b"c" * 300) + sent(TEXT, b"")
    assert messages_in(whole) == 3
    assert messages_in(whole + sent(TEXT, b"d" * 70_000)) == 4
    assert messages_in(whole + sent(TEXT, b"part")[:-1]) == 3
    assert messages_in(sent(TEXT, b"a", final=False) + sent(CONTINUATION, b"b")) == 1
    assert messages_in(b"") == messages_in(b"\x81") == 0
