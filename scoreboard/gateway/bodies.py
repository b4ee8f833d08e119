"""
Bodies of answers over HTTP: written once, compressed once, and sent only to who has them not.

Rule: a strong tag names one sequence of bytes, so the compressed form has a tag of its own; a
request that names a tag of what there is costs neither the writing nor the bytes. Pure.

Source: RFC 9110, 8.8.3 (entity tags), 12.5.3 (accept-encoding), 13.1.2 (if-none-match).
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Sequence

import attrs

from scoreboard.gateway.idempotency import Reply

#: Bytes below which compression gains nothing.
SMALL = 256

#: Bytes of bodies that are kept, over all games.
BUDGET = 64 * 1024 * 1024

JSON = b"application/json"

Fields = Sequence[tuple[bytes, bytes]]


class Body:
    """
    One body in its forms.

    Args:
        plain: as it is.
        level: of the compression, 1 to 9: one that is sent once is not worth much.
    """

    __slots__ = ("_level", "_zipped", "plain")

    def __init__(self, plain: bytes, level: int = 6) -> None:
        self.plain = plain
        self._level = level
        self._zipped: bytes | None = None

    @property
    def zipped(self) -> bytes:
        """Compressed with gzip, once; the plain one if that is not shorter."""
        if self._zipped is None:
            zipped = gzip.compress(self.plain, self._level, mtime=0)
            is_shorter = len(self.plain) >= SMALL and len(zipped) < len(self.plain)
            self._zipped = zipped if is_shorter else self.plain
        return self._zipped


class Bodies:
    """
    The newest bodies, by what they are of.

    Args:
        budget: bytes that are kept at most; at least one body is.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._size = 0
        self._kept: OrderedDict[str, tuple[str, Body]] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def find(self, name: str, tag: str) -> Body | None:
        """The body of `name`, if it is still that of `tag`."""
        kept = self._kept.get(name)
        if kept is None or kept[0] != tag:
            return None
        self._kept.move_to_end(name)
        return kept[1]

    def keep(self, name: str, tag: str, plain: bytes) -> Body:
        """Keep a body in place of the one before; those least recently asked for go first."""
        if name in self._kept:
            self._forget(self._kept.pop(name))
        self._size += _weight(plain)
        while self._kept and self._size > self._budget:
            self._forget(self._kept.popitem(last=False)[1])
        body = Body(plain)
        self._kept[name] = tag, body
        return body

    def _forget(self, kept: tuple[str, Body]) -> None:
        self._size -= _weight(kept[1].plain)


def _weight(plain: bytes) -> int:
    """What a body may take in both forms; the compressed one is at most as long."""
    return 2 * len(plain)


@attrs.frozen
class Asked:
    """
    The form in which a request wants its answer.

    Attributes:
        has: its `if-none-match`.
        accepts: its `accept-encoding`.
    """

    has: bytes = b""
    accepts: bytes = b""

    def tag_of(self, tag: str) -> bytes | None:
        """The tag that the client has of what `tag` names, in any form; None: it has none."""
        known = [one.strip().removeprefix(b"W/") for one in self.has.split(b",")]
        plain, zipped = _tags(tag)
        if b"*" in known or plain in known:
            return plain
        return zipped if zipped in known else None


def unchanged(asked: Asked, tag: str, fields: Fields) -> Reply | None:
    """The answer to who has it already; None: it does not."""
    known = asked.tag_of(tag)
    if known is None:
        return None
    return Reply(304, JSON, b"", (*_fields(known), *fields))


def changed(asked: Asked, tag: str, body: Body, fields: Fields) -> Reply:
    """
    The answer with its body, in a form that the client can decode.

    Args:
        tag: "" for none.
    """
    plain, zipped = _tags(tag)
    if not takes_gzip(asked.accepts) or body.zipped is body.plain:
        return Reply(200, JSON, body.plain, (*_fields(plain if tag else b""), *fields))
    named = _fields(zipped if tag else b"")
    return Reply(200, JSON, body.zipped, (*named, *fields, (b"content-encoding", b"gzip")))


def _tags(tag: str) -> tuple[bytes, bytes]:
    return f'"{tag}"'.encode(), f'"{tag}-gzip"'.encode()


def _fields(tag: bytes) -> tuple[tuple[bytes, bytes], ...]:
    vary = (b"vary", b"accept-encoding")
    return ((b"etag", tag), vary) if tag else (vary,)


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether gzip is named and not refused with q=0."""
    for item in accept_encoding.decode("latin-1").lower().split(","):
        coding, _, parameter = item.partition(";")
        if coding.strip() in ("gzip", "*"):
            return re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameter) is None
    return False
