"""
What a session of a load says: handshake, HELLO, SUBSCRIBE, sync, a feed's calls, and pongs.

Rule: sessions that follow the same say the same bytes. Pure.

Source: RFC 6455, 4.1 and 5.2; WAMP basic profile.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from typing import Any

import cbor2
import msgpack

_TEXT, _BINARY, PONG = 0x1, 0x2, 0xA

#: The id of the one call that a session makes.
CALL_ID = 1_000_000

#: The error of a feed that sends more than it may (rule X1).
TOO_FAST = "scoreboard.error.rate"

#: WAMP codes.
_HELLO, WELCOME, ABORT, CHALLENGE, _AUTHENTICATE, GOODBYE, ERROR = 1, 2, 3, 4, 5, 6, 8
_SUBSCRIBE, SUBSCRIBED, _CALL, RESULT = 32, 33, 48, 50

_DUMPS: dict[str, Callable[[Any], bytes]] = {
    "json": lambda value: json.dumps(value, separators=(",", ":")).encode(),
    "msgpack": msgpack.packb,
    "cbor": cbor2.dumps,
}
_LOADS: dict[str, Callable[[bytes], Any]] = {
    "json": json.loads,
    "msgpack": msgpack.unpackb,
    "cbor": cbor2.loads,
}


def frame(opcode: int, payload: bytes) -> bytes:
    """A frame of a client. The mask is zero, which costs nothing to apply."""
    head, length = 0x80 | opcode, len(payload)
    if length < 126:
        return struct.pack("!BB", head, 0x80 | length) + bytes(4) + payload
    if length < 65_536:
        return struct.pack("!BBH", head, 0x80 | 126, length) + bytes(4) + payload
    return struct.pack("!BBQ", head, 0x80 | 127, length) + bytes(4) + payload


class Words:
    """How a subprotocol is spoken; "json.batched" and the like."""

    def __init__(self, subprotocol: str) -> None:
        self._serializer, _, batched = subprotocol.partition(".")
        self._batched = bool(batched)
        self._name = subprotocol

    def handshake(self, host: str, port: int, path: str) -> bytes:
        """The request for a WebSocket."""
        return (
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: c2NvcmVib2FyZCBsb2FkIQ==\r\n"
            f"Sec-WebSocket-Protocol: wamp.2.{self._name}\r\n\r\n"
        ).encode()

    def hello(self) -> bytes:
        """HELLO, as anybody."""
        roles = {"subscriber": {"features": {"pattern_based_subscription": True}}, "caller": {}}
        return self._said([_HELLO, "scoreboard", {"roles": roles}])

    def feed_hello(self, source: str) -> bytes:
        """HELLO, as a feed that will show its ticket."""
        details = {"roles": {"caller": {}}, "authid": source, "authmethods": ["ticket"]}
        return self._said([_HELLO, "scoreboard", details])

    def ticket(self, token: str) -> bytes:
        """The answer to CHALLENGE."""
        return self._said([_AUTHENTICATE, token, {}])

    def submit(self, number: int, game: str, messages: Sequence[dict[str, Any]]) -> bytes:
        """The call number `number` of a feed."""
        what = {"game_id": game, "messages": messages}
        return self._said([_CALL, number, {}, "scoreboard.v1.feed.submit", [], what])

    def subscribe(self, topics: Sequence[tuple[str, str]]) -> bytes:
        """A SUBSCRIBE for each topic and match policy, in one piece."""
        return b"".join(
            self._said([_SUBSCRIBE, number, {} if match == "exact" else {"match": match}, topic])
            for number, (topic, match) in enumerate(topics, 1)
        )

    def sync(self, positions: dict[str, list[int] | None]) -> bytes:
        """The call that brings a session up to date."""
        call = [_CALL, CALL_ID, {}, "scoreboard.v1.sync", [], {"games": positions}]
        return self._said(call)

    def heard(self, message: bytes) -> list[Any]:
        """A message of the server's that is no event, decoded."""
        said = _LOADS[self._serializer](message)
        return said if isinstance(said, list) else [0]

    def _said(self, message: list[Any]) -> bytes:
        data = _DUMPS[self._serializer](message)
        if self._serializer == "json":
            return frame(_TEXT, data + b"\x1e" if self._batched else data)
        return frame(_BINARY, len(data).to_bytes(4) + data if self._batched else data)


def pong(payload: bytes) -> bytes:
    """The answer to a ping."""
    return frame(PONG, payload)
