"""
Heartbeats and other deadlines of connections: one wheel for all of them.

Rule: a deadline is never met before its time, and found at most one step late; a new one
of the same item takes the place of the old one. Pure.

# Note [Silence]

Whoever says nothing for an interval is asked (ping); who then says nothing, is gone. Any
traffic counts as a sign. A program that has stopped reading gives no sign either, though
its machine is there: as long as the kernel there acknowledges what we send, it is
given more time (`stall_s`), in which its position stands still and costs nothing.

Peers that came at once, after a restart, would be asked at once for ever. So each has a
share of the interval that it is asked earlier, which takes them apart.

Source: RFC 6455, 5.5.2 and 5.5.3; security page, L18.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from enum import Enum, auto
from math import floor
from typing import Generic, Protocol, TypeVar

import attrs

from scoreboard.model.errors import LocalError

#: The part of the interval over which the asking is spread (security page, L18).
_SPREAD = 0.2

#: Where a share lies: 0 to this, exclusive.
SHARES = 64


class Timed(Hashable, Protocol):
    """
    What has a deadline; hashed by identity.

    Attributes:
        slot: where it stands; belongs to the wheel. 0: nowhere.
    """

    slot: int


T = TypeVar("T", bound=Timed)


class Wheel(Generic[T]):
    """
    Items by their deadlines.

    Args:
        step: seconds in which deadlines are told apart.
    """

    def __init__(self, step: float) -> None:
        self._step = step
        # An ordered set each: who leaves early must not be searched for, nor kept.
        self._slots: dict[int, dict[T, None]] = {}
        self._turned = 0

    def __bool__(self) -> bool:
        """Whether anything stands in it."""
        return bool(self._slots)

    def put(self, item: T, due: float) -> None:
        """
        The deadline of `item` is `due`, and no other.

        Args:
            due: seconds, on the clock given to `expired`; one that is past is found next.
        """
        self.drop(item)
        slot = max(floor(due / self._step), self._turned) + 1
        item.slot = slot
        self._slots.setdefault(slot, {})[item] = None

    def drop(self, item: T) -> None:
        """`item` has no deadline any more; if it had none, that is fine."""
        if item.slot:
            others = self._slots[item.slot]
            del others[item]
            if not others:
                del self._slots[item.slot]
            item.slot = 0

    def expired(self, now: float) -> list[T]:
        """
        Take out the items whose deadline is over.

        Args:
            now: seconds; never decreasing.

        Returns:
            Each such item once, those that were due first first.

        Raises:
            LocalError: `now` went backwards.
        """
        turned = floor(now / self._step)
        if turned < self._turned:
            raise LocalError(f"the clock went back to {now}")
        self._turned = turned
        found = []
        for slot in sorted(slot for slot in self._slots if slot <= turned):
            for item in self._slots.pop(slot):
                item.slot = 0
                found.append(item)
        return found


@attrs.frozen
class Patience:
    """
    How long a peer may be silent, in seconds.

    Attributes:
        interval_s: after which it is asked for a sign.
        timeout_s: that it has to give one.
        stall_s: that it has in all, while its kernel still answers.
    """

    interval_s: float = 20.0
    timeout_s: float = 10.0
    stall_s: float = 60.0

    def early_s(self, share: int) -> float:
        """How much earlier than after the interval the peer with that share is asked."""
        return self.interval_s * _SPREAD * (share % SHARES) / SHARES


class Act(Enum):
    """What is to be done about a peer."""

    WAIT = auto()  #: nothing
    ASK = auto()  #: ping it
    DROP = auto()  #: it is gone


def beat(
    patience: Patience, share: int, silence: float, *, asked: bool, answers: Callable[[], bool]
) -> tuple[Act, float]:
    """
    What to do about a peer whose deadline has come.

    Args:
        share: of the peer; 0 to `SHARES`.
        silence: seconds since its last sign.
        asked: whether it was asked for one since.
        answers: whether its kernel has acknowledged anything since it was asked; looked at
            only if that decides.

    Returns:
        What to do, and seconds until the next deadline.
    """
    until_asked = patience.interval_s - patience.early_s(share) - silence
    if until_asked > 0:
        return Act.WAIT, until_asked
    if not asked:
        return Act.ASK, patience.timeout_s
    if silence < patience.stall_s and answers():
        return Act.WAIT, min(patience.timeout_s, patience.stall_s - silence)
    return Act.DROP, 0.0
