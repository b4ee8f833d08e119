"""Rests between slices: long at first, shorter with time, none for who is late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.hub.spread import REST, SLICE_S, Spread


def test_without_a_time_to_spread_over_nobody_rests():
    spread = Spread()
    assert spread.slice_s(5.0, 0.005) == 0.005
    assert spread.rest_s(5.0, 5.005) == 0.0
    assert spread.slice_s(5.005, 0.005) == 0.005


def test_rests_become_shorter_and_end():
    spread = Spread(0.2)
    assert spread.slice_s(5.0, 0.005) == SLICE_S
    assert spread.rest_s(5.0, 5.001) == pytest.approx(REST * 0.001 * 0.995)
    assert spread.rest_s(5.1, 5.102) == pytest.approx(REST * 0.002 * 0.49)
    assert spread.slice_s(5.199, 0.005) == SLICE_S
    assert spread.rest_s(5.199, 5.201) == 0.0
    assert spread.slice_s(5.3, 0.005) == 0.005


def test_once_everything_is_written_it_begins_anew():
    spread = Spread(0.2)
    spread.rest_s(5.0, 5.001)
    spread.rested()
    assert spread.slice_s(6.0, 0.005) == SLICE_S
    assert spread.rest_s(6.0, 6.001) == pytest.approx(REST * 0.001 * 0.995)


@given(
    within_s=st.floats(0.01, 1.0),
    slices=st.lists(st.floats(1e-5, 0.05), min_size=1, max_size=200),
)
def test_rests_never_add_up_to_more_than_the_time_to_spread_over(within_s, slices):
    spread, now, rested = Spread(within_s), 0.0, 0.0
    for took in slices:
        rest = spread.rest_s(now, now + took)
        rested += rest
        now += took + rest
        assert 0.0 <= rest <= REST * took
    assert rested <= within_s * (1 + 1e-9)
