"""
Machines as tables: what a state becomes.

Rule: a pair that is absent from its table is a fault of ours, never ignored. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from scoreboard.model.errors import LocalError

State = TypeVar("State", bound=Enum)
Input = TypeVar("Input", bound=Enum)


def following(table: Mapping[tuple[State, Input], State], state: State, given: Input) -> State:
    """The state that `given` leads to. Raises: LocalError: it may not come in `state`."""
    after = table.get((state, given))
    if after is None:
        raise LocalError(f"{given.name} in state {state.name}")
    return after
