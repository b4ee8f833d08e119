"""Runners, outs, and who comes home."""

from __future__ import annotations

from scoreboard.model.situation import BaseballSituation
from scoreboard.simulator.chance import Chance, chance
from scoreboard.simulator.clubs import club
from scoreboard.simulator.diamond import Diamond
from tests.simulator.test_chance import Fixed

A, B, C, D = club("dml_", "baseball", 0).people[:4]
NEVER = Chance(Fixed(0.99))
ALWAYS = Chance(Fixed(0.0))


def test_a_home_run_with_full_bases_brings_four_home():
    diamond = Diamond([A, B, C])
    assert diamond.hit("home_run", D, NEVER) == [C, B, A, D]
    assert diamond.runners == [None, None, None]


def test_a_single_moves_everybody_one_base():
    diamond = Diamond([A, B, C])
    assert diamond.hit("single", D, NEVER) == [C]
    assert diamond.runners == [D, A, B]


def test_fast_runners_take_one_base_more_on_a_single():
    diamond = Diamond([A, B, None])
    assert diamond.hit("single", D, ALWAYS) == [B]
    assert diamond.runners == [D, None, A]


def test_a_runner_does_not_pass_the_one_before_him():
    diamond = Diamond([A, B, None])
    diamond.hit("single", D, NEVER)
    assert diamond.runners == [D, A, B]


def test_a_walk_moves_only_who_must():
    diamond = Diamond([None, B, None])
    assert diamond.walk(D) == []
    assert diamond.runners == [D, B, None]


def test_a_walk_with_full_bases_brings_one_home():
    diamond = Diamond([A, B, C])
    assert diamond.walk(D) == [C]
    assert diamond.runners == [D, A, B]


def test_a_double_play_takes_batter_and_runner():
    diamond = Diamond([A, None, None], outs=1)
    assert diamond.grounder(D, NEVER, double_play=True) == []
    assert (diamond.outs, diamond.runners) == (3, [None, None, None])


def test_a_runner_comes_home_on_a_double_play_that_does_not_end_the_half():
    diamond = Diamond([A, None, C], outs=0)
    assert diamond.grounder(D, NEVER, double_play=True) == [C]
    assert diamond.outs == 2


def test_a_ground_ball_forces_the_runner_from_first():
    diamond = Diamond([A, None, None])
    diamond.grounder(D, NEVER, double_play=False)
    assert (diamond.outs, diamond.runners) == (1, [D, None, None])


def test_nobody_comes_home_on_the_third_out():
    diamond = Diamond([None, None, C], outs=2)
    assert diamond.grounder(D, ALWAYS, double_play=False) == []
    assert diamond.fly(ALWAYS) == []


def test_a_runner_may_come_home_after_a_caught_fly():
    diamond = Diamond([None, None, C])
    assert diamond.fly(ALWAYS) == [C]
    assert Diamond([None, None, C]).fly(NEVER) == []


def test_nobody_advances_from_an_empty_base():
    assert Diamond().advance(1) == []


def test_the_situation_says_who_is_on_base():
    expected = BaseballSituation("top", 1, 2, 0, (True, False, True))
    assert Diamond([A, None, C]).situation("top", 1, 2) == expected


def test_a_double_brings_the_runner_from_second_home():
    assert Diamond([None, B, None]).hit("double", D, chance("double")) == [B]
