"""
permessage-deflate: messages that are compressed once for all who get them.

Rule: no message depends on another, in neither direction, so that the same bytes can go to
everyone and an idle connection keeps no window; nothing inflates beyond what a message may
have. Pure.

Source: RFC 7692, 7.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from scoreboard.model.errors import RemoteError

#: RFC 7692, 7.2.1: what a sync flush ends with, and a message leaves out.
_TAIL = b"\x00\x00\xff\xff"
#: Base-two logarithm of the window; without a minus zlib would add a header.
_WINDOW = -15
#: What is shorter is not worth it, bytes.
LEAST = 128
#: Parts from this size on are shared by many answers (snapshots, deltas): kept compressed.
_SHARED = 1_024
#: How many of those are kept: a few games are asked for by everybody at once.
_KEPT = 64

_ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
_BITS = "server_max_window_bits"
_KNOWN = frozenset(
    {"server_no_context_takeover", "client_no_context_takeover", "client_max_window_bits", _BITS}
)


class NotDeflated(RemoteError):
    """What the peer sent is no compressed message, or too big."""


def agree(offers: Sequence[str]) -> str | None:
    """
    What to answer to a client's offers.

    Args:
        offers: each an extension with its parameters, the preferred first.

    Returns:
        The value of the answer's Sec-WebSocket-Extensions; None if none can be taken: of
        another extension, malformed, or of a smaller window than the one that we share.
    """
    for offer in offers:
        name, *parameters = (part.strip() for part in offer.split(";"))
        if name.lower() != "permessage-deflate":
            continue
        told = [parameter.partition("=") for parameter in parameters]
        values = {key.strip().lower(): value.strip(' "') for key, _, value in told}
        if len(values) < len(told) or not values.keys() <= _KNOWN:
            continue
        if values.get(_BITS, "15") == "15":
            return f"{_ANSWER}; {_BITS}=15" if _BITS in values else _ANSWER
    return None


def deflated(parts: Iterable[bytes]) -> bytes:
    """
    A message's compressed payload.

    Args:
        parts: of the message. A large one is compressed by itself, and remembered: blocks of
            a stream that refer to nothing before them can be put together.
    """
    found: list[bytes] = []
    small: list[bytes] = []
    for part in parts:
        if len(part) >= _SHARED:
            if small:
                found.append(_compressed(b"".join(small)))
                small = []
            found.append(_shared(part))
        else:
            small.append(part)
    if small or not found:
        found.append(_compressed(b"".join(small)))
    return b"".join(found)[: -len(_TAIL)]


def _compressed(part: bytes) -> bytes:
    packer = zlib.compressobj(wbits=_WINDOW)
    return packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)


@lru_cache(maxsize=_KEPT)
def _shared(part: bytes) -> bytes:
    return _compressed(part)


def inflated(payload: bytes, most: int) -> bytes:
    """
    A message out of its compressed payload.

    Args:
        most: bytes that it may have.

    Raises:
        NotDeflated: it has more, or is broken.
    """
    unpacker = zlib.decompressobj(wbits=_WINDOW)
    try:
        message = unpacker.decompress(payload + _TAIL, most + 1)
    except zlib.error as why:
        raise NotDeflated("not a deflated message") from why
    if len(message) > most:
        raise NotDeflated("the message is too big")
    return message
