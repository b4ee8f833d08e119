"""How long something took is known to the class that it falls in."""

from __future__ import annotations

from scoreboard.metrics import BOUNDS, BOUNDS_MS, Durations, Sizes


def test_nothing_took_any_time_at_first():
    assert Durations().quantile_ms(0.99) == 0


def test_a_quantile_is_the_bound_of_its_class_and_never_above_the_longest():
    durations = Durations()
    for took_ms in [0.2] * 98 + [4.5, 9.0]:
        durations.add(took_ms)
    assert durations.quantile_ms(0.5) == 0.25
    assert durations.quantile_ms(0.99) == 5
    assert durations.quantile_ms(1) == 9.0
    assert (durations.count, durations.longest_ms) == (100, 9.0)


def test_what_takes_longer_than_any_class_is_the_longest():
    durations = Durations()
    durations.add(2_000)
    assert durations.quantile_ms(0.5) == 2_000


def test_two_readings_give_what_was_between_them():
    durations = Durations()
    durations.add(0.2)
    before = durations.shape()
    durations.add(30)
    after = durations.shape()
    between = [b - a for a, b in zip(before["counts"], after["counts"], strict=True)]
    assert [(n, after["bounds_ms"][at]) for at, n in enumerate(between) if n] == [(1, 35)]
    assert len(after["counts"]) == len(BOUNDS_MS) + 1


def test_a_size_is_counted_in_the_class_that_it_falls_in():
    sizes = Sizes()
    for size in (0, 1, 4, 5, BOUNDS[-1], BOUNDS[-1] + 1):
        sizes.add(size)
    assert [sizes.counts[at] for at in (0, 1, 2, len(BOUNDS) - 1, len(BOUNDS))] == [2, 1, 1, 1, 1]
    assert (sizes.count, sizes.total) == (6, 10 + 2 * BOUNDS[-1] + 1)
