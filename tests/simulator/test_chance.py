"""Draws are spread as they say."""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import mean, pstdev

import pytest

from scoreboard.simulator.chance import Chance, chance


class Fixed(Random):
    """Always draws the same."""

    def __init__(self, value: float) -> None:
        super().__init__(0)
        self.value = value

    def random(self) -> float:
        return self.value


def test_a_stream_is_known_by_its_names():
    assert chance(1, "soccer", 2).between(0, 1) == chance(1, "soccer", 2).between(0, 1)
    assert chance(1, "soccer", 2).between(0, 1) != chance(1, "soccer", 3).between(0, 1)


def test_the_numbers_of_a_stream_are_the_same_in_every_version_of_python():
    assert chance("golden").whole(0, 10**9) == 811_302_351


def test_weights_say_how_often_an_option_is_drawn():
    draw = chance("weights")
    found = Counter(draw.weighted({"a": 3.0, "b": 1.0}) for _ in range(4000))
    assert found["a"] / 4000 == pytest.approx(0.75, abs=0.03)


def test_the_last_option_is_drawn_when_rounding_leaves_nothing_over():
    assert Chance(Fixed(1.0)).weighted({"a": 0.1, "b": 0.2}) == "b"


def test_whole_numbers_include_both_ends():
    draw = chance("whole")
    assert {draw.whole(1, 3) for _ in range(200)} == {1, 2, 3}


def test_a_bell_has_its_mean_and_spread_and_stays_between_its_ends():
    draw = chance("bell")
    found = [draw.bell(10, 2, 4, 16) for _ in range(4000)]
    assert mean(found) == pytest.approx(10, abs=0.2)
    assert pstdev(found) == pytest.approx(2, abs=0.2)
    assert min(found) >= 4
    assert max(found) <= 16


def test_waits_have_their_mean():
    draw = chance("wait")
    assert mean(draw.wait(30) for _ in range(4000)) == pytest.approx(30, abs=2)


def test_measured_numbers_have_the_quantiles_that_were_measured():
    draw = chance("measured")
    found = sorted(draw.measured(((0.0, 0.0), (0.5, 10.0), (1.0, 100.0))) for _ in range(4000))
    assert found[2000] == pytest.approx(10, abs=1)
    assert Chance(Fixed(2.0)).measured(((0.0, 0.0), (1.0, 5.0))) == 5.0


def test_the_earlier_options_are_favoured():
    draw = chance("favoured")
    found = Counter(draw.favoured("abcd") for _ in range(4000))
    assert found["a"] > found["b"] > found["c"] > found["d"] > 0


def test_a_shuffle_keeps_everybody():
    assert sorted(chance("shuffle").shuffled(range(9))) == list(range(9))
