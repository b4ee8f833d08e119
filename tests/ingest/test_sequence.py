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


def ranges(found):
    return [(one.first, one.last) for one in found]


@given(st.permutations(range(2, 12)))
def test_whatever_comes_in_another_order_is_judged_in_order(numbers):
    said, sequence = hear([1, *numbers])
    assert said == [1, *range(2, 12)]
    assert sequence == sq.Sequence(expected=12, first=1)


def test_a_source_may_begin_anywhere():
    assert hear([41, 42])[0] == [41, 42]


def test_what_is_missing_is_waited_for_two_seconds_and_then_given_up():
    said, sequence = hear([1, 4, 5])
    assert (said, sq.due_ms(sequence)) == ([1], sq.HOLD_MS)
    assert sq.due(sequence, sq.HOLD_MS - 1)[1] == ()
    sequence, ready = sq.due(sequence, sq.HOLD_MS)
    assert ready == (sq.Ready(4, 2), sq.Ready(5, 5))
    assert (ranges(sequence.gaps), sequence.expected) == ([(2, 3)], 6)
    assert sq.due_ms(sequence) is None


def test_what_is_missing_is_told_while_it_is_waited_for_and_until_it_has_come():
    _, sequence = hear([1], now_ms=100)
    assert (sq.missing(sequence), sq.hole_ms(sequence)) == ((), None)
    _, sequence = hear([4, 5, 8], now_ms=200, sequence=sequence)
    assert (ranges(sq.missing(sequence)), sq.hole_ms(sequence)) == ([(2, 3), (6, 7)], 200)
    sequence, ready = sq.due(sequence, 200 + sq.HOLD_MS)
    assert [one.message for one in ready] == [4, 5, 8]
    _, sequence = hear([3], now_ms=4_000, sequence=sequence)
    assert (ranges(sq.missing(sequence)), sq.hole_ms(sequence)) == ([(2, 2), (6, 7)], 200)
    said, sequence = hear([2, 7, 6], now_ms=4_000, sequence=sequence)
    assert (said, sq.missing(sequence), sq.hole_ms(sequence)) == ([2, 7, 6], (), None)


def test_a_number_in_the_middle_of_a_gap_leaves_both_its_ends():
    _, sequence = hear([1, 10])
    sequence, _ = sq.due(sequence, sq.HOLD_MS)
    _, sequence = hear([5], sequence=sequence)
    assert ranges(sequence.gaps) == [(2, 4), (6, 9)]


def test_a_late_number_is_told_from_a_repeat_by_the_rules_and_not_here():
    _, sequence = hear([1, 4])
    sequence, _ = sq.due(sequence, sq.HOLD_MS)
    for number in (1, 2, 3):
        sequence, ready = sq.arrive(sequence, number, "late", 0)
        assert ready == (sq.Ready("late", 5),)


def test_one_gap_is_given_up_at_a_time():
    _, sequence = hear([1, 3])
    _, sequence = hear([5], now_ms=500, sequence=sequence)
    sequence, ready = sq.due(sequence, sq.HOLD_MS)
    assert [one.message for one in ready] == [3]
    assert [one.number for one in sequence.waiting] == [5]
    assert sq.due_ms(sequence) == 500 + sq.HOLD_MS


def test_a_number_that_waits_already_is_judged_after_the_first_one():
    said, sequence = hear([1, 3, 3])
    assert (said, len(sequence.waiting)) == ([1], 2)
    sequence, ready = sq.arrive(sequence, 2, 2, 0)
    assert ready == (sq.Ready(2, 2), sq.Ready(3, 3), sq.Ready(3, 4))
    assert (sequence.expected, sequence.waiting) == (4, ())


def test_no_more_wait_than_may():
    said, sequence = hear([1, *range(3, sq.MOST + 4)])
    assert said == [1, *range(3, sq.MOST + 4)]
    assert sequence.waiting == ()
    assert ranges(sequence.gaps) == [(2, 2)]


def test_what_is_below_the_first_number_is_judged_as_if_nobody_counted():
    _, sequence = hear([5])
    sequence, ready = sq.arrive(sequence, 4, "four", 0)
    assert ready == (sq.Ready("four", None),)
    assert sq.arrive(sequence, 5, "five", 0)[1] == (sq.Ready("five", 6),)


def test_a_number_that_was_not_taken_may_come_again_once():
    _, sequence = hear([1, 2, 3])
    sequence = sq.may_come_again(sequence, 2, 0)
    assert sq.may_come_again(sequence, 2, 0) == sequence
    sequence, ready = sq.arrive(sequence, 2, "mended", 0)
    assert ready == (sq.Ready("mended", None),)
    assert sq.arrive(sequence, 2, "mended", 0)[1] == (sq.Ready("mended", 4),)


def test_a_long_batch_that_was_lost_is_one_range():
    _, sequence = hear(range(1, 2_001))
    for number in range(1, 2_001):
        sequence = sq.may_come_again(sequence, number, 0)
    assert ranges(sequence.again) == [(1, 2_000)]
    assert all(sq.arrive(sequence, n, n, 0)[1][0].expected is None for n in (1, 1_000, 2_000))


def test_what_is_remembered_is_bounded():
    _, sequence = hear([1, 3])
    for number in range(5, 5 + 4 * sq.MOST_RANGES, 2):
        sequence, _ = sq.due(sequence, 10**6)
        _, sequence = hear([number], sequence=sequence)
        sequence = sq.may_come_again(sequence, number, 0)
    assert len(sequence.gaps) == len(sequence.again) == sq.MOST_RANGES
