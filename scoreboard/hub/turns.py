"""
Turns: whose stream is written next.

Rule: of streams that all have something to write, none gets more than a quantum ahead of
another, however many readers it has and however long what they are sent is. Pure.

Source: Shreedhar and Varghese, Efficient fair queueing using deficit round robin, 1995.
What a flow spends is known only after it was spent, so its deficit may become negative by
one write, and that is taken off its next turns.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

F = TypeVar("F", bound=Hashable)


class Turns(Generic[F]):
    """
    Deficit round robin.

    Args:
        quantum: what each flow may spend per round, bytes.
    """

    def __init__(self, quantum: int) -> None:
        self._quantum = quantum
        self._deficits: dict[F, int] = {}

    def __len__(self) -> int:
        return len(self._deficits)

    def enter(self, flow: F) -> None:
        """`flow` has something to write; its turn comes last. It must not be in already."""
        self._deficits[flow] = self._quantum

    def leave(self, flow: F) -> None:
        """`flow` has nothing to write any more; what it has not spent is lost."""
        self._deficits.pop(flow, None)

    def current(self) -> F | None:
        """Whose turn it is; None if nobody is in."""
        deficits = self._deficits
        while deficits:
            flow = next(iter(deficits))
            if deficits[flow] > 0:
                return flow
            deficits[flow] = deficits.pop(flow) + self._quantum
        return None

    def charge(self, flow: F, spent: int) -> None:
        """`flow` has written so many bytes."""
        if flow in self._deficits:
            self._deficits[flow] -= spent
