"""
How values become plain data and back: one form per kind of value, tables for classes.

Rule: what is packed is exactly what can be unpacked. Both directions check the same
types, so that nothing enters a log that cannot be read from it; one value has one
packed form, so that equal values give equal bytes. Pure.

# Note [Why not cattrs]

cattrs would build these hooks too. But it coerces (`int("3")`, `bool("no")`), so every
primitive would need a strict hook; it takes defaults from the class, while a default
that is left out of the bytes must stay what it was when they were written; and its
short keys would be a table like the one in `entry_table`. With these three supplied by
us, what it would still do is the loop below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from operator import attrgetter
from typing import Any

import attrs

from scoreboard.model.errors import LocalError

#: The largest integer that every JSON decoder reads exactly (RFC 8259, 6).
_MAX_INT = 2**53

_REQUIRED: Any = object()
_ABSENT: Any = object()


class Unfit(LocalError):
    """Something is outside the model; `path` names it ("event.play.facts.points")."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self._path: list[str] = []

    @property
    def path(self) -> str:
        """Field names from the outermost value to the one that does not fit."""
        return ".".join(self._path)

    def within(self, name: str) -> None:
        """Say that this was met in field `name`."""
        self._path.insert(0, name)

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" if self._path else self.problem


@attrs.frozen
class Form:
    """
    How one kind of value is written.

    Attributes:
        pack: value -> plain data (dict, list, str, int, float, bool). Raises: Unfit.
        unpack: plain data -> value. Raises: Unfit.
    """

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


@attrs.frozen
class Field:
    """
    One attribute of a class and its place in the map.

    Attributes:
        key: in the map; never changed, never given to another field.
        default: what an absent key means; never changed either, whatever the class says.
    """

    name: str
    key: str
    form: Form
    default: Any = _REQUIRED


def _checked(kind: type, words: str) -> Form:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise Unfit(f"{value!r} is not {words}")
        return value

    return Form(check, check)


def _whole(value: Any) -> Any:
    if type(value) is not int or not -_MAX_INT <= value <= _MAX_INT:
        raise Unfit(f"{value!r} is not a whole number within 2**53")
    return value


def _real(value: Any) -> float:
    if type(value) not in (float, int) or not math.isfinite(value):
        raise Unfit(f"{value!r} is not a finite number")
    # One form for 2 and 2.0, and for 0.0 and -0.0: they are equal, so their bytes must be.
    return float(value) + 0.0


def _plain(value: Any) -> Any:
    if value is None or type(value) in (str, bool):
        return value
    if type(value) is int:
        return _whole(value)
    if type(value) is float:
        return _real(value)
    if type(value) is list:
        return [_plain(item) for item in value]
    if type(value) is not dict or not all(type(key) is str for key in value):
        raise Unfit(f"{value!r:.80} is not plain data")
    # Sorted: maps are equal whatever the order of their keys, so their bytes must be.
    return {key: _plain(value[key]) for key in sorted(value)}


TEXT = _checked(str, "text")
FLAG = _checked(bool, "true or false")
WHOLE = Form(_whole, _whole)
REAL = Form(_real, _real)
#: Anything of the plain JSON model: what somebody else sent, kept as it was read.
PLAIN = Form(_plain, _plain)


def _counts(value: Any) -> Any:
    if not isinstance(value, Mapping) or not all(type(name) is str for name in value):
        raise Unfit(f"{value!r:.80} is not names and numbers")
    return {name: _count(value[name]) for name in sorted(value)}


def _count(value: Any) -> Any:
    """A number, whole if it can be: what is equal is packed alike."""
    if type(value) is float and value.is_integer() and abs(value) <= _MAX_INT:
        return int(value)
    return _whole(value) if type(value) is int else _real(value)


#: Names and how many of each, in the order of the names.
COUNTS = Form(_counts, _counts)


def choice(kind: type[Enum]) -> Form:
    """A member of `kind`, written as its value."""
    by_value = {member.value: member for member in kind}

    def pack(value: Any) -> Any:
        if type(value) is not kind:
            raise Unfit(f"{value!r} is not a {kind.__name__}")
        return value.value

    def unpack(data: Any) -> Any:
        if type(data) is not str or data not in by_value:
            raise Unfit(f"{data!r} is no {kind.__name__} that this version knows")
        return by_value[data]

    return Form(pack, unpack)


def many(form: Form) -> Form:
    """A tuple of any length."""

    def pack(value: Any) -> Any:
        if type(value) is not tuple:
            raise Unfit(f"{value!r} is not a tuple")
        return [form.pack(item) for item in value]

    def unpack(data: Any) -> Any:
        if type(data) is not list:
            raise Unfit(f"{data!r} is not a list")
        return tuple(form.unpack(item) for item in data)

    return Form(pack, unpack)


def row(*forms: Form) -> Form:
    """A tuple of exactly these."""

    def pack(value: Any) -> Any:
        if type(value) is not tuple or len(value) != len(forms):
            raise Unfit(f"{value!r} is not a tuple of {len(forms)}")
        return [form.pack(item) for form, item in zip(forms, value, strict=True)]

    def unpack(data: Any) -> Any:
        if type(data) is not list or len(data) != len(forms):
            raise Unfit(f"{data!r} is not a list of {len(forms)}")
        return tuple(form.unpack(item) for form, item in zip(forms, data, strict=True))

    return Form(pack, unpack)


def record(kind: type, *fields: Field) -> Form:
    """
    A class, written as a map; what is at its default is left out, unknown keys are ignored.

    Raises:
        LocalError: the table does not give each attribute of `kind` one key of its own.
    """
    _complete(kind, fields)
    values_of = _values_of([field.name for field in fields])
    rows = tuple((f.name, f.key, f.default, f.default is _REQUIRED, f.form.pack) for f in fields)
    by_key = {f.key: (f.name, f.form.unpack) for f in fields}
    defaults = {f.name: f.default for f in fields if f.default is not _REQUIRED}
    required = {f.name for f in fields if f.default is _REQUIRED}

    def pack(value: Any) -> dict[str, Any]:
        if type(value) is not kind:
            raise Unfit(f"{value!r} is not a {kind.__name__}")
        data = {}
        name = ""
        try:
            columns = zip(rows, values_of(value), strict=True)
            for (name, key, default, must, pack_field), field in columns:  # noqa: B007 - used in except
                if must or (field is not default and field != default):
                    data[key] = pack_field(field)
        except Unfit as fault:
            fault.within(name)
            raise
        return data

    def unpack(data: Any) -> Any:
        if type(data) is not dict:
            raise Unfit(f"{data!r} is not a map")
        values = defaults.copy()
        name = ""
        try:
            for key, field in data.items():
                if key in by_key:
                    name, unpack_field = by_key[key]
                    values[name] = unpack_field(field)
        except Unfit as fault:
            fault.within(name)
            raise
        if not required <= values.keys():
            raise Unfit(f"{', '.join(sorted(required - values.keys()))}: missing")
        return kind(**values)

    return Form(pack, unpack)


def either(kinds: Mapping[str, tuple[type, Form]]) -> Form:
    """One of several classes, written as a list of its tag (never changed) and itself."""
    tags = {kind: (tag, form.pack) for tag, (kind, form) in kinds.items()}
    unpackers = {tag: form.unpack for tag, (_, form) in kinds.items()}

    def pack(value: Any) -> Any:
        if type(value) not in tags:
            raise Unfit(f"{value!r} is of no class that can be written here")
        tag, pack_one = tags[type(value)]
        return [tag, pack_one(value)]

    def unpack(data: Any) -> Any:
        if type(data) is not list or len(data) != 2 or type(data[0]) is not str:
            raise Unfit(f"{data!r} is not a tag and a value")
        if data[0] not in unpackers:
            raise Unfit(f"{data[0]!r} is no tag that this version knows")
        return unpackers[data[0]](data[1])

    return Form(pack, unpack)


def _values_of(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads all of `names` from a value in one call; half the time of packing went there."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _complete(kind: type, fields: tuple[Field, ...]) -> None:
    names = [field.name for field in fields]
    keys = [field.key for field in fields]
    expected = [attribute.name for attribute in attrs.fields(kind)]
    if sorted(names) != sorted(expected):
        differ = sorted(set(names) ^ set(expected))
        raise LocalError(f"{kind.__name__}: the table of keys and the class differ in {differ}")
    if len(set(keys)) != len(keys):
        raise LocalError(f"{kind.__name__}: a key stands for two fields in {keys}")
