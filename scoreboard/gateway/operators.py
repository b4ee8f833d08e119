"""
The calls of operators: the sources that the server fetches from.

Rule: only a session of the role `ops` may make them; what is wrong with a source is told in
the words of its settings. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from scoreboard.gateway.realm import OPS, Caller, CallError, Procedure
from scoreboard.model.errors import LocalError, RemoteError

_INVALID = "wamp.error.invalid_argument"


class SourceList(Protocol):
    """The sources, as the composition root has them."""

    def add(self, name: str, data: Mapping[str, Any], /) -> dict[str, Any]:
        """One more. Raises: RemoteError, LocalError."""

    def remove(self, name: str, /) -> dict[str, Any]:
        """One less. Raises: RemoteError, LocalError."""

    def list(self) -> dict[str, Any]:
        """All of them."""


def operator_procedures(sources: SourceList) -> dict[str, Procedure]:
    """URI -> procedure."""

    def add(args: list[Any], kwargs: dict[str, Any]) -> Any:
        data = {name: value for name, value in kwargs.items() if name != "source"}
        return sources.add(_name(args, kwargs), data)

    def remove(args: list[Any], kwargs: dict[str, Any]) -> Any:
        return sources.remove(_name(args, kwargs))

    def listed(_args: list[Any], _kwargs: dict[str, Any]) -> Any:
        return sources.list()

    return {
        "scoreboard.v1.ops.source.add": _for_operators(add),
        "scoreboard.v1.ops.source.remove": _for_operators(remove),
        "scoreboard.v1.ops.source.list": _for_operators(listed),
    }


def _for_operators(call: Callable[[list[Any], dict[str, Any]], Any]) -> Procedure:
    def procedure(caller: Caller, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if caller.role != OPS:
            raise CallError("wamp.error.not_authorized", "join with an operator's ticket")
        try:
            return call(args, kwargs)
        except CallError:
            raise
        except RemoteError as why:
            raise CallError(_INVALID, str(why)) from why
        except LocalError as why:
            raise CallError("scoreboard.error.unavailable", str(why)) from why

    return procedure


def _name(args: list[Any], kwargs: Mapping[str, Any]) -> str:
    """`source`, by name or as the first argument."""
    name = kwargs.get("source", args[0] if args else None)
    if not isinstance(name, str):
        raise CallError(_INVALID, "source is missing: the name of the source")
    return name
