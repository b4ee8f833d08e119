"""
Hypothesis strategies for the model's classes, made from their annotations.

`values(Entry)` gives any entry that its types allow; ids are in the form that topics
demand, numbers and text are as wild as the plain JSON model lets them be.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st

from scoreboard.model import ids

T = TypeVar("T")

#: The largest integer that every JSON decoder reads exactly (RFC 8259, 6).
MAX_INT = 2**53

_PRIMITIVES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    int: st.integers(-MAX_INT, MAX_INT),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    ids.GameId: st.from_regex(r"g[0-9a-z]{10}", fullmatch=True),
    ids.TeamId: st.from_regex(r"t[0-9a-z]{10}", fullmatch=True),
    ids.PersonId: st.from_regex(r"x[0-9a-z]{10}", fullmatch=True),
    ids.PlayId: st.from_regex(r"p[1-9][0-9]{0,8}", fullmatch=True),
    ids.SourceId: st.from_regex(r"[a-z][0-9a-z_]{0,7}", fullmatch=True),
    ids.League: st.from_regex(r"[0-9a-z][0-9a-z_]{3}", fullmatch=True),
}

#: Anything that JSON can say, a few levels deep.
plain: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INT, MAX_INT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@cache
def values(kind: type[T]) -> st.SearchStrategy[T]:
    """Any value of the attrs class `kind`."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: _of(hints[field.name]) for field in attrs.fields(kind)})


def any_of(union: Any) -> st.SearchStrategy[Any]:
    """Any value of any member of a union such as `Event`."""
    return _of(union)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    if hint is Any:
        return plain
    if hint in _PRIMITIVES:
        return _PRIMITIVES[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([_of(argument) for argument in arguments])
    if origin is Mapping:
        return st.dictionaries(_of(arguments[0]), _of(arguments[1]), max_size=3)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(_of(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_of, arguments))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return values(hint)
