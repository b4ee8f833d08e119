"""Compressed messages: agreed on as RFC 7692 says, the same bytes for all, and bounded."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.codec import shape
from scoreboard.gateway import deflate
from scoreboard.gateway.deflate import NotDeflated, agree, deflated, inflated
from scoreboard.gateway.encoded import Encoded, Record
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.inbound import PROTOCOL_ERROR, TEXT, TOO_BIG, Broken, Inbound, unmasked

PLAIN = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
MASK = b"\x01\x02\x03\x04"


@pytest.mark.parametrize(
    ("offers", "answer"),
    [
        (["permessage-deflate"], PLAIN),
        # Chromium's and the ws library's.
        (["permessage-deflate; client_max_window_bits"], PLAIN),
        (["Permessage-Deflate; client_max_window_bits=10"], PLAIN),
        (["permessage-deflate; server_max_window_bits=15"], f"{PLAIN}; server_max_window_bits=15"),
        (["permessage-deflate; server_max_window_bits=10"], None),
        (["permessage-deflate; server_max_window_bits=10", "permessage-deflate"], PLAIN),
        (["permessage-deflate; what=1"], None),
        (["permessage-deflate; client_max_window_bits; client_max_window_bits=9"], None),
        (["x-webkit-deflate-frame"], None),
        ([], None),
    ],
)
def test_offers_are_taken_if_all_can_share_the_bytes(offers, answer):
    assert agree(offers) == answer


@given(st.lists(st.binary(max_size=3_000)))
def test_parts_that_were_compressed_apart_are_one_message(parts):
    assert inflated(deflated(parts), 1 << 20) == b"".join(parts)


def test_a_large_part_is_compressed_once(monkeypatch):
    made = []
    real = deflate._compressed
    monkeypatch.setattr(deflate, "_compressed", lambda part: made.append(len(part)) or real(part))
    part = b"a snapshot that many ask for" * 100
    for _ in range(3):
        assert inflated(deflated([b"[50,1,{},[],", part, b"]"]), 10_000).endswith(part + b"]")
    assert made.count(len(part)) == 1


def test_a_bomb_is_not_inflated():
    bomb = deflated([b"\0" * 10_000_000])
    assert len(bomb) < 20_000
    with pytest.raises(NotDeflated, match="big"):
        inflated(bomb, 65_536)


def test_garbage_is_no_message():
    with pytest.raises(NotDeflated, match="not a deflated"):
        inflated(b"\xff\xff\xff", 100)


def test_another_implementation_reads_what_is_written():
    """The `zlib` of a client that keeps its window, as it may."""
    reader = zlib.decompressobj(wbits=-15)
    for text in (b"first " * 300, b"second " * 300):
        assert reader.decompress(deflated([text]) + b"\0\0\xff\xff") == text


def masked(payload: bytes, first: int) -> bytes:
    assert len(payload) < 126
    return bytes([first, 0x80 | len(payload)]) + MASK + unmasked(payload, MASK)


def test_a_compressed_message_comes_in():
    text = b'[32,1,{},"scoreboard.v1.game.g0000000000.score"]' * 3
    payload = deflated([text])
    whole = Inbound(1_000, 10, inflates=True)
    assert list(whole.read(masked(payload, 0xC1))) == [(TEXT, text)]
    parts = Inbound(1_000, 10, inflates=True)
    said = [*parts.read(masked(payload[:9], 0x41)), *parts.read(masked(payload[9:], 0x80))]
    assert said == [(TEXT, text)]
    binary = Inbound(1_000, 10, inflates=True)
    said = [*binary.read(masked(payload[:9], 0x42)), *binary.read(masked(payload[9:], 0x80))]
    assert said == [(2, text)]


@pytest.mark.parametrize(
    ("inflates", "frames", "code"),
    [
        (False, [masked(b"", 0xC1)], PROTOCOL_ERROR),
        (True, [masked(b"", 0xA1)], PROTOCOL_ERROR),
        (True, [masked(b"", 0xC9)], PROTOCOL_ERROR),
        (True, [masked(b"", 0x41), masked(b"", 0xC0)], PROTOCOL_ERROR),
        (True, [masked(b"\xff\xff", 0xC1)], PROTOCOL_ERROR),
        (True, [masked(deflated([b"x" * 5_000]), 0xC1)], TOO_BIG),
        (True, [masked(deflated([b"\xff\xfe"]), 0xC1)], 1007),
    ],
)
def test_what_is_not_as_agreed_breaks_the_connection(inflates, frames, code):
    inbound = Inbound(1_000, 10, inflates=inflates)
    *before, last = frames
    for data in before:
        list(inbound.read(data))
    with pytest.raises(Broken) as why:
        list(inbound.read(last))
    assert why.value.code == code


def payload_of(frame: bytes) -> tuple[int, bytes]:
    size = frame[1]
    body = 2 if size < 126 else 4
    return frame[0], frame[body:]


@pytest.mark.parametrize("subprotocol", ["wamp.2.json", "wamp.2.msgpack.batched"])
def test_a_wire_compresses_what_is_worth_it(subprotocol):
    wires = Wires(shape.envelope)
    plain = wires.wire(subprotocol, b"")
    packed = wires.wire(subprotocol, b"", deflates=True)
    assert plain is not packed
    short = [17, 1, 2]
    assert packed.message(short) == plain.message(short)
    piece = Encoded(lambda serializer: serializer.dumps({"plays": ["made a jumper"] * 200}))
    answer = [50, 1, {}, [], Record({"game": piece})]
    first, payload = payload_of(packed.message(answer))
    assert first & 0x40
    assert inflated(payload, 100_000) == payload_of(plain.message(answer))[1]
    noise = [50, 1, {}, [], {"x": bytes(range(33, 127)).decode() * 2}]
    assert len(packed.message(noise)) <= len(plain.message(noise))


def test_what_does_not_become_shorter_stays_as_it_is(monkeypatch):
    monkeypatch.setattr("scoreboard.gateway.frames.deflated", lambda parts: b"".join(parts) + b"!")
    wires = Wires(shape.envelope)
    message = [50, 1, {}, [], {"text": "x" * 500}]
    packed = wires.wire("wamp.2.json", b"", deflates=True)
    assert packed.message(message) == wires.wire("wamp.2.json", b"").message(message)


def test_those_who_speak_the_other_separator_are_compressed_too():
    wires = Wires(shape.envelope)
    assert wires.wire("wamp.2.json.batched", b"[1]\x18", deflates=True) is not wires.wire(
        "wamp.2.json.batched", b"[1]\x18"
    )
