"""
The sender's numbers: what waits for a number that is missing (rules Q1-Q3).

Rule: only for a source that counts every message of a game (`dense`). What comes early waits
for what is missing, two seconds at most and a bounded number of messages; then it goes on
with a gap, of which the sender is told once. Pure.
"""

from __future__ import annotations

from typing import Any

import attrs

#: How long a message waits for the ones before it. Milliseconds; domain.md, Q2.
HOLD_MS = 2_000
#: A gap that is open for so long makes the source doubtful. Milliseconds; domain.md, Q2.
DEGRADED_MS = 5_000
#: Messages that wait; one more ends the waiting.
MOST = 64


@attrs.frozen
class Waiting:
    """A message that came before its turn."""

    number: int
    message: Any
    since_ms: int


@attrs.frozen
class Sequence:
    """
    Where one source stands in its numbers for one game.

    Attributes:
        expected: the number that comes next; None: none has come.
        waiting: messages beyond it, by number.
        gap: first and last number that were given up, and when; of the latest gap.
    """

    expected: int | None = None
    waiting: tuple[Waiting, ...] = ()
    gap: tuple[int, int, int] | None = None


@attrs.frozen
class Ready:
    """A message whose turn it is; `expected` is for `rules.case.Case`."""

    message: Any
    expected: int | None


def arrive(
    sequence: Sequence, number: int, message: Any, now_ms: int
) -> tuple[Sequence, tuple[Ready, ...]]:
    """
    A message with its `source_seq` comes.

    Returns:
        The sequence, and the messages to judge now, in order; none while this one waits.
    """
    expected = sequence.expected
    if expected is not None and number < expected:
        return _filled(sequence, number), (Ready(message, expected),)
    if any(one.number == number for one in sequence.waiting):
        return sequence, ()
    waiting = sorted((*sequence.waiting, Waiting(number, message, now_ms)), key=_number)
    sequence = attrs.evolve(
        sequence, expected=number if expected is None else expected, waiting=tuple(waiting)
    )
    return _released(sequence, now_ms, give_up=len(waiting) > MOST)


def due(sequence: Sequence, now_ms: int) -> tuple[Sequence, tuple[Ready, ...]]:
    """Time passes: what has waited long enough goes on."""
    oldest = min((one.since_ms for one in sequence.waiting), default=now_ms)
    return _released(sequence, now_ms, give_up=now_ms - oldest >= HOLD_MS)


def due_ms(sequence: Sequence) -> int | None:
    """When `due` has something to do, milliseconds UTC; None: never."""
    return min((one.since_ms + HOLD_MS for one in sequence.waiting), default=None)


def is_degraded(sequence: Sequence, now_ms: int) -> bool:
    """Whether a gap has been open for so long that the source is to be doubted."""
    return sequence.gap is not None and now_ms - sequence.gap[2] >= DEGRADED_MS - HOLD_MS


def _number(one: Waiting) -> int:
    return one.number


def _released(
    sequence: Sequence, now_ms: int, *, give_up: bool
) -> tuple[Sequence, tuple[Ready, ...]]:
    expected, gap, ready = sequence.expected, sequence.gap, []
    waiting = list(sequence.waiting)
    while waiting and expected is not None and (waiting[0].number == expected or give_up):
        one = waiting.pop(0)
        if one.number != expected:
            gap, give_up = (expected, one.number - 1, now_ms), False
        ready.append(Ready(one.message, expected))
        expected = one.number + 1
    return Sequence(expected, tuple(waiting), gap), tuple(ready)


def _filled(sequence: Sequence, number: int) -> Sequence:
    """The sequence after a number of its gap has come after all."""
    if sequence.gap is None or not sequence.gap[0] <= number <= sequence.gap[1]:
        return sequence
    first, last, since = sequence.gap
    if first == last:
        return attrs.evolve(sequence, gap=None)
    return attrs.evolve(sequence, gap=(first + 1, last, since))
