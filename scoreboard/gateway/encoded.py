"""
Encoded values: what many are sent alike, written once per serializer.

Rule: the bytes of a piece are those that the serializer gives for its plain value, so
that nobody can tell whether it was spliced; a piece never changes. Pure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scoreboard.gateway.serializers import Serializer


class Piece(ABC):
    """A value that brings its own bytes."""

    __slots__ = ()

    @abstractmethod
    def parts(self, serializer: Serializer) -> Iterator[bytes]:
        """Its bytes, in parts: what is long and kept is not copied before all is joined."""

    def form(self, serializer: Serializer) -> bytes:
        """Its bytes."""
        return b"".join(self.parts(serializer))


def parts_of(serializer: Serializer, value: Any) -> Iterator[bytes]:
    """
    The bytes of a plain value or a piece, in parts.

    Raises:
        ValueError, TypeError: it is neither.
    """
    if isinstance(value, Piece):
        yield from value.parts(serializer)
    else:
        yield serializer.dumps(value)


class Encoded(Piece):
    """
    A piece whose bytes are kept.

    Args:
        make: its bytes; called once per serializer.
    """

    __slots__ = ("_forms", "_make")

    def __init__(self, make: Callable[[Serializer], bytes]) -> None:
        self._make = make
        self._forms: dict[str, bytes] = {}

    def parts(self, serializer: Serializer) -> Iterator[bytes]:
        """What is kept, as it is."""
        yield self.form(serializer)

    def form(self, serializer: Serializer) -> bytes:
        """The same bytes object every time."""
        form = self._forms.get(serializer.name)
        if form is None:
            form = self._forms[serializer.name] = self._make(serializer)
        return form

    @property
    def size(self) -> int:
        """Bytes that are kept, over all serializers."""
        return sum(map(len, self._forms.values()))


class Record(Piece):
    """A map whose values are plain or pieces; its own bytes are not kept."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any]) -> None:
        self._items = items

    def parts(self, serializer: Serializer) -> Iterator[bytes]:
        """Spliced from its values."""
        dumps, marks = serializer.dumps, serializer.marks
        yield marks.open_map(len(self._items))
        before = b""
        for key, value in self._items.items():
            yield before + dumps(key) + marks.after_key
            yield from parts_of(serializer, value)
            before = marks.between
        yield marks.close_map


class Row(Piece):
    """A list of plain values or pieces; its own bytes are not kept."""

    __slots__ = ("_items",)

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items

    def parts(self, serializer: Serializer) -> Iterator[bytes]:
        """Spliced from its elements."""
        marks = serializer.marks
        yield marks.open_list(len(self._items))
        before = b""
        for item in self._items:
            if before:
                yield before
            yield from parts_of(serializer, item)
            before = marks.between
        yield marks.close_list
