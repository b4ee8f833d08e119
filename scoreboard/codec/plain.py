"""
The plain JSON model: what a stranger may say, whatever it is written in.

Rule: null, true and false, finite numbers that every language reads alike, texts of whole
characters, lists, and objects with texts as keys; not too deep. Nothing else gets in. Pure.

Source: RFC 7493 (I-JSON); security page, L13.
"""

from __future__ import annotations

import math
from typing import Any

import cbor2

from scoreboard.model.errors import RemoteError

#: Levels of lists and maps in a message; the deepest that we understand has 5.
MAX_DEPTH = 16
#: The largest integer that every JSON decoder reads exactly (RFC 8259, 6).
MAX_INT = 2**53


class NotPlain(RemoteError):
    """A value holds what the plain JSON model does not have; the text says what."""


def plain(value: Any, depth: int = MAX_DEPTH) -> Any:
    """
    A copy of `value` that holds nothing but the plain JSON model; undefined as None.

    Args:
        depth: levels of lists and objects that it may have.

    Raises:
        NotPlain: it holds something else.
    """
    if value is None or value is cbor2.undefined:
        return None
    kind = type(value)
    if kind is str:
        return _whole(value)
    if kind is bool or (kind is int and -MAX_INT <= value <= MAX_INT):
        return value
    if kind is float and math.isfinite(value):
        return value
    if kind is int or kind is float:
        raise NotPlain("a number is beyond what others can read")
    if depth == 0:
        raise NotPlain("too many levels")
    if kind is list:
        return [plain(item, depth - 1) for item in value]
    if kind is dict and all(type(key) is str for key in value):
        return {_whole(key): plain(item, depth - 1) for key, item in value.items()}
    raise NotPlain(f"{kind.__name__} {value!r:.40} is not allowed")


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as why:
        raise NotPlain("a text holds half a character (a lone surrogate)") from why
    return text
