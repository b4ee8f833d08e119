"""
How a write-ahead log ends: in the middle of a transaction, or behind one.

Source: SQLite's file format, 4.1 (https://www.sqlite.org/fileformat2.html#walformat).
"""

from __future__ import annotations

import struct
from pathlib import Path

_HEAD = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")


def begun(path: Path) -> int:
    """Bytes behind the last commit that belong to the log's present round; 0 if it ends cleanly."""
    data = path.read_bytes() if path.exists() else b""
    if len(data) < _HEAD.size:
        return len(data)
    _, _, page, _, *salts, _, _ = _HEAD.unpack_from(data)
    at, committed = _HEAD.size, _HEAD.size
    while at + _FRAME.size + page <= len(data):
        _, pages, *of_frame, _, _ = _FRAME.unpack_from(data, at)
        if of_frame != salts:
            return at - committed
        at += _FRAME.size + page
        if pages:
            committed = at
    return len(data) - committed if at == committed or _is_ours(data, at, salts) else at - committed


def _is_ours(data: bytes, at: int, salts: list[int]) -> bool:
    """Whether the part of a frame at the end is of the present round, too."""
    rest = data[at : at + _FRAME.size]
    return len(rest) == _FRAME.size and list(_FRAME.unpack(rest)[2:4]) == salts
