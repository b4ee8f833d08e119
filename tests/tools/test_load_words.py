"""What a session of a load says."""

import json

import cbor2
import msgpack
import pytest

from scoreboard.tools.load_plan import SUBPROTOCOLS
from scoreboard.tools.load_words import Words, frame, pong

LOADS = {"json": json.loads, "msgpack": msgpack.unpackb, "cbor": cbor2.loads}


@pytest.mark.parametrize(("size", "head"), [(125, 6), (126, 8), (65_535, 8), (65_536, 14)])
def test_a_frame_is_masked_with_zeros(size, head):
    data = frame(2, b"x" * size)
    assert (data[0], data[1] & 0x80, data[head - 4 : head], len(data)) == (
        0x82,
        0x80,
        bytes(4),
        head + size,
    )


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_a_sync_names_what_the_session_has(subprotocol):
    serializer, _, batched = subprotocol.partition(".")
    payload = Words(subprotocol).sync({"g1": [7, 42], "g2": None})[6:]
    if batched:
        payload = payload[:-1] if serializer == "json" else payload[4:]
    said = LOADS[serializer](payload)
    assert (said[0], said[3], said[5]) == (
        48,
        "scoreboard.v1.sync",
        {"games": {"g1": [7, 42], "g2": None}},
    )


def test_every_topic_is_subscribed_with_its_policy():
    data = Words("json").subscribe([("a.b", "exact"), ("a", "prefix")])
    assert b'[32,1,{},"a.b"]' in data
    assert b'[32,2,{"match":"prefix"},"a"]' in data


def test_what_is_heard_is_decoded():
    assert (Words("json").heard(b"[33,1,7]"), Words("json").heard(b"7")) == ([33, 1, 7], [0])


def test_the_handshake_asks_for_the_subprotocol():
    asked = Words("cbor.batched").handshake("h", 80, "/ws")
    assert b"Sec-WebSocket-Protocol: wamp.2.cbor.batched\r\n" in asked


def test_a_ping_is_answered_with_what_it_said():
    assert pong(b"abc") == b"\x8a\x83" + bytes(4) + b"abc"


def test_a_session_says_who_it_is():
    assert Words("json").hello().startswith(b"\x81")
