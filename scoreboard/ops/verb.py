"""
A verb: its name, its parameters, what it says of itself, and what it does.

Rule: what a verb can do is what its callable was given; a verb that was given nothing is
not there. Pure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import Any

import attrs

from scoreboard.ops.line import Argument, Typed
from scoreboard.ops.refused import Misspelt


class Kind(Enum):
    """What an argument is."""

    TEXT = "text"
    NUMBER = "number"


class Missing(Enum):
    """The default of a parameter that must be given."""

    REQUIRED = "required"


def _no_words() -> Sequence[str]:
    return ()


@attrs.frozen
class Param:
    """
    A parameter.

    Attributes:
        default: if it is not given.
        words: what it may be, as far as is known now; for completion only.
    """

    name: str
    kind: Kind = Kind.TEXT
    default: str | int | Missing = Missing.REQUIRED
    words: Callable[[], Sequence[str]] = _no_words

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.default is Missing.REQUIRED

    @property
    def shown(self) -> str:
        """As help shows it."""
        return self.name if self.is_required else f"{self.name}={self.default!r}"


#: (who, arguments by name) -> what is shown.
Act = Callable[[str, Mapping[str, Any]], str | Awaitable[str]]


@attrs.frozen
class Verb:
    """
    A verb.

    Attributes:
        summary: one line.
        more: what `help(verb)` says beyond that.
        run: raises `Refused` if it cannot be done.
        acts: whether it changes anything, so that the audit has it before it is begun.
    """

    name: str
    params: tuple[Param, ...]
    summary: str
    run: Act
    more: str = ""
    acts: bool = False

    @property
    def signature(self) -> str:
        """How it is typed."""
        return f"{self.name}({', '.join(param.shown for param in self.params)})"

    def bind(self, typed: Typed) -> dict[str, Any]:
        """
        Arguments by name.

        Raises:
            Misspelt: too many, unknown, missing, or of the wrong kind.
        """
        given: dict[str, Argument] = dict(typed.named)
        if len(typed.args) > len(self.params):
            raise Misspelt(f"too many arguments: {self.signature}")
        for param, argument in zip(self.params, typed.args, strict=False):
            if param.name in given:
                raise Misspelt(f"{param.name} is given twice: {self.signature}")
            given[param.name] = argument
        known = {param.name for param in self.params}
        for name in given:
            if name not in known:
                raise Misspelt(f"there is no argument {name!r}: {self.signature}")
        return {param.name: self._value(param, given.get(param.name)) for param in self.params}

    def _value(self, param: Param, argument: Argument | None) -> Any:
        if argument is None:
            if param.is_required:
                raise Misspelt(f"{param.name} is missing: {self.signature}")
            return param.default
        if param.kind is Kind.TEXT:
            return argument.text
        if isinstance(argument.value, bool) or not isinstance(argument.value, int):
            raise Misspelt(f"{param.name} must be a whole number: {self.signature}")
        return argument.value


def verb_of(table: Mapping[str, Verb], name: str) -> Verb:
    """The verb of that name. Raises: Misspelt: there is none; it says which may be meant."""
    verb = table.get(name)
    if verb is None:
        near = get_close_matches(name, table, 1)
        hint = f"did you mean {near[0]}?" if near else "help() lists the verbs"
        raise Misspelt(f"there is no verb {name!r}; {hint}")
    return verb
