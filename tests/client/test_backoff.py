from hypothesis import given
from hypothesis import strategies as st

from scoreboard.client.backoff import Backoff

CHANCES = st.floats(0, 1, exclude_max=True)


def failed(times):
    backoff = Backoff(base_s=1.0, cap_s=30.0)
    for _ in range(times):
        backoff = backoff.ended(None)
    return backoff


@given(st.integers(1, 10_000), CHANCES)
def test_no_wait_is_longer_than_the_cap(times, chance):
    assert 0 <= failed(times).wait_s(chance) < 30.0


def test_the_range_doubles_with_each_failure_up_to_the_cap():
    almost = 1 - 2**-53
    assert [round(failed(n).wait_s(almost)) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


@given(st.integers(1, 50))
def test_a_wait_may_be_anywhere_in_its_range(times):
    assert failed(times).wait_s(0.0) == 0.0


@given(st.integers(1, 50), CHANCES, st.integers(0, 600_000))
def test_nobody_comes_back_before_the_server_asked(times, chance, hint_ms):
    assert failed(times).wait_s(chance, hint_ms) >= hint_ms / 1000


def test_those_who_were_told_the_same_do_not_come_back_together():
    backoff = failed(1)
    assert backoff.wait_s(0.1, 5000) != backoff.wait_s(0.9, 5000)


def test_a_negative_hint_is_none():
    assert failed(1).wait_s(0.0, -1) == 0.0


def test_a_good_connection_makes_the_next_wait_short():
    assert failed(9).ended(60.0) == failed(1)


def test_a_server_that_hangs_up_at_once_is_no_good_one():
    assert failed(3).ended(0.5) == failed(4)
