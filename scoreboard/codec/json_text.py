"""
JSON in and out, strict.

Rule: what is read is the plain JSON model and nothing that Python's reader adds to it: no
NaN, no number without end, no half characters, no repeated keys, no depth without end. Pure.

Source: RFC 8259; RFC 7493 (I-JSON) for repeated keys.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from scoreboard.codec.plain import NotPlain, plain
from scoreboard.model.errors import RemoteError


class NotJson(RemoteError):
    """The bytes are not the JSON that we take; the text says where and why."""


def _no_constant(name: str) -> Any:
    raise NotJson(f"{name} is not JSON")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise NotJson(f"the key {repeated!r} stands twice in one object")
    return found


_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_no_repeats)


def read_json(data: bytes) -> Any:
    """
    The value that `data` is.

    Raises:
        NotJson: it is none, or holds what the plain JSON model does not have.
    """
    try:
        return plain(_DECODER.decode(data.decode()))
    except NotPlain as why:
        raise NotJson(str(why)) from why
    except UnicodeDecodeError as why:
        raise NotJson(f"not UTF-8 at byte {why.start}") from why
    except RecursionError as why:
        raise NotJson("nested too deeply") from why
    except json.JSONDecodeError as why:
        raise NotJson(f"{why.msg} at line {why.lineno} column {why.colno}") from why
    except ValueError as why:
        raise NotJson(str(why)) from why


def bounded(value: Any, depth: int) -> None:
    """
    Check how deep `value` is nested: a list in a list is 2 deep.

    Raises:
        NotJson: deeper than `depth`.
    """
    layer = [value]
    for _ in range(depth):
        layer = [inner for outer in layer for inner in _inside(outer)]
    if any(isinstance(item, dict | list) for item in layer):
        raise NotJson(f"nested more than {depth} deep")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def write_json(value: Any) -> bytes:
    """`value` in the fewest bytes, UTF-8."""
    return orjson.dumps(value)
