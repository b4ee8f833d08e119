"""When a row came, told from its number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest.parsers.telling.arrival import arrivals


def sequence(numbers):
    """`numbers` in the order in which they came."""
    orders = [10 * place for place in range(1, len(numbers) + 1)]
    keys = arrivals(numbers, orders) or orders
    return [number for _, number in sorted(zip(keys, numbers, strict=True))]


def test_rising_numbers_came_where_they_stand():
    assert arrivals([], []) is None
    assert arrivals([1, 2, 5], [10, 20, 30]) is None


def test_a_high_number_among_low_ones_came_after_the_last_lower_one():
    assert [10, 40.25, 30, 40, 50] == arrivals([1, 9, 2, 3, 10], [10, 20, 30, 40, 50])


def test_several_late_rows_come_in_the_order_of_their_numbers():
    assert [1, 2, 3, 4, 5, 8, 9, 10] == sequence([1, 9, 2, 8, 3, 4, 5, 10])


def test_a_low_number_at_the_end_does_not_come_before_the_start():
    assert [10, 11, 12, 13, 1] == sequence([10, 11, 12, 13, 1])


def test_a_repeated_number_comes_where_it_stands():
    assert [10, 20, 30] == arrivals([1, 1, 2], [10, 20, 30])


@given(st.lists(st.integers(0, 30), max_size=30))
def test_no_row_comes_before_the_place_where_it_stands(numbers):
    orders = [10 * place for place in range(1, len(numbers) + 1)]
    keys = arrivals(numbers, orders) or orders
    assert all(key >= order for key, order in zip(keys, orders, strict=True))
