"""
Reading plain data field by field, with errors that name the field.

Rule: what is read here came from outside: every type is checked once, at the edge, and
nothing that was not asked for gets in. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from scoreboard.codec.text import parse_iso
from scoreboard.model.errors import RemoteError

#: The largest integer that every JSON decoder reads exactly (RFC 8259, 6).
_MAX_INT = 2**53 - 1
#: Longest text in one field, characters.
MAX_TEXT = 4096
#: Longest name of a field that a sender may choose, characters.
MAX_NAME = 32
#: Fields of one object; those that we know are far fewer.
MAX_FIELDS = 64

Choice = TypeVar("Choice", bound=Enum)


class Malformed(RemoteError):
    """A field is missing or is not what it must be. `path` names it ("play.clock_ms")."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or 'message'}: {problem}")
        self.path = path
        self.problem = problem


class Fields:
    """
    One object of decoded data, read field by field.

    A field that is null is absent. `unread` names what nobody asked for.
    """

    def __init__(self, data: object, path: str = "") -> None:
        if not isinstance(data, dict) and not isinstance(data, Mapping):
            raise Malformed(path, "must be an object")
        if len(data) > MAX_FIELDS:
            raise Malformed(path, f"has more than {MAX_FIELDS} fields")
        self._data = data
        self._path = path
        self._read: set[str] = set()

    def at(self, name: str) -> str:
        """The path of field `name`, for an error."""
        return f"{self._path}.{name}" if self._path else name

    def raw(self, name: str) -> Any:
        """The field as it is, None if absent."""
        self._read.add(name)
        return self._data.get(name)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(name) is not None

    def unread(self) -> list[str]:
        """Paths of the fields that nobody asked for."""
        return [self.at(str(name)) for name in self._data if name not in self._read]

    def required(self, name: str) -> Any:
        """The field as it is. Raises: Malformed when absent."""
        value = self.raw(name)
        if value is None:
            raise Malformed(self.at(name), "is missing")
        return value

    def text(self, name: str, default: str | None = None) -> str | None:
        """A text of at most `MAX_TEXT` characters."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise Malformed(self.at(name), f"must be a text, not {value!r:.40}")
        if len(value) > MAX_TEXT:
            raise Malformed(self.at(name), f"is longer than {MAX_TEXT} characters")
        return value

    def need_text(self, name: str) -> str:
        """A text that must be there and not empty."""
        value = self.text(name)
        if not value:
            raise Malformed(self.at(name), "is missing")
        return value

    def integer(self, name: str) -> int | None:
        """A whole number that is written as one: no text, no bool, no fraction."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise Malformed(self.at(name), f"must be a whole number, not {value!r:.40}")
        if abs(value) > _MAX_INT:
            raise Malformed(self.at(name), "is beyond 2**53")
        return value

    def need_integer(self, name: str) -> int:
        """A whole number that must be there."""
        value = self.integer(name)
        if value is None:
            raise Malformed(self.at(name), "is missing")
        return value

    def number(self, name: str) -> float | None:
        """A finite number."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Malformed(self.at(name), f"must be a number, not {value!r:.40}")
        if isinstance(value, int) and abs(value) > _MAX_INT:
            raise Malformed(self.at(name), "is beyond 2**53")
        if not math.isfinite(value):
            raise Malformed(self.at(name), "must be finite")
        # Never -0.0: the log keeps none, and what is told now is what is told of it later.
        return float(value) + 0.0

    def need_number(self, name: str) -> float:
        """A finite number that must be there."""
        value = self.number(name)
        if value is None:
            raise Malformed(self.at(name), "is missing")
        return value

    def flag(self, name: str) -> bool:
        """A bool, false if absent."""
        value = self.raw(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise Malformed(self.at(name), f"must be true or false, not {value!r:.40}")
        return value

    def time(self, name: str) -> int | None:
        """A time, ISO 8601, as milliseconds UTC."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return parse_iso(value)
        except RemoteError as why:
            raise Malformed(self.at(name), str(why)) from why

    def choice(self, name: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """A member of `kind` by its value; `default`, if there is one, when absent."""
        value = self.text(name)
        if value is None and default is not None:
            return default
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(str(member.value) for member in kind)
            raise Malformed(self.at(name), f"{value!r} is none of: {known}") from None

    def numbers(self) -> dict[str, int | float]:
        """Every field of this object: each is a number, whole if it can be, in order of names."""
        found: dict[str, int | float] = {}
        for name in sorted(map(str, self._data)):
            if len(name) > MAX_NAME:
                raise Malformed(self._path, f"has a name of over {MAX_NAME} characters")
            value = self.number(name)
            if value is not None:
                found[name] = int(value) if value.is_integer() else value
        return found

    def fields(self, name: str) -> Fields | None:
        """An object inside this one."""
        value = self.raw(name)
        return None if value is None else Fields(value, self.at(name))

    def need_fields(self, name: str) -> Fields:
        """An object that must be there."""
        return Fields(self.required(name), self.at(name))

    def each(self, name: str, read: Callable[[Any, str], Any], most: int = 64) -> tuple[Any, ...]:
        """
        A list, each element through `read(element, path)`.

        Args:
            most: elements beyond which the list is refused.
        """
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise Malformed(self.at(name), "must be a list")
        if len(value) > most:
            raise Malformed(self.at(name), f"has more than {most} elements")
        return tuple(read(item, f"{self.at(name)}[{n}]") for n, item in enumerate(value))
