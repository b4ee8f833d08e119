"""
A property that is worked out once for each object.

Rule: only for objects whose attributes never change. Pure.

As `functools.cached_property`, which up to Python 3.11 takes a lock for each object and each
property; a tenth of what a message costs went there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801 - used like `property`
    """
    Keeps the value in the object's `__dict__`, where it is found before this is asked again.

    Args:
        work_out: the value, from the object.
    """

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> once[Value]: ...

    @overload
    def __get__(self, owner: object, kind: type | None = None) -> Value: ...

    def __get__(self, owner: object | None, kind: type | None = None) -> once[Value] | Value:
        """The value; the property itself if asked of the class."""
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work_out(owner)
        return value
