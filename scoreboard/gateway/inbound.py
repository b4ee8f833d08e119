"""
What comes in over a WebSocket connection: bytes in, messages and control frames out; and
the control frames that answer them.

Rule: a limit is applied to what a frame says of itself, before its payload is waited for;
what is kept of an unfinished message is never more than a message may have. Pure.

Source: RFC 6455, 5 and 7.4; security page, L6 and L7.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import NamedTuple

from scoreboard.gateway.deflate import NotDeflated, inflated
from scoreboard.gateway.rejected import Reason
from scoreboard.model.errors import RemoteError

#: Opcodes (RFC 6455, 5.2).
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_CONTROL = frozenset((CLOSE, PING, PONG))
_KNOWN = frozenset((CONTINUATION, TEXT, BINARY, *_CONTROL))

_FIN, _RESERVED, _OPCODE, _MASKED, _LENGTH = 0x80, 0x70, 0x0F, 0x80, 0x7F
#: RFC 7692, 6: the first frame of a compressed message.
_DEFLATED = 0x40
#: RFC 6455, 5.5: bytes of a control frame; 5.2: a length that stands in 2 or 8 more bytes.
_SHORT, _TWO_MORE, _EIGHT_MORE = 125, 126, 127
_MASK = 4

#: RFC 6455, 7.4.1: protocol error; not UTF-8; too big to process.
PROTOCOL_ERROR, BAD_TEXT, TOO_BIG = 1002, 1007, 1009
#: RFC 6455, 7.4, and IANA's registry: codes that may stand in a close frame.
_CLOSE_CODES = frozenset((*range(1000, 1004), *range(1007, 1015)))
_OWN_CODES = range(3000, 5000)

_Decoder = codecs.getincrementaldecoder("utf-8")


class Broken(RemoteError):
    """
    The peer does not keep to the protocol; it costs the connection.

    Attributes:
        code: to close with.
        reason: the limit that was met; None: it was something else.
    """

    def __init__(self, code: int, why: str, reason: Reason | None = None) -> None:
        super().__init__(why)
        self.code = code
        self.reason = reason


def control(opcode: int, payload: bytes) -> bytes:
    """A control frame of a server; `payload` has at most 125 bytes."""
    return bytes((_FIN | opcode, len(payload))) + payload


class _Head(NamedTuple):
    """The head of a frame; `body` is where its payload begins."""

    final: bool
    deflated: bool
    opcode: int
    length: int
    mask: bytes
    body: int


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """`payload` with `mask` taken off (or put on)."""
    size = len(payload)
    pattern = (mask * (size // _MASK + 1))[:size]
    whole = int.from_bytes(payload, "little") ^ int.from_bytes(pattern, "little")
    return whole.to_bytes(size, "little")


class _Message:
    """A message that has come in part: several frames, or one that is not whole."""

    __slots__ = ("data", "decoder", "deflated", "final", "frames", "left", "mask", "opcode")

    def __init__(self, opcode: int, deflated: bool) -> None:
        self.opcode = opcode
        self.deflated = deflated
        self.data = bytearray()
        self.decoder = _Decoder() if opcode == TEXT and not deflated else None
        self.frames = 0
        self.final = False
        self.left = 0
        self.mask = b""

    def begin(self, head: _Head) -> None:
        """A frame of it begins."""
        self.final, self.left, self.mask = head.final, head.length, head.mask

    def take(self, masked: bytes) -> None:
        """More of the frame's payload. Raises: Broken: not UTF-8."""
        part = unmasked(masked, self.mask)
        turn = len(part) % _MASK
        self.mask = self.mask[turn:] + self.mask[:turn]
        self.left -= len(part)
        self.data += part
        if self.decoder is not None:
            _decode(self.decoder, part, final=self.final and not self.left)


class Inbound:
    """
    Reads what one peer sends.

    Args:
        max_bytes: of a message.
        max_frames: of a message, empty ones included.
        inflates: whether messages may be compressed.

    Attributes:
        max_bytes: may be changed; counts from the next frame on.
        since, counted: when the message began that is unfinished, and how much of it was added
            to a sum over all peers; belong to those who know of time and of other peers.
        left: bytes of what was received that are behind what `read` has given last.
    """

    __slots__ = (
        "_inflates",
        "_max_frames",
        "_message",
        "_rest",
        "counted",
        "left",
        "max_bytes",
        "since",
    )

    def __init__(self, max_bytes: int, max_frames: int, *, inflates: bool = False) -> None:
        self._inflates = inflates
        self.max_bytes = max_bytes
        self._max_frames = max_frames
        self._rest = b""
        self._message: _Message | None = None
        self.since = 0.0
        self.counted = 0
        self.left = 0

    @property
    def unfinished(self) -> object | None:
        """The message that has come in part, which is not another one than before if it is."""
        return self._message

    @property
    def pinned(self) -> int:
        """Bytes that are kept of it."""
        return 0 if self._message is None else len(self._message.data)

    def read(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """
        Take in what was received.

        Returns:
            (opcode, payload) of each whole message (TEXT in UTF-8, or BINARY) and each
            control frame, in order. To be read to its end before `read` is called again.

        Raises:
            Broken: the peer broke the protocol; what came before that was returned.
        """
        if self._rest:
            data, self._rest = self._rest + data, b""
        at = 0
        while True:
            message = self._message
            if message is not None and message.left:
                part = data[at : at + message.left]
                message.take(part)
                at += len(part)
                if message.left:
                    return
            if message is not None and message.final and message.frames:
                self._message = None
                self.left = len(data) - at
                yield message.opcode, self._whole(message)
            head = self._head(data, at)
            if head is None or (head.opcode in _CONTROL and head.body + head.length > len(data)):
                self._rest = data[at:]
                return
            at = head.body
            if head.opcode in _CONTROL or self._is_whole(head, len(data)):
                end = at + head.length
                payload = unmasked(data[at:end], head.mask)
                at = end
                if head.deflated:
                    payload = self._inflated(payload)
                if head.opcode == TEXT:
                    _check_text(payload)
                self.left = len(data) - at
                yield head.opcode, payload
            else:
                self._begin(head)

    def _whole(self, message: _Message) -> bytes:
        """What came in several parts, put together."""
        if not message.deflated:
            return bytes(message.data)
        payload = self._inflated(bytes(message.data))
        if message.opcode == TEXT:
            _check_text(payload)
        return payload

    def _inflated(self, payload: bytes) -> bytes:
        try:
            return inflated(payload, self.max_bytes)
        except NotDeflated as why:
            if "big" in str(why):
                raise Broken(TOO_BIG, str(why), Reason.MESSAGE_BYTES) from why
            raise Broken(PROTOCOL_ERROR, str(why)) from why

    def _is_whole(self, head: _Head, size: int) -> bool:
        """Whether the frame is a whole message and has come."""
        return head.final and head.opcode != CONTINUATION and head.body + head.length <= size

    def _begin(self, head: _Head) -> None:
        message = self._message
        if message is None:
            message = self._message = _Message(head.opcode, head.deflated)
        message.frames += 1
        if message.frames > self._max_frames:
            raise Broken(TOO_BIG, "too many fragments", Reason.FRAGMENTS)
        message.begin(head)
        if not message.left and message.decoder is not None:
            _decode(message.decoder, b"", final=head.final)

    def _head(self, data: bytes, at: int) -> _Head | None:
        """The head of the frame at `at`; None if not all of it has come."""
        size = len(data) - at
        if size < 2:
            return None
        first, second = data[at], data[at + 1]
        opcode, length = first & _OPCODE, second & _LENGTH
        self._check(first, second)
        body = at + 2
        if length > _SHORT:
            more = 2 if length == _TWO_MORE else 8
            if size < 2 + more:
                return None
            body += more
            length = _long(data[at + 2 : body])
        self._check_size(opcode, length)
        if len(data) < body + _MASK:
            return None
        final, compressed = bool(first & _FIN), bool(first & _DEFLATED)
        mask = data[body : body + _MASK]
        return _Head(final, compressed, opcode, length, mask, body + _MASK)

    def _check(self, first: int, second: int) -> None:
        opcode = first & _OPCODE
        allowed = _DEFLATED if self._inflates and opcode in (TEXT, BINARY) else 0
        if first & _RESERVED & ~allowed:
            raise Broken(PROTOCOL_ERROR, "no extension was agreed on")
        if opcode not in _KNOWN:
            raise Broken(PROTOCOL_ERROR, "unknown opcode")
        if not second & _MASKED:
            raise Broken(PROTOCOL_ERROR, "a client masks what it sends")
        if opcode in _CONTROL:
            if not first & _FIN or second & _LENGTH > _SHORT:
                raise Broken(PROTOCOL_ERROR, "a control frame is short and whole")
        elif (opcode == CONTINUATION) is (self._message is None):
            raise Broken(PROTOCOL_ERROR, "a message begins once, and before it goes on")

    def _check_size(self, opcode: int, length: int) -> None:
        if opcode not in _CONTROL:
            had = 0 if self._message is None else len(self._message.data)
            if had + length > self.max_bytes:
                raise Broken(TOO_BIG, "the message is too big", Reason.MESSAGE_BYTES)


def messages_in(data: bytes) -> int:
    """How many messages end in `data`, as the heads of its frames say; it begins with a frame."""
    at, found = 0, 0
    while at + 2 <= len(data):
        first, length, body = data[at], data[at + 1] & _LENGTH, at + 2
        if length > _SHORT:
            more = 2 if length == _TWO_MORE else 8
            length = int.from_bytes(data[body : body + more], "big")
            body += more
        at = body + _MASK + length
        if first & _FIN and first & _OPCODE not in _CONTROL and at <= len(data):
            found += 1
    return found


def _long(field: bytes) -> int:
    """A length that has its own bytes: the fewest that can hold it."""
    length = int.from_bytes(field, "big")
    least, most = (_TWO_MORE, 1 << 16) if len(field) == 2 else (1 << 16, 1 << 63)
    if not least <= length < most:
        raise Broken(PROTOCOL_ERROR, "a length stands in as few bytes as it needs")
    return length


def _check_text(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as why:
        raise Broken(BAD_TEXT, "not UTF-8") from why


def _decode(decoder: codecs.IncrementalDecoder, data: bytes, *, final: bool) -> None:
    try:
        decoder.decode(data, final)
    except UnicodeDecodeError as why:
        raise Broken(BAD_TEXT, "not UTF-8") from why


def check_close(payload: bytes) -> None:
    """Whether that may stand in a close frame. Raises: Broken."""
    if not payload:
        return
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not (code in _CLOSE_CODES or code in _OWN_CODES):
        raise Broken(PROTOCOL_ERROR, "no such close code")
    _check_text(payload[2:])
