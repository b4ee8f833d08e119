"""
Serializers: the plain JSON model as JSON, msgpack or CBOR, and back.

Rule: what strangers send must be the plain JSON model, whatever it is written in: no tag,
no extension, no binary, no repeated key, no number that another language reads otherwise.
The one concession is *undefined*, which JavaScript clients send for absent. Pure.

Source: security page, limits L13; WAMP basic profile, serialization.
"""

from __future__ import annotations

import json
import struct
from collections import UserDict
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import Any, NoReturn

import attrs
import cbor2
import msgpack
import orjson

from scoreboard.codec.plain import MAX_DEPTH, NotPlain, plain
from scoreboard.model.errors import RemoteError


class Undecodable(RemoteError):
    """Bytes that are not a message in the plain JSON model."""


@attrs.frozen(eq=False)
class Marks:
    """
    What stands before, between and after the elements of lists and maps.

    Attributes:
        open_list, open_map: what comes first, from the number of elements.
        between: of two elements.
        after_key: of a map.
        close_list, close_map: what comes last.
    """

    open_list: Callable[[int], bytes]
    open_map: Callable[[int], bytes]
    between: bytes = b""
    after_key: bytes = b""
    close_list: bytes = b""
    close_map: bytes = b""


def _never(_data: bytes) -> bool:
    return False


@attrs.frozen(eq=False)
class Serializer:
    """
    A way to write the plain JSON model.

    Attributes:
        name: as it stands in the WebSocket subprotocol.
        is_binary: whether it is sent in binary WebSocket messages, not text.
        dumps: a value as bytes.
        array: a list of at most 15 as bytes, from its elements as bytes.
        marks: what stands around the elements of longer lists and of maps.
    """

    name: str
    is_binary: bool
    dumps: Callable[[Any], bytes]
    array: Callable[[Sequence[bytes]], bytes]
    marks: Marks
    _parse: Callable[[bytes], Any]
    _is_plain: Callable[[bytes], bool] = _never

    def loads(self, data: bytes) -> Any:
        """
        The value that `data` is, undefined as None.

        Raises:
            Undecodable: it is not one value in the plain JSON model.
        """
        try:
            value = self._parse(data)
            return value if self._is_plain(data) else plain(value)
        except NotPlain as why:
            raise Undecodable(str(why)) from why
        except (ValueError, TypeError, RecursionError, cbor2.CBORError) as fault:
            # What msgpack raises for malformed bytes are ValueErrors, too.
            raise Undecodable(f"not plain {self.name}: {fault.__cause__ or fault}") from fault


def _unique(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Undecodable("a key is repeated")
    return found


def _not_a_number(text: str) -> NoReturn:
    raise Undecodable(f"{text} is not a number")


#: One for all: `json.loads` makes one for each call that has hooks.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_not_a_number)


def _parse_json(data: bytes) -> Any:
    return _DECODER.decode(data.decode())


#: All digits as one, so that two searches find a long number, or one with an exponent.
_ALIKE = bytes.maketrans(b"123456789E", b"000000000e")
_LONG = b"0" * 16


def _is_plain_json(data: bytes) -> bool:
    """
    Whether JSON that was parsed is plain for sure; nearly all is, and `_plain` is slow.

    What is not plain takes many brackets, an escape (of half a surrogate pair), an integer
    beyond 2**53, or a number with an exponent (beyond all limits).
    """
    if data.count(b"[") + data.count(b"{") >= MAX_DEPTH or b"\\u" in data:
        return False
    alike = data.translate(_ALIKE)
    return _LONG not in alike and b"0e" not in alike


def _dump_json(value: Any) -> bytes:
    return orjson.dumps(value)


def _json_array(items: Sequence[bytes]) -> bytes:
    return b"[%b]" % b",".join(items)


_JSON_MARKS = Marks(lambda _: b"[", lambda _: b"{", b",", b":", b"]", b"}")

#: Lengths that fit into 2 bytes.
_SHORT = 0x10000

#: How `undefined` is written as a msgpack extension (type 0) by msgpackr and msgpack5.
_UNDEFINED_EXTENSION = (0, b"\x00")


def _extension(code: int, data: bytes) -> None:
    if (code, bytes(data)) != _UNDEFINED_EXTENSION:
        raise Undecodable(f"msgpack extension {code} is not allowed")


def _parse_msgpack(data: bytes) -> Any:
    return msgpack.unpackb(data, ext_hook=_extension, object_pairs_hook=_unique)


def _dump_msgpack(value: Any) -> bytes:
    packed: bytes = msgpack.packb(value)
    return packed


def _msgpack_array(items: Sequence[bytes]) -> bytes:
    return struct.pack("!B", 0x90 + len(items)) + b"".join(items)


def _msgpack_head(fixed: int, two_bytes: int, length: int) -> bytes:
    """Source: the msgpack specification, array and map format families."""
    if length < 16:
        return struct.pack("!B", fixed + length)
    if length < _SHORT:
        return struct.pack("!BH", two_bytes, length)
    return struct.pack("!BI", two_bytes + 1, length)


_MSGPACK_MARKS = Marks(partial(_msgpack_head, 0x90, 0xDC), partial(_msgpack_head, 0x80, 0xDE))


class _NoTags(UserDict[int, Any]):
    """Decoders of CBOR tags: there are none, not even those that cbor2 brings along."""

    def __missing__(self, tag: int) -> NoReturn:
        raise Undecodable(f"CBOR tag {tag} is not allowed")


_NO_TAGS = _NoTags()


def _parse_cbor(data: bytes) -> Any:
    file = BytesIO(data)
    decoder = cbor2.CBORDecoder(
        file, semantic_decoders=_NO_TAGS, max_depth=MAX_DEPTH + 1, allow_duplicate_keys=False
    )
    value = decoder.decode()
    if file.tell() != len(data):
        raise Undecodable(f"{len(data) - file.tell()} bytes follow")
    return value


def _cbor_array(items: Sequence[bytes]) -> bytes:
    return struct.pack("!B", 0x80 + len(items)) + b"".join(items)


def _cbor_head(major: int, length: int) -> bytes:
    """Source: RFC 8949, 3 and 3.1."""
    if length < 24:
        return struct.pack("!B", major + length)
    if length < 256:
        return struct.pack("!BB", major + 24, length)
    if length < _SHORT:
        return struct.pack("!BH", major + 25, length)
    return struct.pack("!BI", major + 26, length)


_CBOR_MARKS = Marks(partial(_cbor_head, 0x80), partial(_cbor_head, 0xA0))

JSON = Serializer("json", False, _dump_json, _json_array, _JSON_MARKS, _parse_json, _is_plain_json)
MSGPACK = Serializer("msgpack", True, _dump_msgpack, _msgpack_array, _MSGPACK_MARKS, _parse_msgpack)
CBOR = Serializer("cbor", True, cbor2.dumps, _cbor_array, _CBOR_MARKS, _parse_cbor)
