"""
Frames: WAMP messages as the bytes of WebSocket frames.

Rule: a publication is encoded once per serializer; an EVENT is spliced from that and the
few bytes that depend on the subscription; a frame is written as it is, to everyone. The
same publication gives the same id and the same body on every node. Pure.

Source: RFC 6455, 5.2; WAMP basic profile, EVENT; advanced profile, batched transport.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs

from scoreboard.gateway.deflate import LEAST, deflated
from scoreboard.gateway.encoded import Piece, Row
from scoreboard.gateway.messages import Code, Message
from scoreboard.gateway.serializers import CBOR, JSON, MSGPACK, Serializer, Undecodable
from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Policy, Subscription
from scoreboard.model.delivery import Publication

Envelope = Callable[[Publication], dict[str, Any]]

#: RFC 6455, 5.2: FIN and the opcode; nothing that a server sends is masked.
_TEXT, _BINARY = 0x81, 0x82
#: RFC 7692, 6: the payload is compressed.
_DEFLATED = 0x40
#: RFC 6455, 5.2: lengths from here on are written in 2 or 8 more bytes.
_LONG, _VERY_LONG = 126, 65_536


def frame(payload: bytes, *, is_binary: bool) -> bytes:
    """A whole WebSocket message as one frame of a server."""
    return head(len(payload), is_binary=is_binary) + payload


def head(length: int, *, is_binary: bool, is_deflated: bool = False) -> bytes:
    """What stands before the `length` bytes of a whole WebSocket message."""
    first = (_BINARY if is_binary else _TEXT) | (_DEFLATED if is_deflated else 0)
    if length < _LONG:
        return struct.pack("!BB", first, length)
    if length < _VERY_LONG:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)


def publication_id(of: Publication, topic: str) -> int:
    """The WAMP id of a publication on `topic`, 1 to 2**53: the same on every node."""
    name = f"{of.game_id}\x1f{of.epoch}\x1f{of.seq}\x1f{topic}"
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) + 1


@attrs.frozen(eq=False)
class Batching:
    """
    How messages stand together in one WebSocket message.

    Attributes:
        wrap: a message as it stands among others.
        split: the messages that were put together. Raises: Undecodable.
        packs: whether several are put into one frame.
    """

    wrap: Callable[[bytes], bytes]
    split: Callable[[bytes], list[bytes]]
    packs: bool


#: What ends a message in a batch of JSON: the record separator says WAMP; 0x18 is what
#: Autobahn and Crossbar use, who wrote the 30 in octal.
_RECORD_SEPARATOR, _CANCEL = b"\x1e", b"\x18"


def _split_json(data: bytes) -> list[bytes]:
    parts = data.replace(_CANCEL, _RECORD_SEPARATOR).split(_RECORD_SEPARATOR)
    return [part for part in parts if part]


def _split_counted(data: bytes) -> list[bytes]:
    found = []
    at = 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4])
        if end > len(data) or at + 4 > len(data):
            raise Undecodable("a batch ends within a message")
        found.append(data[at + 4 : end])
        at = end
    return found


_ALONE = Batching(bytes, lambda data: [data], packs=False)
_SEPARATED = Batching(lambda message: message + _RECORD_SEPARATOR, _split_json, packs=True)
_CANCELLED = Batching(lambda message: message + _CANCEL, _split_json, packs=True)
_COUNTED = Batching(lambda message: len(message).to_bytes(4) + message, _split_counted, packs=True)


class Wire:
    """
    A WebSocket subprotocol of WAMP: the hub's wire format, and the session's.

    Args:
        envelope: the body of an event, from a publication.
        deflates: whether what it writes is compressed, where that is worth it.
    """

    def __init__(
        self,
        serializer: Serializer,
        batching: Batching,
        envelope: Envelope,
        *,
        deflates: bool = False,
    ) -> None:
        self._deflates = deflates
        self._serializer = serializer
        self._batching = batching
        self._envelope = envelope
        dumps = serializer.dumps
        self._code, self._no_args, self._no_details = dumps(int(Code.EVENT)), dumps([]), dumps({})

    @property
    def in_order(self) -> bool:
        """Order is promised within each game."""
        return False

    @property
    def is_binary(self) -> bool:
        """Whether it speaks in binary WebSocket messages."""
        return self._serializer.is_binary

    def read(self, payload: bytes) -> Iterator[Message]:
        """The messages in a WebSocket message, decoded. Raises: Undecodable."""
        for part in self._batching.split(payload):
            yield self._serializer.loads(part)

    def message(self, message: Message) -> bytes:
        """A message as it is to be written; its last element may be a piece."""
        if isinstance(message[-1], Piece) and not self._batching.packs:
            return self._framed(list(Row(message).parts(self._serializer)))
        if isinstance(message[-1], Piece):
            whole = Row(message).form(self._serializer)
        else:
            whole = self._serializer.dumps(message)
        return self._framed([self._batching.wrap(whole)])

    def _framed(self, parts: Sequence[bytes]) -> bytes:
        """A whole WebSocket message; compressed if that makes it shorter."""
        size = sum(map(len, parts))
        if self._deflates and size >= LEAST:
            payload = deflated(parts)
            if len(payload) < size:
                return head(len(payload), is_binary=self.is_binary, is_deflated=True) + payload
        return b"".join([head(size, is_binary=self.is_binary), *parts])

    def replayed(self, publication: Publication, subscription: Subscription) -> bytes:
        """The EVENT of a publication that was missed, as it is to be written."""
        topic = publication.topic
        number = publication_id(publication, topic)
        details = details_of(topic, subscription, retained=False)
        event = [int(Code.EVENT), subscription.id, number, details, []]
        return self.message([*event, self._envelope(publication)])

    def event(
        self, posted: Posted, subscriptions: Sequence[Subscription], merged: int = 0
    ) -> bytes:
        """One publication, once per subscription that it matches; to be given to `pack`."""
        number, body = self.body(posted, merged)
        return b"".join(self._event(posted, s, number, body) for s in subscriptions)

    def body(self, posted: Posted, merged: int = 0) -> tuple[bytes, bytes]:
        """The id and the envelope of a publication, encoded once per serializer."""
        number, body = posted.form(self._serializer, self._body)
        if merged:
            body = _extended(self._serializer, body, "merged", merged)
        return number, body

    def retained(self, posted: Posted, subscription: Subscription) -> bytes:
        """A publication of the past for a new subscriber; to be given to `pack`."""
        number, body = posted.form(self._serializer, self._body)
        return self._event(posted, subscription, number, body, retained=True)

    def pack(self, events: Sequence[bytes]) -> bytes:
        """What `event` gave, as it is to be written."""
        together = b"".join(events)
        if self._batching.packs:
            return self._framed([together])
        return together

    def _event(
        self,
        posted: Posted,
        subscription: Subscription,
        number: bytes,
        body: bytes,
        *,
        retained: bool = False,
    ) -> bytes:
        dumps = self._serializer.dumps
        details = self._no_details
        if retained or subscription.policy is not Policy.EXACT:
            details = dumps(details_of(posted.topic, subscription, retained=retained))
        parts = (self._code, dumps(subscription.id), number, details, self._no_args, body)
        wrapped = self._batching.wrap(self._serializer.array(parts))
        return wrapped if self._batching.packs else self._framed([wrapped])

    def _body(self, posted: Posted) -> tuple[bytes, ...]:
        dumps, publication = self._serializer.dumps, posted.publication
        number = publication_id(publication, posted.topic)
        return dumps(number), dumps(self._envelope(publication))


def _extended(serializer: Serializer, mapping: bytes, key: str, value: Any) -> bytes:
    """
    A map with one item more at its end.

    Args:
        mapping: of 1 to 14 items, as the serializer gives it.
    """
    name, item = serializer.dumps(key), serializer.dumps(value)
    if not serializer.is_binary:
        return b"%b,%b:%b}" % (mapping[:-1], name, item)
    # Msgpack and CBOR keep the number of items of so small a map in its first byte.
    return b"%c%b%b%b" % (mapping[0] + 1, mapping[1:], name, item)


def details_of(topic: str, subscription: Subscription, *, retained: bool) -> dict[str, Any]:
    """EVENT.Details of a publication on `topic`; the same for all subscribers."""
    details: dict[str, Any] = {}
    if subscription.policy is not Policy.EXACT:
        details["topic"] = topic
    if retained:
        details["retained"] = True
    return details


class Wires:
    """
    The subprotocols that are spoken; one object for all listening ports, so that members
    on different ports are in the same cohorts.

    Args:
        envelope: the body of an event, from a publication.
    """

    def __init__(self, envelope: Envelope) -> None:
        self._wires = {
            (f"wamp.2.{serializer.name}{suffix}", deflates): Wire(
                serializer, batching, envelope, deflates=deflates
            )
            for serializer, together in ((JSON, _SEPARATED), (MSGPACK, _COUNTED), (CBOR, _COUNTED))
            for suffix, batching in (("", _ALONE), (".batched", together))
            for deflates in (False, True)
        }
        self._cancelled = [
            Wire(JSON, _CANCELLED, envelope, deflates=deflates) for deflates in (False, True)
        ]

    @property
    def subprotocols(self) -> list[str]:
        """Their names."""
        return [name for name, deflates in self._wires if not deflates]

    def wire(self, subprotocol: str, first: bytes, *, deflates: bool = False) -> Wire:
        """
        How to speak with a client.

        Args:
            subprotocol: one of `subprotocols`.
            first: the first thing that the client says; shows which separator it knows.
            deflates: whether permessage-deflate was agreed on.
        """
        if subprotocol == "wamp.2.json.batched" and first.endswith(_CANCEL):
            return self._cancelled[deflates]
        return self._wires[subprotocol, deflates]
