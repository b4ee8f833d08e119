"""
The sender's numbers: what waits for a number that is missing (rules Q1-Q3).

Rule: only for a source that counts every message of a game (`dense`). What comes early waits
for what is missing, two seconds at most and a bounded number of messages; then it goes on
with a gap, of which the sender is told once. Pure.

# Note [Numbers that mean nothing]

Nothing of this is in the log, so a source may begin anywhere: after a restart of ours its
next number is the first. What is below that was perhaps heard before and perhaps not, and is
judged as if nobody counted. So is the number of a message that was refused, or that the log
could not take: its sender was told to send it again, and may do so under the same number.
"""

from __future__ import annotations

from typing import Any

import attrs

#: How long a message waits for the ones before it. Milliseconds; domain.md, Q2.
HOLD_MS = 2_000
#: Messages that wait; one more ends the waiting for the first that is missing.
MOST = 64
#: Ranges of numbers that are remembered of each kind; beyond: the oldest is forgotten.
MOST_RANGES = 64


@attrs.frozen
class Waiting:
    """A message that came before its turn."""

    number: int
    message: Any
    since_ms: int


@attrs.frozen
class Range:
    """Numbers from `first` to `last`, and since when they are what they are (milliseconds)."""

    first: int
    last: int
    since_ms: int


Ranges = tuple[Range, ...]


@attrs.frozen
class Sequence:
    """
    Where one source stands in its numbers for one game.

    Attributes:
        expected: the number that comes next; None: none has come.
        first: the number that it began with.
        waiting: messages beyond it, by number.
        gaps: numbers that were given up and have not come since, oldest first.
        again: numbers that may come again, though they are over. See the Note.
    """

    expected: int | None = None
    first: int = 0
    waiting: tuple[Waiting, ...] = ()
    gaps: Ranges = ()
    again: Ranges = ()


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
    if expected is None:
        sequence = attrs.evolve(sequence, expected=number, first=number)
    elif number == expected and not sequence.waiting:
        return attrs.evolve(sequence, expected=number + 1), (Ready(message, number),)
    elif number < expected:
        return _over(sequence, number, message, expected)
    waiting = sorted((*sequence.waiting, Waiting(number, message, now_ms)), key=_number)
    sequence = attrs.evolve(sequence, waiting=tuple(waiting))
    return _released(sequence, give_up=len(waiting) > MOST)


def due(sequence: Sequence, now_ms: int) -> tuple[Sequence, tuple[Ready, ...]]:
    """Time passes: what has waited long enough goes on, with all that waits for nothing else."""
    ready: list[Ready] = []
    while (until_ms := due_ms(sequence)) is not None and until_ms <= now_ms:
        sequence, some = _released(sequence, give_up=True)
        ready += some
    return sequence, tuple(ready)


def due_ms(sequence: Sequence) -> int | None:
    """When `due` has something to do, milliseconds UTC; None: never."""
    return min((one.since_ms + HOLD_MS for one in sequence.waiting), default=None)


def may_come_again(sequence: Sequence, number: int, now_ms: int) -> Sequence:
    """A number that came and was not taken: what comes under it is not late."""
    return attrs.evolve(sequence, again=_with(sequence.again, number, now_ms))


def missing(sequence: Sequence) -> Ranges:
    """What has not come and should have: what was given up, and what is waited for."""
    expected, holes = sequence.expected, list(sequence.gaps)
    for one in sequence.waiting:
        if expected is not None and one.number > expected:
            holes.append(Range(expected, one.number - 1, one.since_ms))
        expected = one.number + 1
    return tuple(holes)


def hole_ms(sequence: Sequence) -> int | None:
    """Since when something is missing, milliseconds UTC; None: nothing is."""
    return min((hole.since_ms for hole in missing(sequence)), default=None)


def _number(one: Waiting) -> int:
    return one.number


def _over(
    sequence: Sequence, number: int, message: Any, expected: int
) -> tuple[Sequence, tuple[Ready, ...]]:
    """A number below the expected one: a repeat, one that is late, or one that means nothing."""
    again = _without(sequence.again, number)
    is_free = again != sequence.again or number < sequence.first
    sequence = attrs.evolve(sequence, gaps=_without(sequence.gaps, number), again=again)
    return sequence, (Ready(message, None if is_free else expected),)


def _released(sequence: Sequence, *, give_up: bool) -> tuple[Sequence, tuple[Ready, ...]]:
    """
    Those that wait for nothing any more.

    Args:
        give_up: whether the first that is missing is given up.
    """
    expected, gaps, ready = sequence.expected or 0, sequence.gaps, []
    waiting = list(sequence.waiting)
    while waiting and (waiting[0].number <= expected or give_up):
        one = waiting.pop(0)
        if one.number > expected:
            gap = Range(expected, one.number - 1, one.since_ms)
            gaps, give_up = (*gaps, gap)[-MOST_RANGES:], False
        ready.append(Ready(one.message, expected))
        expected = max(expected, one.number + 1)
    after = attrs.evolve(sequence, expected=expected, waiting=tuple(waiting), gaps=gaps)
    return after, tuple(ready)


def _without(ranges: Ranges, number: int) -> Ranges:
    """The same object if `number` is in none of them."""
    for place, one in enumerate(ranges):
        if one.first <= number <= one.last:
            below = (attrs.evolve(one, last=number - 1),) if number > one.first else ()
            above = (attrs.evolve(one, first=number + 1),) if number < one.last else ()
            return (*ranges[:place], *below, *above, *ranges[place + 1 :])
    return ranges


def _with(ranges: Ranges, number: int, now_ms: int) -> Ranges:
    if any(one.first <= number <= one.last for one in ranges):
        return ranges
    if ranges and ranges[-1].last + 1 == number:
        return (*ranges[:-1], attrs.evolve(ranges[-1], last=number))
    return (*ranges, Range(number, number, now_ms))[-MOST_RANGES:]
