"""Numbers of a source that counts everything: what is early waits, what is missing is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest import sequence as sq


def hear(numbers, now_ms=0, sequence=None):
    """The messages in the order in which they are judged, and where the sequence stands."""
    sequence = sequence or sq.Sequence()
    said = []
    for number in numbers:
        sequence, ready = sq.arrive(sequence, number, number, now_ms)
        said += [one.message for one in ready]
    return said, sequence


@given(st.permutations(range(2, 12)))
def test_whatever_comes_in_another_order_is_judged_in_order(numbers):
    assert hear([1, *numbers])[0] == list(range(1, 12))


def test_a_source_may_begin_anywhere():
    assert hear([41, 42])[0] == [41, 42]


def test_what_is_missing_is_waited_for_two_seconds_and_then_given_up():
    said, sequence = hear([1, 4, 5])
    assert (said, sq.due_ms(sequence)) == ([1], sq.HOLD_MS)
    assert sq.due(sequence, sq.HOLD_MS - 1)[1] == ()
    sequence, ready = sq.due(sequence, sq.HOLD_MS)
    assert ready == (sq.Ready(4, 2), sq.Ready(5, 5))
    assert (sequence.gap, sequence.expected) == ((2, 3, sq.HOLD_MS), 6)
    assert sq.due_ms(sequence) is None
    assert not sq.is_degraded(sequence, sq.DEGRADED_MS - 1)
    assert sq.is_degraded(sequence, sq.DEGRADED_MS)


def test_a_gap_closes_when_it_is_filled():
    _, sequence = hear([1, 4])
    sequence, _ = sq.due(sequence, sq.HOLD_MS)
    sequence, ready = sq.arrive(sequence, 1, "again", 0)
    assert ready == (sq.Ready("again", 5),)
    sequence, _ = sq.arrive(sequence, 2, "late", 0)
    assert sequence.gap == (3, 3, sq.HOLD_MS)
    sequence, _ = sq.arrive(sequence, 3, "late", 0)
    assert sequence.gap is None
    assert not sq.is_degraded(sequence, 10**9)


def test_one_gap_is_given_up_at_a_time():
    _, sequence = hear([1, 3, 5])
    sequence, ready = sq.due(sequence, sq.HOLD_MS)
    assert [one.message for one in ready] == [3]
    assert [one.number for one in sequence.waiting] == [5]


def test_a_number_that_waits_already_is_not_kept_twice():
    said, sequence = hear([1, 3, 3])
    assert (said, len(sequence.waiting)) == ([1], 1)


def test_no_more_wait_than_may():
    said, sequence = hear([1, *range(3, sq.MOST + 4)])
    assert said == [1, *range(3, sq.MOST + 4)]
    assert sequence.waiting == ()
