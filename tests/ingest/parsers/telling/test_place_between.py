"""Orders for rows between rows whose order is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest.parsers.telling.place_between import placed
from scoreboard.model.play import ORDER_STEP


def test_a_document_that_is_new_keeps_its_own_orders():
    assert placed([None, None, None], [10, 20, 30]) == [10, 20, 30]


def test_a_new_row_at_the_end_keeps_its_own_order():
    assert placed([10, None], [10, 20]) == [10, 20]


def test_a_document_that_counts_anew_moves_no_row():
    assert placed([1, 2, 3], [1000, 2000, 3000]) == [1, 2, 3]


def test_a_new_row_between_two_others_stands_between_their_known_orders():
    assert placed([1024, None, 2048], [1, 2, 3]) == [1024, 1536, 2048]


def test_new_rows_at_the_start_stand_before_all_others():
    assert placed([None, None, 1], [1, 2, 3]) == [1 - 2 * ORDER_STEP, 1 - ORDER_STEP, 1]


def test_a_new_row_whose_own_order_is_too_low_stands_behind_the_last():
    assert placed([5000, None], [1, 2]) == [5000, 5000 + ORDER_STEP]


def test_a_row_that_was_moved_gets_a_new_order_and_the_others_keep_theirs():
    assert placed([10, 30, 20, 50], [1, 2, 3, 4]) == [10, 15, 20, 50]


def test_without_room_two_rows_share_an_order():
    assert placed([1, None, 2], [7, 8, 9]) == [1, 1, 2]


@given(st.data())
def test_orders_never_fall_and_rows_in_order_keep_theirs(data):
    number = data.draw(st.integers(0, 12))
    own = sorted(data.draw(st.sets(st.integers(1, 400), min_size=number, max_size=number)))
    told = sorted(data.draw(st.sets(st.integers(1, 400), max_size=number)))
    places = sorted(data.draw(st.permutations(range(number)))[: len(told)])
    known: list[int | None] = [None] * number
    for place, order in zip(places, told, strict=True):
        known[place] = order
    orders = placed(known, own)
    assert orders == sorted(orders)
    assert told == [orders[place] for place in places]
