"""
Entries of a game's log as bytes, and back.

Rule: bytes that were written are readable for ever, by this version and by later ones;
equal entries give equal bytes. Reading accepts the plain JSON model and nothing
beyond it: no tag, no shared or cyclic value, no indefinite length, no repeated key. Pure.

The format: one CBOR map per entry, `v` first, then the keys of `codec.entry_table`.
Fields at their default are left out and unknown keys are ignored, so that a field can
be added without a new `v`; `v` rises only when old readers would misread what is new.

Source: RFC 8949, Concise Binary Object Representation.
"""

from __future__ import annotations

from collections import UserDict
from io import BytesIO
from typing import Any, NoReturn

import cbor2

from scoreboard.codec.entry_record import Unfit
from scoreboard.codec.entry_table import ENTRY
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry

#: The newest format that this version reads, and the one that it writes.
VERSION = 1

#: Levels of lists and maps within an entry; the deepest of ours has 8, and a held message
#: adds its own below the sixth.
_MAX_DEPTH = 24


class _NoTags(UserDict[int, Any]):
    """
    Decoders of tagged values: there are none.

    cbor2 asks here before it decodes a tag itself, so that neither its dates, sets and
    regular expressions nor its shared values (a few bytes that unfold without end) exist.
    """

    def __missing__(self, tag: int) -> NoReturn:
        raise LocalError(f"tag {tag} is not allowed")


_NO_TAGS = _NoTags()


def encode_entry(entry: Entry) -> bytes:
    """
    The bytes of `entry`; equal entries give equal bytes.

    Raises:
        LocalError: a field holds what its type forbids, and which.
    """
    try:
        return cbor2.dumps({"v": VERSION, **ENTRY.pack(entry)})
    except (cbor2.CBOREncodeError, ValueError) as fault:
        raise LocalError(f"the entry cannot be written: {fault}") from fault


def decode_entry(data: bytes) -> Entry:
    """
    The entry whose bytes are `data`.

    Raises:
        LocalError: `data` is not an entry, or one of a newer format; names what is wrong.
    """
    plain = decode_plain(data)
    if type(plain) is not dict:
        raise Unfit(f"an entry is a map, not {plain!r}")
    version = plain.get("v")
    if type(version) is not int or version < 1:
        raise Unfit(f"v: {version!r} is no version of an entry")
    if version > VERSION:
        raise Unfit(f"v: the entry has format {version}; this version reads up to {VERSION}")
    entry: Entry = ENTRY.unpack(plain)
    return entry


def decode_plain(data: bytes) -> Any:
    """
    One CBOR item of the plain model: maps, lists, text, numbers, booleans, null.

    Raises:
        LocalError: `data` is not exactly one item, or holds a tag, a repeated key, a
            length that is not said at the start, or too many levels.
    """
    file = BytesIO(data)
    decoder = cbor2.CBORDecoder(
        file,
        semantic_decoders=_NO_TAGS,
        max_depth=_MAX_DEPTH,
        allow_indefinite=False,
        allow_duplicate_keys=False,
    )
    try:
        plain = decoder.decode()
    except cbor2.CBORError as fault:
        raise LocalError(f"not plain CBOR: {fault.__cause__ or fault}") from fault
    if file.tell() != len(data):
        raise LocalError(f"not plain CBOR: {len(data) - file.tell()} bytes follow the item")
    return plain
