"""The longest run that never falls."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest.parsers.telling.rising import longest_rise


@pytest.mark.parametrize(
    ("values", "run"),
    [
        ([], []),
        ([5], [0]),
        ([1, 2, 3], [0, 1, 2]),
        ([1, 1, 1], [0, 1, 2]),
        ([1, 99, 2, 3], [0, 2, 3]),
        ([10, 1, 11, 12], [1, 2, 3]),
    ],
)
def test_one_number_that_is_far_off_is_left_out(values, run):
    assert run == longest_rise(values)


@given(st.lists(st.integers(0, 6), max_size=9))
def test_no_longer_run_exists(values):
    run = longest_rise(values)
    assert run == sorted(run)
    assert [values[i] for i in run] == sorted(values[i] for i in run)
    longest = max(
        len(chosen)
        for size in range(len(values) + 1)
        for chosen in combinations(values, size)
        if list(chosen) == sorted(chosen)
    )
    assert longest == len(run)
