"""
Messages that nobody should send: bombs by hand, and mutations of good ones.

Rule: whatever stands here may come in over any door; what becomes of it is for the tests to say.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

#: A good play.
PLAY = {
    "type": "play",
    "provider_play_id": "77",
    "source_seq": 7,
    "sent_at": "2026-11-28T20:00:00.000Z",
    "play": {
        "play_type": "2pt",
        "period_index": 1,
        "clock_ms": 600_000,
        "order": 9_000_000,
        "team_id": "home",
        "points": 2,
        "result": "made",
        "text": "a basket",
        "wallclock": "2026-11-28T20:00:00Z",
        "qualifiers": ["fastbreak"],
        "participants": [{"role": "shooter", "name": "A. Player", "jersey": "7"}],
        "loc": {"x": 50.0, "y": 40.0},
        "shot": {"value": 2, "made": True, "distance_ft": 3.5},
    },
    "score_after": {"home": 2, "away": 0},
}

#: One of each type of message.
MESSAGES: tuple[dict[str, Any], ...] = (
    PLAY,
    {"type": "void", "provider_play_id": "1", "overturned": True, "reason": "review"},
    {"type": "status", "status": "in_progress", "period_index": 1, "source_seq": 9},
    {
        "type": "clock",
        "period_index": 1,
        "value_ms": 500_000,
        "running": True,
        "as_of": "2026-11-28T20:00:00Z",
        "cause": "start",
    },
    {"type": "score", "home": 4, "away": 2, "correction": True, "reason": "review"},
    {"type": "situation", "situation": {"possession": "home"}},
    {"type": "heartbeat"},
)

#: Numbers at the edges of what somebody can read.
EDGES: tuple[Any, ...] = (
    -1,
    0,
    -0.0,
    0.5,
    2**31,
    2**53 - 1,
    2**53,
    2**63,
    2**64,
    10**400,
    -(10**400),
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
)

#: Texts that something may choke on.
TEXTS = (
    "",
    "\ud800",
    "a\udfffb",
    "\x00",
    "\u202e",
    "x" * 4_097,
    "\x1b[2J",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.9999-23:59",
    "24:00",
    "home",
    "nobody",
    "-1",
    "NaN",
)


def nested(levels: int, value: Any = 1) -> Any:
    """`value` in so many lists."""
    for _ in range(levels):
        value = [value]
    return value


json_like = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=12),
        st.sampled_from(EDGES),
        st.sampled_from(TEXTS),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in `value`."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found = [(*path, key) for key, _ in items]
    for key, inner in items:
        found += _paths(inner, (*path, key))
    return found


@st.composite
def mutated(draw: st.DrawFn, bases: tuple[dict[str, Any], ...] = MESSAGES) -> Any:
    """A good message with some fields dropped, replaced, wrapped, renamed or taken elsewhere."""
    message = copy.deepcopy(draw(st.sampled_from(bases)))
    for _ in range(draw(st.integers(0, 3))):
        paths = _paths(message)
        if not paths:
            break
        *to, name = draw(st.sampled_from(paths))
        parent = message
        for step in to:
            parent = parent[step]
        match draw(st.sampled_from(("drop", "replace", "edge", "text", "wrap", "rename", "swap"))):
            case "drop":
                del parent[name]
            case "replace":
                parent[name] = draw(json_like)
            case "edge":
                parent[name] = draw(st.sampled_from(EDGES))
            case "text":
                parent[name] = draw(st.sampled_from(TEXTS))
            case "wrap":
                parent[name] = [parent[name]]
            case "rename" if isinstance(parent, dict):
                parent[draw(st.text(max_size=6))] = parent.pop(name)
            case _:
                message[str(name)] = copy.deepcopy(parent[name])
    return message


def text_of(value: Any) -> bytes:
    """`value` as Python writes it: also what is no JSON."""
    return json.dumps(value).encode()


#: JSON texts that are no message, by name.
BOMBS: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"type": "play"',
    "two values": b"{} {}",
    "a list": b"[]",
    "a text": b'"play"',
    "a number": b"17",
    "null": b"null",
    "not UTF-8": b'{"type": "\xff\xfe"}',
    "a byte order mark": b'\xef\xbb\xbf{"type": "heartbeat"}',
    "NaN": b'{"type": "score", "home": NaN, "away": 0}',
    "Infinity": b'{"type": "score", "home": Infinity, "away": 0}',
    "1e999": b'{"type": "score", "home": 1e999, "away": 0}',
    "1e999 for a place": text_of(PLAY).replace(b'"x": 50.0', b'"x": 1e999'),
    "a place of 400 digits": text_of(PLAY).replace(b'"x": 50.0', b'"x": ' + b"9" * 400),
    "5000 digits": b'{"type": "score", "home": ' + b"9" * 5_000 + b', "away": 0}',
    "2**64": b'{"type": "score", "home": 18446744073709551616, "away": 0}',
    "2**64 as a counter": b'{"type": "heartbeat", "source_seq": 18446744073709551616}',
    "a key twice": b'{"type": "heartbeat", "type": "heartbeat"}',
    "half a character": b'{"type": "void", "provider_play_id": "\\ud800"}',
    "half a character for a type": b'{"type": "\\udfff"}',
    "half a character as a key": b'{"type": "heartbeat", "\\ud800": 1}',
    "100,000 lists": b"[" * 100_000,
    "30,000 lists": b"[" * 30_000 + b"]" * 30_000,
    "900 lists": b'{"type": ' + b"[" * 900 + b"]" * 900 + b"}",
    "17 lists": b'{"type": "heartbeat", "a": ' + b"[" * 17 + b"]" * 17 + b"}",
    "10,000 objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "many empty lists": b"[" + b",".join([b"[]"] * 20_000) + b"]",
    "4,000 unknown fields": text_of({f"f{n}": n for n in range(4_000)} | {"type": "heartbeat"}),
    "a long key": text_of({"k" * 60_000: 1, "type": "heartbeat"}),
    "64 KiB and 1": b'{"type": "heartbeat", "a": "' + b"x" * (65_537 - 30) + b'"}',
    "a long text": text_of({"type": "void", "provider_play_id": "x" * 60_000}),
    "65 participants": text_of(
        {**PLAY, "play": {**PLAY["play"], "participants": [{"role": "a"}] * 65}}  # type: ignore[dict-item]
    ),
    "the first year, east of Greenwich": text_of({**PLAY, "sent_at": "0001-01-01T00:00:00+23:59"}),
    "a wall clock in the first year": text_of(
        {**PLAY, "play": {**PLAY["play"], "wallclock": "0001-01-01T00:00:00+23:59"}}  # type: ignore[dict-item]
    ),
    "a clock in the last year": text_of({**MESSAGES[3], "as_of": "9999-12-31T23:59:59.9999-23:59"}),
}
