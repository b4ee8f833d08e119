"""A pace lets a burst through, then what it says, and has no limit if it says none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.gateway.pace import ANY, Pace


def passed(pace: Pace, times: list[float]) -> list[float]:
    """Those of `times` at which one more was not too fast."""
    used, found = 0.0, []
    for now in times:
        until = pace.more(used, now)
        if until is not None:
            used = until
            found.append(now)
    return found


def test_a_burst_passes_at_once_and_then_as_many_a_second_as_it_says():
    pace = Pace.of(2, 5)
    assert passed(pace, [100.0] * 20) == [100.0] * 5
    times = [100 + n / 10 for n in range(100)]
    assert len(passed(pace, times)) == 5 + 19


def test_a_silence_fills_it_up_to_the_burst_and_no_further():
    assert passed(Pace.of(10, 3), [0.0] * 5 + [1_000.0] * 5) == [0.0] * 3 + [1_000.0] * 3


def test_what_was_too_fast_does_not_count():
    pace = Pace.of(1, 1)
    assert passed(pace, [0.0, 0.1, 0.2, 0.3, 0.9, 1.0]) == [0.0, 1.0]


def test_no_pace_at_all_lets_everything_through():
    assert passed(ANY, [5.0] * 1_000) == [5.0] * 1_000
    assert ANY.late_s(ANY.more(0.0, 5.0), 5.0) == 0.0


@pytest.mark.parametrize(("used", "late"), [(0.0, 0.0), (102.0, 0.0), (102.5, 0.5), (110.0, 8.0)])
def test_it_says_how_long_to_wait(used, late):
    pace = Pace.of(1, 3)
    assert pace.late_s(used, 100.0) == late
    assert pace.more(used, 100.0 + late) is not None
    assert late == 0.0 or pace.more(used, 100.0 + late - 0.6) is None


@given(st.floats(0.1, 100), st.integers(1, 50), st.lists(st.floats(0, 1), min_size=1, max_size=200))
def test_in_any_while_there_are_never_more_than_the_burst_and_the_rate_allow(per_s, burst, gaps):
    times, now = [], 0.0
    for gap in gaps:
        now += gap
        times.append(now)
    found = passed(Pace.of(per_s, burst), times)
    for first in range(len(found)):
        for last in range(first, len(found)):
            allowed = burst + per_s * (found[last] - found[first]) + 1.5
            assert last - first + 1 <= allowed
