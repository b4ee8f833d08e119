"""How long the reactor was held is known to the class that it falls in."""

from __future__ import annotations

from scoreboard.hub.tally import Slices


def test_nothing_was_held_at_first():
    assert Slices().quantile_ms(0.99) == 0


def test_a_quantile_is_the_bound_of_its_class_and_never_above_the_longest():
    slices = Slices()
    for took_ms in [0.2] * 98 + [4.5, 9.0]:
        slices.add(took_ms)
    assert slices.quantile_ms(0.5) == 0.25
    assert slices.quantile_ms(0.99) == 5
    assert slices.quantile_ms(1) == 9.0
    assert (slices.count, slices.longest_ms) == (100, 9.0)


def test_what_takes_longer_than_any_class_is_the_longest():
    slices = Slices()
    slices.add(2_000)
    assert slices.quantile_ms(0.5) == 2_000
